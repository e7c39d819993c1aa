"""What to type: the lines to delete from a stateful program, and those to write instead, in Keras and in PyTorch.

Data, so that page, paper and README show the same lines, and a test runs them. The lines of Keras are those of the
tutorial's program, with its names.
"""

from __future__ import annotations

from typing import NamedTuple

from study.article.start.lanes import SEQUENCES

ROWS, SYMBOLS = len(SEQUENCES[0]) - 1, len({symbol for sequence in SEQUENCES for symbol in sequence})


class Step(NamedTuple):
    """One change of a program: what it is about, the lines to delete, and the lines to write; empty for none."""

    what: str
    delete: str
    write: str


FED = (
    f"shape (samples, timesteps, features) = ({ROWS}, {ROWS}, {SYMBOLS}) instead of ({ROWS}, 1, {SYMBOLS}), "
    "zeros before a sequence's start"
)
GIVEN = (
    f"`lstmX`, in PyTorch `X`, has the inputs of one sequence, one-hot: shape ({ROWS}, {SYMBOLS}). The targets stay as "
    "they are."
)
CHANGES: dict[str, tuple[Step, ...]] = {
    "Keras": (
        Step(
            "each row holds the sequence so far, zeros before it",
            "lstmX = lstmX.reshape(lstmX.shape[0], 1, lstmX.shape[1])",
            "import numpy as np\n"
            "P = np.vstack([0 * lstmX[1:], lstmX])\n"
            f"lstmX = np.stack([P[k:k+{ROWS}] for k in range({ROWS})])",
        ),
        Step(
            "so nothing is carried from row to row",
            "model.add(LSTM(n_neurons, batch_input_shape=(n_batch, 1, n_features), stateful=True))",
            f"model.add(LSTM(n_neurons, input_shape=({ROWS}, n_features)))",
        ),
        Step("and nothing is left to reset", "model.reset_states()", ""),
    ),
    "PyTorch": (
        Step(
            "each row holds the sequence so far, zeros before it",
            f"X = X.reshape(1, {ROWS}, {SYMBOLS})",
            f"P = torch.vstack([0 * X[1:], X])\nX = torch.stack([P[k:k+{ROWS}] for k in range({ROWS})])",
        ),
        Step(
            "rows come first, then timesteps",
            f"lstm = torch.nn.LSTM({SYMBOLS}, 20)",
            f"lstm = torch.nn.LSTM({SYMBOLS}, 20, batch_first=True)",
        ),
        Step(
            "so nothing is carried from row to row",
            "hidden, state = lstm(X, state)\nlogits = dense(hidden[-1])",
            "hidden, _ = lstm(X)\nlogits = dense(hidden[:, -1])",
        ),
        Step("and nothing is left to cut", "state = tuple(s.detach() for s in state)", ""),
    ),
}
EPOCHS = {"Keras": "n_epoch = {}", "PyTorch": "for epoch in range({}):"}  # the line that says how long to train


def steps(framework: str, epochs: tuple[int, int] | None = None) -> tuple[Step, ...]:
    """Give the changes of a program, with that of its epochs, from how many to how many, where that is known."""
    line = EPOCHS[framework]
    longer = (Step("it needs longer", *(line.format(each) for each in epochs)),) if epochs else ()
    return (*CHANGES[framework], *longer)


def as_diff(framework: str, epochs: tuple[int, int] | None = None) -> str:
    """Write the change as lines of a diff: ``-`` to delete, ``+`` to write.

    Examples
    --------
    >>> print(as_diff("PyTorch").splitlines()[-1])
    - state = tuple(s.detach() for s in state)
    """
    lines = []
    for step in steps(framework, epochs):
        lines += [f"- {line}" for line in step.delete.splitlines()]
        lines += [f"+ {line}" for line in step.write.splitlines()]
    return "\n".join(lines)
