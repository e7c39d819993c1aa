"""Where training starts: the initial weights of one seed as Keras or as PyTorch draws them by default.

The two differ by more than their random numbers, most of all in the forget gate, so each has a name in every table.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import numpy.typing as npt

Weights = dict[str, npt.NDArray[np.float32]]
Initialiser = Callable[[np.random.Generator, int, int, int], Weights]


def keras(generator: np.random.Generator, features: int, units: int, outputs: int) -> Weights:
    """Draw an LSTM and a dense layer as Keras 3 does.

    Kernel Glorot uniform over the whole matrix, recurrent kernel one orthogonal draw, biases 0 but 1 in the forget
    block. Gates stand in the order input, forget, candidate, output.

    Parameters
    ----------
    generator : numpy Generator
        The seed's own stream.
    features, units, outputs : int
        Input length, units of the LSTM, output length.

    Returns
    -------
    dict of ndarray of float32
        ``kernel`` (features, 4*units), ``recurrent_kernel`` (units, 4*units), ``bias`` (4*units,),
        ``dense_kernel`` (units, outputs), ``dense_bias`` (outputs,).
    """
    bias = np.zeros(4 * units)
    bias[units : 2 * units] = 1.0
    weights = {
        "kernel": glorot_uniform(generator, features, 4 * units),
        "recurrent_kernel": orthogonal(generator, units, 4 * units),
        "bias": bias,
        "dense_kernel": glorot_uniform(generator, units, outputs),
        "dense_bias": np.zeros(outputs),
    }
    return {name: array.astype(np.float32) for name, array in weights.items()}


def pytorch(generator: np.random.Generator, features: int, units: int, outputs: int) -> Weights:
    """Draw an LSTM and a linear layer as PyTorch does: all uniform within 1/sqrt(units), no offset in the forget gate.

    PyTorch keeps two biases that are always used as their sum; here the sum is one trained bias.

    Parameters, returns
        As for `keras`.
    """
    limit = 1 / sqrt(units)

    def uniform(*shape: int) -> npt.NDArray[np.float64]:
        return generator.uniform(-limit, limit, shape)

    weights = {
        "kernel": uniform(features, 4 * units),
        "recurrent_kernel": uniform(units, 4 * units),
        "bias": uniform(4 * units) + uniform(4 * units),
        "dense_kernel": uniform(units, outputs),
        "dense_bias": uniform(outputs),
    }
    return {name: array.astype(np.float32) for name, array in weights.items()}


def glorot_uniform(generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
    """Draw uniformly within sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    limit = sqrt(6 / (fan_in + fan_out))
    return generator.uniform(-limit, limit, (fan_in, fan_out))


def orthogonal(generator: np.random.Generator, rows: int, columns: int) -> npt.NDArray[np.float64]:
    """Draw a matrix with orthonormal rows (or columns, if it is tall), uniformly (Saxe et al., 2014)."""
    tall = generator.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return q.T if rows < columns else q


INITIALISERS: dict[str, Initialiser] = {"keras": keras, "pytorch": pytorch}
