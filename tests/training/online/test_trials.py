"""Trials of 1997: each as if alone, resumed bit for bit, judged with weights frozen, and a unit that joins later."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from autograd_1997 import config_of

from study.errors import StudyError
from study.randomness import stream
from study.sequences.streams import Stream, stacked
from study.sequences.tasks import make_task
from study.training.online import trials as online
from study.training.online.loop import passing
from study.training.online.together import SIDE_BY_SIDE
from study.training.online.trials import Criterion, Trial, Trials

EVERY_STEP, NEVER = Criterion(0.25, 10_000, False), Criterion(0.25, 0, False)
LAG_2 = {"task": "long_lag", "task_options": (("lag", 2),), "learning_rate": 1.0, "sequences": 40_000}
DISTRACTORS = {"task": "distractors", "task_options": (("p", 5), ("q", 3)), "sequences": 4000}
PLATEAU = {"joins": "plateau", "joins_options": (("window", 40), ("fall", 0.05))}
CASES = {
    "unit": config_of("self_recurrent_1997", {"outputs_see": "step_before"}, judged_every=40, **LAG_2),
    "unit, back": config_of(
        "self_recurrent_1997", {"gradient": "bptt", "update": "sequence"}, judged_every=40, **LAG_2
    ),
    "cell joins": config_of("memory_cell_1997", judged_every=10, **LAG_2, **PLATEAU),
    "cell, adam": config_of("memory_cell_1997", judged_every=10, optimiser="adam", **{**LAG_2, "learning_rate": 0.01}),
    "blocks, fresh": config_of("cell_blocks_1997", judged_every=50, **DISTRACTORS),
    "blocks, back": config_of("cell_blocks_1997", {"gradient": "full"}, judged_every=50, **DISTRACTORS),
    "guesses": config_of(
        "memory_cell_1997",
        {"learning": "guessing"},
        initialisation_options=(("limit", 30.0),),
        judged_every=1,
        **{**LAG_2, "task_options": (("lag", 1),), "sequences": 600_000},
    ),
}


def through_a_file(saved):
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def alone(config, seed, test):
    """A trial that nobody learns beside, and what trains it."""
    trials = Trials(config, [seed], test)
    return trials.trials[0], trials.train_to


def state_of(trial):
    """All that can be told; where a stream is that nobody draws from any more does not matter."""
    following = None if trial.ended else trial.stream.take(3).tolist()
    return [trial.memory.weights.tobytes(), trial.sequences, trial.ended, trial.passed, trial.joined_after, following]


def ends_of(name):
    """The test: of cell blocks at a sequence's end, easy enough to be passed now and then."""
    return Criterion(0.45, 30, True) if name.startswith("blocks") else EVERY_STEP


@pytest.mark.parametrize("name", CASES)
def test_a_trial_goes_on_bit_for_bit_as_if_it_were_alone(name):
    config, test = CASES[name], ends_of(name)
    own, train = alone(config, 3, test)
    train(3000)
    together, saved = Trials(config, [0, 3], test), []

    def interrupt():
        saved.append(through_a_file(together.state_dict()))

    for moment in (500, 1500, 2000, 3000):
        together.train_to(moment, between=interrupt)
        together.train_to(moment + 100)  # what was saved does not change when training goes on
        together = Trials(config, [0, 3], test)
        together.load_state_dict(saved[-1])
    assert state_of(together.trials[1]) == state_of(own)
    assert together.trials[1].take_loss() == pytest.approx(own.take_loss(), nan_ok=True)


@pytest.mark.parametrize("name", CASES)
def test_trials_beside_each_other_are_each_as_if_alone(name):
    """Six of them, of which some end before others, and one was ahead when training went on."""
    config, test = CASES[name], ends_of(name)
    ahead, train = alone(config, 2, test)
    train(70)
    beside = Trials(config, range(6), test)
    beside.trials[2].load_state_dict(through_a_file(ahead.state_dict()))
    for moment in (100, 1010, 4000):
        beside.train_to(moment)
    for seed, trial in enumerate(beside.trials):
        own, train = alone(config, seed, test)
        train(4000)
        assert state_of(trial) == state_of(own)
        assert trial.memory.sums.tobytes() == own.memory.sums.tobytes()


