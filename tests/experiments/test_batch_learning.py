"""Batch learning: clocks are read rightly, schedules compared on the same seeds, and the text fits any numbers."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from levels import LEVELS, stored

from study.article import contents
from study.config import Config
from study.experiments import PRESETS, checkpoints
from study.experiments.batch_learning import claims, findings
from study.experiments.batch_learning.configs import AFTER
from study.experiments.batch_learning.curves import curve_keys, curve_of, timesteps_an_epoch
from study.experiments.main_grid.configs import MainGrid, shared_with_main_grid
from study.report.build import build
from study.report.claims import as_facts
from study.report.comparisons import SameSeeds, judge
from study.report.evidence import Evidence
from study.report.tables.plain import as_data
from study.runs.store import Store

NAME = "batch_learning"
RESULTS = Path(__file__).parents[2] / "results"


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param, [NAME]), request.param


def test_facts_and_the_answer_can_be_written_whatever_the_numbers(evidence):
    (section,) = (section for section in contents().sections if section.name == NAME)
    facts = section.facts(evidence[0])
    facts["claims"] = as_facts(NAME, facts["claims"])
    assert json.dumps(as_data(facts), allow_nan=False)
    assert {len(row) for row in facts["table"].rows} == {len(facts["table"].columns)}
    line = section.answer(evidence[0])
    assert line.startswith("**")
    assert "\n" not in line


@pytest.mark.slow
def test_the_report_can_be_built_whatever_the_numbers(evidence, tmp_path):
    for path in build(evidence[0].store.root, tmp_path, contents()).paths:
        assert path.stat().st_size > 0


@pytest.mark.skipif(not RESULTS.is_dir(), reason="there is no results folder")
def test_every_claim_holds_on_the_committed_results():
    found = findings.facts(Evidence(Store(RESULTS), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []


def test_a_config_on_the_way_of_the_main_grid_is_taken_from_there():
    preset = PRESETS["standard"]
    found = shared_with_main_grid(Config(epochs=250), preset)
    assert found in MainGrid().configs(preset)
    assert found.epochs > 250
    assert 250 in checkpoints(found.epochs)
    for other in (Config(epochs=251), Config(epochs=250, learning_rate=0.5), Config(epochs=10 * found.epochs)):
        assert shared_with_main_grid(other, preset) == other


def test_clocks_of_batch_learning_read_the_last_point_not_beyond(evidence):
    found, _ = evidence
    for key in curve_keys():
        curve = curve_of(found, *key)
        for clock in ("updates", "epochs", "timesteps"):
            readings = getattr(curve, clock)
            assert readings == sorted(set(readings))
            assert curve.at(clock, readings[2]) is curve.points[2]
            assert curve.at(clock, readings[3] - 1) is curve.points[2]
        assert curve.timesteps[0] == curve.epochs[0] * timesteps_an_epoch(curve.config)
    whole_sequence, window = (curve_of(found, *key).config for key in (curve_keys()[-1], curve_keys()[6]))
    assert (timesteps_an_epoch(whole_sequence), timesteps_an_epoch(window)) == (8, 32)


@pytest.mark.parametrize(("more", "ahead"), [(6, False), (7, True)])  # 3 * 2 / 2**6 = 0.09, 3 * 2 / 2**7 = 0.047
def test_a_moment_is_ahead_where_enough_seeds_are_right_in_it_alone(more, ahead):
    row, sequence, epoch = AFTER
    seeds = {after: pd.Series([after == epoch and seed < more for seed in range(20)]) for after in AFTER}
    place = ("updates", claims.CARRIED, claims.LOW)
    given = {
        claims._name(place, one, other): SameSeeds("", seeds[one], seeds[other])
        for one, other in combinations(AFTER, 2)
    }
    compared = claims.Compared(judge(given))
    assert compared.ahead(place, epoch, (row, sequence)) == ahead
    assert not compared.ahead(place, row, (epoch,))
    assert compared.of(place, epoch, row) is compared.of(place, row, epoch)
