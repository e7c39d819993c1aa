"""The engine against Keras: recorded traces, and traces of layouts nobody recorded, made in plain NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras_semantics import ROWS, TUTORIAL, WEIGHTS, batches_of_windows, loss_and_gradient, one_hot, record, train

from study.commands.line import main
from study.keras.traces import replay
from study.training.learner import ENGINES

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.npz"))
# Training magnifies rounding in these: replays whose initial weights differ in the last bit come as far apart.
MAGNIFIED = {"seq_b1_rnn__seed0__f32", "seq_b1_rnn__seed0__f64", "seq_b1_softmax__seed0__f32"}
CASES = {  # timesteps, batches of rows, resets, whether state is carried
    "never reset, batch 1": (1, [[r] for r in ROWS], [False] * 8, True),
    "never reset, batch 4": (1, [ROWS[:4], ROWS[4:]], [False] * 2, True),
    "batch 8": (1, [ROWS], [True], True),
    "padded windows, stateless, batch 1": (4, [[r] for r in ROWS], [False] * 8, False),
    "padded windows, stateless, batch 8": (4, [ROWS], [False], False),
    "padded windows, stateful, lanes": (3, [[0, 4], [1, 5], [2, 6], [3, 7]], [False] * 3 + [True], True),
    "windows longer than the sequences": (9, [ROWS[:4], ROWS[4:]], [False] * 2, False),
    "shuffled rows, batch 2": (2, [[5, 0], [3, 6], [1, 4], [7, 2]], [False, True, False, False], True),
    "sequences repeated over lanes": (1, [[r, r + 4] * 2 for r in range(4)], [False] * 3 + [True], True),
}


def test_there_are_recorded_traces():
    assert len(GOLDEN) == 26


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_recorded_trace_agrees(path, engine):
    found = replay(path, engine)
    loss, weights = {"float64": (1e-12, 1e-10), "float32": (1e-6, 1e-4)}[found.precision]
    assert found.precision == ("float32" if "f32" in path.name else "float64")
    assert found.updates == np.load(path)["loss"].size
    assert found.agrees
    if path.stem in MAGNIFIED:
        assert found.rounding > loss  # else it would have to be within tolerance
        assert found.loss <= 4 * found.rounding
    else:
        assert found.loss <= loss
        assert max(found.weights, found.probabilities) <= weights


VARIANTS = [
    ("seq_b1_sgd__seed0__f32", {"learning_rate": np.array(0.5005)}),
    ("seq_b1_sgd__seed0__f64", {"learning_rate": np.array(0.5 + 1e-9)}),
    ("seq_b1_rnn__seed0__f32", {"learning_rate": np.array(0.5005)}),
    ("seq_b1_rnn__seed0__f64", {"learning_rate": np.array(0.5 + 1e-9)}),
    ("seq_b1_momentum__seed0__f64", {"momentum": np.array(0.9)}),  # not what Keras used: see its float32
    ("seq_b1_rmsprop__seed0__f64", {"epsilon": np.array(1.1e-7)}),
    ("seq_b1_rmsprop__seed0__f64", {"rho": np.array(0.9 + 1e-7)}),
    ("seq_b1_rmsprop__seed0__f32", {"optimiser": np.array("adam"), "rho": None}),
    ("seq_b1_softmax__seed0__f32", {"loss_function": np.array("cross_entropy")}),
    ("seq_b1__seed0__f32", {"optimiser": np.array("sgd")}),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("name", "said"), VARIANTS, ids=str)
def test_a_trace_of_another_variant_than_it_says_differs(name, said, engine, tmp_path):
    """So what a trace says is used, and what rounding does excuses no other arithmetic."""
    with np.load(GOLDEN[0].parent / f"{name}.npz") as trace:
        whole = {key: trace[key] for key in trace.files} | said
    np.savez(tmp_path / "trace.npz", **{key: array for key, array in whole.items() if array is not None})
    assert not replay(tmp_path / "trace.npz", engine).agrees


def test_the_gru_needs_both_of_its_biases(tmp_path):
    """Keras trains two; their sum alone, in one of them, would take half the steps."""
    with np.load(GOLDEN[0].parent / "seq_b1_gru__seed0__f64.npz") as trace:
        whole = {key: trace[key] for key in trace.files}
    whole["final_bias"] = np.stack([whole["final_bias"].sum(0), np.zeros(60)])
    np.savez(tmp_path / "trace.npz", **whole)
    found = replay(tmp_path / "trace.npz")
    assert found.loss < 1e-12
    assert found.weights > 1e-3


@pytest.mark.parametrize("path", [path for path in GOLDEN if "f64exactbeta" in path.name], ids=lambda path: path.stem)
def test_the_program_of_this_file_reproduces_keras(path):
    """So that what it makes of other layouts is what Keras would make of them."""
    with np.load(path) as trace:
        weights = {name: trace[f"init_{name}"] for name in WEIGHTS}
        batches = [
            tuple(trace[f"step{k}_{part}"] for part in ("x", "y", "reset_after")) for k in range(trace["n_steps"])
        ]
        epochs = 40
        losses, _ = train(weights, batches, epochs, stateful=bool(trace["stateful"]))
        assert np.abs(losses - trace["loss"][:epochs]).max() < 1e-13
        _, gradient, _ = loss_and_gradient(weights, *batches[0][:2], (np.zeros((len(batches[0][0]), 20)),) * 2)
        for name in WEIGHTS:
            assert np.abs(gradient[name] - trace[f"grad0_{name}"]).max() < 1e-14


@pytest.mark.parametrize("name", CASES)
def test_layouts_that_were_not_recorded(name, tmp_path, capsys):
    timesteps, groups, resets, stateful = CASES[name]
    batches = batches_of_windows(TUTORIAL, timesteps, groups, resets, 5)
    path = record(tmp_path / "trace.npz", batches, features=5, outputs=5, stateful=stateful, units=20, epochs=60)
    found = replay(path)
    assert found.precision == "float64"
    assert found.loss <= 1e-12
    assert max(found.weights, found.probabilities) <= 1e-10
    assert main(["verify", str(path)]) == 0
    assert "1 of 1 traces agree" in capsys.readouterr().out


@st.composite
def traces(draw):
    """Random batches of windows of any length, a target at the last step or at each, resets anywhere or nowhere."""
    symbols, timesteps, lanes, steps = (draw(st.integers(low, high)) for low, high in ((2, 6), (1, 7), (1, 6), (1, 5)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    every = draw(st.booleans())
    rows_of_batch = lanes * (timesteps if every else 1)
    batches = []
    for k in range(steps):
        inputs = rng.integers(0, symbols, (lanes, timesteps))
        if draw(st.booleans()):  # padding on the left, of a length of its own for each row
            inputs = np.where(np.arange(timesteps) < rng.integers(0, timesteps, (lanes, 1)), -1, inputs)
        targets = rng.integers(0, symbols, (lanes, timesteps) if every else lanes)
        rows = np.arange(k * rows_of_batch, (k + 1) * rows_of_batch)
        batches.append((one_hot(inputs, symbols), one_hot(targets, symbols), rows, draw(st.booleans())))
    return batches, symbols, draw(st.booleans()), draw(st.integers(1, 24))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(traces())
def test_random_batches_windows_and_resets(tmp_path_factory, case):
    batches, symbols, stateful, units = case
    path = tmp_path_factory.mktemp("trace") / "trace.npz"
    record(path, batches, features=symbols, outputs=symbols, stateful=stateful, units=units)
    found = replay(path)
    assert found.loss <= 1e-12
    assert max(found.weights, found.probabilities) <= 1e-10
    assert found.agrees
