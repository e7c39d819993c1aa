"""Where training starts: initial weights of one seed, as Keras, PyTorch or the papers draw them.

Defaults differ by more than their random numbers, most of all in the forget gate, so each has a name in every table.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError, unknown_name
from study.training.layers import find_layer

Weights = dict[str, npt.NDArray[np.float32]]
Reals = npt.NDArray[np.float64]
Initialiser = Callable[..., Weights]


def initial_weights(
    name: str,
    generator: np.random.Generator,
    layer: str,
    shape: tuple[int, int, int],
    *,
    sees_inputs: bool = False,
    **options: Any,
) -> Weights:
    """Draw the initial weights of one seed for any recurrent layer.

    Parameters
    ----------
    name : str
        Name in `INITIALISERS`.
    generator : numpy Generator
        The seed's own stream.
    layer : str
        Name in `study.training.layers.LAYERS`.
    shape : tuple of int
        Input length, units of the recurrent layer, output length.
    sees_inputs : bool, default False
        Whether the outputs see the inputs directly too, beside the hidden state.
    **options
        Of the initialiser, such as ``forget_bias`` or ``longest``.

    Returns
    -------
    dict of ndarray of float32
        ``kernel`` (features, gates*units), ``recurrent_kernel`` (units, gates*units), ``bias`` (gates*units,) or where
        the layer has two (2, gates*units), ``dense_kernel`` (units, outputs), ``dense_bias`` (outputs,) and
        ``direct_kernel`` (features, outputs), as far as the layer has them.

    Raises
    ------
    StudyError
        If a name or an option is unknown.

    Examples
    --------
    >>> weights = initial_weights("keras", np.random.default_rng(0), "lstm", (5, 20, 5), forget_bias=5.0)
    >>> float(weights["bias"][20]), weights["kernel"].shape
    (5.0, (5, 80))
    """
    if name not in INITIALISERS:
        raise unknown_name("initialisation", name, INITIALISERS)
    kind, (features, units, outputs) = find_layer(layer), shape
    try:
        weights = INITIALISERS[name](
            generator,
            features,
            units,
            outputs,
            gates=kind.drawn,
            input_block=kind.input_block,
            forget_block=kind.forget_block,
            biases=kind.biases,
            **options,
        )
    except TypeError as error:
        raise StudyError(f"initialisation {name!r} does not take {options}; see its parameters ({error})") from error
    if not sees_inputs:
        return weights
    limit = 0.2 if name == "uniform_1997" else sqrt(6 / (features + outputs))
    direct = generator.uniform(-limit, limit, (features, outputs))
    return weights | {"direct_kernel": direct.astype(np.float32)}


def keras(
    generator: np.random.Generator,
    features: int,
    units: int,
    outputs: int,
    *,
    gates: int = 4,
    input_block: int | None = 0,
    forget_block: int | None = 1,
    biases: int = 1,
    forget_bias: float = 1.0,
    input_bias: float = 0.0,
    output_bias: float = 0.0,
) -> Weights:
    """Draw a recurrent and a dense layer as Keras 3 does.

    Kernel Glorot uniform over the whole matrix, recurrent kernel one orthogonal draw, biases 0 but `forget_bias` in
    the forget block. The LSTM's gates stand in the order input, forget, candidate, output.

    Parameters
    ----------
    generator : numpy Generator
        The seed's own stream.
    features, units, outputs : int
        Input length, units of the recurrent layer, output length.
    gates : int, default 4
        Blocks of `units` columns.
    input_block, forget_block : int or None
        Places of the input and the forget gate among the blocks; none if the layer lacks one.
    biases : int, default 1
        Rows of biases; offsets are set in the first.
    forget_bias : float, default 1
        Jozefowicz et al. (2015) recommend 1; over a lag, an untrained cell keeps about sigmoid(forget_bias) ** lag.
    input_bias : float, default 0
        Below 0, the input gate begins nearly shut, and a layer that forgets little is not filled by all that follows;
        `chrono` does so too.
    output_bias : float, default 0
        Of all outputs; -log(outputs - 1) makes each as likely as it is on average, from the start.

    Returns
    -------
    dict of ndarray of float32
        As `initial_weights`.

    Raises
    ------
    StudyError
        If an input bias is given to a layer without an input gate.
    """
    if input_bias and input_block is None:
        raise StudyError(f"input_bias is {input_bias:g}, but the configuration has no input gate; leave it out")
    bias = np.zeros((biases, gates * units))
    for block, offset in ((input_block, input_bias), (forget_block, forget_bias)):
        if block is not None:
            bias[0, block * units : (block + 1) * units] = offset
    return _single(
        kernel=glorot_uniform(generator, features, gates * units),
        recurrent_kernel=orthogonal(generator, units, gates * units),
        bias=_as_drawn(bias),
        dense_kernel=glorot_uniform(generator, units, outputs),
        dense_bias=np.full(outputs, output_bias),
    )


def pytorch(
    generator: np.random.Generator,
    features: int,
    units: int,
    outputs: int,
    *,
    gates: int = 4,
    input_block: int | None = 0,
    forget_block: int | None = 1,
    biases: int = 1,
) -> Weights:
    """Draw a recurrent and a linear layer as PyTorch does: all uniform within 1/sqrt(units), no forget offset.

    Where PyTorch keeps two biases that are only used as their sum, the sum is one trained bias here; the GRU has two.

    Parameters, returns
        As for `keras`.
    """
    del input_block, forget_block
    limit = 1 / sqrt(units)

    def uniform(*shape: int) -> Reals:
        return generator.uniform(-limit, limit, shape)

    kernel, recurrent_kernel = uniform(features, gates * units), uniform(units, gates * units)
    drawn = uniform(2, gates * units)
    return _single(
        kernel=kernel,
        recurrent_kernel=recurrent_kernel,
        bias=drawn if biases > 1 else drawn[0] + drawn[1],
        dense_kernel=uniform(units, outputs),
        dense_bias=uniform(outputs),
    )


def chrono(
    generator: np.random.Generator,
    features: int,
    units: int,
    outputs: int,
    *,
    longest: float,
    gates: int = 4,
    input_block: int | None = 0,
    forget_block: int | None = 1,
    biases: int = 1,
) -> Weights:
    """Draw as Keras does, but the gates' biases for memories of every length up to the longest.

    Forget bias log U(1, longest - 1) and input bias its negative (Tallec and Ollivier, 2018, arXiv 1804.11188).

    Parameters
    ----------
    longest : float
        Longest range of dependence, in steps; more than 2.

    Other parameters, returns
        As for `keras`.
    """
    if forget_block is None or input_block is None:
        raise StudyError("chrono initialisation needs an input and a forget gate; use it with layer 'lstm'")
    if longest <= 2:
        raise StudyError(f"longest is {longest}; it must be more than 2, the longest dependence in steps")
    weights = keras(generator, features, units, outputs, gates=gates, forget_block=forget_block, biases=biases)
    lengths = np.log(generator.uniform(1, longest - 1, units))
    first = weights["bias"].reshape(biases, -1)[0]
    first[forget_block * units : (forget_block + 1) * units] = lengths
    first[input_block * units : (input_block + 1) * units] = -lengths
    return weights


def uniform_1997(
    generator: np.random.Generator,
    features: int,
    units: int,
    outputs: int,
    *,
    gates: int = 2,
    input_block: int | None = 0,
    forget_block: int | None = None,
    biases: int = 1,
    limit: float = 0.2,
) -> Weights:
    """Draw all weights uniformly within 0.2 and leave the biases out, as Hochreiter and Schmidhuber (1997) do.

    Parameters, returns
        As for `keras`; there is no ``dense_bias``.
    """
    del input_block, forget_block
    return _single(
        kernel=generator.uniform(-limit, limit, (features, gates * units)),
        recurrent_kernel=generator.uniform(-limit, limit, (units, gates * units)),
        bias=_as_drawn(np.zeros((biases, gates * units))),
        dense_kernel=generator.uniform(-limit, limit, (units, outputs)),
    )


def _as_drawn(bias: Reals) -> Reals:
    """Give rows of biases as `initial_weights` does: a single one without its axis."""
    return bias if len(bias) > 1 else bias[0]


def _single(**weights: Reals) -> Weights:
    """Round to single precision, so that both precisions start from the same numbers."""
    return {name: array.astype(np.float32) for name, array in weights.items()}


def glorot_uniform(generator: np.random.Generator, fan_in: int, fan_out: int) -> Reals:
    """Draw uniformly within sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010)."""
    limit = sqrt(6 / (fan_in + fan_out))
    return generator.uniform(-limit, limit, (fan_in, fan_out))


def orthogonal(generator: np.random.Generator, rows: int, columns: int) -> Reals:
    """Draw a matrix with orthonormal rows (or columns, if it is tall), uniformly (Saxe et al., 2014)."""
    tall = generator.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(tall)
    q *= np.sign(np.diag(r))
    return q.T if rows < columns else q


INITIALISERS: dict[str, Initialiser] = {
    "keras": keras,
    "pytorch": pytorch,
    "chrono": chrono,
    "uniform_1997": uniform_1997,
}
