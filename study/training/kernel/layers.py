"""The recurrent layers, one step forwards and one step back: what each unit does, for all seeds of a vector.

Going forwards, `gates` (gate * unit) holds what the gates receive and then their values; going back, it receives the
gradient of what they received. Each derivative stands here once.
"""

from __future__ import annotations

from typing import Any

from study.training.kernel.vectors.compiling import arithmetic
from study.training.kernel.vectors.functions import logistic, logistic_slope, tanh, tanh_slope
from study.training.kernel.vectors.vector import fma, load, store
from study.training.layers.lstm_1997 import LSTM1997, LSTM1997Gated

CODES = {"lstm": 0, "lstm_1997": 1, "lstm_1997_gated": 2, "simple_rnn": 3, "gru": 4}
LSTM, PLAIN_1997, GATED_1997, SIMPLE_RNN, GRU = CODES.values()
SCALE, OFFSET = LSTM1997.g_scale, LSTM1997.g_offset
GATED_SCALE, GATED_OFFSET = LSTM1997Gated.g_scale, LSTM1997Gated.g_offset


@arithmetic
def forward(layer: Any, gates: Any, h_before: Any, c_before: Any, h: Any, c: Any, squashed: Any) -> None:
    """Go one step: from the gates' inputs and the state before to the state after, each (unit).

    `squashed` keeps tanh(c), or what else of c the way back needs.
    """
    if layer == LSTM:
        forward_lstm(gates, c_before, h, c, squashed)
    elif layer == PLAIN_1997:
        forward_1997(gates, c_before, h, c)
    elif layer == GATED_1997:
        forward_1997_gated(gates, c_before, h, c, squashed)
    elif layer == GRU:
        forward_gru(gates, h_before, h)
    else:
        forward_simple(gates, h)


@arithmetic
def backward(layer: Any, gates: Any, h_before: Any, c_before: Any, squashed: Any, dh: Any, dc: Any) -> None:
    """Go one step back, given the gradient of the state after it.

    `dh` becomes what reaches the hidden state before without passing the recurrent kernel, `dc` the gradient of the
    cell state before.
    """
    if layer == LSTM:
        backward_lstm(gates, c_before, squashed, dh, dc)
    elif layer == PLAIN_1997:
        backward_1997(gates, dh, dc)
    elif layer == GATED_1997:
        backward_1997_gated(gates, squashed, dh, dc)
    elif layer == GRU:
        backward_gru(gates, h_before, dh)
    else:
        backward_simple(gates, dh)


@arithmetic
def forward_lstm(gates: Any, c_before: Any, h: Any, c: Any, squashed: Any) -> None:
    """C = f * c_before + i * candidate, h = o * tanh(c); gates in the order i, f, candidate, o."""
    units = len(h)
    for k in range(units):
        i, f = logistic(load(gates, k)), logistic(load(gates, units + k))
        candidate, o = tanh(load(gates, 2 * units + k)), logistic(load(gates, 3 * units + k))
        after = fma(f, load(c_before, k), i * candidate)
        y = tanh(after)
        store(gates, k, i)
        store(gates, units + k, f)
        store(gates, 2 * units + k, candidate)
        store(gates, 3 * units + k, o)
        store(c, k, after)
        store(squashed, k, y)
        store(h, k, o * y)


@arithmetic
def backward_lstm(gates: Any, c_before: Any, squashed: Any, dh: Any, dc: Any) -> None:
    """Dc += dh * o * (1 - tanh(c)^2), and from dc and dh to all gates; dc passes f on its way back."""
    units = len(dh)
    for k in range(units):
        i, f = load(gates, k), load(gates, units + k)
        candidate, o = load(gates, 2 * units + k), load(gates, 3 * units + k)
        y, by_h = load(squashed, k), load(dh, k)
        by_c = fma(by_h * o, tanh_slope(y), load(dc, k))
        store(gates, k, by_c * candidate * logistic_slope(i))
        store(gates, units + k, by_c * load(c_before, k) * logistic_slope(f))
        store(gates, 2 * units + k, by_c * i * tanh_slope(candidate))
        store(gates, 3 * units + k, by_h * y * logistic_slope(o))
        store(dc, k, by_c * f)
        store(dh, k, 0)


