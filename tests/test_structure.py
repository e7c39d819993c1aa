"""The tree keeps its promises: definitions know nothing of plumbing, tables are whole, and the README is true."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from study.article import ORDER as BODY
from study.article import contents
from study.commands.line import main, make_parser
from study.experiments import EXPERIMENTS, FOLDERS, ORDER, Experiment
from study.models import MODELS
from study.sequences.tasks import TASKS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


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


def room_of(name):
    """The folder that a module stands in, or the module itself where it stands beside the folders."""
    return name.split(".")[1] if "." in name else name


def in_order(graph):
    """Things so that each comes after all that it needs; a circle is an error that names it."""
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


def test_modules_import_each_other_in_one_direction():
    assert in_order({name: imports(name) for name in MODULES})


def test_arrows_between_rooms_go_one_way():
    """So definitions, which the commands need, never import plumbing, which the commands are."""
    arrows = {}
    for name in MODULES:
        arrows.setdefault(room_of(name), set()).update(room_of(other) for other in imports(name))
    order = in_order({room: others - {room} for room, others in arrows.items() if room != "study"})
    assert order[-1] == "commands"
    assert order.index("experiments") < order.index("article")
    assert order.index("sequences") < order.index("training") < order.index("runs") < order.index("experiments")


def own_files(*kinds):
    """Files of the study and of its tests of some kinds."""
    return [path for top in ("study", "tests") for kind in kinds for path in sorted((ROOT / top).rglob(f"*.{kind}"))]


def test_no_folder_holds_more_than_a_dozen_files():
    for folder in [ROOT / "study", *(path for path in (ROOT / "study").rglob("*") if path.is_dir())]:
        files = [path.name for path in folder.iterdir() if path.suffix in {".py", ".typ", ".js", ".css"}]
        assert len(files) <= 13 if "__init__.py" in files else 12, folder


GUIDES = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "docs/architecture.md"]


@pytest.mark.parametrize(
    "path", [*own_files("py", "typ", "js"), *GUIDES], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_file_is_too_long_to_read_and_no_line_too_long_for_a_diff(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400
    assert max(map(len, lines), default=0) <= 120


STUDY, TESTS = ROOT / "study", ROOT / "tests"
OF_THE_WHOLE = {"ci", "contributing", "dependencies", "mistakes", "results", "structure"}  # of no module alone


def named_by_modules():
    """Every test module but those of the whole: its folder inside tests/, and what its name says it tests."""
    paths = sorted(path.relative_to(TESTS) for path in TESTS.rglob("test_*.py"))
    named = [(path.parent, path.stem.removeprefix("test_")) for path in paths]
    return [(folder, name) for folder, name in named if folder != Path() or name not in OF_THE_WHOLE]


def test_every_folder_of_tests_has_its_twin_in_the_study():
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("*.py")}
    assert {folder for folder in folders if not (STUDY / folder).is_dir()} == {Path("support")}
    assert {path.parent.relative_to(STUDY) for path in STUDY.glob("*/*.py")} <= folders


def is_tested(folder):
    """Whether a folder of the study has tests of its own, or is tested as a whole, by itself or with the one above."""
    if folder == Path():
        return False
    alone = any(place == folder for place, _ in named_by_modules())
    of_whole = [name for place, name in named_by_modules() if place == folder.parent and name.startswith(folder.name)]
    return alone or bool(of_whole) or (not (TESTS / folder.parent).is_dir() and is_tested(folder.parent))


def test_every_folder_of_the_study_is_tested():
    folders = {path.parent.relative_to(STUDY) for path in STUDY.glob("*/**/*.py")}
    assert [folder.as_posix() for folder in sorted(folders) if not is_tested(folder)] == []


@pytest.mark.parametrize(("folder", "name"), named_by_modules(), ids=str)
def test_every_test_is_named_by_the_module_or_folder_of_the_study_that_it_tests(folder, name):
    """So study/x/y.py is tested by tests/x/test_y.py, or test_y_<more>.py; x as a whole by tests/x/test_x.py."""
    known = {path.stem for path in (STUDY / folder).iterdir() if path.is_dir() or path.suffix == ".py"} | {folder.name}
    assert any(name == module or name.startswith(f"{module}_") for module in known), f"study/{folder} has no {name}"


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body


def subclasses(kind):
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


SHARED = {"study.sequences.tasks.base", "study.models.base", "study.models.recurrent"}  # what the others are made of


def module_of(one):
    return (one if isinstance(one, type) else type(one)).__module__


def test_tables_hold_everything_that_stands_in_the_folders():
    for folder in ("sequences.tasks", "models", "experiments"):
        for name in MODULES:
            if name.startswith(f"study.{folder}."):
                import_module(name)
    experiments = [kind for kind in subclasses(Experiment) if kind.__module__.startswith("study.experiments")]
    assert {kind.name for kind in experiments} == set(EXPERIMENTS)
    assert all(EXPERIMENTS[kind.name].question.strip() for kind in experiments)
    for table, folder in ((TASKS, "sequences.tasks"), (MODELS, "models")):
        files = {name for name in MODULES if name.startswith(f"study.{folder}.")}
        assert {module_of(one) for one in table.values()} == files - SHARED


def test_every_experiment_is_a_folder_with_all_that_belongs_to_it():
    folders = {path.name for path in (ROOT / "study/experiments").iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == set(FOLDERS) == set(ORDER)
    told = contents()
    assert {section.name for section in told.sections} == folders
    assert all((ROOT / figure.script).is_file() for figure in told.figures.values())
    for folder in folders:
        names = {path.name for path in (ROOT / "study/experiments" / folder).glob("*.*")}
        assert {"configs.py", "findings.py", "text.typ"} <= names, folder


def test_every_section_of_the_body_is_a_folder_with_all_that_belongs_to_it():
    folders = {path.name for path in (ROOT / "study/article").iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {section.name for section in contents().body} <= set(BODY)
    for folder in folders:
        names = {path.name for path in (ROOT / "study/article" / folder).glob("*.*")}
        assert {"findings.py", "text.typ"} <= names, folder


def readme():
    return README.read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", readme(), flags=re.DOTALL | re.MULTILINE)


def commands():
    """Every command of the README's shell blocks that starts with `study`, as words."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("study ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def test_links_of_the_readme_lead_to_files():
    links = re.findall(r"\]\(([^)]+)\)", readme())
    inside = [link.split("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert inside
    if not (ROOT / "reports").is_dir():  # generated, so not there before the first `make report`
        inside = [link for link in inside if not link.startswith("reports/")]
    assert [link for link in inside if not (ROOT / link).exists()] == []


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


def test_readme_shows_commands_and_all_of_them_are_understood():
    assert {words[0] for words in commands()} >= {"run", "report", "why", "status", "verify"}
    for words in commands():
        make_parser(words).parse_args(words)


def test_commands_between_the_lines_of_readme_and_answers_are_understood():
    answers = (ROOT / "docs/answers.md").read_text(encoding="utf-8")
    inline = re.findall(r"`(study [a-z][^`]*)`", readme() + answers)
    assert len(inline) > 15
    for command in inline:
        words = shlex.split(command)[1:]
        make_parser(words).parse_args(words)


def test_modules_and_targets_that_readme_and_answers_name_exist():
    answers = (ROOT / "docs/answers.md").read_text(encoding="utf-8")
    modules = re.findall(r"python -m (study[\w.]+)", readme() + answers)
    assert [name for name in modules if name not in MODULES] == []
    targets = re.findall(r"^make ([\w-]+)|`make ([\w-]+)", readme(), flags=re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lacking = [
        name for pair in targets for name in pair if name and not re.search(rf"^{name}:", makefile, re.MULTILINE)
    ]
    assert len(targets) > 3
    assert lacking == []


CHEAP = ("why", "status", "verify")


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


def run_python_of_the_readme():
    """Run its blocks one after the other, as a reader does; without Keras, what comes before Keras is imported."""
    names = {}
    for block in blocks("python"):
        runs = block if find_spec("keras") else block.split("import keras\n")[0]
        exec(compile(runs, "README.md", "exec"), names)
    return names


def test_python_of_the_readme_runs(capsys):
    names = run_python_of_the_readme()
    assert capsys.readouterr().out.startswith("(8, 4, 5) (8, 5)\n")
    assert names["loss"].isfinite()


def test_rows_of_the_readme_hold_the_past_and_its_target_and_no_row_sees_another():
    names = run_python_of_the_readme()
    torch, lstm, inputs = names["torch"], names["lstm"], names["torch"].tensor(names["X"], dtype=names["torch"].float32)
    answers = {}
    for row, target in zip(names["X"], names["Y"], strict=True):
        answers.setdefault(row.tobytes(), set()).add(target.argmax())
    assert [len(each) for each in answers.values()] == [1] * 8
    assert names["Y"].argmax(axis=1).tolist() == [symbol for one in names["sequences"] for symbol in one[1:]]
    alone = torch.cat([lstm(row[None])[0][:, -1] for row in inputs])
    assert torch.allclose(alone, names["hidden"][:, -1], atol=1e-6)


def test_licence_and_citation_stand_beside_the_code():
    assert "MIT License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "cff-version" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    [
        "models",
        "models.mlp",
        "experiments",
        "runs.plan",
        "commands.run",
        "commands.status",
        "commands.line",
        "report.build",
    ],
)
def test_what_is_known_and_planned_loads_no_training(name):
    heavy = "torch", "sklearn", "numba"
    program = f"import sys, study.{name}; sys.exit(str([name for name in {heavy} if name in sys.modules] or ''))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_the_refuted_cause_is_said_nowhere():
    """Plain SGD solves the tutorial's layout, so the length of the gradient is not why a network fails to remember."""
    refuted = re.compile(
        r"no gradient\s+trains|nothing\s+trains\s+(it|the)|(cannot|can not|never)\s+teach",
        re.IGNORECASE,
    )
    files = [ROOT / "README.md", *(ROOT / "reports").glob("*.html"), *(ROOT / "docs").rglob("*.md")]
    files += [ROOT / "CONTRIBUTING.md", ROOT / "CITATION.cff"]
    files += [path for kind in ("py", "typ", "js") for path in (ROOT / "study").rglob(f"*.{kind}")]
    said = [path.name for path in files if refuted.search(path.read_text(encoding="utf-8"))]
    assert said == []
