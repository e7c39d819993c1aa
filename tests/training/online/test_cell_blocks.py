"""The two cell blocks of Task 2c: truncated and full gradient against autograd, with each kind of feedback."""

from __future__ import annotations

import numpy as np
import pytest
from autograd_1997 import assert_learns_alike, config_of

X, Y = 7, 8  # the last two of nine symbols


@pytest.mark.parametrize("gradient", ["truncated", "full", "one_step"])
@pytest.mark.parametrize("feedback", ["all", "cells", "none"])
def test_it_learns_as_autograd_does(gradient, feedback):
    """The truncated gradient, where what hidden units see of the step before is detached."""
    config = config_of("cell_blocks_1997", {"gradient": gradient, "feedback": feedback})
    assert_learns_alike(config, 9, [4, 12, 7, 20], ends=(X, Y))


@pytest.mark.parametrize("loss", ["whole_squared_error", "summed_cross_entropy"])
def test_losses_are_learnt_as_they_are_named(loss):
    assert_learns_alike(config_of("cell_blocks_1997", {"gradient": "full"}, loss=loss), 9, [6, 9], ends=(X, Y))


def test_the_truncated_gradient_is_another_one_unless_nothing_is_fed_back():
    found = {}
    for feedback in ("all", "none"):
        for gradient in ("truncated", "full"):
            config = config_of("cell_blocks_1997", {"gradient": gradient, "feedback": feedback})
            _, found[feedback, gradient] = assert_learns_alike(config, 9, [15, 15], ends=(X, Y))
    for feedback, alike in (("all", False), ("none", True)):
        one, other = (found[feedback, gradient]["kernel"].numpy() for gradient in ("truncated", "full"))
        assert np.allclose(one, other, rtol=0, atol=1e-12) == alike
