"""Choices of the networks of 1997: what is said by default, and what is refused by name."""

from __future__ import annotations

import pytest

from study.config import Config
from study.errors import StudyError
from study.wiring import MEANINGS, NETWORKS, make_wiring


def test_what_is_left_out_is_the_first_of_its_values():
    for network, known in NETWORKS.items():
        assert make_wiring(network) == {name: values[0] for name, values in known.items()}
        assert set(known) <= set(MEANINGS)
    assert make_wiring("stateful_lstm") == {}


@pytest.mark.parametrize("network", NETWORKS)
def test_every_value_can_be_chosen_and_is_part_of_the_identity(network):
    identities = set()
    for name, values in NETWORKS[network].items():
        for value in values:
            wiring = ((name, value),) if value != "bptt" else ((name, value), ("update", "sequence"))
            assert make_wiring(network, wiring)[name] == value
            identities.add(Config(model=network, wiring=wiring).identity)
    assert len(identities) == sum(map(len, NETWORKS[network].values()))


@pytest.mark.parametrize(
    ("model", "wiring", "said"),
    [
        ("stateful_lstm", (("update", "step"),), "wiring of model stateful_lstm 'update'; known: none, leave it out"),
        ("memory_cell_1997", (("updates", "step"),), "known: .*did you mean 'update'"),
        ("memory_cell_1997", (("g", (0, 2)),), r"wiring g of model memory_cell_1997 is \(0, 2\); known: \(0, 1\)"),
        ("self_recurrent_1997", (("gradient", "bptt"),), "gradient bptt with update step: .* use update sequence"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_named(model, wiring, said):
    with pytest.raises(StudyError, match=said):
        Config(model=model, wiring=wiring)
