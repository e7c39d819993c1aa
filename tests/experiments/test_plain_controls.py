"""Plain controls: n-gram tables are counted rightly, and claims can fail."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

import pytest
from invented import claims_of, evidence_of

from study.config import Config
from study.experiments import PRESETS
from study.experiments.plain_controls.configs import PlainControls, planned
from study.experiments.plain_controls.findings import facts, gram_accuracy

SEQUENCES = ((3, 0, 1, 2, 3), (4, 0, 1, 2, 4))


@pytest.mark.parametrize("inputs", [1, 2, 3, 4])
def test_a_table_over_the_sequences_themselves_is_right_as_often(inputs):
    """Counted anew from the sequences, as batch size 1 shows them."""
    followed = defaultdict(Counter)
    for sequence in SEQUENCES:
        for place, symbol in enumerate(sequence[1:], 1):
            followed[sequence[max(0, place - inputs) : place]][symbol] += 1
    right = [max(followed[sequence[4 - inputs : 4]].values()) for sequence in SEQUENCES]
    total = [sum(followed[sequence[4 - inputs : 4]].values()) for sequence in SEQUENCES]
    assert gram_accuracy(1, inputs) == Fraction(sum(right), sum(total))


@pytest.mark.parametrize("batch_size", [2, 4, 8])
def test_where_the_lane_lacks_the_first_symbol_no_table_is_long_enough(batch_size):
    assert {gram_accuracy(batch_size, inputs) for inputs in range(1, 20)} == {Fraction(1, 2)}


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_what_is_compared_is_run(preset):
    configs = PlainControls().configs(preset)
    for comparison in planned(preset).values():
        assert {comparison.first.config, comparison.second.config} <= set(configs)


@pytest.mark.parametrize("solves", [True, False])
def test_the_mlp_solves_it_only_if_every_seed_does(tmp_path, solves):
    def alter(config, table):
        if config.model == "mlp" and config.timesteps > 1:
            table["ambiguous_accuracy"] = 1.0
            table.loc[table["seed"] == 0, "ambiguous_accuracy"] = 1.0 if solves else 0.5
        elif config.task == Config.task:
            table["ambiguous_accuracy"] = 0.0
        return table

    found = claims_of(facts(evidence_of(tmp_path, "plain_controls", seeds=20, change=alter)))
    assert found["mlp_solves"] is solves
    assert found["mlp_ahead"]
    assert found["table_as_ceiling"]
    assert not found["ring_learnt"]
