"""How far a run has come: a bar on a terminal, plain lines elsewhere; both say done, failed, left and time left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from study.backends import Outcome
from study.runner import Plan

PLAIN_SECONDS = 10  # between plain lines


class Tracker(Protocol):
    """Is told of each outcome."""

    def __call__(self, outcome: Outcome) -> None:
        """Show it."""


class Count:
    """Counts units, and the work done by their cost, from which the time left is guessed."""

    def __init__(self, plan: Plan) -> None:
        self.units, self.cost = len(plan.units), sum(unit.cost for unit in plan.units)
        self.done = self.failed = 0
        self.cost_done = 0.0
        self.started = time.monotonic()

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.cost_done += outcome.unit.cost
        if outcome.table is None:
            self.failed += 1
        else:
            self.done += 1

    def line(self) -> str:
        """Write the count as ``12 done, 0 failed, 48 left, about 1 min 20 s to go``."""
        left = self.units - self.done - self.failed
        text = f"{self.done} done, {self.failed} failed, {left} left"
        if left and self.cost_done:
            seconds = (time.monotonic() - self.started) * (self.cost - self.cost_done) / self.cost_done
            text += f", about {in_words(seconds)} to go"
        return text


@contextmanager
def tracking(plan: Plan, console: Console) -> Iterator[Tracker]:
    """Show the progress of a plan.

    Parameters
    ----------
    plan : Plan
    console : Console
        Where to; a bar if it is a terminal.

    Yields
    ------
    callable
        To be told of each outcome.
    """
    count = Count(plan)
    if not console.is_terminal:
        yield _PlainLines(count, console)
        return
    columns: list[ProgressColumn] = [
        SpinnerColumn("dots" if console.encoding.startswith("utf") else "line"),
        BarColumn(40),
        TextColumn("{task.percentage:>3.0f} %"),
        _Line(count),
    ]
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=count.cost)

        def track(outcome: Outcome) -> None:
            count.add(outcome)
            progress.update(task, completed=count.cost_done)

        yield track


class _PlainLines:
    """Prints a line now and then, and one at the end."""

    def __init__(self, count: Count, console: Console) -> None:
        self.count, self.console, self.last = count, console, time.monotonic()

    def __call__(self, outcome: Outcome) -> None:
        self.count.add(outcome)
        now, ended = time.monotonic(), self.count.done + self.count.failed == self.count.units
        if ended or now - self.last >= PLAIN_SECONDS:
            self.console.print(self.count.line(), highlight=False)
            self.last = now


class _Line(ProgressColumn):
    """The count, beside the bar."""

    def __init__(self, count: Count) -> None:
        super().__init__()
        self.count = count

    def render(self, task: Task) -> Text:  # noqa: ARG002  (rich's signature)
        """Draw it."""
        return Text(self.count.line())


def in_words(seconds: float) -> str:
    """Write a duration as ``45 s``, ``3 min 20 s`` or ``2 h 5 min``.

    Examples
    --------
    >>> in_words(200)
    '3 min 20 s'
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
