"""Keras' published semantics in plain NumPy: loops over steps, one seed, float64; it shares no line with the engine.

`tests/golden` holds what Keras itself made of them.
"""

from __future__ import annotations

import numpy as np

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
