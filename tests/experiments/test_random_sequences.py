"""Random sequences: scoring changes no training, many examples teach the rule, and claims follow what is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from extensions import ORIGIN, STORED_SEEDS, invented

from study.article import contents
from study.experiments import PRESETS, find_experiment
from study.experiments.random_sequences import findings as random_sequences
from study.experiments.random_sequences.configs import LAST, RECIPES, STATEFUL, main_configs, random_config
from study.experiments.random_sequences.findings import facts
from study.measures.unseen import CompletionTest
from study.models import find_model
from study.report.build import build
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.tasks import make_task
from study.training.engines.block import Block
from study.training.kernel.learner import KernelBlock
from study.training.loop import Trainer

RESULTS = Path(__file__).parents[2] / "results"
SEEDS = [0, 1, 2]


@pytest.mark.parametrize("recipe", RECIPES)
def test_looking_changes_no_training_and_seeds_do_not_depend_on_each_other(recipe):
    config = random_config(recipe, count=8, updates=30)
    table = compute(config, SEEDS)
    plain = compute(replace(config, probe=""), SEEDS)
    for name in ("seed", "epoch", "updates", "training_loss"):
        assert np.array_equal(table[name], plain[name], equal_nan=True), name
    alone = compute(config, SEEDS[1:2])
    assert alone.equals(table[table["seed"] == SEEDS[1]].reset_index(drop=True))


def test_unseen_sequences_are_answered_alike_by_both_engines(monkeypatch):
    answers = []
    for kind in (Block, KernelBlock):
        predict = kind.predict
        monkeypatch.setattr(
            kind,
            "predict",
            lambda *given, predict=predict, **more: answers.append(predict(*given, **more)) or answers[-1],
        )
    config = random_config(LAST, count=16, updates=60)
    datasets, task = datasets_of(config, SEEDS), make_task(config.task, dict(config.task_options))
    unseen = [task.unseen(seed, 5) for seed in SEEDS]
    for each in ("torch", "kernel"):
        other = replace(config, engine=each)
        trainer = Trainer(find_model(config.model), other, datasets, schedule_of(other, datasets[0]), SEEDS)
        trainer.train_to(1)
        CompletionTest(trainer, task, unseen).right()
    half = len(answers) // 2
    assert half
    for ours, theirs in zip(answers[:half], answers[half:], strict=True):
        assert torch.allclose(ours, theirs, atol=1e-4)


def test_the_rule_is_learnt_from_many_examples_and_not_from_few():
    ends = {}
    for count in (8, 256):
        table = compute(random_config(LAST, count=count, updates=1024), SEEDS)
        ends[count] = table[table["epoch"] == table["epoch"].max()]["unseen_right_5"]
    assert (ends[256] > 0.9).all()
    assert (ends[8] < 0.7).all()


@pytest.mark.skipif(not RESULTS.is_dir(), reason="there is no results folder")
def test_every_claim_holds_on_the_committed_results():
    found = facts(Evidence(Store(RESULTS), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []


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
    assert found["many"]["last"]["all"]["rate"].startswith(f"0 of {STORED_SEEDS} ")
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
