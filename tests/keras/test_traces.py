"""The engine against Keras: recorded traces, and traces of layouts nobody recorded, made by a program in plain NumPy.

The program below follows the published semantics of Keras (`tests/golden` holds what Keras itself made of them) and
shares no line with the engine: loops over steps, one seed, float64.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import study.commands.verify
from study.commands.line import main
from study.keras.traces import fingerprint, replay

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("*.npz"))
WEIGHTS = ("kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def initial(rng, features, units, outputs):
    """Keras' kinds of draws: Glorot uniform, orthogonal, forget bias 1."""
    orthogonal = np.linalg.qr(rng.normal(size=(4 * units, units)))[0].T  # (units, 4 * units), orthonormal rows
    bias = np.zeros(4 * units)
    bias[units : 2 * units] = 1
    return {
        "kernel": rng.uniform(-1, 1, (features, 4 * units)) * np.sqrt(6 / (features + 4 * units)),
        "recurrent_kernel": orthogonal,
        "bias": bias,
        "dense_kernel": rng.uniform(-1, 1, (units, outputs)) * np.sqrt(6 / (units + outputs)),
        "dense_bias": np.zeros(outputs),
    }


def forward(weights, x, state):
    """Run (batch, timestep, feature) from a state: logits at every step, the last state, and what going back needs."""
    units = len(weights["recurrent_kernel"])
    h, c = state
    tape, logits = [], []
    for t in range(x.shape[1]):
        z = x[:, t] @ weights["kernel"] + h @ weights["recurrent_kernel"] + weights["bias"]
        i, f, candidate, o = (z[:, k * units : (k + 1) * units] for k in range(4))
        i, f, o, candidate = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(candidate)
        after = f * c + i * candidate
        tape.append((h, c, i, f, candidate, o, after))
        c, h = after, o * np.tanh(after)
        logits.append(h @ weights["dense_kernel"] + weights["dense_bias"])
    return np.stack(logits, 1), (h, c), tape


def loss_and_gradient(weights, x, y, state):
    """Mean cross-entropy over outputs, rows and asked-for steps, its gradient, and the state that is carried on."""
    logits, last, tape = forward(weights, x, state)
    every = y.ndim == 3
    z = logits if every else logits[:, -1]
    loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
    dz_out = np.zeros_like(logits)
    dz_out[:, slice(None) if every else -1] = (sigmoid(z) - y) / y.size
    gradient = {name: np.zeros_like(value) for name, value in weights.items()}
    dh = np.zeros_like(last[0])
    dc = np.zeros_like(dh)
    for t in reversed(range(x.shape[1])):
        h_before, c_before, i, f, candidate, o, c = tape[t]
        h = o * np.tanh(c)
        gradient["dense_kernel"] += h.T @ dz_out[:, t]
        gradient["dense_bias"] += dz_out[:, t].sum(0)
        dh = dh + dz_out[:, t] @ weights["dense_kernel"].T
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        dz = np.concatenate(
            [
                dc * candidate * i * (1 - i),
                dc * c_before * f * (1 - f),
                dc * i * (1 - candidate**2),
                dh * np.tanh(c) * o * (1 - o),
            ],
            axis=1,
        )
        gradient["kernel"] += x[:, t].T @ dz
        gradient["recurrent_kernel"] += h_before.T @ dz
        gradient["bias"] += dz.sum(0)
        dh, dc = dz @ weights["recurrent_kernel"].T, dc * f
    return loss, gradient, last


def train(weights, batches, epochs, *, stateful):
    """Adam with epsilon beside the uncorrected root; state goes from lane i to lane i, as it was before the update."""
    weights = {name: value.copy() for name, value in weights.items()}
    m, v = ({name: np.zeros_like(value) for name, value in weights.items()} for _ in range(2))
    lanes, units = len(batches[0][0]), len(weights["recurrent_kernel"])
    zero = (np.zeros((lanes, units)), np.zeros((lanes, units)))
    state, losses, update = zero, [], 0
    for _ in range(epochs):
        for x, y, reset in batches:
            loss, gradient, last = loss_and_gradient(weights, x, y, state)
            losses.append(loss)
            state = zero if reset or not stateful else last
            update += 1
            rate = 0.001 * np.sqrt(1 - 0.999**update) / (1 - 0.9**update)
            for name, g in gradient.items():
                m[name] += (g - m[name]) * (1 - 0.9)
                v[name] += (g * g - v[name]) * (1 - 0.999)
                weights[name] -= m[name] * rate / (np.sqrt(v[name]) + 1e-7)
    return np.array(losses).reshape(epochs, -1), weights


