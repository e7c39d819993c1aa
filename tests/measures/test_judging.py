"""Judging streams: successive fresh sequences, weights frozen, and what a rule counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from study.config import Config
from study.errors import StudyError
from study.measures import judging
from study.measures.judging import judge
from study.measures.stop_rules import StopRule, make_stop_rule, sequences_to_success
from study.models import find_model
from study.randomness import stream
from study.training.streamed.trainer import Streams

RANDOM = {
    "task": "random_sequences", "task_options": (("length", 3), ("longest", 6)), "model": "stateless_lstm",
    "timesteps": 5, "targets": "every",
}  # fmt: skip
SETTINGS = {
    "tutorial": {},
    "unequal windows": RANDOM,
    "unequal, step by step": RANDOM | {"model": "stateful_lstm", "timesteps": 1},
}


def make(seeds=(0, 1, 2), **changes):
    config = Config(**{"sequences": 400, "judged_every": 100, **changes})
    return Streams(find_model(config.model), config, seeds)


def scripted(streams, wrong):
    """Let a trainer answer without fault, but for the sequences of each seed that are numbered in `wrong`."""
    for trainer in streams.trainers:
        trainer.asked = 0

        def answer(drawn, trainer=trainer):
            right = (drawn[:, :, 1:, None] == np.arange(trainer.learner.features)).astype(np.float64)
            for place, seed in enumerate(trainer.seeds):
                for number in wrong.get(seed, ()):
                    if 0 <= number - trainer.asked < drawn.shape[1]:
                        sequence = drawn[place, number - trainer.asked]
                        right[place, number - trainer.asked, int((sequence >= 0).sum()) - 2] = 0.5
            trainer.asked += drawn.shape[1]
            return right

        trainer.answer = answer
    return streams


def test_a_rule_counts_sequences_in_a_row_and_success_ends_a_seed():
    streams = scripted(make(range(4), **RANDOM), {0: [0], 1: [37, 38], 2: [100, 260]})
    table = judge(streams, StopRule(count=250))
    assert table["passed"].tolist() == [0, 37, 100, 250]
    assert streams.trainers[0].ended.tolist() == [False, False, False, True]
    assert judge(scripted(streams, {0: [249]}), StopRule(count=250))["seed"].tolist() == [0, 1, 2]
    assert streams.trainers[0].ended.tolist() == [False, True, True, True]
    assert judge(scripted(streams, {}), StopRule(count=250))["passed"].tolist() == [250]
    assert judge(streams, StopRule(count=250)).empty  # and nobody is asked


def test_of_a_task_with_its_own_sequences_each_is_asked_once_and_then_any_number_passes():
    streams = scripted(make([0, 1, 2]), {1: [101], 2: [99]})
    assert judge(streams, StopRule()).set_index("seed")["passed"].to_dict() == {0: 10_000, 1: 10_000, 2: 99}
    assert streams.trainers[0].asked > 10_000  # since one of both failed for seed 1, which is asked all of them
    streams = scripted(make([0]), {})
    assert judge(streams, StopRule())["passed"].tolist() == [10_000]
    assert streams.trainers[0].asked == judging.SCORED + 2


@pytest.mark.parametrize(("name", "passes"), [("every_step", False), ("last_step", True)])
def test_rules_look_at_every_step_or_at_the_last(name, passes):
    rule = make_stop_rule(name, {"within": 0.2})
    assert rule.passes(np.array([0.3, 0.1, 0.0]), np.array(0.1)) == passes
    assert not rule.passes(np.array([0.1, 0.3, 0.0]), np.array(0.3))


@pytest.mark.parametrize("name", SETTINGS)
def test_measures_are_those_of_the_sequences_one_by_one(name):
    streams = make(**SETTINGS[name])
    streams.train_to(100)
    table = judge(streams, StopRule(within=0.6, count=30))
    row = 0
    for trainer in streams.trainers:
        for place, seed in enumerate(trainer.seeds):
            drawn = trainer.task.stream(stream("judging", seed, 1), judging.SCORED)
            every, last, losses, right, right_last = [], [], [], [], []
            for sequence in drawn:
                length = int((sequence >= 0).sum())
                alone = np.repeat(sequence[None, None, :length], len(trainer.seeds), 0)
                answers = trainer.answer(alone)[place, 0]
                wanted = np.eye(trainer.learner.features)[sequence[1:length]]
                errors = np.abs(answers - wanted).max(1)
                every.append(errors.max())
                last.append(errors[-1])
                losses += (-np.log(np.where(wanted == 1, answers, 1 - answers))).mean(1).tolist()
                right += (answers.argmax(1) == sequence[1:length]).tolist()
                right_last.append(answers[-1].argmax() == sequence[length - 1])
            found = table.iloc[row]
            assert found["seed"] == seed
            assert found["largest_error"] == pytest.approx(max(every), rel=1e-4)
            assert found["last_error"] == pytest.approx(max(last), rel=1e-4)
            assert found["loss"] == pytest.approx(np.mean(losses), rel=1e-4)
            assert found["accuracy"] == pytest.approx(np.mean(right))
            assert found["last_accuracy"] == pytest.approx(np.mean(right_last))
            failed = [number for number, error in enumerate(every[:30]) if error > 0.6]
            assert found["passed"] == (failed[0] if failed else 30)
            row += 1


def test_softmax_outputs_have_the_loss_of_their_targets_share():
    streams = make([0], loss="softmax_cross_entropy")
    drawn = streams.trainers[0].task.stream(stream("judging", 0, 0), judging.SCORED)
    answers = streams.trainers[0].answer(drawn[None])[0]
    shares = np.take_along_axis(answers, drawn[:, 1:, None], 2)
    assert judge(streams, None)["loss"].item() == pytest.approx(-np.log(shares).mean(), rel=1e-5)


def test_a_judgement_changes_nothing_and_is_fresh_each_time(monkeypatch):
    drawn = []
    monkeypatch.setattr(judging, "_draw", lambda *given, draw=judging._draw: drawn.append(draw(*given)) or drawn[-1])
    judged, left = make(**RANDOM), make(**RANDOM)
    for moment in (0, 100, 200):
        judged.train_to(moment)
        judge(judged, StopRule(count=100))
        left.train_to(moment)
    for name, values in judged.trainers[0].learner.export().items():
        assert (values == left.trainers[0].learner.export()[name]).all()
    tables = [{tuple(row) for row in each[0].tolist()} for each in drawn]
    assert len(tables) == 3
    assert all(len(one & other) < 30 for one in tables for other in tables if one is not other)
    met = {tuple(row) for row in judged.trainers[0].streams[0].take(100).tolist()}
    assert all(len(met & one) < 30 for one in tables)


def test_the_loss_of_training_is_that_since_the_last_judgement():
    streams = make([0, 1])
    assert judge(streams, None)["training_loss"].isna().all()
    losses, run = [], streams.trainers[0].learner.run_epoch
    streams.trainers[0].learner.run_epoch = lambda *given, **options: (
        losses.append(run(*given, **options)) or losses[-1]
    )
    for moment in (100, 200):
        streams.train_to(moment)
        np.testing.assert_allclose(judge(streams, None)["training_loss"], np.mean(losses, 0), rtol=1e-6)
        losses.clear()


def test_time_to_success_is_infinite_where_the_budget_ended_it():
    table = pd.DataFrame(
        [(1, 0, 3), (1, 100, 9), (0, 0, 0), (0, 100, 4), (0, 200, 10), (1, 200, 9)],
        columns=["seed", "sequences", "passed"],
    )
    assert sequences_to_success(table, StopRule(count=10)).tolist() == [200, np.inf]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("never", {}, "every_step"),
        ("last_step", {"steps": 3}, "within and count"),
        ("every_step", {"count": 0}, "count 0"),
        ("every_step", {"within": 1.5}, r"within is 1\.5"),
    ],
)
def test_rules_that_mean_nothing_are_refused(name, options, said):
    with pytest.raises(StudyError, match=said):
        make_stop_rule(name, options)
