"""The tree keeps its promises: definitions know nothing of plumbing, tables are whole, and the README is true."""

from __future__ import annotations

import ast
import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest

from study.cli import main, make_parser
from study.experiments import EXPERIMENTS, PRESETS, Experiment
from study.models import MODELS
from study.report.figures import FIGURES
from study.report.sections import SECTIONS
from study.tasks import TASKS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DEFINITIONS = ("tasks", "encoding", "layouts", "ceilings", "models", "training", "experiments")
PLUMBING = ("runner", "store", "backends", "provenance", "report", "cli", "commands", "progress")


def modules():
    """Every module of the package: name and file."""
    found = {}
    for path in sorted((ROOT / "study").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imports(name):
    """Modules of the package that one imports anywhere in its file, also inside functions or for types alone."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            named = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        found |= {module for module in named if module in MODULES}
    return found - {"study"}


def part_of(name):
    return name.split(".")[1] if "." in name else ""


def test_the_parts_that_are_spoken_of_exist():
    parts = {part_of(name) for name in MODULES}
    assert set(DEFINITIONS) <= parts
    assert set(PLUMBING) <= parts


@pytest.mark.parametrize("name", [name for name in MODULES if part_of(name) in DEFINITIONS])
def test_definitions_never_import_plumbing_not_even_by_way_of_others(name):
    ways, left = {name: name}, [name]
    while left:
        current = left.pop()
        for module in imports(current):
            if module not in ways:
                ways[module] = f"{ways[current]} -> {module}"
                left.append(module)
    assert not [way for module, way in ways.items() if part_of(module) in PLUMBING]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


def subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def test_tables_hold_everything_that_stands_in_the_folders():
    for folder in ("tasks", "models", "experiments"):
        for name in MODULES:
            if name.startswith(f"study.{folder}."):
                import_module(name)
    experiments = [kind for kind in subclasses(Experiment) if kind.__module__.startswith("study.experiments")]
    assert {kind.name for kind in experiments} == set(EXPERIMENTS)
    assert all(EXPERIMENTS[kind.name].question.strip() for kind in experiments)
    for table, folder in ((TASKS, "tasks"), (MODELS, "models")):
        files = {name.split(".")[2] for name in MODULES if name.startswith(f"study.{folder}.")}
        used = {(one if isinstance(one, type) else type(one)).__module__.split(".")[-1] for one in table.values()}
        assert used <= files
        assert len(table) >= 1
    drawn = {path.stem for path in (ROOT / "study/report/figures").glob("*.py")} - {"__init__", "style"}
    scripts = {Path(figure.script).stem for figure in FIGURES.values()}
    assert scripts <= drawn
    assert all((ROOT / figure.script).is_file() for figure in FIGURES.values())
    texts = {path.stem for path in (ROOT / "study/report/sections").glob("*.typ")}
    assert {section.name for section in SECTIONS} <= texts


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_names_cells_that_exist_none_twice(name, preset):
    cells = EXPERIMENTS[name].cells(preset)
    assert cells or (name == "far_lags" and preset.name != "full")
    assert len(set(cells)) == len({cell.identity for cell in cells}) == len(cells)
    for cell in cells:
        assert cell.model in MODELS
        assert cell.task in TASKS


needs_readme = pytest.mark.skipif(not README.is_file(), reason="there is no README yet")


def readme():
    return README.read_text(encoding="utf-8") if README.is_file() else ""


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", readme(), flags=re.DOTALL | re.MULTILINE)


def commands():
    """Every command of the README's shell blocks that starts with `study`, as words."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("study ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@needs_readme
def test_links_of_the_readme_lead_to_files():
    links = re.findall(r"\]\(([^)]+)\)", readme())
    inside = [link.split("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert inside
    if not (ROOT / "reports").is_dir():  # generated, so not there before the first `make report`
        inside = [link for link in inside if not link.startswith("reports/")]
    assert [link for link in inside if not (ROOT / link).exists()] == []


@needs_readme
def test_every_path_in_the_readmes_table_exists():
    rows = [line for line in readme().splitlines() if line.startswith("| `")]
    assert len(rows) > 10
    for row in rows:
        paths = re.findall(r"`([^`]+)`", row.split("|")[1])
        folder = (ROOT / paths[0]).parent
        for path in paths:
            if path.startswith("reports") and not (ROOT / "reports").is_dir():
                continue
            assert (ROOT / path).exists() or (folder / path).exists(), path


@needs_readme
def test_readme_shows_commands_and_all_of_them_are_understood():
    assert {words[0] for words in commands()} >= {"run", "report", "why", "status", "verify"}
    for words in commands():
        make_parser(words).parse_args(words)


CHEAP = ("why", "status", "verify")


@needs_readme
@pytest.mark.parametrize("words", [words for words in commands() if words[0] in CHEAP], ids=" ".join)
def test_cheap_commands_of_the_readme_run(words, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    spread = []
    for word in words:  # what a shell does with a pattern, but two files are enough here
        spread += [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(word))[:2]] if "*" in word else [word]
    assert main(spread) == 0
    captured = capsys.readouterr()
    assert captured.out
    assert captured.err == ""


@needs_readme
@pytest.mark.parametrize("block", blocks("python"))
def test_python_of_the_readme_runs(block, capsys):
    exec(compile(block, "README.md", "exec"), {})
    assert "print" not in block or capsys.readouterr().out


def test_licence_and_citation_stand_beside_the_code():
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "cff-version" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
