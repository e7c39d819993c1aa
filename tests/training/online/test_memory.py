"""Where weights lie, how many there are, and what a network of 1997 refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from autograd_1997 import config_of

from study.config import Config
from study.errors import StudyError
from study.training.online.memory import LANES, draw_weights, limits_of, make_told, places_of


@pytest.mark.parametrize(
    ("model", "symbols", "weights"),
    [
        ("self_recurrent_1997", 5, 36),  # as Table 2 of the paper has them, for p = 4, 10 and 100
        ("self_recurrent_1997", 11, 144),
        ("self_recurrent_1997", 101, 10404),
        ("memory_cell_1997", 101, 10504),
        *(("cell_blocks_1997", p + 4, 6 * p + 64) for p in (50, 100, 200, 500, 1000)),  # Table 3
    ],
)
def test_a_network_has_as_many_weights_as_the_paper_says(model, symbols, weights):
    told = make_told(config_of(model), symbols)
    places = np.concatenate([where.ravel() for where in places_of(told).values()])
    assert len(places) == len(set(places.tolist())) == weights
    assert 0 <= places.min() <= places.max() < told.end * LANES
    drawn = draw_weights(told, 0)
    assert np.count_nonzero(drawn) == weights
    assert np.abs(drawn).max() <= 0.2 < np.abs(draw_weights(told, 0, limit=1.0)).max()


def test_weights_are_the_same_whatever_hidden_units_see():
    """So that trials are paired: where they see nothing those weights are 0, and all others are as ever."""
    drawn = {}
    for feedback in ("all", "cells", "none"):
        told = make_told(config_of("cell_blocks_1997", {"feedback": feedback}), 54)
        drawn[feedback] = {name: draw_weights(told, 3)[where] for name, where in places_of(told).items()}
    for name in ("readout", "kernel"):
        assert (drawn["all"][name] == drawn["none"][name]).all()
    assert not drawn["none"]["recurrent"].any()
    assert not drawn["cells"]["recurrent"][:4].any()
    assert (drawn["cells"]["recurrent"][4:] == drawn["all"]["recurrent"][4:]).all()
    small = draw_weights(make_told(config_of("cell_blocks_1997"), 54), 3, recurrent_limit=0.02)
    assert 0 < np.abs(small[places_of(told)["recurrent"]]).max() <= 0.02
    first = {}
    for model in ("self_recurrent_1997", "memory_cell_1997"):
        told = make_told(config_of(model), 11)
        first[model] = draw_weights(told, 0)[places_of(told)["direct"]]
    assert np.array_equal(*first.values())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"units": 20}, "units is 20; model memory_cell_1997 has 1, so set that"),
        ({"precision": "float32"}, "precision is 'float32'; .* has 'float64'"),
        ({"initialisation": "keras"}, "initialisation is 'keras'"),
        ({"loss": "cross_entropy"}, "unknown loss of model memory_cell_1997 'cross_entropy'; .*summed_cross_entropy"),
        ({"optimiser": "rmsprop"}, "unknown optimiser of model memory_cell_1997 'rmsprop'; known: sgd, adam"),
        ({"optimiser_options": (("momentum", 0.9),)}, "momentum of optimiser sgd is 0.9; .* takes sgd without options"),
        ({"model": "cell_blocks_1997", "units": 2, "joins": "after"}, "joins after .* its outputs see cells alone"),
    ],
)
def test_what_it_cannot_do_is_refused_by_name(changes, said):
    with pytest.raises(StudyError, match=said):
        make_told(replace(config_of("memory_cell_1997"), **changes), 11)


@pytest.mark.parametrize("options", [(("recurrent_limit", 0.1),), (("limit", -1.0),), (("limit", "0.2"),)])
def test_ranges_are_numbers_and_known(options):
    with pytest.raises(StudyError, match="it takes limit"):
        limits_of(replace(config_of("memory_cell_1997"), initialisation_options=options))
    assert limits_of(Config()) == {"limit": 0.2}
