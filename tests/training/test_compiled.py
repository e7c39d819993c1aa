"""The compiled path against the default one, its exponential against NumPy, and what it says where it does not fit."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from study.config import Config
from study.models import find_model
from study.randomness import stream
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training import learner
from study.training.batches import BatchMaker
from study.training.engines import compiled
from study.training.engines.block import Block
from study.training.engines.compiled import CompiledBlock
from study.training.initialisers import initial_weights
from study.training.learner import make_learner
from study.training.loop import Trainer
from study.training.rows import Orders
from study.training.settings import Settings

pytestmark = pytest.mark.lowest

torch.set_num_threads(1)  # more only cost time in networks this small

TUTORIAL = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]


def draw(seed, layer="lstm"):
    return initial_weights("keras", stream("initialisation", seed), layer, (5, 20, 5))


@pytest.mark.parametrize(  # each shape and precision is compiled anew
    ("timesteps", "lanes", "layout", "dtype"),
    [
        (1, 1, "consecutive", torch.float32),
        (1, 2, "interleaved", torch.float64),
        (4, 2, "consecutive", torch.float32),
        (4, 2, "consecutive", torch.float64),
    ],
)
def test_it_agrees_with_the_default_path_and_treats_seeds_apart(timesteps, lanes, layout, dtype):
    pytest.importorskip("numba")
    dataset = encode(TUTORIAL, timesteps, targets="last" if timesteps == 1 else "every")
    epoch = Orders(Schedule(dataset.lengths, batch_size=lanes, layout=layout), [0]).epoch(0)

    def train(seeds, compiled):
        engine, weights = "compiled" if compiled else "eager", [draw(seed) for seed in seeds]
        block = make_learner(Settings(dtype=dtype), weights, timesteps=timesteps, lanes=lanes, engine=engine)
        assert isinstance(block, CompiledBlock) == compiled
        batches = BatchMaker([dataset], dtype, columns=compiled).batches(epoch)
        losses = [block.run_epoch(batches, carry=True, with_loss=True) for _ in range(50)]
        return np.array(losses), block.export()

    (ours, weights), (theirs, expected) = train(range(5), True), train(range(5), False)
    within = 1e-12 if dtype == torch.float64 else 1e-5
    assert np.abs(ours - theirs).max() < within
    assert max(np.abs(weights[name] - expected[name]).max() for name in weights) < 10 * within
    alone, its_weights = train([3], True)
    assert np.array_equal(alone[:, 0], ours[:, 3])
    assert all(np.array_equal(its_weights[name][0], weights[name][3]) for name in weights)


@pytest.mark.parametrize(
    "settings",
    [
        {"order": "alternating"},
        {"order": "random"},  # each seed its own
        {"order": "random", "batch_size": 2, "layout": "interleaved", "reset": "epoch"},
        {"layout": "shuffled", "batch_size": 2, "precision": "float64"},
        {"model": "stateless_lstm", "batch_size": 2},
    ],
)
def test_many_epochs_at_a_call_change_no_bit(settings, monkeypatch):
    pytest.importorskip("numba")
    layer = Config(engine="compiled", **settings)
    (dataset,) = datasets_of(layer, [0])

    def train():
        trainer = Trainer(find_model(layer.model), layer, [dataset], schedule_of(layer, dataset), range(3))
        assert type(trainer.learner) is CompiledBlock
        found = []
        for epochs in (0, 1, 7, 7, 40, 73):
            trainer.train_to(epochs)
            found.append((trainer.checkpoint().updates, trainer.losses.copy()))
        return found, trainer.learner.export()

    moments, weights = train()
    monkeypatch.setattr(CompiledBlock, "epochs_at_once", 1)
    expected, expected_weights = train()
    for (updates, losses), (its_updates, its_losses) in zip(moments, expected, strict=True):
        assert updates == its_updates
        assert np.array_equal(losses, its_losses, equal_nan=True)
    assert moments[-1][0] == 73 * (8 // layer.batch_size)
    assert np.isfinite(moments[-1][1]).all()
    assert all(np.array_equal(weights[name], expected_weights[name]) for name in weights)


@pytest.mark.parametrize(("single", "limit"), [(True, 87), (False, 700)])
def test_its_exponential_is_numpys_also_for_small_numbers_and_at_its_limits(single, limit):
    numba = pytest.importorskip("numba")
    from study.training.engines.compiled_loop import exponentials_less_one

    @numba.njit
    def compute(values, whole, powers):
        exponentials_less_one(values, whole, powers)

    real, integer = (np.float32, np.int32) if single else (np.float64, np.int64)
    small = np.geomspace(1e-30, 1, 1_000)
    values = np.concatenate([np.linspace(-limit, limit, 100_001), small, -small]).astype(real)
    found, whole = values.copy(), np.zeros(len(values), integer)
    compute(found, whole, whole.view(real))
    expected = np.expm1(values.astype(np.longdouble))
    assert (np.abs(found - expected) <= 4 * np.finfo(real).eps * np.abs(expected)).all()
    beyond = np.array([-1e6, 1e6], real)
    compute(beyond, whole[:2], whole[:2].view(real))
    assert beyond[0] == -1
    assert np.isfinite(beyond[1])


def make(layer="lstm", **shape):
    return make_learner(Settings(layer), [draw(0, layer)], **{"timesteps": 1, "lanes": 1, **shape}, engine="compiled")


def test_it_says_once_why_it_is_not_used():
    learner._told.clear()
    with pytest.warns(UserWarning, match="the compiled engine is not used"):
        assert type(make("gru")) is Block
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert type(make("gru")) is Block


def test_without_numba_training_goes_on_in_the_default_path(monkeypatch):
    monkeypatch.setattr(compiled, "find_spec", lambda _: None)
    learner._told.clear()
    with pytest.warns(UserWarning, match="install the extra 'fast'; training goes on without it"):
        assert type(make()) is Block
