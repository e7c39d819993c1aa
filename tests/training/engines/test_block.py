"""Training a block of seeds: what is trained, what is carried, and what each batch counts."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import TUTORIAL, draw, random_batch

from study.config import Config
from study.errors import StudyError
from study.models import MODELS
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training.batches import BatchMaker
from study.training.engines.block import Block
from study.training.learner import ENGINES, make_learner
from study.training.loop import answer
from study.training.rows import Orders
from study.training.settings import Settings

torch.set_num_threads(1)  # more only cost time in networks this small


def test_what_batch_size_4_cannot_train_keeps_its_bits():
    """Two batches of four consecutive rows, each from a zero state: no gradient reaches what would carry it."""
    dataset = encode(TUTORIAL)
    block = Block([draw(seed=seed, shape=(5, 20, 5)) for seed in range(4)])
    before = block.export()
    batches = BatchMaker([dataset], torch.float32).batches(
        Orders(Schedule(dataset.lengths, batch_size=4), range(4)).epoch(0)
    )
    for _ in range(50):
        block.run_epoch(batches, carry=True, with_loss=False)
        gradient = block.export(gradient=True)
        assert not gradient["recurrent_kernel"].any()
        assert not any(gradient[name][..., 20:40].any() for name in ("kernel", "bias"))  # the forget gate
    after = block.export()
    assert np.array_equal(before["recurrent_kernel"], after["recurrent_kernel"])
    assert all(np.array_equal(before[name][..., 20:40], after[name][..., 20:40]) for name in ("kernel", "bias"))
    assert not np.array_equal(before["kernel"], after["kernel"])


def test_lanes_of_unequal_length_train_and_every_row_is_answered_once():
    dataset = encode([[3, 0, 1, 2, 3], [4, 0, 1, 1, 0, 2, 4]])
    schedule = Schedule(dataset.lengths, batch_size=2, layout="interleaved")
    block, batch_maker = Block([draw(shape=(5, 20, 5))]), BatchMaker([dataset], torch.float32)
    epoch = Orders(schedule, [0]).epoch(0)
    batches = batch_maker.batches(epoch)
    assert [None if b.weights is None else b.weights.flatten().tolist() for b in batches][-1] == [0.0, 1.0]
    losses = [block.run_epoch(batches, carry=True, with_loss=True)[0] for _ in range(200)]
    assert losses[-1] < losses[0] / 2
    answers = answer(block, batch_maker, [epoch], carry=True, start=None)
    assert sorted(answers.rows[0].tolist()) == list(range(dataset.rows))
    assert answers.probabilities.shape == (1, dataset.rows, 5)


def test_accumulated_gradients_are_averaged_and_state_is_carried_in_between():
    block = Block([draw()], dtype=torch.float64, optimiser="sgd", accumulate=3)
    before, total, state = block.export(), 0, None
    for number in range(3):
        assert np.array_equal(block.export()["kernel"], before["kernel"])
        _, inputs, targets = random_batch(1, 2, 1, seed=number)
        block.update(inputs, targets, carry=True)
        alone = Block([{name: array[0] for name, array in before.items()}], dtype=torch.float64, optimiser="sgd")
        alone.state = state
        alone.update(inputs, targets, carry=True)
        state, total = alone.state, total + alone.export(gradient=True)["kernel"] / 3
    assert np.abs(before["kernel"] - 1e-3 * total - block.export()["kernel"]).max() < 1e-16


def test_seeds_whose_resets_differ_are_trained_as_if_alone():
    """Sequences of unequal length in random order: each seed resets at its own steps."""
    dataset = encode([[3, 0, 1, 2, 3], [4, 0, 1, 1, 0, 2, 4]])
    layer = Config(order="random", epochs=10)
    schedule = Schedule(dataset.lengths, order="random")

    def train(seeds):
        return next(MODELS["stateful_lstm"].train(layer, [dataset], schedule, seeds, [10]))

    together, apart = train(range(6)), train([4])
    assert np.array_equal(together.in_layout.probabilities[4], apart.in_layout.probabilities[0])
    assert together.training_loss[4] == apart.training_loss[0]


def test_unequal_epochs_are_refused():
    schedule = Schedule((4, 4, 6, 6), batch_size=2, layout="interleaved", order="random")
    with pytest.raises(StudyError, match="use batch size 4"):
        Orders(schedule, range(20)).epoch(0)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("with_loss", [True, False])
def test_a_watch_sees_every_batch_and_changes_none(engine, with_loss):
    """Whether or not the loss is asked for: probes watch all epochs, and only the last has its loss."""
    dataset = encode(TUTORIAL)
    epoch, seen, found = Orders(Schedule(dataset.lengths), range(3)).epoch(0), [], []
    for watch in (None, lambda learner: seen.append(learner.export(gradient=True)["kernel"].copy())):
        learner = make_learner(Settings(), [draw(seed=seed, shape=(5, 20, 5)) for seed in range(3)], engine=engine)
        batches = BatchMaker([dataset], torch.float32, columns=learner.feeds_columns).batches(epoch)
        losses = learner.run_epoch(batches, carry=True, with_loss=with_loss, watch=watch)
        assert np.isfinite(losses).all() == with_loss
        found.append(learner.export())
    assert len(seen) == 8
    assert all(gradient.any() for gradient in seen)
    for name, array in found[0].items():
        assert np.array_equal(array, found[1][name]), name
