"""The tutorial's program in real Keras for many seeds: Keras' layers, losses, optimisers and its own training step.

Called from Python, an update takes a millisecond; here TensorFlow compiles a loop over many, and a test holds it to
plain calls of `train_on_batch`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from study.config import Config
from study.errors import StudyError
from study.sequences.configured import datasets_of
from study.sequences.encoding import EncodedDataset

LAYERS = {"stateful_lstm": "LSTM", "stateful_gru": "GRU", "stateful_simple_rnn": "SimpleRNN"}  # model: Keras' layer
OPTIMISERS = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"}
LOSSES = {  # loss: activation of the outputs, and what is made small
    "cross_entropy": ("sigmoid", "binary_crossentropy"),
    "softmax_cross_entropy": ("softmax", "categorical_crossentropy"),
}
TOGETHER = 250  # epochs of one call of the compiled loop

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


def require_keras() -> None:
    """Raise a StudyError that says what to install where Keras or TensorFlow is missing, and choose TensorFlow."""
    missing = [name for name in ("keras", "tensorflow") if find_spec(name) is None]
    if missing:
        raise StudyError(
            f"{' and '.join(missing)} not installed; install keras and tensorflow-cpu beside the study, in an "
            "environment of their own"
        )
    if os.environ.setdefault("KERAS_BACKEND", "tensorflow") != "tensorflow":
        raise StudyError(
            f"KERAS_BACKEND is {os.environ['KERAS_BACKEND']!r}; it must be tensorflow, where a stateful layer carries "
            "its state from call to call"
        )


def versions() -> str:
    """Name the versions of Keras and TensorFlow, as ``keras 3.15.1, tensorflow 2.21.0``."""
    try:
        below = version("tensorflow")
    except PackageNotFoundError:  # the same package, for processors alone
        below = version("tensorflow-cpu")
    return f"keras {version('keras')}, tensorflow {below}"


def batches(dataset: EncodedDataset, lanes: int) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """Lay out an epoch by hand, one sequence a lane: batches of one row are the tutorial's.

    Parameters
    ----------
    dataset : EncodedDataset
        With sequences of one length.
    lanes : int
        A divisor of the number of sequences.

    Returns
    -------
    rows : ndarray of int, shape (updates, lanes)
    resets : ndarray of bool, shape (updates,)
        Whether the state is reset after an update.
    """
    length = dataset.lengths[0]
    rows = np.arange(dataset.rows).reshape(-1, lanes, length).swapaxes(1, 2).reshape(-1, lanes)
    return rows, np.arange(1, len(rows) + 1) % length == 0


def built(config: Config, dataset: EncodedDataset, lanes: int) -> Any:
    """Build and compile the model in Keras, as a reader does; its initial weights are drawn."""
    import keras  # noqa: PLC0415  (not a dependency; here it is known to be there)

    activation, loss = LOSSES[config.loss]
    layer = getattr(keras.layers, LAYERS[config.model])
    layers = [
        keras.Input(batch_shape=(lanes, 1, dataset.features)),
        layer(config.units, stateful=True, unroll=True),  # of one timestep, so that there is no loop to keep
        keras.layers.Dense(dataset.features, activation=activation),
    ]
    optimiser = getattr(keras.optimizers, OPTIMISERS[config.optimiser])
    model = keras.Sequential(layers)
    model.compile(loss=loss, optimizer=optimiser(config.learning_rate, **dict(config.optimiser_options)))
    return model


def drawn_weights(config: Config, dataset: EncodedDataset, seed: int) -> list[Floats]:
    """Let Keras draw a seed's initial weights, in the order of its layers."""
    require_keras()
    import keras  # noqa: PLC0415  (not a dependency; here it is known to be there)

    keras.utils.set_random_seed(seed)
    weights: list[Floats] = built(config, dataset, 1).get_weights()
    return weights


