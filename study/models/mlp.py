"""The network without memory: a multilayer perceptron as scikit-learn trains it, on the same rows in the same order.

It is the baseline that must fail on the ambiguous rows: equal inputs get equal answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from study.errors import StudyError
from study.models.base import Model
from study.randomness import stream
from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import EMPTY, Epoch, Schedule
from study.training.rows import Answers, Checkpoint, Orders, in_sequence, items, scored_epochs

if TYPE_CHECKING:
    from study.config import Config

# Settings of recurrent networks that mean nothing here: a configuration that has one is not what it says.
IGNORED = (
    "optimiser", "optimiser_options", "loss", "initialisation", "initialisation_options", "accumulate", "frozen",
    "stop_gradient", "gradient_rows", "sees_inputs", "precision",
)  # fmt: skip


class MLP(Model):
    """One hidden layer of tanh units, one logistic output a symbol, binary cross-entropy, Adam with Keras' settings.

    The window is flattened. Training adds the loss over outputs, as scikit-learn does, where Keras takes the mean,
    which Adam does not notice.
    """

    label = "MLP"
    carries_state = False

    def train(
        self,
        config: Config,
        datasets: Sequence[EncodedDataset],
        schedule: Schedule,
        seeds: Sequence[int],
        checkpoints: Sequence[int],
    ) -> Iterator[Checkpoint]:
        """Train all seeds side by side; see `Model.train`."""
        if not all(dataset.last_target_only for dataset in datasets):
            raise StudyError(
                f"targets is {config.targets!r}, but the MLP answers at the last step of a row alone; "
                "use targets='last' or a recurrent model"
            )
        if (schedule.epoch().rows == EMPTY).any():
            raise StudyError(
                "interleaved sequences of unequal lengths leave lanes empty, which the MLP's batches cannot; "
                "use layout consecutive or sequences of one length"
            )
        refuse_what_is_ignored(config)
        from study.training.perceptrons import Perceptrons  # noqa: PLC0415  (so that plans need no scipy)

        inputs = np.stack([dataset.X.reshape(dataset.rows, -1) for dataset in datasets]).astype(np.float64)
        targets = np.stack([dataset.Y for dataset in datasets]).astype(np.float64)  # (dataset, row, output)
        draws = [int(stream("initialisation", seed).integers(2**31)) for seed in seeds]
        networks = Perceptrons(draws, inputs.shape[2], config.units, targets.shape[2], config.learning_rate)
        orders, losses, trained = Orders(schedule, seeds), np.full(len(seeds), np.nan), 0
        scored = scored_epochs(schedule, seeds, carries_state=False)
        for checkpoint in checkpoints:
            for number in range(trained, checkpoint):
                rows = orders.epoch(number).rows
                losses = networks.train_epoch(inputs, targets, rows, with_loss=number == checkpoint - 1)
            trained = checkpoint
            answers = networks.answer_rows(inputs).astype(np.float32)
            yield Checkpoint(
                checkpoint,
                checkpoint * len(schedule.epoch().rows),
                losses / datasets[0].features,
                _arrange(answers, datasets[0], scored),
                _arrange(answers, datasets[0], [in_sequence(datasets[0])]),
            )


def _arrange(answers: npt.NDArray[np.float32], dataset: EncodedDataset, epochs: Sequence[Epoch]) -> Answers:
    """Bring answers to rows into the order of the items."""
    rows, steps = items(dataset, epochs)
    return Answers(
        np.take_along_axis(answers, np.broadcast_to(rows, (len(answers), rows.shape[1]))[..., None], 1), rows, steps
    )


def refuse_what_is_ignored(config: Config) -> None:
    """Raise a StudyError if a configuration has a setting that the MLP would not heed."""
    for name in IGNORED:
        if (value := getattr(config, name)) != getattr(type(config), name):
            raise StudyError(f"{name} is {value!r}, which the MLP does not know; leave it out or use a recurrent model")