def answers(weights, batches, *, stateful, shape):
    """One pass from a zero state, each answer at the place of its pair."""
    lanes, units = len(batches[0][0]), len(weights["recurrent_kernel"])
    zero = (np.zeros((lanes, units)), np.zeros((lanes, units)))
    found, state = np.full((np.prod(shape[:-1]), shape[-1]), np.nan), zero
    for x, y, reset, rows in batches:
        logits, last, _ = forward(weights, x, state)
        given_at = logits if y.ndim == 3 else logits[:, -1]
        found[rows] = sigmoid(given_at).reshape(-1, shape[-1])
        state = zero if reset or not stateful else last
    return found.reshape(shape)


def record(path, batches, *, features, outputs, stateful, units=6, epochs=12, seed=0):
    """Write a trace in the format of `tests/golden`; batches are (x, y, rows, reset_after)."""
    weights = initial(np.random.default_rng(seed), features, units, outputs)
    fed = [(x, y, reset) for x, y, _, reset in batches]
    losses, final = train(weights, fed, epochs, stateful=stateful)
    pairs = 1 + max(int(rows.max()) for *_, rows, _ in batches)
    probabilities = answers(
        final, [(x, y, reset, rows) for x, y, rows, reset in batches], stateful=stateful, shape=(1, pairs, outputs)
    )
    arrays = {
        **{f"init_{name}": value for name, value in weights.items()},
        **{f"final_{name}": value for name, value in final.items()},
        "loss": losses,
        "final_probs": probabilities,
        "n_steps": np.array(len(batches)),
        "epochs": np.array(epochs),
        "seed": np.array(seed),
        "stateful": np.array(int(stateful)),
        "time_distributed": np.array(int(batches[0][1].ndim == 3)),
    }
    for k, (x, y, rows, reset) in enumerate(batches):
        arrays |= {
            f"step{k}_x": x,
            f"step{k}_y": y,
            f"step{k}_rows": rows,
            f"step{k}_reset_after": np.array(int(reset)),
        }
    np.savez(path, **arrays)
    return path


def one_hot(columns, size):
    return (np.asarray(columns)[..., None] == np.arange(size)).astype(np.float64)


def padded_windows(sequences, timesteps):
    """Every pair's window, padded on the left with -1, and its target."""
    inputs, targets = [], []
    for sequence in sequences:
        for end in range(1, len(sequence)):
            window = [-1] * timesteps + list(sequence[:end])
            inputs.append(window[-timesteps:])
            targets.append(sequence[end])
    return np.array(inputs), np.array(targets)


def batches_of_windows(sequences, timesteps, groups, resets, symbols):
    inputs, targets = padded_windows(sequences, timesteps)
    return [
        (one_hot(inputs[rows], symbols), one_hot(targets[rows], symbols), np.array(rows), reset)
        for rows, reset in zip(groups, resets, strict=True)
    ]


TUTORIAL = ((3, 0, 1, 2, 3), (4, 0, 1, 2, 4))
ROWS = list(range(8))
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
    assert len(GOLDEN) == 14


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_recorded_trace_agrees(path):
    found = replay(path)
    loss, weights = {"float64": (1e-12, 1e-10), "float32": (1e-6, 1e-4)}[found.precision]
    assert found.precision == ("float32" if "f32" in path.name else "float64")
    assert found.updates == np.load(path)["loss"].size
    assert found.loss <= loss
    assert max(found.weights, found.probabilities) <= weights
    assert found.agrees


@pytest.mark.parametrize("path", [path for path in GOLDEN if "f64" in path.name], ids=lambda path: path.stem)
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


@pytest.fixture
def trace(tmp_path):
    batches = batches_of_windows(TUTORIAL, 2, [ROWS[:4], ROWS[4:]], [True, True], 5)
    return record(tmp_path / "trace.npz", batches, features=5, outputs=5, stateful=True)


def change(path, **arrays):
    with np.load(path) as file:
        whole = {name: file[name] for name in file.files}
    np.savez(path, **{name: value for name, value in {**whole, **arrays}.items() if value is not None})


def entry(path, name, by=1e-9):
    """One array of a trace with its last number changed by a little."""
    with np.load(path) as file:
        array = file[name].copy()
    array.flat[-1] += by
    return {name: array}


@pytest.mark.parametrize("name", ["loss", "final_kernel", "final_dense_bias", "final_probs"])
def test_a_trace_that_was_changed_differs_and_the_exit_code_is_1(name, trace, capsys):
    assert main(["verify", str(trace)]) == 0
    change(trace, **entry(trace, name))
    assert main(["verify", str(trace)]) == 1
    out = capsys.readouterr().out
    assert "DIFFERS" in out
    assert "0 of 1 traces agree" in out


