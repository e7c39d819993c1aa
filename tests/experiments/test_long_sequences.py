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

from study.article import contents
from study.errors import StudyError
from study.experiments import PRESETS, checkpoints
from study.experiments.long_sequences.by_lag import at_lags, filled, kept, kept_by, lag_of
from study.experiments.long_sequences.configs import (
    BEST,
    CANDIDATES,
    CHOICE_SEED,
    CHOSEN,
    CONTRASTS,
    FAR_LAG,
    FAR_SEEDS,
    FORMER,
    HIGH,
    LAGS,
    LONGER,
    OF_1997,
    PLAIN,
    RECIPES,
    SHUT,
    SHUT_SHARE,
    SLOW_BEST,
    STATEFUL,
    UPDATES,
    WIDE,
    FarChoice,
    FarLags,
    LongSequences,
    candidate_config,
    comparisons,
    drawn_config,
    far_config,
    untrained_config,
)
from study.experiments.long_sequences.far import candidates, chosen_by_rule
from study.experiments.long_sequences.findings import answer, facts
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
    rows = [(seed, epoch) for seed in seeds for epoch in checkpoints(config.epochs)]
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


def untrained_table(config, seeds):
    """What a probe of untrained networks would say: input gates half open fill more memory cells than nearly shut."""
    shut = "input_bias" in dict(config.initialisation_options)
    held_back = {"epoch": 0, "updates": 0, "content": 1.0, "saturated": 0.5 if shut else 0.9}
    return pd.DataFrame({"seed": seeds}).assign(**held_back)


def stored(folder, solved, *, fillers=lambda _recipe, _lag: True, seeds=8):
    """The standard preset with invented runs; `solved` is given recipe, lag, seed, epoch, `fillers` the first two."""
    store, preset = Store(folder), PRESETS["standard"]
    for config in LongSequences().configs(preset):
        lag = lag_of(config)
        if config.probe:
            store.write(config, untrained_table(config, range(seeds)), ORIGIN)
            continue
        (recipe,) = (
            name
            for name, make in RECIPES.items()
            if all(getattr(config, f.name) == getattr(make(lag), f.name) for f in fields(config) if f.name != "epochs")
        )
        table = table_of(config, range(seeds), partial(solved, recipe, lag), fillers=fillers(recipe, lag))
        store.write(config, table, ORIGIN)
    return Evidence(store, contents())


def stored_far(folder, chosen=lambda _recipe, _seed, _epoch: True, confirmed=lambda _config, _seed, _epoch: True):
    """Choice and confirmation added: what is right is said of a recipe where one is chosen, and of a configuration."""
    store, full = Store(folder), PRESETS["full"]
    recipes = {candidate_config(recipe): recipe for recipe in CANDIDATES}
    for config, seeds in FarChoice().seeds_of(full).items():
        store.write(config, table_of(config, seeds, partial(chosen, recipes[config])), ORIGIN)
    for config, seeds in FarLags().seeds_of(full).items():
        if config.probe == "untrained":
            store.write(config, untrained_table(config, seeds), ORIGIN)
        else:
            table = table_of(config, seeds, partial(confirmed, config))
            last = {"last_accuracy": table["ambiguous_accuracy"]} if config.probe else {}
            store.write(config, table.assign(**last), ORIGIN)
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
    expected = {
        "forget bias": "initialisation_options",
        "last step": "last_step_weight",
        "outputs see": "sees_inputs",
        "rate": "learning_rate",
        "40 units": "units",
    }
    for change, before, after in CONTRASTS:
        one, other = RECIPES[before](10), RECIPES[after](10)
        changed = {f.name for f in fields(one) if getattr(one, f.name) != getattr(other, f.name)}
        for words, field in expected.items():
            if change.startswith(words):
                assert changed == {field}, change
        assert changed


