"""What compiled code is told of a network of 1997, and where its weights lie in memory.

Weights are one run of vectors of eight numbers: first a row of outgoing weights for each input symbol, then what a cell
receives of each symbol, then the rest. Inputs are one-hot, so a step touches the rows of its own symbol alone.

    self_recurrent_1997   a row of output weights a symbol · outputs' weights of the unit · the unit's of each symbol
                          · lane 0: the unit's of itself
    memory_cell_1997      a row of output weights a symbol · a vector a symbol, lane 0: input gate, lane 4: cell
                          · outputs' weights of the cell
    cell_blocks_1997      a vector a symbol, lanes: 2 input gates, 2 output gates, 2 cells · such a vector for each of
                          these six units as a source · lanes: both outputs' weights of cell 1, both of cell 2
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from study.errors import StudyError, unknown_name
from study.randomness import stream
from study.wiring import NETWORKS, make_wiring

if TYPE_CHECKING:
    from study.config import Config

Floats = npt.NDArray[np.float64]
Places = dict[str, npt.NDArray[np.int64]]

LANES = 8
UNITS = 6  # input gates, output gates and cells of two blocks
SELF_RECURRENT, MEMORY_CELL, CELL_BLOCKS = (
    list(NETWORKS).index(name) for name in ("self_recurrent_1997", "memory_cell_1997", "cell_blocks_1997")
)
FORWARD, BACKWARD, ONE_STEP = range(3)  # how far an error goes back
REACHES = {
    "rtrl": FORWARD, "exact": FORWARD, "truncated": FORWARD, "bptt": BACKWARD, "full": BACKWARD, "one_step": ONE_STEP,
}  # fmt: skip
SOURCES = {"all": 0, "cells": 4, "none": UNITS}  # the first of the units that hidden units see
LOSSES = {"squared_error": (1.0, False), "whole_squared_error": (2.0, False), "summed_cross_entropy": (1.0, True)}
OPTIMISERS = ("sgd", "adam")


class Told(NamedTuple):
    """Settings of a network, as compiled code takes them.

    Attributes
    ----------
    network : int
        Its place in `study.wiring.NETWORKS`.
    symbols : int
    width : int
        Vectors in a symbol's row.
    cell, rest, end : int
        Vectors before what a cell receives of the symbols, before the rest, and in all.
    reach : int
        `FORWARD`, `BACKWARD` or `ONE_STEP`.
    once : bool
        Whether weights change once a sequence.
    now : bool
        Whether weights change as soon as their gradient is known, so that it is not written down.
    before : bool
        Whether outputs see the hidden unit of the step before.
    every : bool
        Whether every step has an error; else the last one alone.
    entropy : bool
        Whether the loss is cross-entropy; else squared error.
    factor : float
        Of the error: 1 for half the sum of squares, 2 for the sum.
    low, range : float
        Of what a cell is fed.
    source : int
        The first unit that hidden units see.
    adam : bool
    rate, beta_1, beta_2, epsilon : float
    """

    network: int
    symbols: int
    width: int
    cell: int
    rest: int
    end: int
    reach: int
    once: bool
    now: bool
    before: bool
    every: bool
    entropy: bool
    factor: float
    low: float
    range: float
    source: int
    adam: bool
    rate: float
    beta_1: float
    beta_2: float
    epsilon: float


class Memory(NamedTuple):
    """Arrays that compiled code reads and writes.

    Attributes
    ----------
    weights, gradient : ndarray, shape (vectors * 8,)
        As the module lays them out; the gradient is downhill, and zero between updates.
    first, second : ndarray
        Adam's moments, as long; empty without Adam.
    powers : ndarray, shape (2,)
        Adam's betas to the power of its updates.
    traces : ndarray, shape (vectors * 8,)
        Derivatives of a state by the weights before it; zero between sequences.
    history : ndarray
        What a way back needs of each step.
    of_symbols : ndarray
        Where units see the inputs alone, what each symbol does: three vectors.
    small : ndarray, shape (64,)
        Eight vectors of scratch.
    ones : ndarray, shape (9 * 8,)
        Vectors with a 1 in one lane, and one of zeros.
    mask : ndarray, shape (width * 8,)
        1 where there is an output, 0 where a row is filled up.
    fed, stamps : ndarray of int, shape (symbols + 1,)
        The symbols met in this sequence, each once, and the number of the sequence that met it last; one place is free.
    counts : ndarray of int, shape (3,)
        Of sequences, for the stamps; of symbols in `fed`; of pairs in the sequence at hand.
    sums : ndarray, shape (2,)
        Half the squared errors since they were last read, and how many steps they are of.
    nothing, unseen : ndarray
        Empty ones, where nobody asks for answers or for what is inside.
    """

    weights: Floats
    gradient: Floats
    first: Floats
    second: Floats
    powers: Floats
    traces: Floats
    history: Floats
    of_symbols: Floats
    small: Floats
    ones: Floats
    mask: Floats
    fed: npt.NDArray[np.int64]
    stamps: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    sums: Floats
    nothing: Floats
    unseen: Floats


def make_told(config: Config, symbols: int) -> Told:
    """Bring a configuration into the form of compiled code; a StudyError says what a network of 1997 cannot do."""
    chosen = make_wiring(config.model, config.wiring)
    network = list(NETWORKS).index(config.model)
    _refuse(config, network)
    width = 1 if network == CELL_BLOCKS else -(-symbols // LANES)
    cell = symbols * width
    rest = cell + symbols * (network == MEMORY_CELL)
    factor, entropy = LOSSES[config.loss]
    low, high = chosen.get("g", (-2, 2))
    options = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7, **dict(config.optimiser_options)}
    once, reach, adam = chosen.get("update") != "step", REACHES[chosen["gradient"]], config.optimiser == "adam"
    return Told(
        network=network,
        symbols=symbols,
        width=width,
        cell=cell,
        rest=rest,
        end=rest + {SELF_RECURRENT: 2 * width + 1, MEMORY_CELL: width, CELL_BLOCKS: UNITS + 1}[network],
        reach=reach,
        once=once,
        now=not (once or adam or reach == BACKWARD),
        before=chosen.get("outputs_see") == "step_before",
        every=chosen.get("errors") == "every_step",
        entropy=entropy,
        factor=factor,
        low=float(low),
        range=float(high - low),
        source=SOURCES[chosen.get("feedback", "none")],
        adam=adam,
        rate=float(config.learning_rate),
        **{name: float(value) for name, value in options.items()},
    )


def _refuse(config: Config, network: int) -> None:
    """Raise a StudyError unless all settings mean something to a network of 1997."""
    units = 2 if network == CELL_BLOCKS else 1
    wanted: dict[str, Any] = {
        "units": units, "batch_size": 1, "timesteps": 1, "precision": "float64", "initialisation": "uniform_1997",
        "accumulate": 1, "last_step_weight": 1.0, "sees_inputs": False, "frozen": (), "stop_gradient": False,
        "gradient_rows": 1, "targets": "last", "engine": "kernel", "device": "cpu",
    }  # fmt: skip
    for name, value in wanted.items():
        if getattr(config, name) != value:
            raise StudyError(f"{name} is {getattr(config, name)!r}; model {config.model} has {value!r}, so set that")
    if config.loss not in LOSSES:
        raise unknown_name(f"loss of model {config.model}", config.loss, LOSSES)
    if config.optimiser not in OPTIMISERS:
        raise unknown_name(f"optimiser of model {config.model}", config.optimiser, OPTIMISERS)
    if make_wiring(config.model, config.wiring)["learning"] == "guessing" and (config.judged_every > 1 or config.joins):
        raise StudyError(
            f"wiring learning guessing with judged_every {config.judged_every} and joins {config.joins!r}: each guess "
            "is judged, and all weights are drawn at once; set judged_every to 1 and leave joins out"
        )
    if config.joins and network == CELL_BLOCKS:
        raise StudyError(f"joins {config.joins} with model {config.model}: its outputs see cells alone; leave it out")
    for name, value in config.optimiser_options:
        if config.optimiser != "adam" or name not in ("beta_1", "beta_2", "epsilon") or not 0 < value < 1:
            raise StudyError(
                f"{name} of optimiser {config.optimiser} is {value!r}; model {config.model} takes sgd without options, "
                "or adam with beta_1, beta_2 and epsilon between 0 and 1"
            )


def limits_of(config: Config) -> dict[str, float]:
    """Give the ranges of initial weights by name, ``limit`` and perhaps ``recurrent_limit``."""
    given = {"limit": 0.2, **dict(config.initialisation_options)}
    known = ("limit", "recurrent_limit") if config.model == "cell_blocks_1997" else ("limit",)
    for name, value in given.items():
        if name not in known or isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise StudyError(
                f"initialisation option {name} of model {config.model} is {value!r}; it takes {' and '.join(known)}, "
                "numbers of 0 or more"
            )
    return {name: float(value) for name, value in given.items()}


def places_of(told: Told) -> Places:
    """Tell where each weight lies, in numbers from the start of memory.

    Parameters
    ----------
    told : Told

    Returns
    -------
    dict of str to ndarray of int
        ``direct`` (symbol, output), ``readout`` (output,) or (cell, output), ``kernel`` (symbol,) of the unit, or
        (symbol, 2) of input gate and cell, or (symbol, unit) of input gates, output gates and cells, ``recurrent`` ()
        or (source, unit). In this order they are drawn.
    """
    n, symbols = told.symbols, np.arange(told.symbols)
    if told.network == CELL_BLOCKS:
        units = np.arange(UNITS)
        last = told.rest + UNITS
        return {
            "readout": last * LANES + np.arange(4).reshape(2, 2),
            "kernel": symbols[:, None] * LANES + units,
            "recurrent": (told.rest + units[:, None]) * LANES + units,
        }
    places = {"direct": symbols[:, None] * told.width * LANES + np.arange(n), "readout": told.rest * LANES + symbols}
    if told.network == MEMORY_CELL:
        return places | {"kernel": (told.cell + symbols[:, None]) * LANES + np.array([0, 4])}
    places["kernel"] = (told.rest + told.width) * LANES + symbols
    return places | {"recurrent": np.array((told.rest + 2 * told.width) * LANES)}


def draw_weights(told: Told, seed: int, *, limit: float = 0.2, recurrent_limit: float | None = None) -> Floats:
    """Draw the initial weights of a trial, all uniform, from the seed's stream of initial weights.

    Parameters
    ----------
    told : Told
    seed : int
    limit : float, default 0.2
        The paper's.
    recurrent_limit : float, optional
        Of the weights among hidden units; `limit` if left out.

    Returns
    -------
    ndarray, shape (vectors * 8,)
        Weights of hidden units that nothing sees are drawn and set to 0, so that all others are the same.
    """
    generator, weights = stream("initialisation", seed), np.zeros(told.end * LANES)
    for name, where in places_of(told).items():
        size = recurrent_limit if name == "recurrent" and recurrent_limit is not None else limit
        weights[where] = generator.uniform(-size, size, where.shape)
    if told.network == CELL_BLOCKS:
        weights[told.rest * LANES : (told.rest + told.source) * LANES] = 0
    return weights


def make_memory(told: Told, weights: Floats, longest: int) -> Memory:
    """Set memory up for a network with some weights, and sequences of at most `longest` symbols."""
    size, outputs = told.end * LANES, 2 if told.network == CELL_BLOCKS else told.symbols
    moments = size if told.adam else 0
    inputs_alone = told.network == CELL_BLOCKS and told.source == UNITS
    mask = np.zeros(max(told.width, 1) * LANES)
    mask[:outputs] = 1
    return Memory(
        weights=weights.copy(),
        gradient=np.zeros(size),
        first=np.zeros(moments),
        second=np.zeros(moments),
        powers=np.ones(2),
        traces=np.zeros(size),
        history=np.zeros(4 * LANES * longest if told.reach == BACKWARD else 0),
        of_symbols=np.zeros(3 * LANES * told.symbols if inputs_alone else 0),
        small=np.zeros(8 * LANES),
        ones=np.concatenate([np.eye(LANES).ravel(), np.zeros(LANES)]),
        mask=mask,
        fed=np.zeros(told.symbols + 1, dtype=np.int64),
        stamps=np.zeros(told.symbols + 1, dtype=np.int64),
        counts=np.zeros(3, dtype=np.int64),
        sums=np.zeros(2),
        nothing=np.zeros(0),
        unseen=np.zeros((0, 0, 0)),
    )
