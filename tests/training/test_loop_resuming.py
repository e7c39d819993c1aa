"""Training that was saved and gone on with, in a fresh object or process, gives the bits of training in one go."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
import torch

from study.config import Config
from study.models import find_model
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training.loop import Trainer

torch.set_num_threads(1)  # more only cost time in networks this small

SEEDS, LAST = range(5), 113
UNEQUAL = [[3, 0, 1, 2, 3], [4, 0, 1, 1, 0, 2, 4]]
CASES = {
    "lstm": {},
    "gru": {"model": "stateful_gru"},
    "simple rnn in windows": {"model": "stateful_simple_rnn", "timesteps": 4, "targets": "every"},
    "alternating": {"order": "alternating"},
    "random order": {"order": "random"},
    "random order, gru, lanes": {
        "model": "stateful_gru", "order": "random", "layout": "interleaved", "batch_size": 2, "reset": "epoch",
    },
    "random order, unequal lengths": {"order": "random", "unequal": True},
    "shuffled": {"model": "stateless_lstm", "layout": "shuffled", "batch_size": 2},
    "accumulated": {"accumulate": 3},
    "accumulated, random order": {"accumulate": 5, "order": "random", "reset": "never"},
    "never reset": {"reset": "never"},
    "never reset, gru": {"reset": "never", "model": "stateful_gru"},
    "never reset, lanes, alternating": {
        "reset": "never", "batch_size": 2, "layout": "interleaved", "order": "alternating",
    },
    "double precision": {"precision": "float64"},
    "sgd": {"optimiser": "sgd", "learning_rate": 0.1, "accumulate": 3},
    "adam of pytorch": {"optimiser": "adam_pytorch"},
    "momentum": {"optimiser": "sgd", "learning_rate": 0.1, "optimiser_options": (("momentum", 0.9),)},
    "rmsprop, softmax": {"optimiser": "rmsprop", "loss": "softmax_cross_entropy"},
    "frozen": {"frozen": ("forget_gate", "kernel[3]")},
    "stopped": {"model": "stateless_lstm", "timesteps": 4, "stop_gradient": True},
    "across rows": {"gradient_rows": 3, "reset": "never"},
    "across rows, gru, accumulated, random order": {
        "gradient_rows": 4, "model": "stateful_gru", "accumulate": 3, "order": "random", "reset": "epoch",
    },
    "across rows, unequal lengths": {"gradient_rows": 3, "order": "random", "unequal": True},
    "torch": {"engine": "torch"},
    "torch, random order, never reset": {"engine": "torch", "order": "random", "reset": "never"},
    "torch, shuffled windows, accumulated": {
        "model": "stateless_lstm", "timesteps": 4, "engine": "torch", "layout": "shuffled", "accumulate": 3,
    },
    "seeds' own data, as columns": {
        "task": "random_sequences", "timesteps": 4, "targets": "every",
        "task_options": (("size", 64), ("length", 5)),
    },
}  # fmt: skip


def make(name):
    settings = dict(CASES[name])
    unequal = settings.pop("unequal", False)
    config = Config(epochs=LAST, **settings)
    if unequal:
        dataset = encode(UNEQUAL)
        datasets, schedule = [dataset], Schedule(dataset.lengths, order=config.order)
    else:
        datasets = datasets_of(config, SEEDS)
        schedule = schedule_of(config, datasets[0])
    return Trainer(find_model(config.model), config, datasets, schedule, SEEDS)


def bits(trainer):
    """Everything that training and scoring have led to."""
    found = trainer.checkpoint()
    answers = {
        "in_layout": found.in_layout.probabilities,
        "row_by_row": found.row_by_row.probabilities,
        "losses": found.training_loss,
        "updates": np.array(found.updates),
    }
    if found.in_random_order is not None:
        answers["in_random_order"] = found.in_random_order.probabilities
    for number, part in enumerate(trainer.learner.state or ()):
        answers[f"state_{number}"] = part.numpy().copy()
    return trainer.learner.export() | answers


def assert_same(one, other):
    assert set(one) == set(other)
    for name, values in one.items():
        assert np.array_equal(values, other[name], equal_nan=True), name


def through_a_file(saved):
    """What a file gives back, tensors and plain data alone."""
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def in_one_go(name):
    trainer = make(name)
    trainer.train_to(LAST)
    return bits(trainer)


@pytest.mark.parametrize("name", CASES)
def test_training_goes_on_bit_for_bit_in_a_fresh_object(name):
    expected = in_one_go(name)
    trainer = make(name)
    for epoch in (0, 1, 7, 10, 34, 95, 100, 105):
        trainer.train_to(epoch)
        saved = through_a_file(trainer.state_dict())
        trainer.train_to(epoch + 3)  # what was saved does not change when training goes on
        trainer = make(name)
        trainer.load_state_dict(saved)
    trainer.train_to(LAST)
    assert_same(bits(trainer), expected)


@pytest.mark.parametrize("name", ["random order", "accumulated", "torch", "never reset, gru"])
def test_an_object_that_was_trained_otherwise_goes_on_bit_for_bit_too(name):
    trainer = make(name)
    trainer.train_to(45)
    saved, before = trainer.state_dict(), bits(trainer)
    trainer.train_to(LAST)
    expected = bits(trainer)
    trainer.load_state_dict(saved)
    assert_same(bits(trainer), before)
    trainer.train_to(LAST)
    assert_same(bits(trainer), expected)


GO_ON = """
import sys
sys.path[:0] = sys.argv[1:3]
import torch
torch.set_num_threads(1)
from test_loop_resuming import LAST, bits, make
trainer = make(sys.argv[4])
trainer.load_state_dict(torch.load(sys.argv[3], weights_only=True))
trainer.train_to(LAST)
torch.save({name: torch.from_numpy(values) for name, values in bits(trainer).items()}, sys.argv[3])
"""


@pytest.mark.parametrize("name", ["accumulated, random order", "torch, random order, never reset", "double precision"])
def test_training_goes_on_bit_for_bit_in_a_fresh_process(name, tmp_path):
    trainer = make(name)
    trainer.train_to(47)
    torch.save(trainer.state_dict(), tmp_path / "saved.pt")
    here, root = __file__.rpartition("/")[0], __file__.rpartition("/tests/")[0]
    subprocess.run([sys.executable, "-c", GO_ON, here, root, tmp_path / "saved.pt", name], check=True)
    found = {key: values.numpy() for key, values in torch.load(tmp_path / "saved.pt", weights_only=True).items()}
    assert_same(found, in_one_go(name))
