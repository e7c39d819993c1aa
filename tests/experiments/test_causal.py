"""The causal experiment varies one thing at a time, reuses what is stored, and what counts does not remember."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
import pytest

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, checkpoints
from study.experiments import PRESETS
from study.experiments.causal import findings as causal
from study.experiments.causal.configs import (
    ACCUMULATED,
    ACCUMULATED_LONGER,
    AS_MANY_UPDATES,
    BASELINE,
    CHANGES,
    HYPOTHESES,
    LANES,
    ONE_RESET,
    WINDOWS,
    Causal,
    variations,
)
from study.experiments.main_grid.configs import MainGrid
from study.measures.summaries import explain_config, possible, summarise
from study.runs.backends import one_thread
from study.runs.compute import compute

STANDARD = variations(PRESETS["standard"])


def _updates(variation):
    return variation.epochs * possible(variation.config).steps // variation.config.accumulate


@pytest.mark.parametrize("variation", STANDARD, ids=lambda v: f"{v.change.label}-{v.batch_size}")
def test_nothing_but_the_change_differs_from_the_baseline(variation):
    baseline, config = Config(batch_size=variation.batch_size).settings(), variation.config.settings()
    differing = {name for name in config if config[name] != baseline[name]} - {"epochs"}
    allowed = set(variation.change.settings)
    assert differing == allowed | ({"batch_size"} if "accumulate" in allowed else set())
    assert variation.epochs in checkpoints(variation.config.epochs)


def test_equal_updates_are_equal():
    of_tutorial = TUTORIAL_EPOCHS * 8
    for variation in STANDARD:
        if variation.change in (AS_MANY_UPDATES, ACCUMULATED_LONGER, WINDOWS):
            assert _updates(variation) == of_tutorial, variation
        if variation.change == ACCUMULATED:
            assert _updates(variation) == of_tutorial // variation.batch_size


def test_only_the_lost_state_and_fewer_resets_raise_the_ceiling_to_one():
    raised = {
        variation.change.hypothesis
        for variation in STANDARD
        if variation.batch_size > 1 and not possible(variation.config).ruled_out
    }
    assert raised == {"lost state", "reset"}
    lost = [v for v in STANDARD if v.change.hypothesis == "lost state"]
    assert all(possible(v.config).ceiling.ambiguous == 1 for v in lost)


def test_every_explanation_is_tried_and_every_change_has_one():
    assert {change.hypothesis for change in CHANGES} == set(HYPOTHESES)
    quick = {variation.change.label for variation in variations(PRESETS["quick"])}
    assert quick < {variation.change.label for variation in STANDARD} == {change.label for change in CHANGES}


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_no_config_is_trained_that_the_main_grid_passes_through(preset):
    main = MainGrid().configs(preset)
    budgets = {(replace(config, epochs=0), epoch) for config in main for epoch in checkpoints(config.epochs)}
    new = set(Causal().configs(preset)) - set(main)
    assert new
    assert not {config for config in new if (replace(config, epochs=0), config.epochs) in budgets}


def test_without_a_reset_in_between_it_counts_and_does_not_remember():
    config = next(v.config for v in STANDARD if v.change == ONE_RESET and v.batch_size == 4)
    with one_thread():
        table = compute(config, range(4))
    trained = table[table["epoch"] == config.epochs]
    assert (trained["ambiguous_accuracy"] == 1).all()
    assert (trained["memory_gap"] > 0.9).all()
    assert (trained["fresh_memory_gap"].abs() < 0.1).all()
    assert (trained["fresh_ambiguous_accuracy"] < 1).all()


def test_the_report_knows_where_counting_is_enough():
    """Position or order gives the label away exactly where the ceiling is above what memory alone could reach."""
    for variation in STANDARD:
        known, ceiling = explain_config(variation.config), possible(variation.config).ceiling.ambiguous
        assert known.ceiling.ambiguous == ceiling
        if variation.config.reset == "sequence":
            assert not known.leaks, variation
        if known.own_sequence_ceiling < ceiling:
            assert known.leaks, variation
    counting = {v.change.label for v in STANDARD if any(leak.with_it == 1 for leak in explain_config(v.config).leaks)}
    assert counting == {"reset after each epoch, fixed order", "never reset, fixed order"}


@pytest.mark.parametrize("lag", [2, 7])
def test_a_config_is_explained_with_the_options_of_its_task(lag):
    config = Config(task="long_lag", task_options=(("lag", lag),))
    assert explain_config(config).needed_reach == possible(config).needed_reach == lag


@pytest.mark.parametrize(("row_by_row", "counts"), [(0, True), (19, False)])
def test_it_is_called_counting_where_row_by_row_fewer_are_right(row_by_row, counts):
    tables = {}
    found = [_invented(ONE_RESET, size, 20, row_by_row, tables=tables) for size in (2, 4)]
    evidence = SimpleNamespace(table=tables.__getitem__)
    assert causal._stored_ahead("counts", causal._compared(evidence, found)).holds is counts
    compared = causal._compared(evidence, found[:1])
    assert not causal._stored_ahead("counts", compared).holds  # of nothing nothing is said


def test_variations_that_one_computation_stands_for_are_counted_once():
    told = causal._pooled([_invented(LANES, size, 12, 3) for size in (2, 4, 8)])
    assert (told["variations"], told["runs"], told["solved"]) == ("1", "20", "12")
    told = causal._pooled([_invented(ACCUMULATED, size, 2 * size, 3) for size in (2, 4)])
    assert (told["variations"], told["runs"], told["least"], told["most"]) == ("2", "40", "4", "8")
    assert set(causal._pooled([]).values()) == {"–"}


@pytest.mark.parametrize(("fewest", "helps"), [(9, True), (1, False)])
def test_a_change_helps_only_if_it_does_at_every_batch_size(fewest, helps):
    tables = {}
    found = [_invented(ACCUMULATED, size, 15 if size < 8 else fewest, 0, tables=tables) for size in (2, 4, 8)]
    found += [_invented(BASELINE, size, 0, 0, tables=tables) for size in (2, 4, 8)]
    compared = causal._compared(SimpleNamespace(table=tables.__getitem__), found)
    assert causal._helps("state_handed_on", compared).holds is helps
    assert not causal._helps("lanes_help", compared).holds  # of nothing nothing is said


def _invented(change, batch_size, solved, row_by_row, *, runs=20, tables=None):
    """A finding of runs that nobody trained, so many of them solved in the layout and row by row."""
    variation = next(v for v in STANDARD if v.change == change and v.batch_size == batch_size)
    table = pd.DataFrame({"seed": range(runs), "epoch": variation.epochs, "updates": 100})
    for name in ("accuracy", "largest_error", "fresh_largest_error", "memory_gap", "loss"):
        table[name] = 1.0
    for name, right in (("ambiguous_accuracy", solved), ("fresh_ambiguous_accuracy", row_by_row)):
        table[name] = (table["seed"] < right) / 2 + 0.5
    if tables is not None:  # by which comparisons find the seeds
        tables[variation.config] = table
    return causal.Finding(variation, summarise(variation.config, table), Fraction(1), Fraction(1), 0.0)


def test_where_it_is_ruled_out_equal_contexts_get_equal_bits():
    with one_thread():
        table = compute(Config(batch_size=4, learning_rate=1e-2, epochs=60), range(8))
    assert (table["memory_gap"] == 0).all()
    assert (table["ambiguous_accuracy"] <= 0.5).all()
