"""That training falls short of the ceiling is said where it does, and struck out where every seed is right."""

from __future__ import annotations

import pytest
from levels import stored

from study.article.does_it_happen.figure import draw
from study.article.does_it_happen.findings import COIN, facts


@pytest.mark.parametrize(("level", "holds"), [("nobody", True), ("everybody", False)])
def test_the_claim_follows_what_is_stored(tmp_path, level, holds):
    (claim,) = facts(stored(tmp_path, level, ["main_grid"]))["claims"]
    assert claim.holds == holds


def test_without_the_main_grid_nothing_is_claimed(tmp_path):
    found = facts(stored(tmp_path, "some", []))
    assert found["claims"] == []
    assert found["coin"] == str(COIN) == "1/4"


def test_settings_are_drawn_with_and_without_the_lines_that_are_best(tmp_path):
    alone = draw(stored(tmp_path / "alone", "some", ["main_grid"]))
    both = draw(stored(tmp_path / "both", "some", ["main_grid", "one_line_changes"]), narrow=True)
    rows = [len(figure.axes[0].get_yticks()) for figure in (alone, both)]
    assert rows[1] == rows[0] + 1
