"""What to type: the lines of the tutorial's program to delete, and those to write instead, in Keras and in PyTorch.

Data, so that page, paper and README show the same lines, and a test runs them.
"""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One change of a program: what it is about, the line to delete, and the lines to write; empty for none."""

    what: str
    delete: str
    write: str


GIVEN = "Below, E is one sequence as one-hot vectors, shape (5, 5), and P the same after rows of zeros."
CHANGES: dict[str, tuple[Step, ...]] = {
    "Keras": (
        Step(
            "each row holds the sequence so far, zeros before it",
            "X = E[:4].reshape(4, 1, 5)",
            "P = np.vstack([0 * E[:3], E])\nX = np.stack([P[k:k+4] for k in range(4)])",
        ),
        Step(
            "so nothing is carried from row to row",
            "LSTM(20, stateful=True,\n     batch_input_shape=(4, 1, 5))",
            "LSTM(20, input_shape=(4, 5))",
        ),
        Step("and nothing is left to reset", "model.reset_states()", ""),
    ),
    "PyTorch": (
        Step(
            "each row holds the sequence so far, zeros before it",
            "X = E[:4].reshape(4, 1, 5)",
            "P = torch.vstack([0 * E[:3], E])\nX = torch.stack([P[k:k+4] for k in range(4)])",
        ),
        Step(
            "so nothing is carried from row to row",
            "hidden, state = lstm(X, state)",
            "hidden, _ = lstm(X)  # batch_first=True",
        ),
        Step("and nothing is left to cut", "state = tuple(s.detach() for s in state)", ""),
    ),
}


def as_diff(framework: str) -> str:
    """Write the change as lines of a diff: ``-`` to delete, ``+`` to write.

    Examples
    --------
    >>> print(as_diff("PyTorch").splitlines()[-1])
    - state = tuple(s.detach() for s in state)
    """
    lines = []
    for step in CHANGES[framework]:
        lines += [f"- {line}" for line in step.delete.splitlines()]
        lines += [f"+ {line}" for line in step.write.splitlines()]
    return "\n".join(lines)
