"""The sections on alphabets and on random sequences: true of whatever is stored, in every preset, and never broken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from invented import at_most_the_ceiling

from study.experiment import checkpoints
from study.experiments import PRESETS, contents, find_experiment
from study.experiments.alphabets import findings as alphabets
from study.experiments.random_sequences import findings as random_sequences
from study.experiments.random_sequences.configs import LAST, STATEFUL, main_configs
from study.measures.unseen import unseen_lengths
from study.report.build import build
from study.report.evidence import Evidence
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of

ROOT = Path(__file__).parents[2]
SECTIONS = {"alphabets": alphabets, "random_sequences": random_sequences}
SEEDS = 8
ORIGIN = {"commit": "0", "python": "3", "processor": "any", "system": "any", "seconds": 1.5, "torch": "2"}
ORIGIN |= {"computed": "2026-01-02 03:04", "numpy": "2", "scikit-learn": "1", "pandas": "2"}


def invented(config, level, draws):
    """A table of the right form: numbers at random, or all equal to the least or to the greatest they can be."""
    epochs = checkpoints(config.epochs)
    table = pd.DataFrame([(s, e) for s in range(SEEDS) for e in epochs], columns=["seed", "epoch"]).astype("int32")
    steps = len(schedule_of(config, datasets_of(config, [0])[0]).epoch().rows)
    table["updates"] = (table["epoch"] * steps // config.accumulate).astype("int32")
    names = ["training_loss", "ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss"]
    names += [f"fresh_{name}" for name in names[1:]]
    if config.probe:
        lengths = unseen_lengths(dict(config.task_options)["length"])
        names = ["training_loss", "seen_right", "nearest_right"]
        names += [f"{name}_{n}" for n in lengths for name in ("unseen_right", "unseen_known", "known_right")]
    for name in names:
        values = draws.random(len(table)) if level is None else np.full(len(table), level)
        table[name] = (values.round() if level is None and "right" not in name else values).astype("float32")
    return at_most_the_ceiling(config, table)


def stored(folder, name, preset, level):
    store, draws = Store(folder), np.random.default_rng(0)
    for config in find_experiment(name).configs(PRESETS[preset]):
        store.write(config, invented(config, level, draws), ORIGIN)
    return Evidence(store, contents())


@pytest.mark.parametrize(
    ("preset", "level"), [("standard", None), ("quick", 0.0), ("quick", 1.0)], ids=["random", "least", "greatest"]
)
@pytest.mark.parametrize("name", SECTIONS)
def test_every_preset_and_every_result_makes_a_report_and_an_answer(tmp_path, name, preset, level):
    evidence = stored(tmp_path / "results", name, preset, level)
    assert evidence.presets[name].long == PRESETS[preset].long
    line = SECTIONS[name].answer(evidence)
    assert "\n" not in line
    assert line.startswith("**")
    for path in build(tmp_path / "results", tmp_path / "report", contents()).paths:
        assert path.stat().st_size > 10_000


def test_facts_count_what_is_stored(tmp_path):
    store = Store(tmp_path)
    draws = np.random.default_rng(0)
    preset = PRESETS["quick"]
    for config in find_experiment("random_sequences").configs(preset):
        table = invented(config, 0.5, draws)
        many = config == main_configs(preset)[LAST, 64]
        table["unseen_right_5"] = np.float32(0.96 if many else 0.3)
        store.write(config, table, {"seconds": 1.0})
    found = random_sequences.facts(Evidence(store, contents()))
    assert found["rule"] == {"last": "64", "every": "0", "stateful": "0"}
    assert found["beats_lookup"] == {"last": "64", "every": "0", "stateful": "0"}
    assert found["many"]["last"]["unseen"] == "96 %"
    assert found["many"]["last"]["interval"] == "96 % (all equal)"
    assert found["many"]["last"]["all"]["rate"].startswith(f"0 of {SEEDS} ")
    holds = {claim.name: claim.holds for claim in found["claims"]}
    assert holds["rule_from_many"]
    assert holds["equal_weights_behind"]
    assert not holds["holds_when_longer"]
    assert not holds["examples_from_few"]  # these examples are not all right


@pytest.mark.parametrize(("beaten", "first"), [((), "0"), ((8,), "0"), ((64,), "64"), ((8, 64), "8")])
def test_lookup_is_beaten_from_some_number_on_or_at_some_numbers_alone_or_at_none(tmp_path, beaten, first):
    store, draws, preset = Store(tmp_path / "results"), np.random.default_rng(0), PRESETS["quick"]
    configs = main_configs(preset)
    for (recipe, count), config in configs.items():
        table = invented(config, 0.5, draws)
        table["nearest_right"] = np.float32(0.4)
        table["unseen_right_5"] = np.float32(0.6 if recipe == STATEFUL and count in beaten else 0.3)
        store.write(config, table, ORIGIN)
    found = random_sequences.facts(Evidence(store, contents()))
    assert found["beats_lookup"]["stateful"] == first
    assert {c.name: c.holds for c in found["claims"]}["one_step_below_lookup"] == (not beaten)
    built = build(store.root, tmp_path / "report", contents())
    assert ("random_sequences.one_step_below_lookup" in built.unsupported) == bool(beaten)


@pytest.mark.parametrize(("early", "enough"), [(0.99, True), (0.3, False)])
def test_the_course_looks_at_a_checkpoint_fixed_beforehand(tmp_path, early, enough):
    store, draws, preset = Store(tmp_path), np.random.default_rng(0), PRESETS["quick"]
    for config in main_configs(preset).values():
        table = invented(config, 0.5, draws)
        peak = table["epoch"] == 5  # the best of all checkpoints is not what is looked at
        middle = np.where(table["epoch"] > config.epochs / 2, 0.5, early)
        table["unseen_right_5"] = np.where(peak, 1.0, middle).astype("float32")
        store.write(config, table, {"seconds": 1.0})
    found = random_sequences.facts(Evidence(store, contents()))
    assert {c.name: c.holds for c in found["claims"]}["half_is_enough"] == enough
    assert found["course"]["half"] == f"{100 * early:.0f} %"
    assert found["course"]["end"] == "50 %"


@pytest.mark.parametrize("name", SECTIONS)
def test_an_experiment_stored_in_part_is_shown_with_enough_seeds_alone(tmp_path, name):
    experiment = find_experiment(name)
    for seeds in (experiment.least_seeds - 1, experiment.least_seeds):
        store, draws = Store(tmp_path / str(seeds)), np.random.default_rng(0)
        for config in experiment.configs(PRESETS["standard"]):
            table = invented(config, 1.0, draws)
            store.write(config, table[table["seed"] < seeds], {"seconds": 1.0})
        assert Evidence(store, contents()).has(name) == (seeds == experiment.least_seeds)


def claims_held(evidence):
    return {claim.name for claim in alphabets.facts(evidence)["claims"] if claim.holds}


def test_what_helps_is_said_only_where_the_intervals_say_so(tmp_path):
    for solved, helps in ((1.0, True), (0.0, False)):
        store, draws = Store(tmp_path / str(solved)), np.random.default_rng(0)
        for config in find_experiment("alphabets").configs(PRESETS["quick"]):
            table = pd.concat([invented(config, 0.0, draws).assign(seed=seed) for seed in range(20)])
            table = table.drop_duplicates(["seed", "epoch"], ignore_index=True)
            if config.initialisation_options:
                table["ambiguous_accuracy"] = np.float32(solved)
            store.write(config, table, {"seconds": 1.0})
        held = claims_held(Evidence(store, contents()))
        assert ({"share_helps", "recipe"} <= held) == helps
        assert not {"rate_helps", "pytorch_hurts", "breaks_early", "summed_is_sooner"} & held
        assert {"sum_does_not", "kinds_alike"} <= held


@pytest.mark.parametrize(("solved", "breaks"), [(1.0, False), (0.0, True)])
def test_what_does_not_break_is_not_said_to(tmp_path, solved, breaks):
    store, draws = Store(tmp_path / "results"), np.random.default_rng(0)
    for config in find_experiment("alphabets").configs(PRESETS["quick"]):
        table = invented(config, 0.0, draws)
        small = dict(config.task_options)["size"] == 5
        table["ambiguous_accuracy"] = np.float32(1.0 if small else solved)
        store.write(config, table, ORIGIN)
    held = claims_held(Evidence(store, contents()))
    assert ("breaks_early" in held) == ("stateful_falls" in held) == breaks
    assert ("recipe" in held) != breaks


def test_every_claim_of_alphabets_holds_on_the_committed_results():
    found = alphabets.facts(Evidence(Store(ROOT / "results"), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []
    assert len(found["claims"]) == 14
