"""A mistake in each thing that CONTRIBUTING tells how to add is one line that says what to do, never a traceback."""

from __future__ import annotations

import pytest
from invented import ORIGIN, invented
from stranger import ADDITIONS, SEEN, make_copy, mistaken, study

from study.config import Config
from study.errors import StudyError
from study.experiment import PRESETS
from study.experiments import find_experiment
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.tasks import make_task

pytestmark = pytest.mark.slow
TRY = ("run", "--experiment", "echo", "--preset", "quick", "--workers", "1", "--results")
CLAIM = 'Claim("some",'
REPORT = ("report", "--results", "results", "--output", "reports")
MISTAKES = {
    "a task that is missing from TASKS": (
        ("sequences/tasks/__init__.py", '    "echo": Echo,\n', ""),
        (*TRY, "new"),
        "unknown task 'echo'; known: two_sequences",
    ),
    "an unknown option of a task": (
        ("experiments/echo/configs.py", 'task="echo"', 'task="long_lag", task_options=(("lags", 2),)'),
        (*TRY, "new"),
        "unknown option of task long_lag 'lags'; known: ",
    ),
    "a task whose sequences are none": (
        ("sequences/tasks/echo.py", "((0, 2, 0), (1, 2, 1))", "(0, 2, 0)"),
        (*TRY, "new"),
        "sequence 0 is 0; a sequence is a tuple or a list of symbols",
    ),
    "a task without sequences": (
        ("sequences/tasks/echo.py", "def sequences", "def sequence"),
        (*TRY, "new"),
        "task Echo has no sequences; it needs sequences",
    ),
    "a model without a layer": (
        (
            "models/minimal.py",
            'carries_state, layer = "stateful minimal gated unit", True, "minimal_gated_unit"',
            'carries_state = "stateful minimal gated unit", True',
        ),
        (*TRY, "new"),
        "model StatefulMinimal has no layer; it needs label, carries_state, train, layer",
    ),
    "a model that is a class": (
        ("models/__init__.py", "StatefulMinimal(),", "StatefulMinimal,"),
        (*TRY, "new"),
        "in MODELS; write an instance there",
    ),
    "a command without a module": (
        ("commands/__init__.py", "study.commands.hello", "study.commands.helo"),
        ("hello",),
        "command hello has no module study.commands.helo; write it, or mend its line",
    ),
    "a command without run": (
        ("commands/hello.py", "def run(", "def go("),
        ("hello",),
        "command study.commands.hello has no run; it needs EXAMPLES, add_arguments, run",
    ),
    "configs without EXPERIMENTS": (
        ("experiments/echo/configs.py", "EXPERIMENTS =", "OTHERS ="),
        ("status",),
        "study/experiments/echo/configs.py declares no EXPERIMENTS; end it with",
    ),
    "experiments that are classes": (
        ("experiments/echo/configs.py", "(Echoes(),)", "(Echoes,)"),
        ("status",),
        "EXPERIMENTS of study/experiments/echo/configs.py is (<class",
    ),
    "an experiment without configs": (
        ("experiments/echo/configs.py", "def configs", "def config"),
        ("status",),
        "experiment Echoes has no configs; it needs name, question, configs",
    ),
    "an experiment that is not named as its folder": (
        ("experiments/echo/configs.py", 'name = "echo"', 'name = "ecco"'),
        ("status",),
        "study/experiments/echo/configs.py names its experiment 'ecco'; name it 'echo', as its folder",
    ),
    "findings without facts": (
        ("experiments/echo/findings.py", "def facts", "def fact"),
        REPORT,
        "study/experiments/echo/findings.py has no facts; it needs facts",
    ),
    "facts that are not returned": (
        ("experiments/echo/findings.py", "    return {", "    _ = {"),
        REPORT,
        "facts of section echo gives None; return a dictionary",
    ),
    "claims that are none": (
        ("experiments/echo/findings.py", '"claims": claims', '"claims": ["some"]'),
        REPORT,
        "claims of section echo hold 'some'; each is a Claim(name, holds, test)",
    ),
    "a setting that no configuration has": (
        ("experiments/echo/findings.py", 'model="stateful', 'modell="stateful'),
        REPORT,
        "unknown setting 'modell'; did you mean 'model'? known: batch_size, layout, ",
    ),
    "a figure without draw and ALT": (
        ("experiments/echo/figure.py", 'ALT = "An empty plot."\n\n\ndef draw', "def plot"),
        REPORT,
        "study/experiments/echo/figure.py has no draw and no ALT; it needs draw, ALT",
    ),
    "a figure that is not returned": (
        ("experiments/echo/figure.py", "    return figure", "    figure.canvas.draw()"),
        REPORT,
        "draw of study/experiments/echo/figure.py gives None; return the Figure",
    ),
    "an unknown number in a text": (
        ("experiments/echo/text.typ", '#n("n")', '#n("m")'),
        REPORT,
        "facts() gives no echo.m; give it in findings.py, or name what is there; mend section echo, line 6",
    ),
    "an experiment without text": (
        ("experiments/echo/text.typ", "", None),
        REPORT,
        "study/experiments/echo has no text.typ; write its section there",
    ),
    "a claim without a sentence": (
        ("experiments/echo/findings.py", CLAIM, f'Claim("silent", True, "it is"), {CLAIM}'),
        REPORT,
        'claim echo.silent is declared and has no sentence; write #claim("silent")[...]',
    ),
    "a sentence without a claim": (
        ("experiments/echo/text.typ", '#claim("some")', '#claim("forgotten")[It is.] #claim("some")'),
        REPORT,
        "claim echo.forgotten has a sentence and is not declared in findings.py; declare it",
    ),
    "a text that does not compile": (
        ("experiments/echo/text.typ", "#claim", "#nothing #claim"),
        REPORT,
        "mend section echo, line 6",
    ),
    "a row of the wrong length": (
        ("experiments/main_grid/findings.py", SEEN, ""),
        ("report", "--results", "grid", "--output", "reports"),
        "table main grid: row 1, ",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy with all additions and results of the new experiment."""
    folder = make_copy(tmp_path_factory.mktemp("copy"))
    for add in ADDITIONS.values():
        add(folder)
    ran = study(folder, *TRY, "results")
    assert ran.returncode == 0, ran.stderr
    store, columns = Store(folder / "grid"), compute(Config(epochs=5), [0]).columns
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        store.write(config, invented(config, 4, columns), ORIGIN)
    return folder


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_says_what_to_do(copy, mistake):
    edit, words, said = MISTAKES[mistake]
    with mistaken(copy, *edit):
        refused = study(copy, *words)
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1, refused.stderr
    assert refused.returncode == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("def step(", "def go(", "layer MinimalGatedUnit has no step; it needs gates, drawn, step"),
        ("x.chunk(2", "x.chunk(4", "ValueError: too many values to unpack (expected 2) (minimal.py, line 18)"),
    ],
)
def test_a_run_that_failed_says_why_in_one_line(copy, old, new, told):
    with mistaken(copy, "training/layers/minimal.py", old, new):
        ran = study(copy, *TRY, f"of {old}")
    assert ran.stderr.splitlines().count(f"1 job failed: {told}") == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.returncode == 1


def test_a_wrong_option_of_a_task_is_named():
    with pytest.raises(StudyError, match=r"unknown option of task two_sequences 'pases'.*did you mean 'passes'"):
        make_task("two_sequences", {"pases": 2})
    with pytest.raises(StudyError, match=r"task two_sequences does not take .*its options are passes"):
        make_task("two_sequences", {"passes": "two"})
