"""What the kernel works on: sizes, weights, rows of data and windows, and how a batch's rows come into a window."""

from __future__ import annotations

from typing import Any, NamedTuple

from study.training.kernel.vectors.compiling import arithmetic
from study.training.kernel.vectors.vector import load, store
from study.training.kernel.vectors.views import at, matrix


class Net(NamedTuple):
    """Sizes of a network and of its batches, and what kind it is."""

    layer: int
    loss: int
    loss_weight: float
    features: int
    units: int
    outputs: int
    gates: int
    biases: int
    sees_inputs: bool
    through_time: bool  # whether the gradient passes the recurrent kernel from step to step
    stopped: bool  # whether no gradient at all passes from step to step
    carries: bool
    lanes: int
    accumulate: int


class Weights(NamedTuple):
    """The matrices of one vector of seeds, or their gradients, each (row, column, seed)."""

    kernel: Any
    recurrent: Any
    bias: Any
    dense: Any  # (output, unit + 1)
    direct: Any  # (output, feature)


class Data(NamedTuple):
    """Rows of all datasets, one a seed or one for all; symbols are columns, none is negative."""

    inputs: Any  # (dataset, row, timestep)
    values: Any  # (row, timestep, feature), instead of symbols; no row where there are symbols
    targets: Any  # (dataset, row, scored)
    shares: Any  # (dataset, row, scored): relative weight in the loss


class Window(NamedTuple):
    """Working memory of the lanes that are computed at once; the last axis of numbers holds one vector."""

    columns: Any  # (timestep, lane, seed) of whole numbers as wide as the others
    rows: Any  # (lane, seed) of whole numbers
    wanted: Any  # (scored, lane, seed) likewise
    gates: Any  # (timestep, lane, gate * unit)
    ahead: Any  # (1, gate * unit), of the next batch where each has a single slot
    h: Any  # (timestep + 1, lane, unit)
    c: Any  # the same
    squashed: Any  # (timestep, lane, unit)
    errors: Any  # (scored, lane, output)
    factors: Any  # (scored, all lanes)
    dh: Any  # (lane, unit)
    dc: Any  # (lane, unit)
    loss: Any  # (1), of a slot


@arithmetic
def matrices(net: Any, flat: Any) -> Any:
    """See a vector's weights, one after the other (weight), as its matrices."""
    width = net.gates * net.units
    after_kernel = net.features * width
    after_recurrent = after_kernel + net.units * width
    after_bias = after_recurrent + net.biases * width
    after_dense = after_bias + net.outputs * (net.units + 1)
    return Weights(
        matrix(flat, 0, net.features, width),
        matrix(flat, after_kernel, net.units, width),
        matrix(flat, after_recurrent, net.biases, width),
        matrix(flat, after_bias, net.outputs, net.units + 1),
        matrix(flat, after_dense, net.outputs, net.features if net.sees_inputs else 0),
    )


@arithmetic
def start_from_bias(net: Any, w: Any, gates: Any) -> None:
    """Begin what the gates receive (gate * unit) with their bias."""
    for k in range(len(gates)):
        z = load(at(w.bias, 0), k)
        store(gates, k, z + load(at(w.bias, 1), k) if net.biases > 1 else z)


@arithmetic
def alike(numbers: Any) -> Any:
    """Whether all seeds have the same."""
    same = True
    for n in range(1, len(numbers)):
        same &= numbers[n] == numbers[0]
    return same


@arithmetic
def add_rows(total: Any, whole: Any, columns: Any) -> None:
    """Add to `total` (column) the row of the matrix that each seed's symbol names."""
    if alike(columns):
        if columns[0] >= 0:
            row = at(whole, columns[0])
            for k in range(len(total)):
                store(total, k, load(total, k) + load(row, k))
        return
    for n in range(len(columns)):
        if columns[n] >= 0:
            for k in range(len(total)):
                total[k, n] += whole[columns[n], k, n]


@arithmetic
def add_to_rows(whole: Any, columns: Any, values: Any) -> None:
    """Add `values` (column) to the row of the matrix that each seed's symbol names."""
    if alike(columns):
        if columns[0] >= 0:
            row = at(whole, columns[0])
            for k in range(len(values)):
                store(row, k, load(row, k) + load(values, k))
        return
    for n in range(len(columns)):
        if columns[n] >= 0:
            for k in range(len(values)):
                whole[columns[n], k, n] += values[k, n]


