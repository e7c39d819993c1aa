"""How far a run has come: a bar on a terminal, plain lines elsewhere; both say done, failed, left and time left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from study.runs.backends import Outcome
from study.runs.plan import Plan

MOST_REASONS = 5  # that are told of failed jobs
PLAIN_SECONDS = 10  # between plain lines
GUESS_SECONDS = 10  # of finished jobs that weigh as much as the guess that costs are: a worker's first one loads much


class Count:
    """Counts jobs and runs, and estimates the time left from how long finished jobs took for their cost.

    Only seconds spent on finished jobs count, not the start of workers. Until the first job has ended, its estimated
    seconds are used.

    Parameters
    ----------
    plan : Plan
    workers : int
        Jobs computed at a time.
    clock : callable
        Gives seconds since an arbitrary start.
    """

    def __init__(self, plan: Plan, workers: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.plan, self.workers, self.clock = plan, workers, clock
        self.done = self.failed = self.runs_done = self.runs_failed = self.diverged = 0
        self.cost_left = self.cost = sum(job.cost for job in plan.jobs)
        self.cost_done = self.seconds_done = 0.0
        self.reasons: Counter[str] = Counter()  # jobs by why they failed
        self.started = self.last = clock()

    def add(self, outcome: Outcome) -> None:
        """Count an outcome."""
        cost, runs = outcome.job.cost, len(outcome.job.seeds)
        self.cost_left -= cost
        self.last = self.clock()
        if outcome.table is None:  # how soon it failed says nothing about the others
            self.failed += 1
            self.runs_failed += runs
            self.reasons[outcome.reason] += 1
            return
        self.done += 1
        self.runs_done += runs
        self.diverged += outcome.diverged
        self.cost_done += cost
        self.seconds_done += outcome.seconds

    @property
    def left(self) -> int:
        """Jobs left."""
        return len(self.plan.jobs) - self.done - self.failed

    @property
    def share(self) -> float:
        """Share of the cost that is done: exactly 1 once no job is left, which rounding would miss."""
        return 1 - self.cost_left / (self.cost or 1) if self.left else 1.0

    @property
    def seconds_left(self) -> float:
        """Estimate the seconds left."""
        if not self.left:
            return 0.0
        rate = (self.seconds_done + GUESS_SECONDS) / (self.cost_done + GUESS_SECONDS)
        at_last_outcome = self.cost_left * rate / min(self.workers, self.left)
        return max(0.0, at_last_outcome - (self.clock() - self.last))

    def line(self) -> str:
        """Write the count as ``12 done, 0 failed, 48 left, about 1 min 20 s to go``."""
        text = f"{self.done} done, {self.failed} failed, {self.left} left"
        seconds = self.seconds_left
        return f"{text}, about {in_words(seconds)} to go" if seconds >= 1 else text

    def summary(self) -> str:
        """Write what was done as ``computed 600 runs in 7 jobs in 1 min 20 s; failed: 100 runs in 1 job``."""
        took = in_words(self.clock() - self.started)
        text = f"computed {_counted(self.runs_done, 'run')} in {_counted(self.done, 'job')} in {took}"
        if self.diverged:
            text += f"; {_counted(self.diverged, 'run')} diverged, kept apart and counted as not solved"
        failed = f"; failed: {_counted(self.runs_failed, 'run')} in {_counted(self.failed, 'job')}"
        return text + failed if self.failed else text

    def causes(self) -> list[str]:
        """Write why jobs failed, a line for each of the most frequent reasons."""
        frequent = self.reasons.most_common(MOST_REASONS)
        lines = [f"{_counted(jobs, 'job')} failed: {reason}" for reason, jobs in frequent]
        return [*lines, "..."] if len(self.reasons) > MOST_REASONS else lines


class Tracker(Protocol):
    """Counts outcomes as they are reported."""

    count: Count

    def __call__(self, outcome: Outcome) -> None:
        """Show it."""


@contextmanager
def tracking(plan: Plan, console: Console, workers: int) -> Iterator[Tracker]:
    """Show the progress of a plan.

    Parameters
    ----------
    plan : Plan
    console : Console
        Where to; a bar if it is a terminal.
    workers : int
        Jobs computed at a time.

    Yields
    ------
    callable
        To be called with each outcome; its `count` holds at the end what was done.
    """
    count = Count(plan, workers)
    if not console.is_terminal:
        yield _PlainLines(count, console)
        return
    columns: list[ProgressColumn] = [
        SpinnerColumn("dots" if console.encoding.startswith("utf") else "line"),
        # Green by name: the usual green looks like an empty bar where a terminal has 16 colours.
        BarColumn(40, finished_style="green"),
        TextColumn("{task.percentage:>3.0f} %"),
        _Line(count),
    ]
    with Progress(*columns, console=console) as progress:
        yield _Bar(count, progress)


class _Bar:
    """Moves a bar."""

    def __init__(self, count: Count, progress: Progress) -> None:
        self.count, self.progress = count, progress
        self.task = progress.add_task("", total=1.0)

    def __call__(self, outcome: Outcome) -> None:
        self.count.add(outcome)
        self.progress.update(self.task, completed=self.count.share)


class _PlainLines:
    """Prints a line now and then, and one at the end."""

    def __init__(self, count: Count, console: Console) -> None:
        self.count, self.console, self.last = count, console, count.started

    def __call__(self, outcome: Outcome) -> None:
        self.count.add(outcome)
        now = self.count.clock()
        if not self.count.left or now - self.last >= PLAIN_SECONDS:
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


def _counted(number: int, noun: str) -> str:
    """Write a count as ``1 job`` or ``2,000 jobs``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


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
