"""Other frameworks that are timed beside the study's engines where they are installed: Keras and JAX."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from study.bench.cases import (
    FEATURES,
    LANES,
    STEPS_AT_LEAST,
    TIMESTEPS,
    TOGETHER,
    UNITS,
    Case,
    random_batch,
    tutorial_batches,
    weights_of,
)
from study.errors import StudyError
from study.sequences.encoding import encode
from study.sequences.tasks import make_task


def jax_cases(*, quick: bool) -> list[Case]:
    """Time JAX: the same network and the same Adam, by `scan` over the updates and `vmap` over the seeds."""
    if not find_spec("jax"):
        raise StudyError("peer 'jax' is not installed; install jax, or leave --peer out")
    cases = []
    for timesteps in TIMESTEPS[:-1] if quick else TIMESTEPS:
        for lanes in LANES:
            for seeds in TOGETHER:
                epochs = max(4, STEPS_AT_LEAST // (timesteps * lanes))
                if timesteps == lanes == 1:
                    batches = tutorial_batches(columns=False)
                else:
                    batches = [random_batch(timesteps, lanes)[0]]
                x, y = (np.concatenate([getattr(b, name).numpy() for b in batches]) for name in ("inputs", "targets"))
                resets = np.array([bool(batch.reset_after) for batch in batches])
                train = jax_training(
                    seeds, np.tile(x, (epochs, 1, 1, 1)), np.tile(y, (epochs, 1, 1, 1)), np.tile(resets, epochs)
                )
                cases.append(Case("JAX", timesteps, lanes, seeds, epochs * len(batches), train))
    return cases


def jax_training(seeds: int, inputs: Any, targets: Any, resets: Any) -> Callable[[], Any]:
    """Set the tutorial's network up in JAX; each call goes on with training.

    Parameters
    ----------
    seeds : int
    inputs, targets : ndarray, shape (batch, timestep, lane, feature)
    resets : ndarray of bool, shape (batch,)
        Whether the state is reset after a batch.

    Returns
    -------
    callable
        Makes all updates, and gives the losses before them, shape (seed, batch).
    """
    import jax  # noqa: PLC0415  (optional, and slow to import)
    from jax import numpy as jnp  # noqa: PLC0415

    names = ("kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias")
    weights = weights_of(seeds)
    start = {name: jnp.asarray(np.stack([each[name] for each in weights])) for name in names}

    def loss(w: Any, state: Any, x: Any, y: Any) -> Any:
        def step(carried: Any, x_t: Any) -> Any:
            h, c = carried
            z = x_t @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"]
            i, f, g, o = jnp.split(z, 4, -1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            h = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (h, c), h

        state, hidden = jax.lax.scan(step, state, x)
        logits = hidden @ w["dense_kernel"] + w["dense_bias"]
        return (jnp.maximum(logits, 0) - logits * y + jnp.log1p(jnp.exp(-jnp.abs(logits)))).mean(), state

    def update(carried: Any, batch: Any) -> Any:
        w, m, v, count, state = carried
        x, y, reset = batch
        (value, state), g = jax.value_and_grad(loss, has_aux=True)(w, state, x, y)
        count = count + 1
        rate = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        m = jax.tree.map(lambda a, b: a + (b - a) * 0.1, m, g)
        v = jax.tree.map(lambda a, b: a + (b * b - a) * 0.001, v, g)
        w = jax.tree.map(lambda a, b, c: a - rate * b / (jnp.sqrt(c) + 1e-7), w, m, v)
        state = jax.tree.map(lambda a: jnp.where(reset, 0.0, a), state)
        return (w, m, v, count, state), value

    def of_one_seed(carried: Any, batches: Any) -> Any:
        return jax.lax.scan(update, carried, batches)

    train = jax.jit(jax.vmap(of_one_seed, in_axes=(0, None)))
    nothing = jax.tree.map(jnp.zeros_like, start)
    zero = jnp.zeros((seeds, inputs.shape[2], UNITS))
    kept = [(start, nothing, nothing, jnp.zeros(seeds), (zero, zero))]
    batches = jnp.asarray(inputs), jnp.asarray(targets), jnp.asarray(resets)

    def work() -> Any:
        carried, losses = train(kept[0], batches)
        kept[0] = jax.block_until_ready(carried)
        return losses

    return work


def keras_cases() -> list[Case]:
    """Time the tutorial in Keras: `fit` of one epoch a call, and `train_on_batch`."""
    if not find_spec("keras"):
        raise StudyError("peer 'keras' is not installed; install keras and a backend for it, or leave --peer out")
    import keras as framework  # noqa: PLC0415  (optional, and slow to import)

    dataset = encode(make_task("two_sequences").sequences(0))
    inputs, targets, half = dataset.X, dataset.Y, dataset.rows // 2
    model = framework.Sequential(
        [
            framework.Input(batch_shape=(1, 1, FEATURES)),
            framework.layers.LSTM(UNITS, stateful=True),
            framework.layers.Dense(FEATURES, activation="sigmoid"),
        ]
    )
    model.compile(loss="binary_crossentropy", optimizer="adam")

    def reset() -> None:
        model.layers[0].reset_state()

    def fit() -> None:
        for start in (0, half):
            model.fit(
                inputs[start : start + half], targets[start : start + half], batch_size=1, shuffle=False, verbose=0
            )
            reset()

    def on_batch() -> None:
        for _ in range(10):
            for row in range(dataset.rows):
                model.train_on_batch(inputs[row : row + 1], targets[row : row + 1])
                if row % half == half - 1:
                    reset()

    name = f"Keras {framework.__version__} ({framework.backend.backend()})"
    return [
        Case(f"{name} fit", 1, 1, 1, dataset.rows, fit),
        Case(f"{name} train_on_batch", 1, 1, 1, 10 * dataset.rows, on_batch),
    ]
