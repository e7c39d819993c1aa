"""Planned comparisons: made by seed, corrected together, all listed, and a claim only where the seeds decide."""

from types import SimpleNamespace

import pandas as pd
import pytest

from study.config import Config
from study.experiment import Arm, Comparison
from study.measures.pairs import LEVEL
from study.report.comparisons import ahead, compare, comparisons_table, told, undecided

SEEDS = 20


def runs(right):
    """Two checkpoints of 20 seeds: none right at epoch 10, so many at epoch 250."""
    rows = [(seed, epoch, float(epoch == 250 and seed < right)) for epoch in (10, 250) for seed in range(SEEDS)]
    return pd.DataFrame(rows, columns=["seed", "epoch", "ambiguous_accuracy"]).sample(frac=1, random_state=right)


@pytest.fixture
def outcomes():
    tables = {Config(units=units): runs(right) for units, right in ((1, 2), (2, 3), (3, 15))}
    few, hardly_more, most = (Arm(config) for config in tables)
    planned = {
        "most": Comparison("3 units against 1", most, few),
        "hardly": Comparison("2 units against 1", hardly_more, few),
        "behind": Comparison("2 units against 3", hardly_more, most),
        "trained": Comparison("3 units, 250 epochs against 10", most, most._replace(epoch=10)),
    }
    return compare(SimpleNamespace(table=tables.__getitem__), planned)


def test_seeds_are_matched_and_holm_corrects_for_all(outcomes):
    most = outcomes["most"]
    assert (most.pair.first, most.pair.second, most.pair.both, most.pair.neither) == (13, 0, 2, 5)
    raw = {name: outcome.pair.p for name, outcome in outcomes.items()}
    assert raw["trained"] < raw["most"] < raw["behind"] < raw["hardly"] == 1
    assert outcomes["trained"].corrected == pytest.approx(4 * raw["trained"])
    assert most.corrected == pytest.approx(3 * raw["most"])
    assert {name: outcome.ahead for name, outcome in outcomes.items()} == {
        "most": "first", "hardly": "", "behind": "second", "trained": "first",
    }  # fmt: skip


def test_claims_rest_on_the_corrected_test(outcomes):
    assert [ahead("x", outcomes[name]).holds for name in ("most", "hardly", "behind")] == [True, False, False]
    assert [undecided("x", outcomes[name]).holds for name in ("most", "hardly", "behind")] == [False, True, False]
    assert "3 units against 1: 15 against 2 of 20 seeds, 13 and 0 in one alone" in outcomes["most"].test
    assert "McNemar's test, Holm over 4: p" in outcomes["most"].test


def test_what_alone_would_be_below_the_level_is_not_after_correction():
    tables = {Config(units=units): runs(right) for units, right in ((1, 0), (2, 6))}
    arms = [Arm(config) for config in tables]
    planned = {str(number): Comparison("x", arms[1], arms[0]) for number in range(2)}
    (one, _) = compare(SimpleNamespace(table=tables.__getitem__), planned).values()
    assert one.pair.p < LEVEL <= one.corrected
    assert one.ahead == ""


def test_every_comparison_is_listed(outcomes):
    table = comparisons_table(outcomes)
    assert [row[0] for row in table.rows] == [outcome.what for outcome in outcomes.values()]
    assert [row[-1] for row in table.rows] == ["first", "undecided", "second", "first"]
    assert table.rows[0][1:6] == ("20", "15", "2", "13", "0")
    assert told(outcomes["most"])["difference"] == table.rows[0][6] == "+65 (35 to 81)"
