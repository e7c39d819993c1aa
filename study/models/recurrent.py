"""What the recurrent models share: a recurrent layer under a dense layer of logistic outputs.

A model only says which layer it is and whether it carries state; `study.training.loop` trains it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from study.models.base import Model
from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Schedule
from study.training.rows import Checkpoint

if TYPE_CHECKING:
    from study.config import Config
    from study.training.loop import Blocks


class RecurrentModel(Model):
    """A recurrent layer and a dense layer of logistic outputs, trained on binary cross-entropy."""

    needs = (*Model.needs, "layer")
    layer: ClassVar[str]  # name in study.training.layers.LAYERS

    def train(
        self,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
        checkpoints: Sequence[int],
    ) -> Iterator[Checkpoint]:
        """Train many seeds in blocks; see `Model.train`."""
        training = self.training(config, datasets, schedule, seeds)
        for epoch in sorted(set(checkpoints)):
            training.train_to(epoch)
            yield training.checkpoint()

    def training(
        self, config: Config, datasets: Sequence[EncodedDataset], schedule: Schedule, seeds: Sequence[int]
    ) -> Blocks:
        """Set the seeds up for training that can be saved and resumed; arguments as for `Model.train`."""
        from study.training.loop import Blocks  # noqa: PLC0415  (so that models are known without torch)

        return Blocks(self, config, datasets, schedule, seeds)
