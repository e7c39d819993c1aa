"""What the probes look at: names, sizes and bounds, known without loading what trains."""

from __future__ import annotations

GATES = ("input", "forget", "candidate", "output")  # in the order of the engine's columns
BLOCKS = (*(f"{name}_{gate}" for name in ("kernel", "recurrent_kernel", "bias") for gate in GATES), "dense")
MOST_GENERATED = 100  # predictions of a free run
SATURATED = 0.1  # slope of tanh(c) under which a cell's output is called saturated


def unseen_lengths(length: int) -> tuple[int, ...]:
    """Choose the lengths of unseen sequences for one of training: the same, one symbol more, twice and four times."""
    return (length, length + 1, 2 * length, 4 * length)
