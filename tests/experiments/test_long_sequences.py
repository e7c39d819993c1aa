"""Long sequences: what a recipe changes, what an untrained cell keeps, and a section that holds whatever is stored."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import partial
from math import isclose

import numpy as np
import pandas as pd
import pytest

from study.errors import StudyError
from study.experiments import PRESETS, checkpoints, contents
from study.experiments.long_sequences.configs import (
    BEST,
    FAR_RECIPES,
    FAR_UPDATES,
    HIGH,
    LONGER,
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
from study.experiments.long_sequences.findings import CONTRASTS, answer, facts
from study.experiments.long_sequences.lags import at_lags, filled, kept, kept_by, lag_of
from study.measures.probed import SATURATED
from study.models import find_model
from study.randomness import stream
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import ceiling
from study.theory.explanation import NO_GRADIENT_ACROSS_ROWS, SOLVABLE
from study.training.initialisers import initial_weights

ORIGIN = {"commit": "0", "seconds": 1.0, "computed": "2026-01-01 00:00"}
MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss")


def table_of(config, seeds, solved):
    """A table in which `solved(seed, epoch)` says who is right; nobody trained it."""
    rows = [(seed, epoch) for seed in range(seeds) for epoch in checkpoints(config.epochs)]
    table = pd.DataFrame(rows, columns=["seed", "epoch"]).astype("int32")
    steps = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * steps).astype("int32")
    right = np.array([solved(*row) for row in rows], dtype="float32")
    values = (0.5 + right / 2, 0.5 + right / 2, right, 1 - right, 1 - right)
    for prefix in ("", "fresh_"):
        for name, value in zip(MEASURES, values, strict=True):
            table[prefix + name] = value
    table["training_loss"] = table["loss"]
    return table


def stored(folder, solved, *, far=False):
    """The standard preset with invented runs; `solved` is given recipe, lag, seed, epoch."""
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
        store.write(config, table_of(config, seeds, partial(solved, recipe, lag_of(config))), ORIGIN)
    for config in [
        config for experiment, preset in experiments for config in experiment.configs(preset) if config.probe
    ]:
        untrained = {"epoch": 0, "updates": 0, "content": 1.0, "saturated": 0.5}
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
    assert len(facts(evidence)["longer_helps"]) == len(LONGER) * 5


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


def test_the_text_follows_what_is_stored(tmp_path):
    none = facts(stored(tmp_path / "none", lambda *_: False))
    assert not none["any"]
    assert "reliable at no length" in answer(stored(tmp_path / "none", lambda *_: False))
    evidence = stored(tmp_path / "some", lambda recipe, lag, *_: recipe in {WIDE, SHUT_SHARE} or lag == 3, far=True)
    found = facts(evidence)
    assert found["best"] == [WIDE, SHUT_SHARE]
    assert found["all_the_way"]
    assert found["farthest"] == "1,000"
    assert found["far_lags"] == ["300", "1,000"]
    changes = {(row[0], row[-1]) for row in found["contrasts"].rows}
    assert ("20 units to 40, at forget bias 7, last step weighted", "more at 5, 10, 30, 100, 300 and 1,000") in changes
    assert ("outputs see inputs, at forget bias 7", "not told apart") in changes
    line = answer(evidence)
    assert f"reliable (at least {ENOUGH:.0%}".replace("%", " %") in line
    assert "up to 1,000 steps" in line
    assert "\n" not in line


def test_far_lags_speak_of_what_was_tried_there_alone(tmp_path):
    found = facts(stored(tmp_path, lambda _recipe, lag, *_: lag <= 100, far=True))
    assert found["farthest"] == "100"
    assert found["far_tried"]
    assert found["far_updates"] == f"{FAR_UPDATES:,}"
    assert set(found["far_recipes"]) == set(FAR_RECIPES)


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
