"""Long sequences: what a recipe changes, what an untrained memory cell keeps, and claims that follow what is stored."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from math import isclose
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from invented import ORIGIN

from study.errors import StudyError
from study.experiments import PRESETS, checkpoints, contents
from study.experiments.long_sequences.by_lag import at_lags, filled, kept, kept_by, lag_of
from study.experiments.long_sequences.configs import (
    BEST,
    FAR_RECIPES,
    FAR_UPDATES,
    HIGH,
    LONGER,
    OF_1997,
    PLAIN,
    RECIPES,
    SHUT,
    SHUT_SHARE,
    STATEFUL,
    UPDATES,
    WIDE,
    FarLags,
    LongSequences,
    untrained_config,
)
from study.experiments.long_sequences.findings import answer, facts
from study.experiments.long_sequences.tables import CONTRASTS
from study.measures.probe_columns import SATURATED
from study.models import find_model
from study.randomness import stream
from study.report.build import build
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import ceiling
from study.theory.explanation import NO_GRADIENT_ACROSS_ROWS, SOLVABLE
from study.training.initialisers import initial_weights

ROOT = Path(__file__).parents[2]
MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss")


def table_of(config, seeds, solved, *, fillers=True):
    """A table in which `solved(seed, epoch)` says who is right; nobody trained it. Without fillers, few rows are."""
    rows = [(seed, epoch) for seed in range(seeds) for epoch in checkpoints(config.epochs)]
    table = pd.DataFrame(rows, columns=["seed", "epoch"]).astype("int32")
    steps = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * steps).astype("int32")
    right = np.array([solved(*row) for row in rows], dtype="float32")
    rows_right = 0.5 + right / 2 if fillers else np.full(len(right), 0.1, dtype="float32")
    values = (0.5 + right / 2, rows_right, right, 1 - right, 1 - right)
    for prefix in ("", "fresh_"):
        for name, value in zip(MEASURES, values, strict=True):
            table[prefix + name] = value
    table["training_loss"] = table["loss"]
    return table


def stored(folder, solved, *, far=False, fillers=lambda _recipe, _lag: True):
    """The standard preset with invented runs; `solved` is given recipe, lag, seed, epoch, `fillers` the first two."""
    store, seeds = Store(folder), 8
    experiments = [(LongSequences(), PRESETS["standard"])] + ([(FarLags(), PRESETS["full"])] if far else [])
    recipes = {
        config: recipe
        for experiment, preset in experiments
        for config in experiment.configs(preset)
        for recipe, make in RECIPES.items()
        if all(
            getattr(config, f.name) == getattr(make(lag_of(config)), f.name)
            for f in fields(config)
            if f.name != "epochs"
        )
    }
    for config, recipe in recipes.items():
        lag = lag_of(config)
        table = table_of(config, seeds, partial(solved, recipe, lag), fillers=fillers(recipe, lag))
        store.write(config, table, ORIGIN)
    for config in [
        config for experiment, preset in experiments for config in experiment.configs(preset) if config.probe
    ]:
        shut = "input_bias" in dict(config.initialisation_options)
        untrained = {"epoch": 0, "updates": 0, "content": 1.0, "saturated": 0.5 if shut else 0.9}
        store.write(config, pd.DataFrame({"seed": range(seeds)}).assign(**untrained), ORIGIN)
    return Evidence(store, contents())


@pytest.mark.parametrize("lag", [3, 10])
def test_recipes_differ_and_none_is_ruled_out(lag):
    configs = [make(lag) for make in RECIPES.values()]
    assert len(set(configs)) == len(configs)
    for config in configs:
        dataset = datasets_of(config, [0])[0]
        known = ceiling(dataset, schedule_of(config, dataset), carries_state=find_model(config.model).carries_state)
        assert known.ambiguous == 1
        assert lag_of(config) == lag


def test_contrasts_change_what_they_say():
    expected = {"forget bias": "initialisation_options", "last step": "last_step_weight", "outputs see": "sees_inputs"}
    for change, before, after in CONTRASTS:
        one, other = RECIPES[before](10), RECIPES[after](10)
        changed = {f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)}
        for words, field in expected.items():
            if change.startswith(words):
                assert changed == {field}, change
        if change.startswith("rate"):
            assert changed == {"learning_rate"}
        assert changed


@pytest.mark.parametrize("recipe", [PLAIN, HIGH, BEST, "chrono"])
def test_what_an_untrained_config_keeps_follows_from_its_drawn_bias(recipe):
    lag = 30
    config = RECIPES[recipe](lag)
    biases = []
    for seed in range(40):
        drawn = initial_weights(
            config.initialisation, np.random.default_rng(seed), "lstm", (lag + 2, 20, lag + 2),
            **dict(config.initialisation_options),
        )  # fmt: skip
        biases.append(drawn["bias"][20:40].max())
    assert isclose(kept_by(config), kept(float(max(biases)), lag), rel_tol=0.1)


def test_the_config_of_1997_keeps_everything_and_the_share_falls_with_the_lag():
    assert kept_by(RECIPES["cell of 1997"](1000)) == 1
    assert isclose(kept(0.0, 3), 0.125)
    assert kept(1.0, 10) < kept(1.0, 3) < kept(7.0, 3) < 1


def cell_states(config, seed):
    """The states of an untrained LSTM after each of the task's sequences, step by step."""
    lag, units = lag_of(config), config.units
    drawn = initial_weights(
        "keras",
        stream("initialisation", seed),
        "lstm",
        (lag + 2, units, lag + 2),
        **dict(config.initialisation_options),
    )
    for sequence in ((lag, *range(lag)), (lag + 1, *range(lag))):
        h, c = np.zeros(units), np.zeros(units)
        for symbol in sequence:
            z = drawn["kernel"][symbol] + h @ drawn["recurrent_kernel"] + drawn["bias"]
            i, f, candidate, o = np.split(z.astype(float), 4)
            c = c / (1 + np.exp(-f)) + np.tanh(candidate) / (1 + np.exp(-i))
            h = np.tanh(c) / (1 + np.exp(-o))
        yield c


