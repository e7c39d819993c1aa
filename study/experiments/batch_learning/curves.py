"""Batch learning by three clocks: what its figure and section share.

Configurations are compared up to the same number of updates, even if stored with a longer budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from study.config import Config
from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, LONG_UPDATES, REACHES
from study.measures.statistics import Rate
from study.measures.summaries import Summary, possible
from study.report.evidence import Evidence

Key = tuple[str, str, float]  # kind of row, time of the update, learning rate


@dataclass(frozen=True)
class Curve:
    """A configuration at its checkpoints after the start, up to the number of updates that all have.

    Attributes
    ----------
    config : Config
    points : tuple of Summary
    """

    config: Config
    points: tuple[Summary, ...]

    @property
    def updates(self) -> list[int]:
        """Weight updates at each point."""
        return [point.updates for point in self.points]

    @property
    def epochs(self) -> list[int]:
        """Epochs at each point."""
        return [point.epoch for point in self.points]

    @property
    def timesteps(self) -> list[int]:
        """Timesteps computed forward and back until each point: a cost that no other job on a machine changes."""
        return [point.rows_seen * self.config.timesteps for point in self.points]

    @property
    def right(self) -> list[Rate]:
        """Share of seeds with the ambiguous rows right at each point."""
        return [point.solved for point in self.points]

    def at(self, clock: str, reading: int) -> Summary:
        """Give the last point at which a clock has not passed a reading."""
        return [point for point, now in zip(self.points, getattr(self, clock), strict=True) if now <= reading][-1]

    def first(self, share: float) -> Summary | None:
        """Give the first point at which that share of the seeds is right."""
        return next((point for point in self.points if point.solved.share >= share), None)


def curve_keys() -> list[tuple[str, str, float]]:
    """List kinds of rows, times of the update and learning rates; a row of a sequence has no update inside it."""
    return [
        (reach, after, rate)
        for reach, (_, rows) in REACHES.items()
        for after, updates in AFTER.items()
        if updates <= rows
        for rate in LEARNING_RATES
    ]


def curve_of(evidence: Evidence, reach: str, after: str, learning_rate: float) -> Curve:
    """Read the curve of a kind of row, a time of the update and a learning rate."""
    plain, rows = REACHES[reach]
    config = evidence.find(
        "batch_learning", model=plain.model, timesteps=plain.timesteps, targets=plain.targets,
        accumulate=rows // AFTER[after], learning_rate=learning_rate,
    )  # fmt: skip
    made = evidence.table(config).groupby("epoch")["updates"].first()
    epochs: Sequence[int] = [int(epoch) for epoch in made[(made > 0) & (made <= LONG_UPDATES)].index]
    return Curve(config, tuple(evidence.summary(config, epoch) for epoch in epochs))


def timesteps_an_epoch(config: Config) -> int:
    """Timesteps computed in an epoch: rows times their length, empty steps of a window included."""
    return possible(config).rows_seen * config.timesteps
