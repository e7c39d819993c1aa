"""Made-up results of the quick preset: nobody right, everybody, some by chance, or all right but not sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from invented import at_most_the_ceiling

from study.article import contents
from study.experiments import EXPERIMENTS, PRESETS, checkpoints
from study.report.evidence import Evidence
from study.runs.provenance import provenance
from study.runs.stand_in import stand_in
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of

ORIGIN = provenance()
LEVELS = ("nobody", "everybody", "some", "by a hair")


def stored(folder, level, names):
    """Store what the experiments of these names run in the quick preset."""
    store, rng = Store(folder), np.random.default_rng(0)
    for name in names:
        experiment = EXPERIMENTS[name]
        for config in dict.fromkeys(map(stand_in, experiment.configs(PRESETS["quick"]))):
            if not store.files(config):
                store.write(config, table_of(config, level, rng), {**ORIGIN, "seconds": 1.0})
    return Evidence(store, contents())


def table_of(config, level, rng):
    """One table of made-up measures, with the columns that scoring gives."""
    seeds = 2 * PRESETS["quick"].seeds
    updates_an_epoch = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    places = [(seed, epoch) for seed in range(seeds) for epoch in checkpoints(config.epochs)]
    table = pd.DataFrame(places, columns=["seed", "epoch"]).astype("int32")
    table["updates"] = (table["epoch"] * updates_an_epoch // config.accumulate).astype("int32")
    table["training_loss"] = np.float32(0.1)
    leaks = config.model == "stateful_lstm" and config.reset != "sequence" and config.order != "random"
    for prefix in ("", "fresh_", *(["random_"] if leaks else [])):
        hit = {"nobody": 0, "some": rng.random(len(table)) < 0.3}.get(level, 1)
        table[f"{prefix}ambiguous_accuracy"] = np.where(hit, 1.0, 0.5)
        table[f"{prefix}accuracy"] = np.where(hit, 1.0, 0.875)
        table[f"{prefix}memory_gap"] = np.where(hit, 0.9 if level == "everybody" else 0.01, 0.0)
        table[f"{prefix}largest_error"] = np.where(hit, 0.1 if level == "everybody" else 0.49, 0.9)
        table[f"{prefix}loss"] = 0.1
    return at_most_the_ceiling(config, table)