@pytest.mark.parametrize("recipe", [WIDE, SHUT])
def test_how_full_untrained_configs_are_step_by_step(recipe):
    config, seeds = untrained_config(recipe, 30), 3
    states = np.array([list(cell_states(config, seed)) for seed in range(seeds)]).reshape(seeds, -1)
    table = compute(config, range(seeds))
    np.testing.assert_allclose(table["content"], np.median(np.abs(states), axis=1), rtol=1e-4)
    saturated = (np.cosh(states) ** -2 < SATURATED).mean(axis=1)
    np.testing.assert_allclose(table["saturated"], saturated, atol=1.5 / states.shape[1])
    assert (table["content"] > 0).all()


def test_the_report_reads_what_untrained_configs_hold_from_the_stored_probe(tmp_path):
    store, config = Store(tmp_path), untrained_config(WIDE, 3)
    store.write(config, compute(config, range(3)), ORIGIN)
    found = filled(Evidence(store, contents()), WIDE, 3)
    assert found.content == store.read(config)["content"].median()
    assert found.saturated == store.read(config)["saturated"].mean()


def test_each_bias_stands_at_its_own_gate():
    drawn = initial_weights(
        "keras", stream("initialisation", 0), "lstm", (5, 3, 5), forget_bias=10.0, input_bias=-3.0, output_bias=-1.5
    )
    assert drawn["bias"].tolist() == [-3.0] * 3 + [10.0] * 3 + [0.0] * 6
    assert drawn["dense_bias"].tolist() == [-1.5] * 5
    with pytest.raises(StudyError, match="input_bias is -3, but the configuration has no input gate"):
        initial_weights("keras", stream("initialisation", 0), "gru", (5, 3, 5), input_bias=-3.0)


def test_longer_trainings_are_read_at_the_budget_that_all_share(tmp_path):
    budget = UPDATES["standard"]
    evidence = stored(tmp_path, lambda recipe, _lag, _seed, epoch: recipe in LONGER and epoch > budget)
    for recipe in LONGER:
        for each in at_lags(evidence, recipe).values():
            assert each.end.updates == budget
            assert each.end.solved.k == 0
            assert each.longer.updates == budget * LONGER[recipe]
            assert each.longer.solved.k == each.longer.solved.n
    assert "longer_same" not in held(evidence)


def test_verdicts_tell_untrained_from_faded_from_unlucky(tmp_path):
    def solved(recipe, lag, seed, epoch):
        return (recipe == BEST and seed < 4 and epoch > 300) or (recipe == HIGH and seed < 4) or lag == 3

    evidence = stored(tmp_path, solved)
    at = {recipe: at_lags(evidence, recipe) for recipe in (STATEFUL, PLAIN, HIGH, BEST)}
    assert at[STATEFUL][100].verdict == NO_GRADIENT_ACROSS_ROWS
    assert at[PLAIN][3].verdict == "reliable"
    assert at[PLAIN][100].verdict == "possible, but the gradient fades"
    assert at[HIGH][100].verdict == f"{SOLVABLE}; 4 of 8 seeds in this budget, no more than at half of it"
    assert at[BEST][100].verdict == f"{SOLVABLE}; 4 of 8 seeds in this budget, still rising"


def held(evidence):
    return {claim.name for claim in facts(evidence)["claims"] if claim.holds}


