"""Multilayer perceptrons of many seeds, trained side by side as scikit-learn trains each of them alone.

One call of an array operation then serves all seeds, where scikit-learn spends most of its time on calls.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import expit, xlogy

from study.sequences.encoding import Integers

Array = npt.NDArray[np.float64]
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7


class Perceptrons:
    """One hidden layer of tanh units and logistic outputs, one network a seed; binary cross-entropy and Adam, float64.

    Draws, order of operations and the loss, which is added over outputs, are those of scikit-learn's `MLPClassifier`
    with ``activation="tanh"``, ``alpha=0`` and ``epsilon=1e-7``. Each product is one of a seed's own matrices, and all
    else is element by element, so no seed's result depends on the seeds beside it.

    Parameters
    ----------
    draws : sequence of int
        One for each network: what `MLPClassifier` takes as ``random_state``.
    inputs, units, outputs : int
    learning_rate : float
    """

    def __init__(self, draws: Sequence[int], inputs: int, units: int, outputs: int, learning_rate: float) -> None:
        self.learning_rate, self.updates = learning_rate, 0
        shapes = ((inputs, units), (1, units), (units, outputs), (1, outputs))
        self.parameters = np.stack([_initial(draw, inputs, units, outputs) for draw in draws])  # (seed, parameter)
        self.gradients, self.first, self.second = (np.zeros_like(self.parameters) for _ in range(3))
        self.weights, self.weight_gradients = _views(self.parameters, shapes), _views(self.gradients, shapes)

    def answer(self, inputs: Array) -> tuple[Array, Array]:
        """Give the hidden units, shape (seeds, rows, units), and the probabilities, shape (seeds, rows, outputs).

        Parameters
        ----------
        inputs : ndarray, shape (seeds or 1, rows, inputs)
        """
        kernel, bias, output_kernel, output_bias = self.weights
        hidden = np.tanh(inputs @ kernel + bias)
        return hidden, expit(hidden @ output_kernel + output_bias)

    def answer_rows(self, inputs: Array) -> Array:
        """Give the probabilities of all rows, one row at a time, so that equal inputs get equal bits."""
        each = [self.answer(inputs[:, row : row + 1])[1] for row in range(inputs.shape[1])]
        return np.concatenate(each, axis=1)

    def train_epoch(self, inputs: Array, targets: Array, rows: Integers, *, with_loss: bool) -> Array:
        """Make the weight updates of one epoch.

        Parameters
        ----------
        inputs, targets : ndarray, shape (seeds or 1, rows, inputs or outputs)
        rows : ndarray of int, shape (seeds or 1, steps, lanes)
        with_loss : bool

        Returns
        -------
        ndarray, shape (seeds,)
            Mean of the losses of all batches, each before its update; 0 if not asked for.
        """
        dataset = np.arange(len(inputs))[:, None]
        losses = np.zeros(len(self.parameters))
        for step in range(rows.shape[1]):
            batch = targets[dataset, rows[:, step]]  # (seed or 1, lane, output)
            probabilities = self.update(inputs[dataset, rows[:, step]], batch)
            if with_loss:
                losses += cross_entropy(probabilities, batch)
        return losses / len(rows[0])

    def update(self, inputs: Array, targets: Array) -> Array:
        """Make one weight update.

        Parameters
        ----------
        inputs : ndarray, shape (seeds or 1, lanes, inputs)
        targets : ndarray, shape (seeds or 1, lanes, outputs)
            0 or 1.

        Returns
        -------
        ndarray, shape (seeds, lanes, outputs)
            Probabilities before the update.
        """
        hidden, probabilities = self.answer(inputs)
        error = probabilities - targets  # (seed, lane, output): of the loss, by what the logistic function is given
        hidden_error = (error @ self.weights[2].swapaxes(1, 2)) * (1 - hidden**2)  # (seed, lane, unit)
        by_kernel, by_bias, by_output_kernel, by_output_bias = self.weight_gradients
        by_kernel[...] = inputs.swapaxes(1, 2) @ hidden_error
        by_output_kernel[...] = hidden.swapaxes(1, 2) @ error
        by_bias[...] = hidden_error.sum(axis=1, keepdims=True)
        by_output_bias[...] = error.sum(axis=1, keepdims=True)
        self.gradients /= inputs.shape[1]
        self._adam()
        return probabilities

    def _adam(self) -> None:
        """Go one step of Adam, with its epsilon beside the uncorrected root."""
        self.updates += 1
        self.first *= BETA_1
        self.first += (1 - BETA_1) * self.gradients
        self.second *= BETA_2
        self.second += (1 - BETA_2) * self.gradients**2
        rate = self.learning_rate * np.sqrt(1 - BETA_2**self.updates) / (1 - BETA_1**self.updates)
        self.parameters -= rate * self.first / (np.sqrt(self.second) + EPSILON)


def cross_entropy(probabilities: Array, targets: Array) -> Array:
    """Give each seed's binary cross-entropy, added over outputs, the mean over lanes; shape (seeds,)."""
    smallest = np.finfo(probabilities.dtype).eps
    probabilities = np.clip(probabilities, smallest, 1 - smallest)
    losses = xlogy(targets, probabilities) + xlogy(1 - targets, 1 - probabilities)
    return np.asarray(-losses.mean(axis=1).sum(axis=1))


def _initial(draw: int, inputs: int, units: int, outputs: int) -> Array:
    """Draw one network's weights in scikit-learn's order (Glorot and Bengio, 2010), the biases too."""
    generator = np.random.RandomState(draw)
    parts = []
    for fan_in, fan_out in ((inputs, units), (units, outputs)):
        bound = np.sqrt(6 / (fan_in + fan_out))
        parts += [generator.uniform(-bound, bound, fan_in * fan_out), generator.uniform(-bound, bound, fan_out)]
    return np.concatenate(parts)


def _views(flat: Array, shapes: Sequence[tuple[int, int]]) -> list[Array]:
    """Look at each seed's numbers as its matrices, one after the other, each of shape (seeds, rows, columns)."""
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    parts = np.split(flat, ends[:-1], axis=1)
    return [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]
