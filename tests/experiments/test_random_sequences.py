"""What is scored was never trained on, scoring changes no training, and the share right is counted as it is defined."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from extensions import ORIGIN, STORED_SEEDS, invented
from hypothesis import given
from hypothesis import strategies as st

from study.config import Config
from study.errors import StudyError
from study.experiments import PRESETS, contents, find_experiment
from study.experiments.random_sequences import findings as random_sequences
from study.experiments.random_sequences.configs import EVERY, LAST, RECIPES, STATEFUL, main_configs, random_config
from study.experiments.random_sequences.findings import facts
from study.measures.unseen import CompletionTest, nearest_example, unseen_lengths
from study.models import find_model
from study.report.build import build
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.encoding import encode
from study.sequences.layouts import Epoch, Schedule
from study.sequences.tasks import make_task
from study.sequences.tasks.random_sequences import HELD_OUT, RandomSequences
from study.training.batches import BatchMaker
from study.training.engines.block import Block
from study.training.kernel.learner import KernelBlock
from study.training.loop import Trainer

RESULTS = Path(__file__).parents[2] / "results"
SEEDS = [0, 1, 2]


@given(
    seed=st.integers(0, 1000), count=st.integers(1, 60), length=st.integers(4, 9), size=st.integers(5, 40)
)  # fmt: skip
def test_nothing_that_is_scored_was_trained_on(seed, count, length, size):
    task = RandomSequences(count, length, size)
    trained_on, unseen = task.sequences(seed), task.unseen(seed, length)
    assert len(set(trained_on)) == count
    assert len(set(unseen)) == HELD_OUT
    assert not set(trained_on) & set(unseen)
    for sequence in (*trained_on, *unseen, *task.unseen(seed, 2 * length)):
        assert sequence[0] == sequence[-1]
        assert set(sequence) <= set(task.alphabet)
    assert {len(sequence) for sequence in task.unseen(seed, 2 * length)} == {2 * length}
    assert RandomSequences(count + 1, length, size).sequences(seed)[:count] == trained_on
    assert RandomSequences(count + 1, length, size).unseen(seed, length) == unseen


def test_seeds_have_sequences_of_their_own_and_the_whole_alphabet():
    task = RandomSequences(count=4, size=50)
    assert task.varies
    assert task.sequences(0) != task.sequences(1)
    config = Config(task="random_sequences", task_options=(("count", 4), ("size", 50)))
    first, second = datasets_of(config, [0, 1])
    assert first.features == second.features == 50
    assert first.fingerprint() != second.fingerprint()


def test_symbols_are_equally_likely_at_every_place():
    drawn = np.array([s for seed in range(40) for s in RandomSequences(count=100).sequences(seed)])
    for place in range(drawn.shape[1]):
        shares = np.bincount(drawn[:, place], minlength=10) / len(drawn)
        assert np.abs(shares - 0.1).max() < 5 * (0.1 * 0.9 / len(drawn)) ** 0.5


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"count": 0}, "count of random sequences is 0"),
        ({"length": 2}, "length of random sequences is 2"),
        ({"size": 1}, "size of random sequences is 1"),
        ({"size": 2, "length": 5}, "16 different sequences"),
    ],
)
def test_tasks_that_cannot_be_drawn_are_refused_in_one_line(options, named):
    with pytest.raises(StudyError, match=named) as refused:
        RandomSequences(**options)
    assert "\n" not in str(refused.value)


@given(st.data())
def test_the_nearest_example_by_brute_force(data):
    symbols = st.integers(0, 3)
    sequence = st.lists(symbols, min_size=4, max_size=4).map(tuple)
    examples = tuple(data.draw(st.lists(sequence, min_size=1, max_size=6)))
    asked = tuple(data.draw(st.lists(sequence, min_size=1, max_size=6)))
    for wanted, found in zip(asked, nearest_example(examples, asked), strict=True):
        likeness = [sum(a == b for a, b in zip(wanted[:-1], each[:-1], strict=True)) for each in examples]
        ends = [each[-1] for each, alike in zip(examples, likeness, strict=True) if alike == max(likeness)]
        assert found == pytest.approx(ends.count(wanted[-1]) / len(ends))


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


@pytest.mark.parametrize("recipe", [LAST, EVERY])
def test_step_by_step_is_scored_as_a_whole_window_would_be(recipe):
    config = random_config(recipe, count=16, updates=60)
    datasets, task = datasets_of(config, SEEDS), make_task(config.task, dict(config.task_options))
    trainer = Trainer(find_model(config.model), config, datasets, schedule_of(config, datasets[0]), SEEDS)
    trainer.train_to(config.epochs)
    sequences = [task.unseen(seed, 5) for seed in SEEDS]
    rows = [encode(each, 4, targets="every", alphabet=task.alphabet) for each in sequences]
    epoch = Schedule(rows[0].lengths, batch_size=HELD_OUT, layout="interleaved").epoch()
    (batch,) = BatchMaker(rows, trainer.learner.dtype).batches(Epoch(epoch.rows[None], epoch.reset_after))
    with torch.inference_mode():
        answers = trainer.learner.predict(batch.inputs, carry=False, last_only=True)[:, 0].argmax(-1).numpy()
    wanted = np.array([[sequence[-1] for sequence in each] for each in sequences])
    found = CompletionTest(trainer, task, sequences).right()
    assert np.array_equal(found, answers == wanted)
    assert 0 < found.mean() < 1


def test_shares_are_counted_as_they_are_defined():
    config = random_config(LAST, count=4, updates=200)
    table, task = compute(config, SEEDS), make_task(config.task, dict(config.task_options))
    for seed, runs in table.groupby("seed"):
        begun = {sequence[0] for sequence in task.sequences(seed)}
        for length in unseen_lengths(5):
            known = np.mean([sequence[0] in begun for sequence in task.unseen(seed, length)])
            assert runs[f"unseen_known_{length}"].to_numpy() == pytest.approx(known)
            right = runs[f"known_right_{length}"] * known
            assert (right <= runs[f"unseen_right_{length}"] + 1e-6).all()
    assert (table[table["epoch"] == config.epochs]["seen_right"] == 1).all()


def test_the_rule_is_learnt_from_many_examples_and_not_from_few():
    ends = {}
    for count in (8, 256):
        table = compute(random_config(LAST, count=count, updates=1024), SEEDS)
        ends[count] = table[table["epoch"] == table["epoch"].max()]["unseen_right_5"]
    assert (ends[256] > 0.9).all()
    assert (ends[8] < 0.7).all()


@pytest.mark.parametrize(
    "config",
    [
        Config(probe="unseen"),
        replace(random_config(LAST, count=8), model="mlp"),
        replace(random_config(LAST, count=8), timesteps=2),
        replace(random_config(STATEFUL, count=8), model="stateless_lstm"),
    ],
)
def test_what_cannot_be_scored_is_refused_in_one_line(config):
    with pytest.raises(StudyError, match="probe unseen") as refused:
        compute(replace(config, epochs=1), [0])
    assert "\n" not in str(refused.value)


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
