"""What a model is: something that is fed batches of encoded rows and answers with probabilities at checkpoints.

All models get the same arrays in the same order; how they compute is up to them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Schedule
from study.training.rows import Checkpoint

if TYPE_CHECKING:
    from study.config import Config


class Model(ABC):
    """A kind of network.

    Attributes
    ----------
    label : str
        Its name in tables.
    carries_state : bool
        Whether it hands state from batch to batch.
    needs : tuple of str
        What a model has to define.
    """

    needs: ClassVar[tuple[str, ...]] = ("label", "carries_state", "train")
    label: ClassVar[str]
    carries_state: ClassVar[bool]

    @abstractmethod
    def train(
        self,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
        checkpoints: Sequence[int],
    ) -> Iterator[Checkpoint]:
        """Train many seeds for the configuration's budget.

        Parameters
        ----------
        config : Config
            Units, learning rate and the like.
        datasets : sequence of EncodedDataset
            One for each seed, of one shape, or a single one for all.
        schedule : Schedule
            How rows reach the model.
        seeds : sequence of int
            Seed indices.
        checkpoints : sequence of int
            Epochs after which to answer, in ascending order; 0 is before training.

        Yields
        ------
        Checkpoint
            One for each of `checkpoints`.
        """