@pytest.mark.parametrize("preset", PRESETS.values())
def test_what_is_compared_is_run_on_the_same_seeds(preset):
    run = LongSequences().seeds_of(preset)
    for each in comparisons(preset).values():
        assert run[each.first.config] == run[each.second.config]
        for arm in each[1:3]:
            assert arm.epoch is None or arm.epoch in checkpoints(arm.config.epochs)
        assert each.first != each.second


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
    evidence = stored(tmp_path, lambda recipe, _lag, _seed, epoch: recipe in LONGER and epoch > budget, seeds=30)
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


FAR = {"far_chosen", "far_reached", "far_drawn_short", "far_former", "far_drawn_behind", "far_fills_up"}
UNDECIDED = {"slow_undecided", "gates_undecided"}


def test_claims_follow_what_is_stored(tmp_path):
    nobody = stored(tmp_path / "nobody", lambda *_: False)
    untouched = {"fades", "kept_and_not_enough", "fills_up", "longer_same"}
    assert held(nobody) == {"tutorial_short", *UNDECIDED, *untouched}
    assert "are right reliably at no length" in answer(nobody)
    some = stored(tmp_path / "some", lambda recipe, lag, *_: recipe in {BEST, OF_1997, SHUT_SHARE} or lag == 3)
    reached = {"weighted_far", "all_rows", "cell_1997", "default_short"}
    assert reached <= held(some)
    assert not {"last_alone", "all_rows_seeing", "cell_1997_weighted", "slow_undecided"} <= held(some)
    assert not FAR & held(some)


def test_changes_are_judged_by_the_pairs_of_seeds(tmp_path):
    def slower(recipe, lag, seed, _epoch):
        return (recipe == SLOW_BEST and seed >= 15) or recipe == BEST or lag == 3

    def mirrored(recipe, lag, seed, _epoch):
        return (recipe == SLOW_BEST and seed >= 15) or (recipe == BEST and seed < 15) or lag == 3

    apart = stored(tmp_path / "apart", slower, seeds=30)
    assert {"both_needed", "chrono_worse"} <= held(apart)
    assert not {"slow_undecided", "last_alone"} & held(apart)  # 15 seeds in one alone and none in the other
    found = {row[0]: row[1:] for row in facts(apart)["contrasts"].rows}
    assert found["rate 0.01 for 0.1, forget bias 7, last step weighted"][0] == "30 → 15"
    alike = stored(tmp_path / "alike", mirrored, fillers=lambda *_: False, seeds=30)
    assert {"slow_undecided", "last_alone"} <= held(alike)


def test_tables_have_a_column_for_the_last_symbol_and_one_for_all_rows(tmp_path):
    evidence = stored(
        tmp_path, lambda recipe, lag, *_: recipe in {WIDE, SHUT_SHARE} or lag == 3, fillers=lambda r, _: r != WIDE
    )
    found = facts(evidence)
    reached = {row[0]: row[1:6] for row in found["reaches"].rows}
    assert reached[WIDE] == ("100", "none", "100", "8 of 8 (68–100 %)", "0 of 8 (0–32 %)")
    assert reached[SHUT_SHARE] == ("100", "100", "100", "8 of 8 (68–100 %)", "8 of 8 (68–100 %)")
    for name in ("reaches", "contrasts", "table"):
        headings = " ".join(column.heading for column in found[name].columns)
        assert "last symbol" in headings, name
        assert "all rows" in headings, name
    assert {row[2] for row in found["longer"].rows} == {"last symbol", "all rows"}
    assert found["farthest"]["reach"] == "100"
    line = answer(evidence)
    assert f"in at least {ENOUGH:.0%} of seeds up to 100 steps".replace("%", " %") in line
    assert "\n" not in line


def test_the_candidate_with_most_seeds_right_is_chosen_and_of_equals_the_soonest(tmp_path):
    first, second, third, *_ = CANDIDATES
    most = stored_far(tmp_path / "most", lambda recipe, seed, _: recipe == third or seed != CHOICE_SEED)
    assert chosen_by_rule(candidates(most)) == third
    soon = {first: 200, second: 100, third: 100}
    equal = stored_far(tmp_path / "equal", lambda recipe, _, epoch: epoch >= soon.get(recipe, 400))
    assert chosen_by_rule(candidates(equal)) == second
    assert candidates(equal)[second].since == 100


