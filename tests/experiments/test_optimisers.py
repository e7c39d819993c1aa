"""Optimisers: the grid holds what was asked for, one thing differs in a comparison, and no gradient crosses rows."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest
from levels import LEVELS, stored

from study.article import contents
from study.experiments import FOLDER, PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.experiments.optimisers import appendix, findings
from study.experiments.optimisers.configs import (
    ADAM,
    FAST,
    LANES,
    LAYOUTS,
    MOMENTUM,
    PLANNED,
    PUSHED,
    RMSPROP,
    RULES,
    SGD,
    SLOW,
    SOFTMAX,
    TUTORIAL,
    WIDE,
    Optimisers,
    Setting,
    planned,
    settings,
    shared_run,
)
from study.measures.summaries import possible
from study.report.tables.plain import as_data

NAME = "optimisers"
STANDARD = PRESETS["standard"]


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param, [NAME]), request.param


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.label)
def test_rates_span_three_decades_and_the_usual_ones_are_among_them(rule):
    assert max(rule.rates) / min(rule.rates) == pytest.approx(1000)
    assert set(rule.usual) <= set(rule.rates)


def test_what_is_compared_with_real_keras_is_in_the_grid():
    grid = set(settings())
    wanted = {
        PUSHED,
        Setting(TUTORIAL, RMSPROP, 0.001),
        Setting(TUTORIAL, RMSPROP, 0.01),
        Setting(TUTORIAL, ADAM, 0.01),
        Setting(TUTORIAL, ADAM, 0.001, SOFTMAX),
        Setting(TUTORIAL, SGD, 0.5, SOFTMAX),
        Setting(TUTORIAL, SGD, 0.1),
        FAST,
        WIDE,
        Setting(LANES, SGD, 0.5),
        Setting(LANES, MOMENTUM, 0.1),
        Setting(LANES, ADAM, 0.001, SOFTMAX),
    }
    assert wanted <= grid
    assert all(each.trained(STANDARD).epochs >= 4000 for each in grid)


def test_no_gradient_crosses_rows_in_any_setting():
    for config in Optimisers().configs(STANDARD):
        assert (config.timesteps, config.gradient_rows, config.targets) == (1, 1, "last")
        assert not possible(config).gradient_reaches


def test_the_tutorial_and_its_longer_runs_are_those_of_the_main_grid():
    assert SLOW.trained(STANDARD) in MainGrid().configs(STANDARD)
    shorter = PUSHED.trained(PRESETS["quick"])
    assert shared_run(shorter, STANDARD) == PUSHED.trained(STANDARD) != shorter


@pytest.mark.parametrize(("name", "first", "second", "_expected"), PLANNED, ids=lambda each: str(each)[:20])
def test_only_one_thing_differs_in_a_planned_comparison(name, first, second, _expected):
    differing = {field.name for field in fields(first) if getattr(first, field.name) != getattr(second, field.name)}
    assert differing in ({"rule", "rate"}, {"rate"}, {"rule"}, {"loss"}, {"initialisation"}, {"units"}), name


def test_comparisons_are_named_apart_and_judged_at_one_budget():
    comparisons = planned(STANDARD)
    assert len(comparisons) == len(PLANNED) == len({each.what for each in comparisons.values()})
    for each in comparisons.values():
        assert each.first.epoch == each.second.epoch <= min(each.first.config.epochs, each.second.config.epochs)
        assert each.first.criterion == ("fresh_right" if each.first.config.layout == "shuffled" else "right")


def test_facts_and_tables_can_be_written_whatever_the_numbers(evidence):
    facts = findings.facts(evidence[0])
    assert json.dumps(as_data({**facts, "claims": []}), allow_nan=False)
    assert len(facts["comparisons"].rows) == len(PLANNED)
    budgets = len(appendix.facts(evidence[0])["table"].rows)
    assert budgets == int(facts["settings"])  # one budget each in the quick preset


def test_claims_hold_only_where_the_seeds_say_so(evidence):
    held = {claim.name for claim in findings.facts(evidence[0])["claims"] if claim.holds}
    alike = {"layout_binds_all", "pytorch_undecided"}  # nothing differs where all settings come to the same
    assert held - {"sgd_is_sure", "momentum_softmax_is_sure", "softmax_is_unsure"} <= alike or evidence[1] == "some"
    assert "layout_binds_all" in held
    assert ("sgd_is_sure" in held) == (evidence[1] == "everybody")
    assert ("softmax_is_unsure" in held) == (evidence[1] == "by a hair")


def test_every_claim_stands_in_a_text_once(evidence):
    abstract = (FOLDER.parent / "report" / "frame" / "abstract.typ").read_text(encoding="utf-8")
    said = re.findall(r'#claim\("(\w+)"\)', (FOLDER / NAME / "text.typ").read_text(encoding="utf-8"))
    said += re.findall(rf'claim\("{NAME}\.(\w+)"\)', abstract)
    assert sorted(said) == sorted(claim.name for claim in findings.facts(evidence[0])["claims"])


def test_each_layout_keeps_its_ceiling():
    ceilings = {layout: str(possible(config).ceiling.ambiguous) for layout, config in LAYOUTS.items()}
    assert list(ceilings.values()) == ["1", "1", "3/4", "1/2"]
    assert NAME in {section.name for section in contents().sections}
