"""`.ci/run` runs what the README tells to run, and says in one line what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_ci(folder, *programs):
    """Run .ci/run where only these programs can be found; each writes down how it was called."""
    for name in ("bash", "dirname"):
        (folder / name).symlink_to(shutil.which(name))
    for name in programs:
        (folder / name).write_text(f'#!{shutil.which("bash")}\necho "CI=$CI {name} $*"\n', encoding="utf-8")
        (folder / name).chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | {"PATH": str(folder)}
    command = [shutil.which("bash"), str(ROOT / ".ci/run")]
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)


def test_continuous_integration_runs_the_readmes_command_for_tests(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^(make \S+) +# style, types, tests$", text, flags=re.MULTILINE)
    done = run_ci(tmp_path, "make", "node")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"CI=true {command}\n", "")


def test_continuous_integration_without_node_says_so_in_one_line_and_runs_nothing(tmp_path):
    done = run_ci(tmp_path, "make")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "node is missing" in done.stderr
    assert "install Node.js" in done.stderr


def test_workflows_run_what_is_there_and_publish_what_they_built():
    """Read line by line, since no parser of YAML is among the project's dependencies."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    workflows = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")}
    assert set(workflows) == {"tests", "pages"}
    runs = {name: re.findall(r"^ +- run: (.+)$", text, flags=re.MULTILINE) for name, text in workflows.items()}
    assert runs["tests"] == [".ci/run"]
    made, copied = runs["pages"]
    target, folder = re.fullmatch(r"make (\w+) REPORTS=(\w+)", made).groups()
    assert re.search(rf"^{target}: ", makefile, flags=re.MULTILINE)
    assert "REPORTS ?=" in makefile
    assert copied == f"cp {folder}/report.html {folder}/index.html"
    assert re.search(rf"upload-pages-artifact@v\d+\n +with:\n +path: {folder}\n", workflows["pages"])
    for text in workflows.values():
        assert "\t" not in text
        assert re.search(r"^permissions:\n  contents: read\n", text, flags=re.MULTILINE)
