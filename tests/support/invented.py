"""Results that nobody trained, for tests of what is shown of results: none of them may be better than it can be."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd

from study.article import contents
from study.experiment import PRESETS, scored_at
from study.experiments import find_experiment
from study.measures.stop_rules import make_stop_rule
from study.report.bounds import bounds_of, floors_of
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.judgements import streamed_columns
from study.runs.stand_in import stand_in
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.streams import stored_at, updates_of
from study.sequences.tasks import make_task


def at_most_the_ceiling(config, table):
    """Lower every share that lies above its exact ceiling, and raise every error below its floor, which are refused."""
    config = stand_in(config)  # as which it is stored, and whose bounds may be narrower
    highest = {name: np.float32(float(bound.ceiling)) for name, bound in bounds_of(config, table.columns).items()}
    table = table.assign(**{name: table[name].clip(upper=most) for name, most in highest.items()})
    lowest = {name: np.float32(least) for name, least in floors_of(config, table.columns).items()}
    return table.assign(**{name: table[name].clip(lower=least) for name, least in lowest.items()})


MARKUP = "<script>alert(1)</script> *x* _y_ $z$ #eval(1) @methods \\ [b]`"
ORIGIN = {"commit": "0123456789", "python": "3", "processor": MARKUP, "system": "Any <b>&amp; all", "seconds": 1.5}
ORIGIN |= {"computed": "2026-01-02 03:04", "torch": "2", "numpy": "2", "scikit-learn": "1", "pandas": "2"}
MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss", "training_loss")


def invented(config, seeds, columns, level=None):
    """A table of the right form with numbers that nobody trained: the report must show whatever is stored.

    They are drawn at random, or all of one level, but for what no network can reach.
    """
    draws = np.random.default_rng(int(hashlib.sha256(config.identity.encode()).hexdigest()[:8], 16))
    epochs = scored_at(config)
    table = pd.DataFrame([(seed, epoch) for seed in range(seeds) for epoch in epochs], columns=["seed", "epoch"])
    table = table.astype("int32")
    steps = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * steps // config.accumulate).astype("int32")
    for name in columns:
        if name not in table:
            drawn = draws.integers(0, 3, len(table)) / 2 if "ambiguous" in name else draws.random(len(table))
            table[name] = (drawn if level is None else np.full(len(table), level)).astype("float32")
    assert set(columns) == set(table.columns)
    return at_most_the_ceiling(config, table)


def invented_stream(config, seeds, learnt_after):
    """A table of a stream in which seed k succeeds at the first judgement from ``learnt_after[k]`` on, if ever."""
    rule, rows = make_stop_rule(config.stop, dict(config.stop_options)), []
    task = make_task(config.task, dict(config.task_options))
    steps = updates_of(config, task) or 1
    for seed in range(seeds):
        success = np.ceil(learnt_after[seed] / config.judged_every) * config.judged_every
        before = [count for count in stored_at(config) if count < success]
        for count in [*before, success] if success <= config.sequences else before:
            error = 0.1 if count >= success else 0.9
            known = {"seed": seed, "sequences": count, "updates": count // config.batch_size * steps}
            known |= {"largest_error": error, "last_error": error, "passed": rule.count * (count >= success)}
            known |= {"accuracy": 1.0, "last_accuracy": 1.0} if count >= success else {}
            known |= {"joined_after": 100.0 if count >= 100 else np.nan} if config.joins else {}
            rows.append({**dict.fromkeys(streamed_columns(config), 0.5), "training_loss": 0.1, "loss": 0.1, **known})
    return pd.DataFrame(rows).astype({"seed": "int32", "sequences": "int32", "updates": "int32"})


def evidence_of(folder, experiment, *, preset="quick", seeds=8, level=None, change=None):
    """Evidence for one experiment from invented results; `change`, if given, alters each table before it is stored."""
    store, columns = Store(folder), {}
    for config in find_experiment(experiment).configs(PRESETS[preset]):
        kind = (config.model == "mlp", config.probe, config.task, config.task_options)
        if kind not in columns:
            columns[kind] = compute(replace(config, epochs=1), [0]).columns
        table = invented(config, seeds, columns[kind], level)
        store.write(config, table if change is None else change(config, table), ORIGIN)
    return Evidence(store, contents())


def claims_of(facts):
    """Whether each claim of a section holds, by name."""
    return {claim.name: claim.holds for claim in facts["claims"]}
