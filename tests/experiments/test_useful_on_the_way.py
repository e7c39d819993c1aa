"""Fillers: useful or useless on the way with all else alike, never enough at the end; claims can fail."""

from __future__ import annotations

from fractions import Fraction

import pytest
from invented import claims_of, evidence_of

from study.experiments import PRESETS
from study.experiments.useful_on_the_way.configs import (
    FAVOURED,
    FILLERS,
    LSTM_ADAM,
    NETWORKS,
    USEFUL,
    USELESS,
    UsefulOnTheWay,
    planned,
    trained,
)
from study.experiments.useful_on_the_way.findings import facts
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import best_accuracy
from study.theory.contexts import HistoryNumbers, occurrences


@pytest.mark.parametrize(("kind", "helps"), [(USEFUL, True), (USELESS, False)])
def test_the_first_symbol_helps_on_the_way_or_does_not(kind, helps):
    """Exact accuracy on the rows before the last, with the whole context and with the row's own input alone."""
    config = trained(LSTM_ADAM, kind, 2, PRESETS["standard"])
    (dataset,) = datasets_of(config, [0])
    numbers = HistoryNumbers()
    seen = occurrences(dataset, schedule_of(config, dataset), carries_state=True, numbers=numbers)
    last = dataset.position == max(dataset.lengths) - 1
    on_the_way, at_the_end = ([each for each in seen if last[each.row] == end] for end in (False, True))
    gained = best_accuracy(on_the_way) - best_accuracy(on_the_way, lambda each: each.context[-1:])
    assert (gained > 0) is helps
    assert best_accuracy(at_the_end) == 1
    fillers_alone = best_accuracy(at_the_end, lambda each: tuple(numbers.read(each.history.since_reset)[1:]))
    assert fillers_alone < 1
    assert (fillers_alone > Fraction(1, 2)) is helps


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_both_arms_differ_by_the_use_of_the_symbol_alone(preset):
    configs = UsefulOnTheWay().configs(preset)
    for comparison in planned(preset).values():
        one, other = comparison.first.config.settings(), comparison.second.config.settings()
        assert {name for name in one if one[name] != other[name]} == {"task_options"}
        assert {comparison.first.config, comparison.second.config} <= set(configs)


@pytest.mark.parametrize(("useful", "useless", "kept"), [(1.0, 0.5, True), (1.0, 1.0, False), (0.5, 1.0, False)])
def test_it_is_kept_where_useful_only_if_more_seeds_show_it(tmp_path, useful, useless, kept):
    def alter(config, table):
        is_useful = dict(config.task_options)["favoured"] == FAVOURED[USEFUL]
        table["last_accuracy"] = useful if is_useful else useless
        for name in [name for name in table if name.startswith("trace_")]:
            table[name] = table["last_accuracy"] * (1 + table["epoch"] * (1 if is_useful else -0.01))
        return table

    found = facts(evidence_of(tmp_path, "useful_on_the_way", seeds=20, change=alter))
    assert claims_of(found)["useful_is_kept"] is kept
    assert claims_of(found)["sgd_shorter"] is (useful == useless)
    assert len(found["comparisons"].rows) == len(NETWORKS) * len(FILLERS)
