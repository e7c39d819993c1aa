"""The network without memory: scikit-learn's multilayer perceptron, on the same rows in the same order.

It is the baseline that must fail on the ambiguous rows: equal inputs get equal answers.
"""

from __future__ import annotations

import warnings
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
    from sklearn.neural_network import MLPClassifier

    from study.config import Config


class MLP(Model):
    """One hidden layer of tanh units, one logistic output a symbol, binary cross-entropy, Adam with Keras' settings.

    The window is flattened. scikit-learn adds the loss over outputs where Keras takes the mean, which Adam does not
    notice; its weight decay is switched off.
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
        """Train one seed after the other; see `Model.train`."""
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
        by_seed = [
            self._train_one(config, datasets[k % len(datasets)], schedule, seed, checkpoints)
            for k, seed in enumerate(seeds)
        ]
        scored = scored_epochs(schedule, seeds, carries_state=False)
        for place, epoch in enumerate(checkpoints):
            probabilities, losses = zip(*(moments[place] for moments in by_seed), strict=True)
            answers = np.stack(probabilities)  # (seed, row, output)
            yield Checkpoint(
                epoch,
                epoch * len(schedule.epoch().rows),
                np.array(losses),
                _arrange(answers, datasets[0], scored),
                _arrange(answers, datasets[0], [in_sequence(datasets[0])]),
            )

    def _train_one(
        self, config: Config, dataset: EncodedDataset, schedule: Schedule, seed: int, checkpoints: Sequence[int]
    ) -> list[tuple[npt.NDArray[np.float32], float]]:
        """Train one seed: the probabilities of all rows, and the epoch's loss, at each checkpoint."""
        from sklearn import config_context  # noqa: PLC0415  (here and below: so that models are known without it)
        from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415
        from sklearn.neural_network import MLPClassifier  # noqa: PLC0415

        inputs = dataset.X.reshape(dataset.rows, -1).astype(np.float64)  # (row, timestep * feature)
        targets = dataset.Y.astype(int)
        network = MLPClassifier(
            hidden_layer_sizes=(config.units,),
            activation="tanh",
            solver="adam",
            alpha=0.0,
            batch_size=config.batch_size,
            learning_rate_init=config.learning_rate,
            epsilon=1e-7,
            shuffle=False,
            random_state=int(stream("initialisation", seed).integers(2**31)),
        )
        orders, moments, trained = Orders(schedule, [seed]), [], 0
        classes: npt.NDArray[np.int_] | None = np.arange(dataset.features)
        with warnings.catch_warnings(), config_context(assume_finite=True, skip_parameter_validation=True):
            warnings.simplefilter("ignore", ConvergenceWarning)
            for checkpoint in checkpoints:
                # Epochs are strung together, since a call costs as much as a dozen updates; the last one stands alone,
                # so that the loss scikit-learn reports is that of one epoch.
                epochs = [orders.epoch(number).rows.reshape(-1) for number in range(trained, checkpoint)]
                for rows in ([np.concatenate(epochs[:-1])] if len(epochs) > 1 else []) + epochs[-1:]:
                    network.partial_fit(inputs[rows], targets[rows], classes=classes)
                    classes = None  # the first call alone wants them
                loss = network.loss_ / dataset.features if checkpoint else np.nan
                moments.append((self._probabilities(network, inputs, targets), loss))
                trained = checkpoint
        return moments

    def _probabilities(
        self, network: MLPClassifier, inputs: npt.NDArray[np.float64], targets: npt.NDArray[np.int_]
    ) -> npt.NDArray[np.float32]:
        """Answer each distinct input once, so that equal inputs get equal bits."""
        from sklearn.base import clone  # noqa: PLC0415

        distinct, place = np.unique(inputs, axis=0, return_inverse=True)
        if not hasattr(network, "coefs_"):  # before training: scikit-learn draws its weights at the first fit
            network = clone(network).set_params(learning_rate_init=1e-300)
            network.partial_fit(inputs, targets, classes=np.arange(targets.shape[1]))
        return np.asarray(network.predict_proba(distinct)[place.reshape(-1)], dtype=np.float32)


def _arrange(answers: npt.NDArray[np.float32], dataset: EncodedDataset, epochs: Sequence[Epoch]) -> Answers:
    """Bring answers to rows into the order of the items."""
    rows, steps = items(dataset, epochs)
    return Answers(
        np.take_along_axis(answers, np.broadcast_to(rows, (len(answers), rows.shape[1]))[..., None], 1), rows, steps
    )
