"""Tuning: choices are confirmed on fresh seeds, and the text fits any numbers."""

from __future__ import annotations

import json

import pytest
from levels import LEVELS, stored

from study.config import Config
from study.experiments import PRESETS, contents
from study.experiments.tuning.configs import UNITS
from study.experiments.tuning.halves import (
    Halves,
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
from study.report.tables import as_data

NAMES = ("tuning",)


def setting(units, epoch, first, second, of=20):
    """A setting that was right so often in each half, and never sure of it."""
    halves = Halves(Rate(first, of), Rate(second, of))
    return Setting(Config(units=units), epoch, 8 * epoch, halves, Halves(Rate(0, of), Rate(0, of)), 0.5)


def test_a_choice_that_the_fresh_half_does_not_confirm_gives_way_to_the_next():
    few, middle, many = setting(4, 10, 12, 12), setting(8, 10, 20, 18), setting(16, 10, 19, 19)
    outcome = choose([few, middle, many], right)
    assert outcome.chosen is middle  # it looked reliable
    assert outcome.confirmed is many  # 18 of 20 did not prove it
    assert choose([few, middle], right).confirmed is None
    assert choose([few], right).chosen is None
    assert choose([few, middle, many], within).chosen is None


def test_choices_look_at_the_first_half_alone_and_prefer_the_shorter_training():
    long, short, lucky = setting(8, 50, 19, 0), setting(8, 20, 19, 0), setting(8, 5, 3, 20)
    larger = setting(16, 5, 20, 20)
    assert best([long, short, lucky], right) is short
    assert by_units([larger, long, short, lucky], right) == [short, larger]
    assert by_epochs([long, short, lucky, larger], right) == [larger, short, long]


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param, NAMES), request.param


def test_facts_and_answers_can_be_written_whatever_the_numbers(evidence):
    for section in contents().sections:
        if section.name in NAMES:
            facts = section.facts(evidence[0])
            assert json.dumps(facts, default=as_data, allow_nan=False)
            assert {len(row) for row in facts["table"].rows} == {len(facts["table"].columns)}
            line = section.answer(evidence[0])
            assert line.startswith("**")
            assert "\n" not in line


def test_tuning_confirms_only_what_the_numbers_do(evidence):
    found, level = evidence
    (section,) = (section for section in contents().sections if section.name == "tuning")
    facts = section.facts(found)
    smallest = facts["full"]["right"]["smallest"]
    assert smallest["found"] == (level in {"everybody", "by a hair"})
    if smallest["found"]:
        assert smallest["chosen"]["units"] == f"{UNITS[0]} unit"
        assert smallest["chosen"]["holds"]
        assert not smallest["chosen"]["certain"]  # 8 of 8 leave the interval wide
    assert facts["full"]["within"]["smallest"]["found"] == (level == "everybody")
    assert facts["hair"] == (level == "by a hair")
    halves = settings(found, tuned_configs(found, "whole sequence a row"))[0].right
    assert halves.first.n == halves.second.n == PRESETS["quick"].seeds


def test_the_readme_names_the_choice_and_not_its_replacement(evidence, monkeypatch):
    found, level = evidence
    (section,) = (section for section in contents().sections if section.name == "tuning")
    monkeypatch.setattr("study.experiments.tuning.findings.ENOUGH", 1.01)  # nothing holds on the fresh half
    line = section.answer(found)
    if level in {"everybody", "by a hair"}:
        assert f"{UNITS[0]} unit and " in line
        assert "does not confirm it" in line
    else:
        assert "no size tried" in line


@pytest.mark.slow
def test_the_report_can_be_built_whatever_the_numbers(evidence, tmp_path):
    for path in build(evidence[0].store.root, tmp_path, contents()).paths:
        assert path.stat().st_size > 0
