"""The compiled loop itself: all updates of one seed, then of the next, made anew for each shape of network.

The sizes are constants of the compiled code, since a loop of 20 numbers becomes fast code only where its length is
known (what that gains stands in `docs/notes/engine.md`), for 4 to 8 seconds of compilation of each shape, kept between
processes. Importing this module needs Numba.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import factorial
from typing import Any, NamedTuple

import numba
import numpy as np
from numba.extending import overload

KEPT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
# Adam divides by an estimate that Newton's method refines to within an ulp, and that processors may make differently;
# nothing may be infinite then. In double precision the division is exact.
ESTIMATED = {"contract", "arcp", "afn", "ninf"}


class Shape(NamedTuple):
    """The sizes that one compiled loop is made for."""

    features: int
    units: int
    outputs: int
    timesteps: int
    lanes: int
    scored: int


def exponentials_less_one(values: Any, whole: Any, powers: Any) -> None:
    """Replace each value x by exp(x) - 1, exact for small x too: a name for compiled code alone.

    Parameters
    ----------
    values : array
    whole : array of integers as wide as the values
        Working memory.
    powers : array
        The memory of `whole`, seen as numbers like the values.
    """
    raise NotImplementedError


@overload(exponentials_less_one, jit_options={"fastmath": {"contract"}, "error_model": "numpy"})
def _exponentials(values: Any, whole: Any, powers: Any) -> Callable[..., None]:  # noqa: ARG001
    """Choose the precision: exp(x) - 1 = 2^n * (exp(r) - 1) + (2^n - 1), |r| <= ln(2) / 2, by Taylor's polynomial of r.

    Of degree 8 it leaves 6e-10 of exp(r) - 1, of degree 13 1e-17. The logarithm of 2 is taken in two parts, the first
    short enough that its products with n are exact.
    """
    single = values.dtype == numba.float32
    real, integer = (np.float32, np.int32) if single else (np.float64, np.int64)
    degree, limit, exponent_bias, exponent_at = (8, 87.0, 127, 23) if single else (13, 700.0, 1023, 52)
    first, *rest = (real(1 / factorial(k)) for k in range(degree, 0, -1))
    others = tuple(rest)
    low, high, half, one, log2_e = map(real, (-limit, limit, 0.5, 1, 1.4426950408889634))
    ln_2, ln_2_rest = map(
        real, (0.693359375, -2.121944400546905e-4) if single else (0.6931471803691238, 1.9082149292705877e-10)
    )
    bias, shift = integer(exponent_bias), integer(exponent_at)

    def of_this_precision(values: Any, whole: Any, powers: Any) -> None:
        for k in range(len(values)):
            x = min(max(values[k], low), high)
            n = np.floor(x * log2_e + half)
            r = x - n * ln_2 - n * ln_2_rest
            total = first
            for coefficient in others:
                total = total * r + coefficient
            whole[k] = (integer(n) + bias) << shift
            values[k] = total * r
        for k in range(len(values)):
            values[k] = values[k] * powers[k] + (powers[k] - one)

    return of_this_precision


@numba.njit(cache=True, fastmath=ESTIMATED, error_model="numpy")
def adam(w: Any, m: Any, v: Any, g: Any, rate: Any, epsilon: Any, new_m: Any, new_v: Any) -> None:
    """Apply Adam to the weights of one layer of one seed."""
    for k in range(len(w)):
        m[k] += (g[k] - m[k]) * new_m
        v[k] += (g[k] * g[k] - v[k]) * new_v
        w[k] -= rate * m[k] / (np.sqrt(v[k]) + epsilon)


@numba.njit(**KEPT)  # type: ignore[untyped-decorator]
def adam_again(w: Any, m: Any, v: Any, g: Any, rate: Any, epsilon: Any, new_m: Any, new_v: Any, times: int) -> None:
    """Apply Adam many times."""
    for _ in range(times):
        adam(w, m, v, g, rate, epsilon, new_m, new_v)


@lru_cache(maxsize=64)
def training_loop(shape: Shape, single: bool) -> Callable[..., None]:
    """Make the loop for one shape; it is compiled at its first call, unless an earlier process has done so.

    Parameters
    ----------
    shape : Shape
    single : bool
        Whether numbers are of single rather than double precision.

    Returns
    -------
    callable
        ``train(recurrent, dense, ..., losses)``; what it takes stands at its arguments.
    """
    features, units, outputs, timesteps, lanes, scored = shape
    rows, width = features + units + 1, 4 * units
    real, integer = (np.float32, np.int32) if single else (np.float64, np.int64)
    zero, one, two = real(0), real(1), real(2)
    scale = real(1 / (outputs * scored * lanes))

    def train(
        recurrent: Any,  # (seed, features + units + 1, 4 * unit)
        dense: Any,  # (seed, output, unit + 1)
        m_recurrent: Any,
        m_dense: Any,
        v_recurrent: Any,
        v_dense: Any,
        h_carried: Any,  # (seed, lane, unit)
        c_carried: Any,
        inputs: Any,  # (batch, seed or 1, timestep, lane), columns
        targets: Any,  # (batch, seed or 1, scored, lane), columns
        resets: Any,  # (batch, seed)
        rates: Any,  # (batch, 2): Adam's rate and epsilon
        new_m: Any,  # 1 - beta_1
        new_v: Any,  # 1 - beta_2
        carry: bool,
        with_loss: bool,
        losses: Any,  # (seed,), added to
    ) -> None:
        """Train each seed through all batches; the arithmetic is that of `LSTM` and `Window`."""
        # Working memory of one seed, used again by the next.
        h, c = np.zeros((timesteps + 1, lanes, units), real), np.zeros((timesteps + 1, lanes, units), real)
        gates, dz = np.zeros((timesteps, lanes, width), real), np.zeros((timesteps, lanes, width), real)
        tanh_c = np.zeros((timesteps, lanes, units), real)
        error = np.zeros((scored, lanes, outputs), real)
        dh, dc = np.zeros((lanes, units), real), np.zeros((lanes, units), real)
        gradient, dense_gradient = np.zeros((rows, width), real), np.zeros((outputs, units + 1), real)
        gradient_flat, dense_gradient_flat = gradient.reshape(-1), dense_gradient.reshape(-1)
        wide, wide_n = np.zeros(width, real), np.zeros(width, integer)
        tall, tall_n = np.zeros(units, real), np.zeros(units, integer)
        short, short_n = np.zeros(outputs, real), np.zeros(outputs, integer)
        wide_power, tall_power, short_power = wide_n.view(real), tall_n.view(real), short_n.view(real)
        for s in range(len(recurrent)):
            w, w_flat, dense_flat = recurrent[s], recurrent[s].reshape(-1), dense[s].reshape(-1)
            m_flat, v_flat = m_recurrent[s].reshape(-1), v_recurrent[s].reshape(-1)
            m_dense_flat, v_dense_flat = m_dense[s].reshape(-1), v_dense[s].reshape(-1)
            for b in range(len(inputs)):
                i_seed, t_seed = min(s, inputs.shape[1] - 1), min(s, targets.shape[1] - 1)
                for lane in range(lanes):
                    for k in range(units):
                        h[0, lane, k] = h_carried[s, lane, k] if carry else zero
                        c[0, lane, k] = c_carried[s, lane, k] if carry else zero
                for t in range(timesteps):
                    for lane in range(lanes):
                        z, bias = gates[t, lane], w[rows - 1]
                        column = inputs[b, i_seed, t, lane]
                        if column >= 0:
                            kernel = w[column]
                            for k in range(width):
                                z[k] = kernel[k] + bias[k]
                        else:
                            for k in range(width):
                                z[k] = bias[k]
                        for j in range(units):
                            h_j, weight = h[t, lane, j], w[features + j]
                            for k in range(width):
                                z[k] += h_j * weight[k]
                        # With e = exp(-z) - 1: logistic(z) = 1 / (2 + e), and tanh(z / 2) = -e / (2 + e).
                        for k in range(width):
                            wide[k] = -z[k]
                        for k in range(2 * units, 3 * units):
                            wide[k] *= two
                        exponentials_less_one(wide, wide_n, wide_power)
                        for k in range(width):
                            z[k] = one / (two + wide[k])
                        for k in range(2 * units, 3 * units):
                            z[k] *= -wide[k]
                        for k in range(units):
                            new = z[units + k] * c[t, lane, k] + z[k] * z[2 * units + k]
                            c[t + 1, lane, k] = new
                            tall[k] = -two * new
                        exponentials_less_one(tall, tall_n, tall_power)
                        for k in range(units):
                            tanh_c[t, lane, k] = -tall[k] / (two + tall[k])
                            h[t + 1, lane, k] = z[3 * units + k] * tanh_c[t, lane, k]
                for place in range(scored):
                    t = timesteps - scored + place
                    for lane in range(lanes):
                        wanted = targets[b, t_seed, place, lane]
                        for o in range(outputs):
                            total = dense[s, o, units]
                            for k in range(units):
                                total += dense[s, o, k] * h[t + 1, lane, k]
                            short[o] = -total
                            if with_loss:
                                logit = np.float64(total)
                                part = max(logit, 0.0) + np.log1p(np.exp(-abs(logit)))
                                losses[s] += (part - (logit if o == wanted else 0.0)) * scale
                        exponentials_less_one(short, short_n, short_power)
                        for o in range(outputs):
                            error[place, lane, o] = (one / (two + short[o]) - (one if o == wanted else zero)) * scale
                for t in range(timesteps - 1, -1, -1):
                    last, place = t == timesteps - 1, t - timesteps + scored
                    for lane in range(lanes):
                        z, d = gates[t, lane], dz[t, lane]
                        for k in range(units):
                            total = zero
                            if not last:
                                after, weight = dz[t + 1, lane], w[features + k]
                                for n in range(width):
                                    total += after[n] * weight[n]
                            dh[lane, k] = total
                        if place >= 0:
                            for o in range(outputs):
                                e = error[place, lane, o]
                                for k in range(units):
                                    dh[lane, k] += e * dense[s, o, k]
                        # In short loops over few arrays, which are made into vector code.
                        i, f, g, o_gate = z[:units], z[units : 2 * units], z[2 * units : 3 * units], z[3 * units :]
                        dh_l, dc_l, squashed, before = dh[lane], dc[lane], tanh_c[t, lane], c[t, lane]
                        d_i, d_f, d_g, d_o = d[:units], d[units : 2 * units], d[2 * units : 3 * units], d[3 * units :]
                        for k in range(units):
                            kept = zero if last else dc_l[k]
                            dc_l[k] = kept + dh_l[k] * o_gate[k] * (one - squashed[k] * squashed[k])
                        for k in range(units):
                            d_i[k] = dc_l[k] * g[k] * i[k] * (one - i[k])
                        for k in range(units):
                            d_g[k] = dc_l[k] * i[k] * (one - g[k] * g[k])
                        for k in range(units):
                            d_f[k] = dc_l[k] * before[k] * f[k] * (one - f[k])
                        for k in range(units):
                            d_o[k] = dh_l[k] * squashed[k] * o_gate[k] * (one - o_gate[k])
                        for k in range(units):
                            dc_l[k] *= f[k]
                for j in range(features):
                    for k in range(width):
                        gradient[j, k] = zero
                for t in range(timesteps):
                    for lane in range(lanes):
                        d, column = dz[t, lane], inputs[b, i_seed, t, lane]
                        if column >= 0:
                            for k in range(width):
                                gradient[column, k] += d[k]
                        if t + lane == 0:  # written, so that the last batch's need not be read
                            for j in range(units):
                                h_j = h[t, lane, j]
                                for k in range(width):
                                    gradient[features + j, k] = h_j * d[k]
                            for k in range(width):
                                gradient[rows - 1, k] = d[k]
                        else:
                            for j in range(units):
                                h_j = h[t, lane, j]
                                for k in range(width):
                                    gradient[features + j, k] += h_j * d[k]
                            for k in range(width):
                                gradient[rows - 1, k] += d[k]
                for o in range(outputs):
                    for k in range(units + 1):
                        dense_gradient[o, k] = zero
                    for place in range(scored):
                        for lane in range(lanes):
                            e = error[place, lane, o]
                            for k in range(units):
                                dense_gradient[o, k] += e * h[timesteps - scored + place + 1, lane, k]
                            dense_gradient[o, units] += e
                rate, epsilon = rates[b, 0], rates[b, 1]
                adam(w_flat, m_flat, v_flat, gradient_flat, rate, epsilon, new_m, new_v)
                adam(dense_flat, m_dense_flat, v_dense_flat, dense_gradient_flat, rate, epsilon, new_m, new_v)
                if carry:
                    for lane in range(lanes):
                        for k in range(units):
                            h_carried[s, lane, k] = zero if resets[b, s] else h[timesteps, lane, k]
                            c_carried[s, lane, k] = zero if resets[b, s] else c[timesteps, lane, k]

    # Numba keeps compiled code by this name; under one name, two processes could take each other's shape for their own.
    train.__qualname__ += "_" + "_".join(map(str, (*shape, 32 if single else 64)))
    compiled: Callable[..., None] = numba.njit(fastmath={"contract", "reassoc"}, **KEPT)(train)
    return compiled
