"""Made-up results of the experiments on alphabets and on random sequences, whose probe has columns of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
from invented import at_most_the_ceiling

from study.article import contents
from study.experiment import checkpoints
from study.experiments import PRESETS, find_experiment
from study.measures.unseen import unseen_lengths
from study.report.evidence import Evidence
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of

STORED_SEEDS = 8
ORIGIN = {"commit": "0", "python": "3", "processor": "any", "system": "any", "seconds": 1.5, "torch": "2"}
ORIGIN |= {"computed": "2026-01-02 03:04", "numpy": "2", "scikit-learn": "1", "pandas": "2"}


def invented(config, level, draws):
    """A table of the right form: numbers at random, or all equal to the least or to the greatest they can be."""
    epochs = checkpoints(config.epochs)
    table = pd.DataFrame([(s, e) for s in range(STORED_SEEDS) for e in epochs], columns=["seed", "epoch"]).astype(
        "int32"
    )
    steps = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * steps // config.accumulate).astype("int32")
    names = ["training_loss", "ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss"]
    names += [f"fresh_{name}" for name in names[1:]]
    if config.probe:
        lengths = unseen_lengths(dict(config.task_options)["length"])
        names = ["training_loss", "seen_right", "nearest_right"]
        names += [f"{name}_{n}" for n in lengths for name in ("unseen_right", "unseen_known", "known_right")]
    for name in names:
        values = draws.random(len(table)) if level is None else np.full(len(table), level)
        table[name] = (values.round() if level is None and "right" not in name else values).astype("float32")
    return at_most_the_ceiling(config, table)


def stored(folder, name, preset, level):
    store, draws = Store(folder), np.random.default_rng(0)
    for config in find_experiment(name).configs(PRESETS[preset]):
        store.write(config, invented(config, level, draws), ORIGIN)
    return Evidence(store, contents())
