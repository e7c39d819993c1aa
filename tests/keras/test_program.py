"""The program in Keras: its batches, what it says where Keras is missing, and its compiled loop against plain calls."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from study.config import Config
from study.errors import StudyError
from study.keras import program
from study.keras.program import Program, batches, require_keras
from study.keras.rates import CONFIGS, LANES
from study.sequences.configured import datasets_of, schedule_of

KERAS = pytest.mark.skipif(
    find_spec("keras") is None or find_spec("tensorflow") is None, reason="Keras or TensorFlow is not installed"
)


def rows_of(config):
    return datasets_of(config, [0])[0]


@pytest.mark.parametrize("config", [Config(), LANES], ids=["tutorial", "lanes"])
def test_batches_laid_out_by_hand_are_those_of_the_study(config):
    rows, resets = batches(rows_of(config), config.batch_size)
    epoch = schedule_of(config, rows_of(config)).epoch()
    assert rows.tolist() == epoch.rows.tolist()
    assert resets.tolist() == epoch.reset_after.tolist()


def test_what_is_missing_is_said_in_one_line_with_what_to_install(monkeypatch):
    monkeypatch.setattr(program, "find_spec", lambda name: None if name == "tensorflow" else name)
    with pytest.raises(StudyError, match=r"^tensorflow not installed; install keras and tensorflow-cpu"):
        require_keras()


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr(program, "find_spec", lambda name: name)
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(StudyError, match="KERAS_BACKEND is 'jax'; it must be tensorflow"):
        require_keras()


@KERAS
@pytest.mark.slow
@pytest.mark.parametrize("name", ["Adam", "lanes, momentum 0.9, rate 0.1", "Adam, softmax", "GRU, Adam"])
def test_the_compiled_loop_does_what_plain_calls_do(name):
    trained = Program(CONFIGS[name], rows_of(CONFIGS[name]))
    ends = []
    for seed in (0, 1):
        trained.start(seed)
        losses, weights, answers = trained.train(20), trained.model.get_weights(), trained.answers()
        trained.start(seed)
        assert np.abs(trained.train_plainly(20) - losses).max() < 1e-6
        assert max(np.abs(a - b).max() for a, b in zip(trained.model.get_weights(), weights, strict=True)) < 1e-5
        assert np.abs(trained.answers() - answers).max() < 1e-5
        ends.append(losses[-1])
    assert not np.allclose(*ends, rtol=1e-3)  # another seed has other weights


@KERAS
@pytest.mark.slow
def test_rows_are_shuffled_within_each_sequence_anew_in_each_epoch():
    config = CONFIGS["shuffled, Adam"]
    trained = Program(config, rows_of(config))
    trained.start(0)
    drawn = trained._drawn(50).reshape(50, 2, 4)
    assert (np.sort(drawn, axis=2) == np.arange(8).reshape(2, 4)).all()
    assert len(np.unique(drawn[:, 0], axis=0)) > 10
