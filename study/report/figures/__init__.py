"""All figures, one line each; each file draws one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from study.report.evidence import Evidence
from study.report.figures import (
    accuracy,
    batches_in_time,
    causal,
    generation,
    learning,
    long_sequences,
    mechanism,
    order,
    tuning,
    tutorial,
)


class FigureOf(NamedTuple):
    """A figure, what it needs, and what it shows in words for those who cannot see it."""

    draw: Callable[[Evidence], Figure]
    experiment: str
    alt: str
    script: str


FIGURES: dict[str, FigureOf] = {
    "accuracy": FigureOf(accuracy.draw, "main_grid", accuracy.ALT, "study/report/figures/accuracy.py"),
    "learning": FigureOf(learning.draw, "main_grid", learning.ALT, "study/report/figures/learning.py"),
    "tutorial": FigureOf(tutorial.draw, "main_grid", tutorial.ALT, "study/report/figures/tutorial.py"),
    "causal": FigureOf(causal.draw, "causal", causal.ALT, "study/report/figures/causal.py"),
    "mechanism": FigureOf(mechanism.draw, "mechanism", mechanism.ALT, "study/report/figures/mechanism.py"),
    "tuning": FigureOf(tuning.draw, "tuning", tuning.ALT, "study/report/figures/tuning.py"),
    "long_sequences": FigureOf(
        long_sequences.draw, "long_sequences", long_sequences.ALT, "study/report/figures/long_sequences.py"
    ),
    "generation": FigureOf(generation.draw, "questions", generation.ALT, "study/report/figures/generation.py"),
    "order": FigureOf(order.draw, "shuffle_epoch", order.ALT, "study/report/figures/order.py"),
    "batches_in_time": FigureOf(
        batches_in_time.draw, "batch_learning", batches_in_time.ALT, "study/report/figures/batches_in_time.py"
    ),
}