@pytest.mark.parametrize("name", ["unit", "blocks, back"])
def test_as_many_learn_beside_each_other_as_wait_for_one_another(name, monkeypatch):
    calls = []
    monkeypatch.setattr(online, "train", lambda *given: calls.append(len(given[2])))
    trials = Trials(CASES[name], range(6), NEVER)
    trials.train_to(10)
    assert calls == [SIDE_BY_SIDE, 6 - SIDE_BY_SIDE]


@pytest.mark.parametrize("name", ["unit", "cell joins", "guesses"])
def test_it_ends_with_the_first_judgement_that_both_sequences_pass(name):
    config = CASES[name]
    trial, train = alone(config, 1, EVERY_STEP)
    train(config.sequences)
    assert trial.ended
    assert trial.passed == 10_000
    assert 0 < trial.sequences < config.sequences
    assert trial.sequences % config.judged_every == 0
    own = make_task(config.task, dict(config.task_options)).own_columns()
    assert passing(trial.told, trial.memory, own, True, False, 0.25) == 2
    if name == "guesses":
        return
    before, train_before = alone(config, 1, NEVER)
    for moment in range(0, trial.sequences, config.judged_every):
        train_before(moment)
        assert passing(before.told, before.memory, own, before.live, False, 0.25) < 2
    train_before(trial.sequences)
    assert before.memory.weights.tobytes() == trial.memory.weights.tobytes()
    weights = trial.memory.weights.copy()
    train(config.sequences)
    assert (trial.memory.weights == weights).all()  # and it learns no more


def test_fresh_sequences_are_asked_in_a_row_from_a_stream_that_no_training_draws_from():
    config = CASES["blocks, fresh"]
    (trial, train), (plain, train_plain) = alone(config, 0, Criterion(0.45, 30, True)), alone(config, 0, NEVER)
    met = Stream(trial.task, 0)
    for moment in range(50, 501, 50):
        train(moment)
        train_plain(moment)
        generator, asked = stream("judging", 0, moment // 50), []
        while len(asked) < 2:
            asked.append(trial.task.stream(generator, 20))
        found = passing(plain.told, plain.memory, stacked(asked)[:30], True, True, 0.45)
        if trial.sequences < moment:
            break
        assert trial.passed == found
        assert trial.ended == (found == 30)
    assert trial.sequences >= 50
    assert trial.memory.weights.tobytes() == plain.memory.weights.tobytes() or trial.ended
    assert (met.take(trial.sequences + 5)[-5:] == trial.stream.take(5)).all()


def test_until_the_cell_joins_outputs_see_the_inputs_alone():
    config = replace(CASES["cell joins"], joins="after", joins_options=(("window", 60),))
    trial, train = alone(config, 0, NEVER)
    cell = slice(trial.told.cell * 8, trial.told.rest * 8)
    train(60 - 1)
    assert not trial.live
    assert not trial.memory.weights[trial.readout].any()
    assert (trial.memory.weights[cell] == trial.drawn[cell]).all()
    train(60)
    assert trial.joined_after == 60
    assert (trial.memory.weights[trial.readout] == trial.drawn[trial.readout]).all()
    train(61)
    assert (trial.memory.weights[cell] != trial.drawn[cell]).any()


def test_it_joins_where_the_squared_error_of_a_window_stops_falling():
    trial, train = alone(CASES["cell joins"], 0, NEVER)
    means = []
    while not trial.live:
        train(trial.sequences + 40)
        means.append(trial.take_loss())
    falls = [(one - two) / one for one, two in pairwise(means)]
    assert len(falls) > 1
    assert min(falls[:-1]) >= 0.05 > falls[-1]


def test_guesses_are_judged_each():
    config = CASES["guesses"]
    with pytest.raises(StudyError, match="learning guessing with judged_every 10"):
        Trial(replace(config, judged_every=10), 0, EVERY_STEP)
    guessers = [alone(config, seed, NEVER) for seed in (0, 1)]
    drawn = []
    for moment in (1, 2):
        for trial, train in guessers:
            train(moment)
            drawn.append(trial.memory.weights[trial.readout].tolist())
    assert len({tuple(each) for each in drawn}) == 4
    assert 0.2 < np.abs(drawn).max() <= 30
