"""The engine against an independent program: the same sequences and initial weights, the same weights at the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from experiment_2 import MemoryCell, SelfRecurrent, train_blocks

from study.config import Config
from study.sequences.streams import Stream
from study.sequences.tasks import make_task
from study.training.online import trials
from study.training.online.memory import places_of

BASE = Config(
    units=1,
    precision="float64",
    optimiser="sgd",
    loss="squared_error",
    initialisation="uniform_1997",
    sequences=1000,
)
RTRL = replace(BASE, task="long_lag", model="self_recurrent_1997", learning_rate=4.0)
CELL = replace(BASE, task="long_lag", model="memory_cell_1997", learning_rate=1.0)
MIDDLE = {"task": "random_middle", "task_options": (("p", 5),)}
BLOCKS = replace(
    BASE,
    task="distractors",
    task_options=(("p", 4), ("q", 6)),
    model="cell_blocks_1997",
    units=2,
    learning_rate=0.5,
)
SEEDS, TRAINED = (0, 3), 250
NOTHING = trials.Criterion(0.25, 0, last_only=False)  # so that no trial ends early


def trained(config, seed):
    """Weights of the engine before and after, by name."""
    together = trials.Trials(config, [seed, seed + 1], NOTHING)
    trial = together.trials[0]
    places = places_of(trial.told)
    before = {name: trial.drawn[where] for name, where in places.items()}
    together.train_to(TRAINED)
    return before, {name: trial.memory.weights[where] for name, where in places.items()}


def sequences_of(config, seed):
    """The sequences that the trial met, as lists of columns."""
    stream = Stream(make_task(config.task, dict(config.task_options)), seed)
    return [row[row >= 0].tolist() for row in stream.take(TRAINED)]


def choices(config):
    """What the independent program is told of a configuration."""
    wiring = dict(config.wiring)
    names = {"update": "update", "sees": "outputs_see", "errors": "errors"}
    given = {name: wiring[theirs] for name, theirs in names.items() if theirs in wiring}
    return {"rate": config.learning_rate, "loss": config.loss, **given}


def assert_alike(first, second):
    for name, values in first.items():
        assert np.abs(np.asarray(values) - second[name]).max() < 1e-10, name


LOSSES = [("squared_error", 1.0), ("whole_squared_error", 1.0), ("summed_cross_entropy", 1.0)]
WIRINGS = [
    (),
    (("update", "sequence"),),
    (("outputs_see", "step_before"),),
    (("outputs_see", "step_before"), ("update", "sequence")),
]
LAST = (("errors", "last_step"),)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "config",
    [
        *(replace(RTRL, wiring=wiring) for wiring in WIRINGS),
        *(replace(RTRL, loss=loss, learning_rate=rate) for loss, rate in LOSSES),
        replace(RTRL, wiring=(("gradient", "bptt"), ("update", "sequence"))),
        replace(RTRL, **MIDDLE, wiring=LAST),
        replace(RTRL, task_options=(("lag", 9),)),
    ],
    ids=lambda config: f"{config.task}-{config.loss}-{config.wiring}",
)
def test_self_recurrent_unit(config, seed):
    before, after = trained(config, seed)
    own = {"inputs": before["kernel"], "recurrent": before["recurrent"].reshape(1)}
    again = SelfRecurrent({"direct": before["direct"], "out": before["readout"], **own}, **choices(config))
    found = again.train(sequences_of(config, seed))
    told = {"direct": after["direct"], "out": after["readout"], "inputs": after["kernel"]}
    assert_alike(told | {"recurrent": after["recurrent"].reshape(1)}, found)
    assert np.abs(after["recurrent"] - before["recurrent"]).max() > 1e-4  # it has learnt


PLATEAU = {"joins": "plateau", "joins_options": (("window", 20), ("fall", 0.3))}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "config",
    [
        *(replace(CELL, wiring=wiring) for wiring in WIRINGS),
        *(replace(CELL, loss=loss, learning_rate=rate / 2) for loss, rate in LOSSES),
        replace(CELL, wiring=(("g", (-1, 1)),)),
        replace(CELL, joins="after", joins_options=(("window", 60),)),
        replace(CELL, **PLATEAU),
        replace(CELL, **MIDDLE, wiring=LAST, **PLATEAU),
        replace(CELL, **MIDDLE, wiring=(("update", "sequence"),)),
    ],
    ids=lambda config: f"{config.task}-{config.loss}-{config.joins}-{config.wiring}",
)
def test_memory_cell(config, seed):
    before, after = trained(config, seed)
    gate, cell = before["kernel"].T
    again = MemoryCell(
        {"direct": before["direct"], "out": before["readout"], "gate": gate, "cell": cell}, **choices(config)
    )
    again.low, again.high = dict(config.wiring).get("g", (0, 1))
    joins = dict(config.joins_options)
    waits = {"after": {"joins_after": joins.get("window")}, "plateau": joins, "": {}}[config.joins]
    found = again.train(sequences_of(config, seed), **waits)
    gate, cell = after["kernel"].T
    assert_alike({"direct": after["direct"], "out": after["readout"], "gate": gate, "cell": cell}, found)
    assert np.abs(after["kernel"] - before["kernel"]).max() > 1e-4


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("feedback", ["all", "cells", "none"])
@pytest.mark.parametrize("loss", ["squared_error", "summed_cross_entropy"])
def test_cell_blocks(feedback, loss, seed):
    config = replace(BLOCKS, loss=loss, wiring=(("feedback", feedback),) if feedback != "all" else ())
    before, after = trained(config, seed)
    hidden = np.concatenate([before["kernel"], before["recurrent"]])
    found, out = train_blocks(
        hidden, before["readout"], sequences_of(config, seed), config.learning_rate, feedback=feedback, loss=loss
    )
    assert_alike({"hidden": np.concatenate([after["kernel"], after["recurrent"]]), "out": after["readout"]},
                 {"hidden": found, "out": out})  # fmt: skip
    assert np.abs(after["kernel"] - before["kernel"]).max() > 1e-3
