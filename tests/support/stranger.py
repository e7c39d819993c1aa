"""A stranger's five additions, each as CONTRIBUTING has it: what is written, and how many files and lines it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]

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


def make_copy(folder):
    """Copy the study without its compiled files."""
    shutil.copytree(ROOT / "study", folder / "study", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def add_task(folder):
    write(folder, "sequences/tasks/echo.py", TASK)
    change(folder, "sequences/tasks/__init__.py", "TASKS: dict[str, type[Task]] = {\n", '    "echo": Echo,\n')
    change(folder, "sequences/tasks/__init__.py", "base import Task\n", "from study.sequences.tasks.echo import Echo\n")


def add_layer(folder):
    write(folder, "training/layers/minimal.py", LAYER)
    base = "layers.base import Layer\n"
    change(folder, "training/layers/__init__.py", base, "from study.training.layers.minimal import MinimalGatedUnit\n")
    change(folder, "training/layers/__init__.py", "= {\n", '    "minimal_gated_unit": MinimalGatedUnit,\n')
    write(folder, "models/minimal.py", MODEL)
    change(folder, "models/__init__.py", "base import Model\n", "from study.models.minimal import StatefulMinimal\n")
    change(folder, "models/__init__.py", "= {\n", '    "stateful_minimal": StatefulMinimal(),\n')


def add_experiment(folder):
    write(folder, "experiments/echo/__init__.py", '"""Is an echo learnt?"""\n')
    for name, text in (("configs.py", CONFIGS), ("findings.py", FINDINGS), ("text.typ", TEXT), ("figure.py", FIGURE)):
        write(folder, f"experiments/echo/{name}", text)
    change(folder, "experiments/__init__.py", '"shuffle_epoch", ', '"echo", ')


def add_command(folder):
    write(folder, "commands/hello.py", COMMAND)
    change(folder, "commands/__init__.py", "(\n", '    Command("hello", "say hello", "study.commands.hello"),\n')


def add_column(folder):
    name = "experiments/main_grid/findings.py"
    change(folder, name, '        Column("ceiling"),\n', '        Column("rows seen"),\n')
    change(folder, name, "        measured = [rate(first.solved), small(first.gap)]\n", SEEN)


SEEN = "        measured.insert(0, number(first.rows_seen))\n"
ADDITIONS = {
    "layer": add_layer,
    "task": add_task,
    "experiment": add_experiment,
    "command": add_command,
    "column": add_column,
}


def effort(folder, add):
    """Add something, and count the files and the lines that it took."""
    before = sources(folder)
    add(folder)
    changed = {path: text for path, text in sources(folder).items() if text != before.get(path)}
    new = (Counter(text.splitlines()) - Counter(before.get(path, "").splitlines()) for path, text in changed.items())
    return len(changed), sum(lines.total() for lines in new)


def sources(folder):
    """Read each source file."""
    files = [path for path in (folder / "study").rglob("*") if path.suffix in {".py", ".typ"}]
    return {path: path.read_text(encoding="utf-8") for path in files}


@contextmanager
def mistaken(folder, name, old, new):
    """Replace a part of a file, and put it back; without new text the file is away."""
    path = folder / "study" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    if new is None:
        path.unlink()
    else:
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


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
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
