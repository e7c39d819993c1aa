"""CONTRIBUTING's examples, each done in a copy of the tree by someone who follows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow

TASK = '''"""The first symbol comes again at the end: `0,2,0` and `1,2,1`."""

from __future__ import annotations

from dataclasses import dataclass

from study.sequences.tasks.base import Sequences, Task


@dataclass(frozen=True)
class Echo(Task):
    """Two sequences that end as they began."""

    def sequences(self, seed: int) -> Sequences:
        """Give the two sequences, whatever the seed."""
        return ((0, 2, 0), (1, 2, 1))
'''
CONFIGS = '''"""Whether an echo over one step is learnt."""

from __future__ import annotations

from study.config import Config
from study.experiment import Experiment, Preset


class Echoes(Experiment):
    """An LSTM, and a layer that is new."""

    name = "echo"
    question = "Is an echo over one step learnt?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give it, whatever the preset."""
        return [
            Config(task="echo", epochs=20),
            Config(task="echo", epochs=20, model="stateful_minimal"),
            Config(task="echo", sequences=2000, stop="last_step", stop_options=(("count", 100),)),
        ]


EXPERIMENTS = (Echoes(),)
'''
FINDINGS = '''"""What came of the echo."""

from __future__ import annotations

from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(evidence: Evidence) -> Facts:
    """Count the seeds."""
    solved = evidence.summary(evidence.find("echo", model="stateful_minimal")).solved
    claims = [Claim("some", solved.k >= 0, "seeds solved"), Claim("too_many", solved.k > solved.n, "more than all")]
    return {"n": str(solved.n), "claims": claims}
'''
TEXT = """#import "/lib.typ": *
#let (n, claim) = of("echo")

= Is an echo learnt? <echo>

#claim("some")[We tried #n("n") seeds.] #claim("too_many")[More than all of them solved it.]
"""
FIGURE = '''"""A picture of nothing much."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from study.report.evidence import Evidence

ALT = "An empty plot."


def draw(evidence: Evidence) -> Figure:
    """Draw the number of epochs."""
    figure, axes = plt.subplots()
    axes.plot([0, evidence.find("echo", model="stateful_minimal").epochs])
    return figure
'''
COMMAND = '''"""``study hello``: say hello."""

from __future__ import annotations

import argparse

EXAMPLES = "  study hello\\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no argument."""


def run(arguments: argparse.Namespace) -> int:
    """Say it."""
    print("hello")
    return 0
'''


LAYER = '''"""The minimal gated unit."""

from __future__ import annotations

from study.training.layers.base import Layer


class MinimalGatedUnit(Layer):
    """One gate f that both forgets and lets in."""

    gates = drawn = 2
    forget_block = 0

    @classmethod
    def step(cls, x, state, recurrent):
        """Go one step."""
        (h,) = state
        f_x, n_x = x.chunk(2, -1)
        f = (f_x + recurrent(h, 0)).sigmoid()
        n = (n_x + recurrent(f * h, 1)).tanh()
        return ((1 - f) * h + f * n,)
'''
MODEL = '''"""A minimal gated unit that carries state."""

from __future__ import annotations

from study.models.recurrent import RecurrentModel


class StatefulMinimal(RecurrentModel):
    """State is handed from batch to batch."""

    label, carries_state, layer = "stateful minimal gated unit", True, "minimal_gated_unit"
'''


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the study with a task, a layer, a model, an experiment with claims and a figure, and a command."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "study", folder / "study", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    write(folder, "sequences/tasks/echo.py", TASK)
    change(folder, "sequences/tasks/__init__.py", "TASKS: dict[str, type[Task]] = {\n", '    "echo": Echo,\n')
    change(folder, "sequences/tasks/__init__.py", "base import Task\n", "from study.sequences.tasks.echo import Echo\n")
    for name, text in {
        "__init__.py": '"""Is an echo learnt?"""\n',
        "configs.py": CONFIGS,
        "findings.py": FINDINGS,
        "text.typ": TEXT,
        "figure.py": FIGURE,
    }.items():
        write(folder, f"experiments/echo/{name}", text)
    change(folder, "experiments/__init__.py", '"shuffle_epoch", ', '"echo", ')
    write(folder, "training/layers/minimal.py", LAYER)
    base = "layers.base import Layer\n"
    change(folder, "training/layers/__init__.py", base, "from study.training.layers.minimal import MinimalGatedUnit\n")
    change(folder, "training/layers/__init__.py", "= {\n", '    "minimal_gated_unit": MinimalGatedUnit,\n')
    write(folder, "models/minimal.py", MODEL)
    change(folder, "models/__init__.py", "base import Model\n", "from study.models.minimal import StatefulMinimal\n")
    change(folder, "models/__init__.py", "= {\n", '    "stateful_minimal": StatefulMinimal(),\n')
    write(folder, "commands/hello.py", COMMAND)
    change(folder, "commands/__init__.py", "(\n", '    Command("hello", "say hello", "study.commands.hello"),\n')
    return folder


def write(folder, name, text):
    path = folder / "study" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def change(folder, name, after, line):
    """Put a line after the first place of a text."""
    path = folder / "study" / name
    text = path.read_text(encoding="utf-8")
    assert after in text
    path.write_text(text.replace(after, after + line, 1), encoding="utf-8")


def study(folder, *words):
    command = [sys.executable, "-m", "study.commands.line", *words]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_an_experiment_with_a_task_a_figure_and_claims_reaches_the_report(copy):
    words = ("--results", "results")
    ran = study(copy, "run", "--experiment", "echo", "--preset", "quick", "--workers", "1", *words)
    assert ran.returncode == 0, ran.stderr
    built = study(copy, "report", *words, "--output", "reports")
    assert built.returncode == 0, built.stderr
    assert "echo.too_many" in built.stderr
    page = (copy / "reports/report.html").read_text(encoding="utf-8")
    assert "Is an echo learnt?" in page
    assert "We tried 8 seeds." in page
    assert "not supported by these results" in page
    assert (copy / "reports/figures/echo.svg").is_file()


def test_a_command_is_listed_and_runs(copy):
    assert study(copy, "hello").stdout == "hello\n"
    assert "say hello" in study(copy, "--help").stdout


def test_a_claim_that_is_not_declared_is_named(copy):
    path = copy / "study/experiments/echo/text.typ"
    path.write_text(TEXT + '\n#claim("forgotten")[It is.]\n', encoding="utf-8")
    study(copy, "run", "--experiment", "echo", "--preset", "quick", "--workers", "1", "--results", "again")
    built = study(copy, "report", "--results", "again", "--output", "reports")
    path.write_text(TEXT, encoding="utf-8")
    assert built.returncode != 0
    assert "claim echo.forgotten stands in text.typ and is not declared in findings.py" in built.stderr


def test_a_folder_without_experiments_is_named(copy):
    write(copy, "experiments/empty/configs.py", '"""Nothing."""\n')
    listed = study(copy, "status")
    shutil.rmtree(copy / "study/experiments/empty")
    assert "study/experiments/empty/configs.py declares no EXPERIMENTS" in listed.stderr
