"""What one run of the tutorial should take, and whether it does."""

from __future__ import annotations

from study.bench.table import FLOOR, TUTORIAL_UPDATES, Check, Timing

MANY = 64  # seeds from which one run is held against the aim
AIM = 1.6  # times Adam alone


def run_checks(timings: list[Timing]) -> list[Check]:
    """Hold one run of the tutorial, the kernel's fastest with many seeds, against Adam alone."""
    fastest = [
        t.fastest for t in timings if t.what == "kernel" and t.timesteps == t.batch_size == 1 and t.seeds >= MANY
    ]
    floors = [t.fastest for t in timings if t.what == FLOOR]
    if not fastest or not floors:
        return []
    name = "one run of the tutorial, many seeds"
    return [
        Check(name, min(fastest) * TUTORIAL_UPDATES, "ms", ""),
        Check(f"{name}, against {FLOOR}", min(fastest) / min(floors), "times", f"aim: at most {AIM} times"),
    ]
