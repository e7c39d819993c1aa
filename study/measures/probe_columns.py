"""What the probes look at: names, sizes and bounds, known without loading the engine."""

from __future__ import annotations

GATES = ("input", "forget", "candidate", "output")  # in the order of the engine's columns
BLOCKS = (*(f"{name}_{gate}" for name in ("kernel", "recurrent_kernel", "bias") for gate in GATES), "dense")
MOST_GENERATED = 100  # predictions of a free run
SATURATED = 0.1  # slope of tanh(c) under which a cell's output is called saturated


def unseen_lengths(length: int) -> tuple[int, ...]:
    """Choose the lengths of unseen sequences for one of training: the same, one symbol more, twice and four times."""
    return (length, length + 1, 2 * length, 4 * length)


SCORES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss")  # as `measures.scoring` gives them
OWN_COLUMNS = {"unseen": ("seen_right",), "untrained": ("content", "saturated")}  # of probes that have no scores


def columns_of(probe: str) -> tuple[str, ...]:
    """List the measures that every table of a probe has; those of the scores, but for probes with their own.

    Examples
    --------
    >>> columns_of("untrained")
    ('content', 'saturated')
    """
    scores = ("training_loss", *SCORES, *(f"fresh_{name}" for name in SCORES))
    return OWN_COLUMNS.get(probe, scores)