FAR = {"far_reached", "far_bias_alone", "far_fills_up", "far_not_all_rows"}


def test_claims_follow_what_is_stored(tmp_path):
    nobody = stored(tmp_path / "nobody", lambda *_: False)
    untouched = {"fades", "kept_and_not_enough", "fills_up", "no_matter_yet", "longer_same"}
    assert held(nobody) == {"tutorial_short", "slow_no_worse", *untouched}
    assert "reliable at no length" in answer(nobody)
    some = stored(tmp_path / "some", lambda recipe, lag, *_: recipe in {BEST, OF_1997, SHUT_SHARE} or lag == 3)
    reached = {"weighted_far", "both_needed", "all_rows", "cell_1997", "chrono_worse", "default_short"}
    assert reached <= held(some)
    assert not {"last_alone", "all_rows_seeing", "cell_1997_weighted", *FAR} & held(some)


def test_tables_and_answer_follow_what_is_stored(tmp_path):
    evidence = stored(tmp_path, lambda recipe, lag, *_: recipe in {WIDE, SHUT_SHARE} or lag == 3, far=True)
    found = facts(evidence)
    assert {row[:3] for row in found["reaches"].rows if row[1] != "3"} == {
        (WIDE, "1,000", "1,000"),
        (SHUT_SHARE, "1,000", "1,000"),
    }
    changes = {(row[0], row[-1]) for row in found["contrasts"].rows}
    assert ("20 units to 40, at forget bias 7, last step weighted", "more at 5, 10, 30, 100, 300 and 1,000") in changes
    assert ("outputs see inputs, at forget bias 7", "not told apart") in changes
    line = answer(evidence)
    assert f"reliable (at least {ENOUGH:.0%}".replace("%", " %") in line
    assert "up to 1,000 steps" in line
    assert "\n" not in line


def test_far_lags_are_claimed_only_where_they_are_stored_and_agree(tmp_path):
    def solved(recipe, lag, seed, _epoch):
        return recipe == SHUT_SHARE or (recipe == WIDE and seed < 6) or lag <= 100

    agreeing = stored(tmp_path / "agreeing", solved, far=True, fillers=lambda _recipe, lag: lag <= 100)
    found = facts(agreeing)
    assert held(agreeing) >= FAR
    assert (found["far"]["share"]["k"], found["far"]["share"]["all_k"], found["far"]["share"]["rows"]) == (
        "8",
        "0",
        "10 %",
    )
    assert (found["far"]["wide"]["k"], found["far"]["wide"]["n"]) == ("6", "8")
    assert found["far_updates"] == f"{FAR_UPDATES:,}"
    nobody = stored(tmp_path / "nobody", lambda _recipe, lag, *_: lag <= 100, far=True)
    assert held(nobody) & FAR == {"far_bias_alone", "far_fills_up"}
    apart = facts(stored(tmp_path / "apart", solved))
    assert apart["far"]["share"]["k"] == "–"
    assert apart["far"]["share"]["lag"] == "1,000"


@pytest.mark.slow
def test_page_and_paper_are_built_with_and_without_far_lags(tmp_path):
    for far in (False, True):
        results = tmp_path / str(far)
        stored(results / "results", lambda *_: True, far=far)
        made = build(results / "results", results, contents())
        assert {f"long_sequences.{name}" for name in FAR} & set(made.unsupported) == (
            {"long_sequences.far_bias_alone", "long_sequences.far_not_all_rows"} if far else set()
        )


def test_every_claim_holds_on_the_committed_results():
    evidence = Evidence(Store(ROOT / "results"), contents())
    claims = facts(evidence)["claims"]
    assert not {claim.name for claim in claims if not claim.holds}
    assert len(claims) == 17 + (len(FAR) if evidence.has("far_lags") else 0)


def test_far_lags_are_for_full_alone_and_belong_to_known_recipes():
    assert set(FAR_RECIPES) <= set(RECIPES)
    assert {WIDE, SHUT_SHARE} <= set(FAR_RECIPES)
    assert [FarLags().configs(PRESETS[name]) for name in ("quick", "standard")] == [[], []]
    lags = {lag_of(config) for config in FarLags().configs(PRESETS["full"])}
    assert lags == {300, 1000}
    assert {FarLags().seeds(PRESETS["full"], config) for config in FarLags().configs(PRESETS["full"])} == {30}


@pytest.mark.parametrize("lag", [*range(1, 21), 30])
def test_one_row_an_update_trains_alphabets_of_every_size(lag):
    config = replace(RECIPES[STATEFUL](lag), epochs=1)
    with one_thread():
        table = compute(config, range(2))
    assert table["updates"].max() == 2 * (lag + 1)
    assert np.isfinite(table["loss"]).all()
