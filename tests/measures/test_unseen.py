"""Scores on unseen sequences: the nearest example, steps against whole windows, shares, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from study.config import Config
from study.errors import StudyError
from study.experiments.random_sequences.configs import EVERY, LAST, STATEFUL, random_config
from study.measures.unseen import CompletionTest, nearest_example, unseen_lengths
from study.models import find_model
from study.runs.compute import compute
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.encoding import encode
from study.sequences.layouts import Epoch, Schedule
from study.sequences.tasks import make_task
from study.sequences.tasks.random_sequences import HELD_OUT
from study.training.batches import BatchMaker
from study.training.loop import Trainer

SEEDS = [0, 1, 2]


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
