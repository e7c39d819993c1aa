"""Watched Keras models, on TensorFlow and PyTorch, each in a process of its own; on JAX no state is carried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = {"tensorflow": "tensorflow", "torch": "torch", "jax": "jax"}
PROGRAM = """
import json
import numpy as np
import keras
from study import StudyError, assert_lanes_continue, watch
ROWS = np.arange(1.0, 25.0, dtype="float32")
IN_ORDER = ROWS.reshape(12, 2, 1)
PIECES = ROWS.reshape(3, 4, 2).swapaxes(0, 1).reshape(12, 2, 1)
def build(kind="LSTM", **options):
    cudnn = {} if kind == "SimpleRNN" else {"use_cudnn": False}
    layer = getattr(keras.layers, kind)(3, **{"stateful": True, **cudnn, **options})
    model = keras.Sequential([keras.Input(batch_shape=(3, 2, 1)), layer, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    return model
def fit(model, X, **options):
    model.fit(X, X[:, -1], batch_size=3, shuffle=False, verbose=0, **options)
told = {}
"""


def run(backend, body):
    """Run lines on a backend; what they put into `told` comes back."""
    for name in {"keras", MODULES[backend]}:
        if find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    program = f"{PROGRAM}\n{body}\nprint('told', json.dumps(told))"
    settings = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.split("told ")[-1])


ALL = """
for kind in ("LSTM", "GRU", "SimpleRNN"):
    model = build(kind)
    with watch(model) as seen:
        fit(model, PIECES)
    told[kind] = [seen.report(ROWS).verdict, str(seen.report(ROWS)), len(seen.calls[model.layers[0].name])]
    model = build(kind)
    seen = watch(model)
    fit(model, IN_ORDER, callbacks=[seen.callback()], epochs=2)
    told[kind + " in order"] = seen.report(ROWS).verdict
"""


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_every_layer_is_watched(backend):
    told = run(backend, ALL)
    for kind in ("LSTM", "GRU", "SimpleRNN"):
        verdict, text, calls = told[kind]
        assert verdict == "every lane goes on where it stopped: so it is in 9 of 9 steps"
        assert "what the lane's own last call left (9 times)" in text
        assert calls == 4
        assert told[f"{kind} in order"].startswith("the lanes do not go on: in 18 of 21 steps")


AFTER = """
model = build()
layer = model.layers[0]
fit(model, PIECES)
before = [model.run_eagerly, model.train_function is None, sorted(vars(layer)), sorted(vars(model))]
kept = model.train_function
try:
    with watch(model) as seen:
        fit(model, PIECES)
        raise KeyError
except KeyError:
    pass
told["same"] = before == [model.run_eagerly, model.train_function is None, sorted(vars(layer)), sorted(vars(model))]
told["kept"] = model.train_function is kept
calls = len(seen.calls[layer.name])
fit(model, PIECES)
told["silent"] = len(seen.calls[layer.name]) == calls
fresh = build()
held = watch(fresh)
fit(fresh, PIECES, callbacks=[held.callback()])
told["closed"] = "call" not in vars(fresh) and not fresh.run_eagerly
"""


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_nothing_of_the_model_is_changed_after_it_closes(backend):
    assert run(backend, AFTER) == {"same": True, "kept": True, "silent": True, "closed": True}


STATES = """
model = build()
with watch(model) as seen:
    fit(model, PIECES, epochs=2, validation_data=(PIECES[:3] + 100, PIECES[:3, -1]))
told["validation"] = str(seen.report(ROWS))
class Reset(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.layers[0].reset_state()
model = build("GRU")
with watch(model) as seen:
    fit(model, PIECES, epochs=2, callbacks=[Reset()])
told["reset"] = seen.report(ROWS).verdict
model = build("GRU")
with watch(model) as seen:
    fit(model, PIECES, epochs=2)
told["no reset"] = str(seen.report(ROWS))
model = build(stateful=False)
with watch(model) as seen:
    fit(model, PIECES)
told["stateless"] = seen.report(ROWS).verdict
words = keras.Sequential([
    keras.Input(batch_shape=(3, 2)), keras.layers.Embedding(30, 4), keras.layers.SimpleRNN(3, stateful=True),
    keras.layers.Dense(1)])
words.compile("adam", "mse")
with watch(words) as seen:
    fit(words, PIECES[:, :, 0].astype(int))
told["embedding"] = seen.report(ROWS.astype(int)).holds
try:
    watch(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
except StudyError as error:
    told["none"] = str(error)
class Pieces(keras.utils.PyDataset):
    def __init__(self, X):
        super().__init__()
        self.X = X
    def __len__(self):
        return 4
    def __getitem__(self, number):
        return self.X[number * 3 : number * 3 + 3], self.X[number * 3 : number * 3 + 3, -1]
assert_lanes_continue(Pieces(PIECES), ROWS)
try:
    assert_lanes_continue(Pieces(IN_ORDER), ROWS)
except AssertionError as error:
    told["dataset"] = str(error)
"""


@pytest.mark.parametrize("backend", ["tensorflow", "torch"])
def test_states_validation_resets_embeddings_and_datasets(backend):
    told = run(backend, STATES)
    assert "validation or prediction moves the state: in 3 of 21 steps" in told["validation"]
    assert "twin.set_weights(model.get_weights())" in " ".join(told["validation"].split())
    assert told["reset"] == (
        "every lane goes on where it stopped: so it is in 18 of 21 steps; 3 more start elsewhere from a state of zero"
    )
    assert "no reset at the start of an epoch: in 3 of 21 steps" in told["no reset"]
    assert told["stateless"].startswith("no state is carried")
    assert told["embedding"]
    assert told["none"].startswith("the model has no LSTM")
    assert "model.fit(X, y, batch_size=3, shuffle=False)" in " ".join(told["dataset"].split())


UNTRAINED = """
model = build(use_cudnn="auto")
seen = watch(model)
try:
    with seen:
        fit(model, PIECES)
except RuntimeError:
    told["fails"] = True
with seen:
    model.predict(PIECES, batch_size=3, verbose=0)
told["note"] = str(seen.report())
"""


def test_on_pytorch_it_is_told_why_a_stateful_layer_does_not_train():
    told = run("torch", UNTRAINED)
    assert told["fails"]
    assert "cannot train a stateful layer of LSTM unless it is made with use_cudnn=False" in " ".join(
        told["note"].split()
    )


ON_JAX = """
from study.watching.keras import carries_state
told["carries"] = carries_state()
try:
    watch(build())
except StudyError as error:
    told["said"] = str(error)
"""


def test_on_jax_it_is_tried_and_told_that_no_state_is_carried():
    told = run("jax", ON_JAX)
    assert told["carries"] is False
    assert told["said"].startswith("Keras on jax carries no state from call to call")


def test_elsewhere_it_is_tried_and_state_is_carried():
    body = "from study.watching.keras import carries_state\ntold['carries'] = carries_state()"
    assert run("tensorflow", body) == {"carries": True}
