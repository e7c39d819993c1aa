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
from study.training.layers.base import Layer

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
    "a command without run": (
        ("commands/hello.py", "def run(", "def go("),
        ("hello",),
        "study.commands.hello has no run; a command declares EXAMPLES, add_arguments, run",
    ),
    "configs without EXPERIMENTS": (
        ("experiments/echo/configs.py", "EXPERIMENTS =", "OTHERS ="),
        ("status",),
        "study/experiments/echo/configs.py declares no EXPERIMENTS; end it with",
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


def test_a_layer_without_a_step_is_named():
    class Stepless(Layer):
        gates = drawn = 1

    with pytest.raises(StudyError, match="layer Stepless has no step; define step"):
        Stepless.step(None, (), None)


def test_a_wrong_option_of_a_task_is_named():
    with pytest.raises(StudyError, match=r"unknown option of task two_sequences 'pases'.*did you mean 'passes'"):
        make_task("two_sequences", {"pases": 2})
    with pytest.raises(StudyError, match=r"task two_sequences does not take .*its options are passes"):
        make_task("two_sequences", {"passes": "two"})
