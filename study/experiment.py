"""What an experiment is: a question, the configurations that answer it, and how many seeds each is given.

Experiments only name configurations; they never train, store or draw, so that adding one is one file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from study.config import Config
from study.errors import require

TUTORIAL_EPOCHS = 250
SPREAD: tuple[int, ...] = (
    5,
    10,
    15,
    20,
    30,
    40,
    50,
    60,
    75,
    100,
    125,
    150,
    175,
    200,
    225,
    250,
    300,
    350,
    400,
    500,
    600,
    700,
    800,
)
SPREAD += (1000, 1250, 1500, 1750, 2000, 2500, 3000, 3500, 4000, 5000, 6000, 8000, 10000, 12000, 16000)
PROBED: dict[str, tuple[int, ...]] = {"mechanism": (1,)}  # epochs at which a probe looks beside the checkpoints


@dataclass(frozen=True)
class Preset:
    """How much of an experiment is run.

    Attributes
    ----------
    name : str
    seeds : int
        Seeds of each configuration.
    long : bool
        Whether configurations run to their long budgets; otherwise for the tutorial's 250 epochs.
    summary : str
        For the help text.
    """

    name: str
    seeds: int
    long: bool
    summary: str


PRESETS = {
    "quick": Preset("quick", 8, False, "short budgets, 8 seeds a configuration: to see that all works"),
    "standard": Preset("standard", 100, True, "long budgets, 100 seeds a configuration: what the report shows"),
    "full": Preset(
        "full", 1000, True, "long budgets, 1,000 seeds a configuration, and lags of 300 and 1,000: hours on 2 cores"
    ),
}


class Arm(NamedTuple):
    """One side of a comparison: a configuration at a checkpoint, and what counts as success.

    Attributes
    ----------
    config : Config
    epoch : int, optional
        A checkpoint; the last one if left out.
    criterion : str
        Name in `study.measures.summaries.CRITERIA`.
    """

    config: Config
    epoch: int | None = None
    criterion: str = "right"


class Comparison(NamedTuple):
    """A comparison of two arms on the same seeds, written down before they are run, in ``configs.py``.

    Attributes
    ----------
    what : str
        What is compared, in words, the first arm first: ``SGD 0.5 against Adam 0.001, batch size 1``.
    first, second : Arm
    expected : str, optional
        Which arm was thought to be ahead, ``first``, ``second`` or ``neither``, when this was written; empty if
        nothing was.
    """

    what: str
    first: Arm
    second: Arm
    expected: str = ""


class Experiment(ABC):
    """A question put to many configurations.

    Attributes
    ----------
    name : str
        As given to ``study run --experiment``.
    question : str
        What it asks, in one sentence.
    least_seeds : int
        A partly stored experiment is shown only if each configuration has at least so many seeds; more than 1 where
        reliability is the question, since a few seeds may all be right by luck.
    first_seed : int
        Seeds are counted from this one: other seeds than elsewhere where something is chosen by the results.
    """

    name: ClassVar[str]
    question: ClassVar[str]
    least_seeds: ClassVar[int] = 1
    first_seed: ClassVar[int] = 0

    def __init_subclass__(cls) -> None:
        """Refuse an experiment that lacks a part, where it is written down."""
        require(cls, ("name", "question", "configs"), f"experiment {cls.__name__}")

    @abstractmethod
    def configs(self, preset: Preset) -> list[Config]:
        """List the configurations of a preset, none twice; none at all where the preset leaves the experiment out."""

    def seeds(self, preset: Preset, config: Config) -> int:
        """Count the seeds of a configuration in a preset."""
        del config
        return preset.seeds

    def seeds_of(self, preset: Preset, count: int | None = None) -> Mapping[Config, range]:
        """Name the seeds of each configuration of a preset: `count` of them, as many as `seeds` says if left out."""
        first = self.first_seed
        return {
            config: range(first, first + (self.seeds(preset, config) if count is None else count))
            for config in self.configs(preset)
        }


def checkpoints(epochs: int) -> tuple[int, ...]:
    """Choose the epochs at which a run of that length is scored: a few dozen, closer together early on.

    Examples
    --------
    >>> checkpoints(50)
    (0, 5, 10, 15, 20, 30, 40, 50)
    """
    return (0, *(epoch for epoch in SPREAD if epoch < epochs), epochs)


def scored_at(config: Config) -> tuple[int, ...]:
    """List the epochs at which a configuration's runs are scored: the checkpoints of its budget, and those of its
    probe.

    Examples
    --------
    >>> scored_at(Config(epochs=10, probe="mechanism"))
    (0, 1, 5, 10)
    """
    return tuple(sorted({*checkpoints(config.epochs), *PROBED.get(config.probe, ())}))