@arithmetic
def spread(numbers: Any) -> None:
    """Give all seeds what the first one has."""
    for n in range(1, len(numbers)):
        numbers[n] = numbers[0]


@arithmetic
def read(data: Any, rows: Any, first: Any, group: Any, last: Any, columns: Any, taken: Any, wanted: Any) -> None:
    """Look up the rows of one batch (lane, seed or 1): the symbols of each step, which rows, and the wanted outputs."""
    timesteps, lanes, seeds = columns.shape
    dense = len(data.values) > 0
    same = rows.shape[1] * len(data.inputs) * len(data.targets) == 1  # one order and one dataset for all seeds
    for lane in range(lanes):
        for n in range(1 if same else seeds):
            seed = min(group * seeds + n, last)
            row = rows[first + lane, min(seed, rows.shape[1] - 1)]
            taken[lane, n] = row
            if not dense:
                table = data.inputs[min(seed, len(data.inputs) - 1), row]
                for t in range(timesteps):
                    columns[t, lane, n] = table[t]
            targets = data.targets[min(seed, len(data.targets) - 1), row]
            for p in range(len(wanted)):
                wanted[p, lane, n] = targets[p]
        if same:
            spread(taken[lane])
            for t in range(0 if dense else timesteps):
                spread(columns[t, lane])
            for p in range(len(wanted)):
                spread(wanted[p, lane])


@arithmetic
def weigh(net: Any, data: Any, rows: Any, group: Any, last: Any, factors: Any) -> None:
    """Give each slot its share of the batch's loss: its relative weight through their sum."""
    scored, lanes, seeds = factors.shape
    same = rows.shape[1] * len(data.shares) == 1
    for n in range(1 if same else seeds):
        seed = min(group * seeds + n, last)
        shares = data.shares[min(seed, len(data.shares) - 1)]
        total = shares[0, 0] * 0
        for lane in range(lanes):
            row = rows[lane, min(seed, rows.shape[1] - 1)]
            for p in range(scored):
                factors[p, lane, n] = shares[row, p]
                total += shares[row, p]
        if total > 0:
            for p in range(scored):
                for lane in range(lanes):
                    factors[p, lane, n] = factors[p, lane, n] / total * net.loss_weight
    if same:
        for p in range(scored):
            for lane in range(lanes):
                spread(factors[p, lane])


@arithmetic
def begin(net: Any, window: Any, state: Any, first: Any) -> None:
    """Start some lanes from the carried state (part, lane, unit), or from zero."""
    lanes = window.h.shape[1]
    for lane in range(lanes):
        for k in range(net.units):
            if net.carries:
                store(at(at(window.h, 0), lane), k, load(at(at(state, 0), first + lane), k))
                store(at(at(window.c, 0), lane), k, load(at(at(state, 1), first + lane), k))
            else:
                store(at(at(window.h, 0), lane), k, 0)
                store(at(at(window.c, 0), lane), k, 0)


@arithmetic
def keep(net: Any, window: Any, state: Any, first: Any) -> None:
    """Keep the state of some lanes after the window."""
    last, lanes = len(window.h) - 1, window.h.shape[1]
    for lane in range(lanes):
        for k in range(net.units):
            store(at(at(state, 0), first + lane), k, load(at(at(window.h, last), lane), k))
            store(at(at(state, 1), first + lane), k, load(at(at(window.c, last), lane), k))


@arithmetic
def clear(whole: Any) -> None:
    """Set a matrix without gaps to zero."""
    numbers = at(matrix(whole, 0, 1, len(whole) * whole.shape[1]), 0)
    for k in range(len(numbers)):
        store(numbers, k, 0)


@arithmetic
def reset(state: Any, resets: Any, group: Any, last: Any) -> None:
    """Set the state (part, lane, unit) of the seeds that are reset to zero; `resets` (seed or 1)."""
    parts, lanes, units, seeds = state.shape
    numbers = matrix(state, 0, 1, parts * lanes * units)
    if len(resets) == 1:
        if resets[0]:
            clear(numbers)
        return
    for n in range(seeds):
        if resets[min(group * seeds + n, last, len(resets) - 1)]:
            for k in range(parts * lanes * units):
                numbers[0, k, n] = 0
