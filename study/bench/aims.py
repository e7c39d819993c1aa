"""What one run of the tutorial should take, where the kernel should be ahead, and whether that is so."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from study.bench.table import FLOOR, PLAIN, TUTORIAL_UPDATES, Check, Timing, interval

MANY = 64  # seeds from which one run is held against the aim
AIM = 1.6  # times Adam alone
KERNEL = "kernel"


def run_checks(timings: list[Timing]) -> list[Check]:
    """Hold one run of the tutorial, the kernel's fastest with many seeds, against Adam alone, round by round."""
    many = [t for t in timings if t.what == KERNEL and t.timesteps == t.batch_size == 1 and t.seeds >= MANY]
    floors = [t for t in timings if t.what == FLOOR]
    if not many or not floors:
        return []
    fastest, floor = (min(those, key=lambda t: t.milliseconds) for those in (many, floors))
    name = "one run of the tutorial, many seeds"
    times = [mine / adam for mine, adam in zip(fastest.rounds, floor.rounds, strict=True)]
    return [
        Check(f"{FLOOR}, as many updates", floor.milliseconds * TUTORIAL_UPDATES, "ms", said(floor.rounds, "ms")),
        Check(name, fastest.milliseconds * TUTORIAL_UPDATES, "ms", said(fastest.rounds, "ms")),
        Check(f"{name}, against {FLOOR}", median(times), "times", f"{said(times)}; aim: at most {AIM} times"),
    ]


def said(rounds: Iterable[float], unit: str = "") -> str:
    """Give the interval of a median in words; milliseconds are those of a run."""
    scale = TUTORIAL_UPDATES if unit == "ms" else 1
    low, high = interval([value * scale for value in rounds])
    return f"95 % interval {low:.2f} to {high:.2f}"


def row_checks(timings: list[Timing]) -> list[Check]:
    """Count the rows (timesteps, batch size, seeds) where the kernel is ahead, and name the others."""
    ahead, behind = 0, []
    for mine in timings:
        shape = mine.timesteps, mine.batch_size
        others = [
            t
            for t in timings
            if (t.timesteps, t.batch_size) == shape
            and t.what not in {KERNEL, FLOOR}
            and (t.seeds == mine.seeds or t.what.startswith(PLAIN))
        ]
        if mine.what != KERNEL or not others:
            continue
        best = min(others, key=lambda t: t.milliseconds)
        if mine.milliseconds < best.milliseconds:
            ahead += 1
            continue
        name = f"behind {best.what} at {shape[0]:,} step{'s' * (shape[0] > 1)}, batch {shape[1]}, {mine.seeds} seeds"
        behind.append(Check(name, mine.milliseconds / best.milliseconds, "times", "aim: below 1"))
    count = ahead + len(behind)
    return [Check("rows where the kernel is ahead of all others", ahead, "rows", f"aim: all {count}"), *behind]
