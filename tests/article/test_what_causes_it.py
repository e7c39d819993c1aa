"""Runs of an explanation are counted together, and its colour is that of what is known before training."""

from __future__ import annotations

import pytest
from levels import stored

from study.article.what_causes_it.figure import _pooled, draw
from study.article.what_causes_it.findings import facts
from study.experiments.causal.findings import findings
from study.report.figures.colours import MUTED, NO_GRADIENT, POSSIBLE, RULED_OUT


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), "some", ["causal"])


def test_the_section_has_no_numbers_of_its_own(evidence):
    assert facts(evidence) == {}


def test_explanations_are_coloured_by_what_is_possible(evidence):
    found = [one for one in findings(evidence) if one.variation.batch_size > 1]
    colours = {}
    for one in found:
        line = _pooled("it", [one])
        assert line.layout.n == one.summary.solved.n
        colours[one.variation.change.label] = line.colour
    assert colours["learning rate 0.1"] == RULED_OUT
    assert colours["one sequence per lane"] == NO_GRADIENT
    assert set(colours.values()) <= {RULED_OUT, NO_GRADIENT, POSSIBLE, MUTED}


def test_every_explanation_has_a_row(evidence):
    (panel,) = draw(evidence).axes
    labels = [label.get_text() for label in panel.get_yticklabels()]
    assert "one sequence per lane" in labels
    assert "too few units" in labels
