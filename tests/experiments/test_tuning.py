"""Tuning: settings are chosen on one half of the seeds and judged on the other, and no claim says more than that."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from invented import ORIGIN, at_most_the_ceiling

from study.article import contents
from study.config import Config
from study.experiments import PRESETS, checkpoints
from study.experiments.tuning.configs import UNITS, Tuning
from study.experiments.tuning.findings import answer, facts
from study.experiments.tuning.selection import (
    HalfRates,
    Setting,
    best,
    by_epochs,
    by_units,
    choose,
    right,
    settings,
    tuned_configs,
    within,
)
from study.measures.statistics import Rate
from study.report.build import build
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of

ROOT = Path(__file__).parents[2]
LEVELS = ("nobody", "everybody", "some", "unsure")


def setting(units, epoch, first, second, of=20):
    """A setting that was right so often in each half, and never sure of it."""
    halves = HalfRates(Rate(first, of), Rate(second, of))
    return Setting(Config(units=units), epoch, 8 * epoch, halves, HalfRates(Rate(0, of), Rate(0, of)), 0.5)


def test_a_choice_is_made_on_the_first_half_and_stays_whatever_the_second_says():
    few, middle, many = setting(4, 10, 12, 20), setting(8, 10, 20, 3), setting(16, 10, 19, 19)
    assert choose([few, middle, many], right) is middle
    assert choose([few], right) is None
    assert choose([few, middle, many], within) is None


def test_choices_look_at_the_first_half_alone_and_prefer_the_shorter_training():
    long, short, lucky = setting(8, 50, 19, 0), setting(8, 20, 19, 0), setting(8, 5, 3, 20)
    larger = setting(16, 5, 20, 20)
    assert best([long, short, lucky], right) is short
    assert by_units([larger, long, short, lucky], right) == [short, larger]
    assert by_epochs([long, short, lucky, larger], right) == [larger, short, long]


def stored(folder, level):
    """Made-up results of the quick preset: nobody right, everybody, some by chance, or all without being sure."""
    store, rng = Store(folder), np.random.default_rng(0)
    for config in Tuning().configs(PRESETS["quick"]):
        store.write(config, table_of(config, level, rng), ORIGIN)
    return Evidence(store, contents())


def table_of(config, level, rng):
    """One table of made-up measures, with the columns that scoring gives."""
    places = [(seed, epoch) for seed in range(2 * PRESETS["quick"].seeds) for epoch in checkpoints(config.epochs)]
    table = pd.DataFrame(places, columns=["seed", "epoch"]).astype("int32")
    updates_an_epoch = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * updates_an_epoch).astype("int32")
    table["training_loss"] = np.float32(0.1)
    for prefix in ("", "fresh_"):
        hit = {"nobody": 0, "some": rng.random(len(table)) < 0.3}.get(level, 1)
        table[f"{prefix}ambiguous_accuracy"] = np.where(hit, 1.0, 0.5)
        table[f"{prefix}accuracy"] = np.where(hit, 1.0, 0.875)
        table[f"{prefix}memory_gap"] = np.where(hit, 0.9 if level == "everybody" else 0.01, 0.0)
        table[f"{prefix}largest_error"] = np.where(hit, 0.1 if level == "everybody" else 0.49, 0.9)
        table[f"{prefix}loss"] = 0.1
    return at_most_the_ceiling(config, table)


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param), request.param


def test_facts_and_answer_can_be_written_whatever_the_numbers(evidence):
    found = facts(evidence[0])
    assert json.dumps(as_data({**found, "claims": []}), allow_nan=False)
    assert {len(row) for row in found["table"].rows} == {len(found["table"].columns)}
    line = answer(evidence[0])
    assert line.startswith("**")
    assert "\n" not in line


def test_tuning_confirms_only_what_the_numbers_do(evidence):
    stored_runs, level = evidence
    found = facts(stored_runs)
    held = {claim.name for claim in found["claims"] if claim.holds}
    all_right = level in {"everybody", "unsure"}
    smallest = found["full"]["right"]["smallest"]
    assert smallest["reached"] == all_right
    assert ({"smallest", "shortest", "carried_right", "carried_end"} <= held) == all_right
    if all_right:
        assert smallest["chosen"]["units"] == f"{UNITS[0]} unit"
        assert smallest["chosen"]["holds"]
        assert "smallest_is_near" in held  # 8 of 8 leave the interval wide
    assert ({"smallest_is_sure", "shortest_is_sure"} <= held) == (level == "everybody")
    assert ("carried_unsure" in held) == (level == "unsure")
    assert not {"below", "carried_needs_units"} & held  # no size differs from another here
    halves = settings(stored_runs, tuned_configs(stored_runs, "whole sequence a row"))[0].right
    assert halves.first.n == halves.second.n == PRESETS["quick"].seeds


def test_the_readme_names_the_choice_and_not_its_replacement(evidence, monkeypatch):
    found, level = evidence
    monkeypatch.setattr("study.experiments.tuning.findings.ENOUGH", 1.01)  # nothing holds on the fresh half
    line = answer(found)
    if level in {"everybody", "unsure"}:
        assert f"{UNITS[0]} unit and " in line
        assert "does not confirm it" in line
    else:
        assert "no size tried" in line


@pytest.mark.slow
def test_the_report_can_be_built_whatever_the_numbers(evidence, tmp_path):
    for path in build(evidence[0].store.root, tmp_path, contents()).paths:
        assert path.stat().st_size > 0


def test_every_claim_holds_on_the_committed_results():
    found = facts(Evidence(Store(ROOT / "results"), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []
    assert len(found["claims"]) == 12
