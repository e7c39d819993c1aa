"""The loss that the tutorial prints, beside what is right."""

from __future__ import annotations

from dataclasses import dataclass

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.measures.statistics import Rate
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import counted, number, small
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import Ceiling, ceiling

TUTORIAL_LOSS = 0.0925  # printed by the tutorial at the end of its run


@dataclass(frozen=True)
class LossAt:
    """Losses of a configuration's seeds at one checkpoint.

    Attributes
    ----------
    epoch : int
    right, worse, both : Rate
        Seeds with every row right, with a loss above the floor of a network without memory, and with both.
    median, low, high : float
        Loss over seeds: median, least, greatest.
    error : float
        Largest error of an output, the median of the seeds with every row right; nan if there are none.
    """

    epoch: int
    right: Rate
    worse: Rate
    both: Rate
    median: float
    low: float
    high: float
    error: float


def memoryless(config: Config) -> Ceiling:
    """Give the best that a network without memory can reach on the rows of a configuration."""
    dataset = datasets_of(config, [0])[0]
    return ceiling(dataset, schedule_of(config, dataset), carries_state=False, softmax=config.softmax)


def losses(evidence: Evidence, config: Config) -> tuple[LossAt, LossAt]:
    """Read the losses at the tutorial's own budget and at the longest."""
    floor = memoryless(config).loss_floor
    return _at(evidence, config, TUTORIAL_EPOCHS, floor), _at(evidence, config, config.epochs, floor)


def _at(evidence: Evidence, config: Config, epoch: int, floor: float) -> LossAt:
    runs = evidence.table(config).query("epoch == @epoch")
    right, worse = runs["accuracy"] == 1, runs["loss"] > floor
    return LossAt(
        epoch=epoch,
        right=Rate(int(right.sum()), len(runs)),
        worse=Rate(int(worse.sum()), len(runs)),
        both=Rate(int((right & worse).sum()), len(runs)),
        median=float(runs["loss"].median()),
        low=float(runs["loss"].min()),
        high=float(runs["loss"].max()),
        error=float(runs.loc[right, "largest_error"].median()),
    )


def loss_facts(config: Config, first: LossAt, last: LossAt) -> Facts:
    """What the text says of losses."""
    blind = memoryless(config)
    return {
        "first": _told(first),
        "last": _told(last),
        "printed": number(TUTORIAL_LOSS, 4),
        "floor": number(blind.loss_floor, 4),
        "right_without": str(blind.overall),
    }


def _told(loss: LossAt) -> Facts:
    return {
        "epochs": number(loss.epoch),
        "right": counted(loss.right),
        "worse": counted(loss.worse),
        "both": counted(loss.both),
        "median": number(loss.median, 4),
        "low": number(loss.low, 4),
        "high": number(loss.high, 4),
        "error": small(loss.error),
    }
