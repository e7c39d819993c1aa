"""JAX: the same network and the same Adam, by `scan` over the updates and `vmap` over the seeds, on one core."""

from __future__ import annotations

import os
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

from study.bench.alone.serving import Work, given, serve

WEIGHTS = ("kernel", "recurrent_kernel", "bias", "dense_kernel", "dense_bias")


def loss(w: Any, state: Any, x: Any, y: Any) -> Any:
    """Give the mean cross-entropy of a window, and the state after it."""

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
    """Make one update of one seed."""
    w, m, v, count, state = carried
    x, y, reset = batch
    (value, state), g = jax.value_and_grad(loss, has_aux=True)(w, state, x, y)
    count += 1
    rate = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    m = jax.tree.map(lambda a, b: a + (b - a) * 0.1, m, g)
    v = jax.tree.map(lambda a, b: a + (b * b - a) * 0.001, v, g)
    w = jax.tree.map(lambda a, b, c: a - rate * b / (jnp.sqrt(c) + 1e-7), w, m, v)
    state = jax.tree.map(lambda a: jnp.where(reset, 0.0, a), state)
    return (w, m, v, count, state), value


def training(case: dict[str, Any], arrays: dict[str, Any]) -> Work:
    """Set the seeds up; each call goes on with training.

    Parameters
    ----------
    case : dict
        `shape` names the data, `seeds` and `updates` say how many.
    arrays : dict
        Weights of all seeds by name; inputs and targets of each shape (batch, step, lane, feature), its resets (batch).
    """
    seeds, place = case["seeds"], np.arange(case["updates"])
    start = {name: jnp.asarray(arrays[name][:seeds]) for name in WEIGHTS}
    each = [arrays[f"{name}_{case['shape']}"] for name in ("inputs", "targets", "resets")]
    batches = tuple(jnp.asarray(values[place % len(values)]) for values in each)
    train = jax.jit(jax.vmap(lambda carried, all_: jax.lax.scan(update, carried, all_), in_axes=(0, None)))
    nothing = jax.tree.map(jnp.zeros_like, start)
    zero = jnp.zeros((seeds, each[0].shape[2], len(arrays["dense_kernel"][0])))
    kept = [(start, nothing, nothing, jnp.zeros(seeds), (zero, zero))]

    def work() -> Any:
        carried, losses = train(kept[0], batches)
        kept[0] = jax.block_until_ready(carried)
        return np.asarray(losses, np.float64).mean(1)

    return work


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    cases, arrays = given()
    serve([training(case, arrays) for case in cases])
