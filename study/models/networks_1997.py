"""The networks of Experiment 2 of 1997, exactly wired, which learn on line from streams alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from study.errors import StudyError
from study.models.base import Model
from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Schedule
from study.training.rows import Checkpoint

if TYPE_CHECKING:
    from study.config import Config


class NetworkOf1997(Model):
    """A network whose wiring a configuration chooses, see `study.wiring`; `study.training.online` trains it."""

    carries_state: ClassVar[bool] = True

    def train(
        self,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
        checkpoints: Sequence[int],
    ) -> Iterator[Checkpoint]:
        """Refuse rows and epochs; see `Model.train`."""
        del datasets, schedule, seeds, checkpoints
        raise StudyError(f"model {config.model} learns from streams alone; give a budget in sequences, not epochs")


class SelfRecurrent1997(NetworkOf1997):
    """One self-recurrent unit, and outputs that see it and the inputs."""

    label = "self-recurrent unit of 1997"


class MemoryCell1997(NetworkOf1997):
    """The same with a memory cell and an input gate in the unit's place."""

    label = "memory cell of 1997, on line"


class CellBlocks1997(NetworkOf1997):
    """Two cell blocks with input and output gates, and two outputs that see the cells alone."""

    label = "two cell blocks of 1997, on line"
