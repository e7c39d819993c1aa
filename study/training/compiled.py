"""The optional fast path: one compiled loop that trains the LSTM seed after seed, a whole epoch at a call.

A seed's weights and moments fit the processor's nearest memory, and the gradient of each row is used as soon as it is
made, so that little but Adam's own square roots and divisions is left. It needs Numba (the extra ``fast``), no
compiler; compiled code is kept between processes. Sums are taken in another order and the exponential is a polynomial
in double precision, so results differ from the default path in their last bits (and, since training magnifies
rounding, late in training visibly), while a seed's bits stay the same in every block (on one kind of processor).
Where weights overflow, what comes out is not defined.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from study.training.block import Block
from study.training.cells import LSTM
from study.training.losses import CrossEntropy
from study.training.optimisers import Adam

if TYPE_CHECKING:
    from study.training.loop import Batch

LONGEST = 16  # steps times lanes of a batch: beyond, the matrix products of the default path are faster

# Coefficients of exp(x) = 2^n * exp(r), |r| <= ln(2) / 2: Taylor's, of degree 11, which leaves 4e-15.
TAYLOR = tuple(1 / float(np.prod(np.arange(1, k + 1))) for k in range(11, -1, -1))
LOG2_E, LN_2 = 1.4426950408889634, 0.6931471805599453

_told: set[str] = set()


class CompiledBlock(Block):
    """A block whose epochs are trained by the compiled loop; all else is inherited."""

    known: list[tuple[Sequence[Batch], tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_]]]]
    trained: list[npt.NDArray[Any]]  # both layers' weights, then Adam's first and second moments of both

    @classmethod
    def obstacle(cls, block: Block, lanes: int, timesteps: int) -> str | None:
        """Say why the compiled loop cannot be used, if it cannot."""
        if not find_spec("numba"):
            return "Numba is not installed; install the extra 'fast'"
        if block.cell is not LSTM or not isinstance(block.loss, CrossEntropy) or block.sees_inputs or block.untrained:
            return "it knows the LSTM with plain outputs and cross-entropy alone"
        if not isinstance(block.optimiser, Adam) or block.accumulate != 1:
            return "it knows Adam with one update a batch alone"
        if block.device != "cpu":
            return f"it runs on the processor, not on {block.device!r}"
        if lanes * timesteps > LONGEST:
            return f"batches of {timesteps} steps and {lanes} lanes are faster by matrix products"
        return None

    def run_epoch(self, batches: Sequence[Batch], *, carry: bool, with_loss: bool) -> npt.NDArray[np.float64]:
        """Make one epoch's weight updates.

        Parameters
        ----------
        batches : sequence of Batch
            With inputs and targets as columns, and no weights.
        carry, with_loss : bool
            As for `Block.update`.

        Returns
        -------
        ndarray, shape (seeds,)
            Mean loss of the batches; not a number unless asked for.
        """
        inputs, targets, resets = self._arrays(batches)
        if self.state is None:
            state = [self._empty(self.seeds, inputs.shape[3], self.units) for _ in range(2)]
        else:
            state = [part.clone() for part in self.state]
        losses = np.zeros(self.seeds)
        adam = self.optimiser
        assert isinstance(adam, Adam)
        dtype = self.trained[0].dtype
        rates = np.array([adam.next_rates() for _ in batches], dtype=dtype)  # (batch, 2)
        factors = np.array([1 - adam.beta_1, 1 - adam.beta_2, 0, 1], dtype=dtype)
        _loop()(
            *self.trained,
            *(part.numpy() for part in state),
            inputs,
            targets,
            resets,
            rates,
            factors,
            carry,
            with_loss,
            losses,
        )
        self.state = None if not carry or bool(resets[-1].all()) else tuple(state)
        return losses / len(batches) if with_loss else np.full(self.seeds, np.nan)

    def adam_alone(self, times: int) -> None:
        """Apply Adam to the first seed's recurrent weights again and again: the floor that `study bench` shows.

        The dense layer's 5 % are left out. The gradient is not zero: moments that fade away become numbers too small
        for fast arithmetic.
        """
        _loop()
        w, m, v = (self.trained[place][0].reshape(-1) for place in (0, 2, 4))
        rate, epsilon, new_m, new_v = np.array([1e-3, 1e-7, 0.1, 1e-3], dtype=w.dtype)
        _again(w, m, v, np.full_like(w, 1e-3), rate, epsilon, new_m, new_v, times)

    def _arrays(self, batches: Sequence[Batch]) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_]]:
        """Put the batches of an epoch into one array each; epochs that come again and again are kept.

        Returns
        -------
        inputs : ndarray of int, shape (batch, seed or 1, timestep, lane)
        targets : ndarray of int, shape (batch, seed or 1, scored, lane)
        resets : ndarray of bool, shape (batch, seed)
        """
        for known, arrays in self.known:
            if known is batches:
                return arrays
        inputs = torch.stack([batch.inputs for batch in batches]).numpy()
        targets = torch.stack([batch.targets for batch in batches]).numpy()
        resets = np.zeros((len(batches), self.seeds), dtype=np.bool_)
        for place, batch in enumerate(batches):
            resets[place] = np.asarray(batch.reset_after)
        self.known = [*self.known[-1:], (batches, (inputs, targets, resets))]
        return inputs, targets, resets


def compiled_if_possible(block: Block, lanes: int, timesteps: int) -> Block:
    """Turn a block into one with the compiled loop, or say once why it stays as it is.

    Parameters
    ----------
    block : Block
        Freshly made.
    lanes, timesteps : int
        Shape of the batches.

    Returns
    -------
    Block
        The same block.
    """
    reason = CompiledBlock.obstacle(block, lanes, timesteps)
    if reason is None:
        block.__class__ = CompiledBlock
        assert isinstance(block, CompiledBlock)
        adam = block.optimiser
        assert isinstance(adam, Adam)
        buffers = (block.weights, adam.m, adam.v)
        block.known, block.trained = [], [part.numpy() for buffer in buffers for part in block._matrices(buffer)]
    else:
        say_once(f"the compiled engine is not used: {reason}")
    return block


def say_once(what: str) -> None:
    """Warn that a faster path is not taken, once for each reason."""
    if what not in _told:
        _told.add(what)
        warnings.warn(f"{what}; training goes on without it", stacklevel=3)


_compiled: list[Callable[..., None]] = []


def _loop() -> Callable[..., None]:
    """Compile the loop at its first use."""
    if not _compiled:
        import numba  # noqa: PLC0415  (optional)

        # Adam divides by an estimate that Newton's method refines to within an ulp, and that processors may make
        # differently; nothing may be infinite then. In double precision the division is exact.
        for function, more in ((_exponentials, set()), (_adam, {"arcp", "afn", "ninf"})):
            allowed = {"contract", *more}
            globals()[function.__name__] = numba.njit(cache=True, fastmath=allowed, error_model="numpy")(function)
        options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
        globals()["_again"] = numba.njit(**options)(_again)
        _compiled.append(numba.njit(fastmath={"contract", "reassoc"}, **options)(_train))
    return _compiled[0]


def _exponentials(values: Any, whole: Any, powers: Any) -> None:
    """Replace each value by its exponential; `powers` is the memory of `whole` (int64) seen as float64."""
    for k in range(len(values)):
        x = min(max(values[k], -700.0), 700.0)
        n = np.floor(x * LOG2_E + 0.5)
        r = x - n * LN_2
        total = TAYLOR[0]
        for coefficient in TAYLOR[1:]:
            total = total * r + coefficient
        whole[k] = (np.int64(n) + 1023) << 52
        values[k] = total
    for k in range(len(values)):
        values[k] *= powers[k]


def _adam(w: Any, m: Any, v: Any, g: Any, rate: Any, epsilon: Any, new_m: Any, new_v: Any) -> None:
    """Apply Adam to the weights of one layer of one seed."""
    for k in range(len(w)):
        m[k] += (g[k] - m[k]) * new_m
        v[k] += (g[k] * g[k] - v[k]) * new_v
        w[k] -= rate * m[k] / (np.sqrt(v[k]) + epsilon)


def _again(w: Any, m: Any, v: Any, g: Any, rate: Any, epsilon: Any, new_m: Any, new_v: Any, times: int) -> None:
    """Apply Adam many times."""
    for _ in range(times):
        _adam(w, m, v, g, rate, epsilon, new_m, new_v)


def _train(
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
    factors: Any,  # (4,): 1 - beta_1, 1 - beta_2, 0, 1
    carry: bool,
    with_loss: bool,
    losses: Any,  # (seed,), added to
) -> None:
    """Train each seed through all batches; the arithmetic is that of `LSTM` and `Window`."""
    seeds, rows, width = recurrent.shape
    outputs, units = dense.shape[1], dense.shape[2] - 1
    features, (batches, _, timesteps, lanes), scored = rows - units - 1, inputs.shape, targets.shape[2]
    zero, one = factors[2], factors[3]
    scale = one / (outputs * scored * lanes)
    # Working memory of one seed, used again by the next.
    h = np.zeros((timesteps + 1, lanes, units), recurrent.dtype)
    c, tanh_c = np.zeros_like(h), np.zeros_like(h)
    gates, dz = (
        np.zeros((timesteps, lanes, width), recurrent.dtype),
        np.zeros((timesteps, lanes, width), recurrent.dtype),
    )
    error = np.zeros((scored, lanes, outputs), recurrent.dtype)
    gradient, dense_gradient = np.zeros((rows, width), recurrent.dtype), np.zeros((outputs, units + 1), recurrent.dtype)
    gradient_flat, dense_gradient_flat = gradient.reshape(-1), dense_gradient.reshape(-1)
    dh, dc = np.zeros((lanes, units), recurrent.dtype), np.zeros((lanes, units), recurrent.dtype)
    wide, wide_n = np.zeros(width), np.zeros(width, np.int64)
    tall, tall_n = np.zeros(units), np.zeros(units, np.int64)
    short, short_n = np.zeros(outputs), np.zeros(outputs, np.int64)
    wide_power, tall_power, short_power = wide_n.view(np.float64), tall_n.view(np.float64), short_n.view(np.float64)
    for s in range(seeds):
        w, w_flat, dense_flat = recurrent[s], recurrent[s].reshape(-1), dense[s].reshape(-1)
        m_flat, v_flat = m_recurrent[s].reshape(-1), v_recurrent[s].reshape(-1)
        m_dense_flat, v_dense_flat = m_dense[s].reshape(-1), v_dense[s].reshape(-1)
        for b in range(batches):
            i_seed, t_seed = min(s, inputs.shape[1] - 1), min(s, targets.shape[1] - 1)
            for lane in range(lanes):
                for k in range(units):
                    h[0, lane, k] = h_carried[s, lane, k] if carry else zero
                    c[0, lane, k] = c_carried[s, lane, k] if carry else zero
            for t in range(timesteps):
                for lane in range(lanes):
                    z = gates[t, lane]
                    bias = w[rows - 1]
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
                    # logistic(z) = 1 / (1 + exp(-z)); tanh(z) = 2 / (1 + exp(-2 z)) - 1 = -expm1(-2z)/(1+exp(-2z))
                    for k in range(width):
                        wide[k] = -z[k]
                    for k in range(2 * units, 3 * units):
                        wide[k] *= 2.0
                    _exponentials(wide, wide_n, wide_power)
                    for k in range(width):
                        wide[k] = 1.0 / (1.0 + wide[k])
                    for k in range(2 * units, 3 * units):
                        wide[k] = 2.0 * wide[k] - 1.0
                    for k in range(width):
                        z[k] = wide[k]
                    for k in range(units):
                        new = z[units + k] * c[t, lane, k] + z[k] * z[2 * units + k]
                        c[t + 1, lane, k] = new
                        tall[k] = -2.0 * new
                    _exponentials(tall, tall_n, tall_power)
                    for k in range(units):
                        tanh_c[t, lane, k] = 2.0 / (1.0 + tall[k]) - 1.0
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
                    _exponentials(short, short_n, short_power)
                    for o in range(outputs):
                        error[place, lane, o] = (1.0 / (1.0 + short[o]) - (1.0 if o == wanted else 0.0)) * scale
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
                    column, kept = inputs[b, i_seed, t, lane], zero if t + lane == 0 else one
                    if column >= 0:
                        for k in range(width):
                            gradient[column, k] += dz[t, lane, k]
                    for j in range(units):
                        h_j = h[t, lane, j]
                        for k in range(width):
                            gradient[features + j, k] = kept * gradient[features + j, k] + h_j * dz[t, lane, k]
                    for k in range(width):
                        gradient[rows - 1, k] = kept * gradient[rows - 1, k] + dz[t, lane, k]
            for o in range(outputs):
                for k in range(units + 1):
                    dense_gradient[o, k] = zero
                for place in range(scored):
                    for lane in range(lanes):
                        e = error[place, lane, o]
                        for k in range(units):
                            dense_gradient[o, k] += e * h[timesteps - scored + place + 1, lane, k]
                        dense_gradient[o, units] += e
            rate, epsilon, new_m, new_v = rates[b, 0], rates[b, 1], factors[0], factors[1]
            _adam(w_flat, m_flat, v_flat, gradient_flat, rate, epsilon, new_m, new_v)
            _adam(dense_flat, m_dense_flat, v_dense_flat, dense_gradient_flat, rate, epsilon, new_m, new_v)
            if carry:
                for lane in range(lanes):
                    for k in range(units):
                        h_carried[s, lane, k] = zero if resets[b, s] else h[timesteps, lane, k]
                        c_carried[s, lane, k] = zero if resets[b, s] else c[timesteps, lane, k]
