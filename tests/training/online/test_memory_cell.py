"""The memory cell of Tasks 2a and 2b: its gradient against autograd, for every choice of wiring."""

from __future__ import annotations

from itertools import product

import pytest
from autograd_1997 import assert_learns_alike, config_of

WIRINGS = [
    {"gradient": gradient, "update": update, "outputs_see": see, "errors": errors}
    for gradient, update, see, errors in product(
        ("exact", "one_step"), ("step", "sequence"), ("same_step", "step_before"), ("every_step", "last_step")
    )
]


@pytest.mark.parametrize("wiring", WIRINGS, ids=lambda wiring: " ".join(wiring.values()))
def test_it_learns_as_autograd_does(wiring):
    assert_learns_alike(config_of("memory_cell_1997", wiring), 11, [7, 7, 12])


@pytest.mark.parametrize("g", [(0, 1), (-1, 1), (-2, 2)])
@pytest.mark.parametrize("loss", ["squared_error", "whole_squared_error", "summed_cross_entropy"])
def test_ranges_and_losses_are_learnt_as_they_are_named(g, loss):
    assert_learns_alike(config_of("memory_cell_1997", {"g": g}, loss=loss), 5, [6, 9])