@arithmetic
def forward_1997(gates: Any, c_before: Any, h: Any, c: Any) -> None:
    """C = c_before + i * g with g = scale * s + offset, h = c; gates in the order i, s."""
    units = len(h)
    for k in range(units):
        i, s = logistic(load(gates, k)), logistic(load(gates, units + k))
        after = fma(i, fma(s, SCALE, OFFSET), load(c_before, k))
        store(gates, k, i)
        store(gates, units + k, s)
        store(c, k, after)
        store(h, k, after)


@arithmetic
def backward_1997(gates: Any, dh: Any, dc: Any) -> None:
    """Dc += dh, and on to the gates; dc goes back as it is."""
    units = len(dh)
    for k in range(units):
        by_c = load(dc, k) + load(dh, k)
        into_cell(gates, k, units, by_c, SCALE, OFFSET)
        store(dc, k, by_c)
        store(dh, k, 0)


@arithmetic
def forward_1997_gated(gates: Any, c_before: Any, h: Any, c: Any, squashed: Any) -> None:
    """The same with an output gate, h = o * (2 * logistic(c) - 1); gates in the order i, s, o."""
    units = len(h)
    for k in range(units):
        i, s, o = logistic(load(gates, k)), logistic(load(gates, units + k)), logistic(load(gates, 2 * units + k))
        after = fma(i, fma(s, GATED_SCALE, GATED_OFFSET), load(c_before, k))
        y = logistic(after)
        store(gates, k, i)
        store(gates, units + k, s)
        store(gates, 2 * units + k, o)
        store(c, k, after)
        store(squashed, k, y)
        store(h, k, o * fma(y, 2, -1))


@arithmetic
def backward_1997_gated(gates: Any, squashed: Any, dh: Any, dc: Any) -> None:
    """Dc += dh * o * 2 * slope of the logistic function at c."""
    units = len(dh)
    for k in range(units):
        o, y, by_h = load(gates, 2 * units + k), load(squashed, k), load(dh, k)
        by_c = fma(2 * by_h * o, logistic_slope(y), load(dc, k))
        into_cell(gates, k, units, by_c, GATED_SCALE, GATED_OFFSET)
        store(gates, 2 * units + k, by_h * fma(y, 2, -1) * logistic_slope(o))
        store(dc, k, by_c)
        store(dh, k, 0)


@arithmetic
def into_cell(gates: Any, k: Any, units: Any, by_c: Any, scale: Any, offset: Any) -> None:
    """Hand the gradient of i * (scale * s + offset) on to both gates of 1997."""
    i, s = load(gates, k), load(gates, units + k)
    store(gates, k, by_c * fma(s, scale, offset) * logistic_slope(i))
    store(gates, units + k, by_c * i * scale * logistic_slope(s))


@arithmetic
def forward_simple(gates: Any, h: Any) -> None:
    """H = tanh(z)."""
    for k in range(len(h)):
        y = tanh(load(gates, k))
        store(gates, k, y)
        store(h, k, y)


@arithmetic
def backward_simple(gates: Any, dh: Any) -> None:
    """Dz = dh times the slope."""
    for k in range(len(dh)):
        y = load(gates, k)
        store(gates, k, load(dh, k) * tanh_slope(y))
        store(dh, k, 0)


@arithmetic
def forward_gru(gates: Any, h_before: Any, h: Any) -> None:
    """N = tanh(n_x + r * n_h), h = (1 - u) * n + u * h_before; gates in the order u, r, n_x (then n), n_h."""
    units = len(h)
    for k in range(units):
        u, r = logistic(load(gates, k)), logistic(load(gates, units + k))
        n = tanh(fma(r, load(gates, 3 * units + k), load(gates, 2 * units + k)))
        store(gates, k, u)
        store(gates, units + k, r)
        store(gates, 2 * units + k, n)
        store(h, k, fma(u, load(h_before, k) - n, n))


@arithmetic
def backward_gru(gates: Any, h_before: Any, dh: Any) -> None:
    """Du = dh * (h_before - n), dn = dh * (1 - u); n_x receives it past tanh, n_h by r, r by n_h."""
    units = len(dh)
    for k in range(units):
        u, r, n = load(gates, k), load(gates, units + k), load(gates, 2 * units + k)
        from_state, by_h = load(gates, 3 * units + k), load(dh, k)
        by_n = by_h * (1 - u) * tanh_slope(n)
        store(gates, k, by_h * (load(h_before, k) - n) * logistic_slope(u))
        store(gates, units + k, by_n * from_state * logistic_slope(r))
        store(gates, 2 * units + k, by_n)
        store(gates, 3 * units + k, by_n * r)
        store(dh, k, by_h * u)