class Program:
    """A stateful network of Keras and its training, for one seed after the other.

    Parameters
    ----------
    config : Config
        Of a stateful model with one timestep, one sequence a lane or rows shuffled within each sequence, and resets
        after each sequence.
    dataset : EncodedDataset

    Raises
    ------
    StudyError
        If Keras is not installed.
    """

    def __init__(self, config: Config, dataset: EncodedDataset) -> None:
        require_keras()
        import tensorflow  # noqa: PLC0415  (not a dependency; here it is known to be there)

        self.config, self.dataset, self._tensorflow = config, dataset, tensorflow
        self.rows, self.resets = batches(dataset, config.batch_size)
        self.model, self._used = (built(config, dataset, lanes) for lanes in (config.batch_size, 1))
        self._inputs, self._targets = tensorflow.constant(dataset.X), tensorflow.constant(dataset.Y)
        self.model.optimizer.build(self.model.trainable_variables)
        self._begun = [variable.numpy() for variable in self.model.optimizer.variables]
        self.model.train_on_batch(*self._batch(self.rows[0]))  # makes the other variables; `start` undoes the update
        self._loop = tensorflow.function(self._epochs, jit_compile=True)

    def start(self, seed: int) -> None:
        """Begin again with a seed: new initial weights, an optimiser that remembers nothing, zero state."""
        self.model.set_weights(drawn_weights(self.config, self.dataset, seed))
        for variable, value in zip(self.model.optimizer.variables, self._begun, strict=True):
            variable.assign(value)
        self.model.layers[0].reset_state()
        self._orders = np.random.default_rng(seed)

    def train(self, epochs: int) -> Floats:
        """Go on for some epochs.

        Parameters
        ----------
        epochs : int

        Returns
        -------
        ndarray, shape (epochs, updates)
            Loss of each update, before it.
        """
        lasting = [min(TOGETHER, epochs - done) for done in range(0, epochs, TOGETHER)]
        return np.concatenate([self._loop(self._drawn(count)).numpy() for count in lasting])

    def train_plainly(self, epochs: int) -> Floats:
        """Do what `train` does by plain calls of `train_on_batch`, one an update."""
        losses = []
        for step, rows in enumerate(row for epoch in self._drawn(epochs) for row in epoch):
            self.model.reset_metrics()  # else it returns the mean of all losses so far
            losses.append(self.model.train_on_batch(*self._batch(rows)))
            if self.resets[step % len(self.resets)]:
                self.model.layers[0].reset_state()
        return np.asarray(losses, dtype=np.float32).reshape(epochs, -1)

    def _drawn(self, epochs: int) -> Integers:
        """Give the rows of some epochs, shape (epochs, updates, lanes); shuffled within each sequence if asked for."""
        rows = np.broadcast_to(self.rows, (epochs, *self.rows.shape))
        if self.config.layout != "shuffled":
            return rows
        by_sequence = rows.reshape(epochs, len(self.dataset.lengths), -1)
        return self._orders.permuted(by_sequence, axis=2).reshape(rows.shape)

    def _batch(self, rows: Any) -> tuple[Any, Any]:
        """Take the inputs and the targets of a batch."""
        gather = self._tensorflow.gather
        return gather(self._inputs, rows), gather(self._targets, rows)

    def _epochs(self, rows: Any) -> Any:
        """Train for some epochs with Keras' own step; TensorFlow compiles this as one program."""
        tensorflow = self._tensorflow

        def epoch(rows: Any) -> Any:
            losses = []
            for step, resets in enumerate(self.resets):
                self.model.reset_metrics()
                losses.append(self.model.train_step(self._batch(rows[step]))["loss"])
                if resets:
                    self.model.layers[0].reset_state()
            return tensorflow.stack(losses)

        return tensorflow.map_fn(epoch, rows, fn_output_signature=tensorflow.float32, parallel_iterations=1)

    def answers(self) -> Floats:
        """Ask the trained network row by row, the state reset before each sequence.

        Returns
        -------
        ndarray, shape (rows, outputs)
            In the order of the dataset's rows.
        """
        self._used.set_weights(self.model.get_weights())
        answers = []
        for row, position in enumerate(self.dataset.position):
            if position == 0:
                self._used.layers[0].reset_state()
            answers.append(self._used.predict_on_batch(self.dataset.X[row : row + 1])[0])
        return np.stack(answers)


def answers_of(config: Config, seeds: Sequence[int], epochs: Sequence[int]) -> dict[int, Floats]:
    """Train every seed and ask the networks at each of some epochs.

    Parameters
    ----------
    config : Config
    seeds : sequence of int
    epochs : sequence of int
        Ascending.

    Returns
    -------
    dict of int to ndarray, shape (seeds, rows, outputs)
        By epoch.
    """
    program = Program(config, datasets_of(config, [0])[0])
    asked: dict[int, list[Floats]] = {epoch: [] for epoch in epochs}
    for seed in seeds:
        program.start(seed)
        for before, epoch in zip((0, *epochs), epochs, strict=False):
            program.train(epoch - before)
            asked[epoch].append(program.answers())
    return {epoch: np.stack(answers) for epoch, answers in asked.items()}
