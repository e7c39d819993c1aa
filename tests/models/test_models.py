"""The same encoded data reaches every model in the same order, and measures are what a plain loop makes of answers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from study.config import Config
from study.errors import StudyError
from study.measures.scoring import measures
from study.models import MODELS
from study.models.recurrent import RecurrentModel
from study.runs.compute import compute
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training.engines.block import Block
from study.training.loop import Trainer
from study.training.perceptrons import Perceptrons
from study.training.rows import Answers, Orders
from study.wiring import wired

pytestmark = pytest.mark.lowest

EPOCHS = 7


def received(monkeypatch, config, seed):
    """Digest of all batches that a model is trained on, in order: (row, timestep * feature) and targets.

    By single operations; the kernel is held against them elsewhere.
    """
    digest = hashlib.sha256()

    def take(x, y):
        digest.update(np.ascontiguousarray(x, dtype=np.float32).tobytes())
        digest.update(np.ascontiguousarray(y, dtype=np.float32).tobytes())

    update, perceptrons_update = Block.update, Perceptrons.update

    def watched_update(self, inputs, targets, **options):
        x, y = inputs[0].transpose(0, 1).numpy(), targets[0, -1].numpy()  # (lane, timestep, feature), (lane, output)
        take(x.reshape(len(x), -1), y)
        return update(self, inputs, targets, **options)

    def watched_perceptrons(self, x, y):
        take(x[0], y[0])
        return perceptrons_update(self, x, y)

    with monkeypatch.context() as patch:
        patch.setattr(Block, "update", watched_update)
        patch.setattr(Perceptrons, "update", watched_perceptrons)
        compute(config if config.model == "mlp" else replace(config, engine="torch"), [seed])
    return digest.hexdigest()


@pytest.mark.parametrize("timesteps", [1, 4])
@pytest.mark.parametrize("size", [1, 2, 4, 8])
@pytest.mark.parametrize("layout", ["consecutive", "interleaved", "shuffled"])
def test_the_same_data_reaches_every_model(layout, size, timesteps, monkeypatch):
    names = ["mlp", "stateless_lstm", "stateful_lstm"]
    assert set(names) <= set(MODELS)
    digests = {
        name: received(
            monkeypatch,
            Config(model=name, layout=layout, batch_size=size, timesteps=timesteps, epochs=EPOCHS, reset="sequence"),
            seed=3,
        )
        for name in names
    }
    assert len(set(digests.values())) == 1
    other = Config(model="stateless_lstm", layout=layout, batch_size=size, timesteps=timesteps, epochs=EPOCHS)
    again = received(monkeypatch, other, seed=4)
    assert (again == digests["mlp"]) == (layout != "shuffled")


def test_the_perceptron_refuses_lanes_that_are_empty():
    dataset = encode([[0, 1, 2, 3], [4, 1]])
    schedule = Schedule(dataset.lengths, batch_size=2, layout="interleaved")
    with pytest.raises(StudyError, match="unequal lengths"):
        list(MODELS["mlp"].train(Config(model="mlp", batch_size=2), [dataset], schedule, [0], [0, 1]))


@pytest.mark.parametrize(
    ("name", "value"),
    [("optimiser", "sgd"), ("loss", "softmax_cross_entropy"), ("frozen", ("kernel",)), ("gradient_rows", 2)],
)
def test_the_perceptron_refuses_settings_that_it_would_not_heed(name, value):
    with pytest.raises(StudyError, match=f"{name} is .* which the MLP does not know"):
        compute(Config(model="mlp", epochs=1, **{name: value}), [0])


def test_the_perceptron_refuses_targets_at_every_step_before_it_trains():
    dataset = encode([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]], 2, targets="every")
    moments = MODELS["mlp"].train(
        Config(model="mlp", timesteps=2, targets="every"), [dataset], Schedule(dataset.lengths), [0], [0]
    )
    with pytest.raises(StudyError, match=r"targets is 'every'.*use targets='last'"):
        next(moments)


@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(1, 3))
def test_measures_are_what_a_plain_loop_makes_of_the_answers(seed, symbols, seeds):
    draws = np.random.default_rng(seed)
    dataset = encode(draws.integers(0, symbols, (3, 5)).tolist(), alphabet=range(symbols))
    rows = np.tile(np.arange(dataset.rows), (1, 1))
    probabilities = draws.random((seeds, dataset.rows, symbols)).astype(np.float32)
    found = measures(Answers(probabilities, rows, np.zeros_like(rows)), [dataset])
    for k in range(seeds):
        one = plain_loop(probabilities[k].astype(float), dataset)
        for name in ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss"):
            assert found[name][k] == pytest.approx(getattr(one, name), abs=1e-6, nan_ok=True), name


def plain_loop(probabilities, dataset):
    right, hard, errors, losses = [], [], [], []
    for row, answer in enumerate(probabilities):
        target = dataset.targets[row, 0]
        right.append(int(np.argmax(answer)) == target)
        if dataset.ambiguous[row, 0]:
            hard.append(right[-1])
        for output, p in enumerate(answer):
            errors.append(abs(p - (output == target)))
            losses.append(-np.log(max(p if output == target else 1 - p, 1e-12)))
    gaps = []
    for symbol in range(dataset.features):
        alike = [row for row in range(dataset.rows) if dataset.inputs[row, 0] == symbol and dataset.ambiguous[row, 0]]
        if alike:
            first = min(dataset.targets[row, 0] for row in alike)
            yes = [probabilities[row, first] for row in alike if dataset.targets[row, 0] == first]
            no = [probabilities[row, first] for row in alike if dataset.targets[row, 0] != first]
            gaps.append(np.mean(yes) - np.mean(no))
    return SimpleNamespace(
        ambiguous_accuracy=np.mean(hard) if hard else np.nan,
        accuracy=np.mean(right),
        memory_gap=np.mean(gaps) if gaps else np.nan,
        largest_error=max(errors),
        loss=np.mean(losses),
    )


@pytest.mark.parametrize(
    ("lengths", "settings"),
    [((4, 4), {"layout": "shuffled", "batch_size": 2}), ((4, 6), {"order": "random"}), ((4, 4), {"order": "random"})],
)
def test_epochs_laid_out_together_are_one_after_the_other(lengths, settings):
    sequences = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4] if lengths[1] == 4 else [4, 0, 1, 1, 0, 2, 4]]
    config, seeds, dataset = Config(**settings), range(3), encode(sequences)
    schedule = Schedule(dataset.lengths, **config.presentation)
    trainer = Trainer(MODELS["stateful_lstm"], config, [dataset], schedule, seeds)
    orders = Orders(schedule, seeds)
    for count in (1, 3, 2):
        epochs = [orders.epoch(trainer.epochs + k) for k in range(count)]
        expected = [batch for epoch in epochs for batch in trainer.batch_maker.batches(epoch)]
        found = trainer.batch_maker.batches(trainer._epochs(count))
        trainer.epochs += count
        assert len(found) == len(expected)
        for ours, theirs in zip(found, expected, strict=True):
            assert torch.equal(ours.inputs, theirs.inputs)
            assert torch.equal(ours.targets, theirs.targets)
            ours_after, theirs_after = (np.broadcast_to(b.reset_after, len(seeds)) for b in (ours, theirs))
            assert np.array_equal(ours_after, theirs_after)


OF_1997 = {"initialisation": "uniform_1997", "loss": "squared_error", "sees_inputs": True}
WINDOW = {"timesteps": 4, "batch_size": 8, "learning_rate": 0.03}


@pytest.mark.parametrize(
    ("model", "settings"),
    [
        ("stateless_lstm_1997", {**WINDOW, **OF_1997, "learning_rate": 0.1, "batch_size": 1}),
        ("stateful_simple_rnn", {"timesteps": 4, "learning_rate": 0.01}),
        ("stateful_gru", {"timesteps": 4, "learning_rate": 0.01}),
        ("stateful_lstm_1997_gated", {"timesteps": 4, "learning_rate": 0.03}),
    ],
)
def test_every_other_layer_tells_the_sequences_apart_by_whole_windows(model, settings):
    table = compute(Config(model=model, epochs=400, **settings), range(4))
    before, after = (table[table["epoch"] == epoch] for epoch in (0, 400))
    assert (after["ambiguous_accuracy"] == 1).any()
    assert after["loss"].min() < before["loss"].min() / 10


def test_only_models_that_carry_state_see_more_than_their_row():
    """One input a row, one sequence per lane: without state, both ambiguous rows get the same answer."""
    settings = {"batch_size": 2, "layout": "interleaved", "epochs": 20}
    for name, model in MODELS.items():
        if isinstance(model, RecurrentModel) and not wired(name):
            gaps = compute(Config(model=name, **settings), range(3))["memory_gap"]
            assert (gaps != 0).all() if model.carries_state else (gaps == 0).all(), name
