"""The sections on alphabets and on random sequences: true of whatever is stored, in every preset, and never broken."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from study.compute import datasets_of, schedule_of
from study.experiments import PRESETS, find_experiment
from study.experiments.base import checkpoints
from study.experiments.random_sequences import LAST, main_cells
from study.report.build import build
from study.report.evidence import Evidence
from study.report.sections import alphabets, random_sequences
from study.store import Store
from study.unseen import unseen_lengths

SECTIONS = {"alphabets": alphabets, "random_sequences": random_sequences}
SEEDS = 8


def invented(cell, level, draws):
    """A table of the right form: numbers at random, or all equal to the least or to the greatest they can be."""
    epochs = checkpoints(cell.epochs)
    table = pd.DataFrame([(s, e) for s in range(SEEDS) for e in epochs], columns=["seed", "epoch"]).astype("int32")
    steps = len(schedule_of(cell, datasets_of(cell, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * steps // cell.accumulate).astype("int32")
    names = ["training_loss", "ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss"]
    names += [f"fresh_{name}" for name in names[1:]]
    if cell.probe:
        lengths = unseen_lengths(dict(cell.task_options)["length"])
        names = ["training_loss", "seen_right", "nearest_right"]
        names += [f"{name}_{n}" for n in lengths for name in ("unseen_right", "unseen_known", "known_right")]
    for name in names:
        values = draws.random(len(table)) if level is None else np.full(len(table), level)
        table[name] = (values.round() if level is None and "right" not in name else values).astype("float32")
    return table


def stored(folder, name, preset, level):
    store, draws = Store(folder), np.random.default_rng(0)
    origin = {"commit": "0", "python": "3", "processor": "any", "system": "any", "seconds": 1.5, "torch": "2"}
    origin |= {"computed": "2026-01-02 03:04", "numpy": "2", "scikit-learn": "1", "pandas": "2"}
    for cell in find_experiment(name).cells(PRESETS[preset]):
        store.write(cell, invented(cell, level, draws), origin)
    return Evidence(store)


@pytest.mark.parametrize(
    ("preset", "level"), [("standard", None), ("quick", 0.0), ("quick", 1.0)], ids=["random", "least", "greatest"]
)
@pytest.mark.parametrize("name", SECTIONS)
def test_every_preset_and_every_result_makes_a_report_and_an_answer(tmp_path, name, preset, level):
    evidence = stored(tmp_path / "results", name, preset, level)
    assert evidence.presets[name].long == PRESETS[preset].long
    line = SECTIONS[name].answer(evidence)
    assert "\n" not in line
    assert line.startswith("**")
    for path in build(tmp_path / "results", tmp_path / "report"):
        assert path.stat().st_size > 10_000


def test_facts_count_what_is_stored(tmp_path):
    store = Store(tmp_path)
    draws = np.random.default_rng(0)
    preset = PRESETS["quick"]
    for cell in find_experiment("random_sequences").cells(preset):
        table = invented(cell, 0.5, draws)
        many = cell == main_cells(preset)[LAST, 64]
        table["unseen_right_5"] = np.float32(0.96 if many else 0.3)
        store.write(cell, table, {"seconds": 1.0})
    found = random_sequences.facts(Evidence(store))
    assert found["rule"] == {"last": 64, "every": 0, "stateful": 0}
    assert found["beats_lookup"] == {"last": 64, "every": 0, "stateful": 0}
    assert found["many"]["last"]["unseen"] == "96 % (all equal)"
    assert found["many"]["last"]["all"].startswith(f"0 of {SEEDS} ")
    assert found["fades"]
    assert found["every_is_worse"]


def test_what_helps_is_said_only_where_the_intervals_say_so(tmp_path):
    for solved, helps in ((1.0, True), (0.0, False)):
        store, draws = Store(tmp_path / str(solved)), np.random.default_rng(0)
        for cell in find_experiment("alphabets").cells(PRESETS["quick"]):
            table = pd.concat([invented(cell, 0.0, draws).assign(seed=seed) for seed in range(20)])
            table = table.drop_duplicates(["seed", "epoch"], ignore_index=True)
            if cell.initialisation_options:
                table["ambiguous_accuracy"] = np.float32(solved)
            store.write(cell, table, {"seconds": 1.0})
        found = alphabets.facts(Evidence(store))
        assert found["share_helps"] == helps
        assert not found["summed_helps"]
        assert found["breaks"]
        assert found["best_all"] == helps
        assert found["kinds_alike"]