def test_one_bad_trace_among_good_ones_is_named(trace, tmp_path, capsys):
    good = tmp_path / "good.npz"
    good.write_bytes(trace.read_bytes())
    change(trace, **entry(trace, "loss"))
    assert main(["verify", str(good), str(trace)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("good.npz" in line and "agrees" in line for line in lines)
    assert any("trace.npz" in line and "DIFFERS" in line for line in lines)


def test_a_loss_that_is_no_number_differs(trace):
    change(trace, **entry(trace, "loss", by=np.nan))
    assert main(["verify", str(trace)]) == 1


def spoil(path, how):  # noqa: PLR0912, PLR0915
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "text":
        path.write_text("loss\n0.1\n", encoding="utf-8")
    elif how == "cut short":
        path.write_bytes(content[: len(content) // 2])
    elif how == "bytes changed":
        middle = len(content) // 2
        path.write_bytes(
            content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 200]) + content[middle + 200 :]
        )
    elif how == "compressed, bytes changed":
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        np.savez_compressed(path, **arrays)
        content = path.read_bytes()
        path.write_bytes(content[:600] + bytes(byte ^ 0xFF for byte in content[600:700]) + content[700:])
    elif how == "a single array":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif how == "pickled objects":
        np.savez(path, loss=np.array([{}], dtype=object))
    elif how == "no trace":
        np.savez(path, loss=np.zeros(3))
    elif how == "no losses":
        change(path, loss=None)
    elif how == "a step lacking":
        change(path, step1_x=None)
    elif how == "losses of other steps":
        change(path, loss=np.zeros((5, 7)))
    elif how == "losses without epochs":
        change(path, loss=np.zeros(4))
    elif how == "weights of other shapes":
        change(path, final_kernel=np.zeros((2, 2)))
    elif how == "initial weights that do not fit":
        change(path, init_recurrent_kernel=np.zeros((5, 20)))
    elif how == "inputs of another alphabet":
        change(path, step0_x=np.zeros((4, 2, 9)))
    elif how == "targets of another alphabet":
        change(path, step0_y=np.zeros((4, 9)))
    elif how == "rows beyond the answers":
        change(path, step0_rows=np.arange(90, 94))
    elif how == "steps that are text":
        change(path, n_steps=np.array("two"))
    elif how == "text for numbers":
        change(path, loss=np.full((12, 2), "x"))
    elif how == "no step at all":
        change(path, n_steps=np.array(0), loss=np.zeros((12, 0)))


@pytest.mark.parametrize(
    "how",
    [
        "missing", "folder", "empty", "text", "cut short", "bytes changed", "compressed, bytes changed",
        "a single array", "pickled objects", "no trace", "no losses", "a step lacking", "losses of other steps",
        "losses without epochs", "weights of other shapes", "initial weights that do not fit",
        "inputs of another alphabet", "targets of another alphabet", "rows beyond the answers", "steps that are text",
        "text for numbers", "no step at all",
    ],
)  # fmt: skip
def test_a_file_that_is_no_whole_trace_is_one_line_and_exit_code_2(how, trace, capsys):
    spoil(trace, how)
    assert main(["verify", str(trace)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("study verify: ")
    assert "trace.npz" in captured.err


def test_results_folder_keeps_the_differences(trace, tmp_path):
    assert main(["verify", "--results", str(tmp_path / "kept"), str(trace)]) == 0
    header, line = (tmp_path / "kept" / "keras.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",")[0] == "trace"
    assert line.startswith("trace.npz,float64,24,")


def test_kept_differences_are_used_until_the_engine_or_a_trace_changes(trace, tmp_path, monkeypatch, capsys):
    replayed = []
    monkeypatch.setattr(study.commands.verify, "replay", lambda path: replayed.append(path) or replay(path))
    command = ["verify", "--results", str(tmp_path / "kept"), "--if-changed", str(trace)]
    assert main(command) == 0
    assert main(command) == 0
    assert len(replayed) == 1
    assert "unchanged since they were replayed: 1 of 1 traces agree" in capsys.readouterr().out
    content = dict(np.load(trace))
    np.savez(trace, **{**content, "loss": content["loss"] + 1e-3})
    assert main(command) == 1
    assert main(command) == 1  # a difference that is kept is no agreement
    assert len(replayed) == 2
    monkeypatch.setattr(study.commands.verify, "fingerprint", lambda _: "another engine")
    assert main(command) == 1
    assert len(replayed) == 3
    (tmp_path / "kept" / "keras.csv").write_text("", encoding="utf-8")
    assert main(command) == 1
    assert len(replayed) == 4


def test_if_changed_without_a_folder_says_what_to_give(trace, capsys):
    assert main(["verify", "--if-changed", str(trace)]) == 2
    assert "give it with --results" in capsys.readouterr().err


def test_the_fingerprint_tells_sources_and_traces_apart(trace, monkeypatch):
    before = fingerprint([trace])
    assert fingerprint([trace]) == before
    trace.write_bytes(trace.read_bytes() + b"0")
    assert fingerprint([trace]) != before
    after, text = fingerprint([trace]), Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **how: text(path, **how) + "#" * (path.name == "optimisers.py"))
    assert fingerprint([trace]) != after
