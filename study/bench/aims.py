"""What one run of the tutorial should take, and whether it does."""

from __future__ import annotations

from study.bench.table import TUTORIAL_UPDATES, Check, Timing

MANY = 128  # seeds from which one run is held against the aims
# Milliseconds of one run that each engine should reach, as they were set on another processor (Zen 4), and what Adam
# alone took there: on slower ones the multiple of Adam alone is what can be compared.
AIMS = {"engine": (5, "Adam alone (PyTorch, fused)", 2.0), "compiled engine": (3, "Adam alone (compiled)", 1.22)}


def run_checks(timings: list[Timing]) -> list[Check]:
    """Hold one run of the tutorial, the fastest of each engine with many seeds, against what it should take."""
    checks = []
    for what, (aim, floor, floor_there) in AIMS.items():
        fastest = [
            t.fastest for t in timings if t.what == what and t.timesteps == t.batch_size == 1 and t.seeds >= MANY
        ]
        floors = [t.fastest for t in timings if t.what == floor]
        name = f"one run of the tutorial, {what}, many seeds"
        if fastest:
            checks.append(Check(name, min(fastest) * TUTORIAL_UPDATES, "ms", f"aim: at most {aim} ms"))
        if fastest and floors:
            said = f"aim: at most {aim / floor_there:.2f} times, {aim} ms where Adam alone takes {floor_there} ms"
            checks.append(Check(f"{name}, against {floor}", min(fastest) / min(floors), "times", said))
    return checks
