"""A device that is unknown, or not there, is said in one line; a GPU comes to what the processor comes to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from study.commands.line import main
from study.config import Config
from study.errors import StudyError
from study.estimators import StatefulLSTMClassifier, StatelessLSTMClassifier
from study.runs.compute import compute
from study.training.devices import check_device

with_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that PyTorch can use")
without_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a GPU")
CONFIGS = [
    Config(epochs=30, precision="float64", engine="torch"),
    Config(epochs=30, precision="float64", engine="torch", batch_size=2, layout="shuffled", optimiser="rmsprop"),
    Config(epochs=30, precision="float64", engine="torch", model="stateless_lstm", timesteps=4, targets="every"),
    Config(epochs=30, precision="float64", engine="torch", gradient_rows=3),
]
SYMBOLS = np.eye(5)
X, Y = SYMBOLS[[3, 0, 1, 2, 4, 0, 1, 2]], np.array([0, 1, 2, 3, 0, 1, 2, 4])


def test_an_unknown_device_is_named():
    with pytest.raises(StudyError, match="unknown device 'gpu'; known: cpu, cuda"):
        check_device("gpu")
    with pytest.raises(StudyError, match="unknown device 'gpu'"):
        StatefulLSTMClassifier(device="gpu").fit(X, Y)
    with pytest.raises(StudyError, match="unknown device 'gpu'"):
        compute(Config(device="gpu", epochs=1), [0])


@without_gpu
def test_without_a_gpu_a_run_says_so_in_one_line(tmp_path, capsys):
    assert main(["run", "--device", "cuda", "--results", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert (
        said == "study run: device is cuda, and PyTorch can use no GPU here; use cpu, or install PyTorch for your GPU\n"
    )
    assert not list(tmp_path.iterdir())


def test_the_kernel_and_a_gpu_exclude_each_other(tmp_path, capsys):
    assert main(["run", "--device", "cuda", "--engine", "kernel", "--results", str(tmp_path)]) == 2
    assert "engine kernel runs on the processor, not on device cuda" in capsys.readouterr().err


def test_results_of_another_device_are_stored_apart():
    assert Config(device="cuda").identity != Config().identity
    assert Config(device="cpu").identity == Config().identity


@with_gpu
@pytest.mark.parametrize("config", CONFIGS, ids=["stateful", "shuffled", "whole windows", "across rows"])
def test_on_a_gpu_a_network_learns_what_it_learns_on_the_processor(config):
    here, there = compute(config, range(3)), compute(replace(config, device="cuda"), range(3))
    for name in ("training_loss", "loss", "memory_gap"):
        np.testing.assert_allclose(there[name], here[name], rtol=1e-8, atol=1e-8)


@with_gpu
@pytest.mark.parametrize("kind", [StatefulLSTMClassifier, StatelessLSTMClassifier])
def test_on_a_gpu_an_estimator_answers_as_on_the_processor(kind):
    here, there = (kind(epochs=20, random_state=0, device=device).fit(X, Y) for device in ("cpu", "cuda"))
    np.testing.assert_allclose(there.predict_proba(X), here.predict_proba(X), atol=1e-4)
