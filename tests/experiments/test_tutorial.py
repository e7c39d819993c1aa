"""The tutorial's own configuration: the floor without memory, and claims that follow what is stored."""

from __future__ import annotations

from fractions import Fraction
from math import log

import pytest
from invented import claims_of, evidence_of

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.tutorial.figure import without_memory
from study.experiments.tutorial.findings import facts


def test_without_memory_one_of_two_ambiguous_rows_is_right_at_the_tutorials_floor():
    known = without_memory(Config())
    assert (known.ambiguous, known.overall) == (Fraction(1, 2), Fraction(7, 8))
    assert known.loss_floor == pytest.approx(2 * log(2) / 5 / 4)


def with_success(right, sure):
    """Change a table: at the tutorial's budget and later so many seeds have every row right and are sure of it."""

    def change(_config, table):
        at = table["epoch"] == TUTORIAL_EPOCHS
        later = table["epoch"] > TUTORIAL_EPOCHS
        for name, value in (("accuracy", 0.875), ("ambiguous_accuracy", 0.5), ("largest_error", 0.9), ("loss", 0.1)):
            table[name] = table[f"fresh_{name}"] = value
        for rows, seeds in ((at, right), (later, sure)):
            hit = rows & (table["seed"] < seeds)
            for name, value in (("accuracy", 1.0), ("ambiguous_accuracy", 1.0), ("largest_error", 0.4)):
                table.loc[hit, name] = table.loc[hit, f"fresh_{name}"] = value
        return table

    return change


@pytest.mark.parametrize(("right", "later", "worse"), [(20, 0, True), (20, 20, False), (0, 20, False)])
def test_more_training_is_called_worse_only_where_fewer_seeds_are_right(tmp_path, right, later, worse):
    evidence = evidence_of(tmp_path, "tutorial", preset="standard", seeds=40, change=with_success(right, later))
    claims = claims_of(facts(evidence))
    assert claims["more_is_worse"] == worse
    assert claims["barely_right"] == (right > 0)
    assert claims["unreliable"]