def right_but_for_random_fillers(config, seed, _epoch):
    """As it came out: fillers in order are learnt, random ones by half of the seeds, and none by the recipe before."""
    return config != far_config(FORMER) and (config.probe == "" or seed < 8)


def test_farthest_lags_are_claimed_only_where_they_are_stored_and_agree(tmp_path):
    stored(tmp_path, lambda *_: True)
    agreeing = stored_far(tmp_path, lambda recipe, *_: recipe == CHOSEN, right_but_for_random_fillers)
    found = facts(agreeing)
    counted = {name: found["far"][name]["all_k"] for name in ("chosen", "former", "drawn")}
    assert counted == {"chosen": "16", "former": "0", "drawn": "8"}
    assert found["far"]["drawn"]["k"] == "8"
    assert held(agreeing) >= FAR - {"far_drawn_short"}
    assert "far_drawn_short" not in held(agreeing)  # of the other half of the seeds half of the rows are right
    assert found["farthest"]["reach"] == "1,000"
    line = answer(agreeing)
    assert "Over 1,000 steps, the longest lag tried, 16 of 16" in line
    assert "with fillers drawn at random 8 of 16" in line
    store = Store(tmp_path)
    (path,) = store.files(drawn_config(CHOSEN))
    path.unlink()
    apart = Evidence(store, contents())
    assert not FAR & held(apart)
    assert facts(apart)["far"] == {}
    assert facts(apart)["farthest"]["tried"] == "100"
    assert "drawn at random" not in answer(apart)


@pytest.mark.slow
def test_page_and_paper_are_built_with_and_without_far_lags(tmp_path):
    for far in (False, True):
        results = tmp_path / str(far)
        stored(results / "results", lambda *_: True)
        if far:
            stored_far(results / "results", lambda recipe, *_: recipe == CHOSEN, right_but_for_random_fillers)
        made = build(results / "results", results, contents())
        unsupported = {f"long_sequences.{name}" for name in FAR} & set(made.unsupported)
        assert unsupported == ({"long_sequences.far_drawn_short"} if far else set())


def test_every_claim_holds_on_the_committed_results():
    evidence = Evidence(Store(ROOT / "results"), contents())
    claims = facts(evidence)["claims"]
    assert not {claim.name for claim in claims if not claim.holds}
    assert len(claims) == 19 + (len(FAR) if evidence.has("far_lags") and evidence.has("far_choice") else 0)


def test_the_choice_has_seeds_and_fillers_of_its_own_and_both_are_for_full_alone():
    chosen, confirmed = FarChoice().seeds_of(PRESETS["full"]), FarLags().seeds_of(PRESETS["full"])
    elsewhere = {
        seed for seeds in [*confirmed.values(), *LongSequences().seeds_of(PRESETS["full"]).values()] for seed in seeds
    }
    assert not elsewhere & {seed for seeds in chosen.values() for seed in seeds}
    assert {len(seeds) for seeds in [*chosen.values(), *confirmed.values()]} == {FAR_SEEDS}
    assert {lag_of(config) for config in chosen} == {300}
    assert {lag_of(config) for config in confirmed} == {*LAGS, 300, FAR_LAG}
    sequences = [datasets_of(config, seeds) for config, seeds in chosen.items()]
    assert all(len({each.fingerprint() for each in datasets}) == FAR_SEEDS for datasets in sequences)
    assert CHOSEN in CANDIDATES
    for each in (FarChoice(), FarLags()):
        assert [each.configs(PRESETS[name]) for name in ("quick", "standard")] == [[], []]


@pytest.mark.parametrize("lag", [*range(1, 21), 30])
def test_one_row_an_update_trains_alphabets_of_every_size(lag):
    config = replace(RECIPES[STATEFUL](lag), epochs=1)
    with one_thread():
        table = compute(config, range(2))
    assert table["updates"].max() == 2 * (lag + 1)
    assert np.isfinite(table["loss"]).all()
