"""The LSTM that carries no state: it knows a row's own window."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from sklearn.utils.validation import check_is_fitted, validate_data

from study.errors import StudyError
from study.estimators.recurrent import PREDICTED_AT_ONCE, RecurrentClassifier
from study.estimators.shared import Rows, one_thread
from study.sequences.layouts import EMPTY, Epoch


class StatelessLSTMClassifier(RecurrentClassifier):
    """An LSTM that starts every row from a zero state: it knows the row's own window of `timesteps` inputs.

    Parameters
    ----------
    units : int, default 20
    epochs : int, default 250
    batch_size : int, default 32
        Rows of one weight update; the last batch of an epoch may be smaller.
    learning_rate : float, default 0.01
    timesteps : int, default 1
        Steps in one row, side by side, oldest first; gradients pass through all of them.
    shuffle : bool, default False
        Whether rows are drawn in random order in each epoch.
    initialisation : str, default 'keras'
        Name in `study.training.initialisers.INITIALISERS`.
    random_state : int, RandomState or None
    device : {'cpu', 'cuda'}, default 'cpu'
        Where it is trained; on a GPU by torch, which differs in the last bits.

    Examples
    --------
    >>> import numpy as np
    >>> symbols = np.eye(5)
    >>> X = np.hstack([symbols[[3, 0, 1, 4, 0, 1]], symbols[[0, 1, 2, 0, 1, 2]]])  # windows of two
    >>> y = np.array([1, 2, 3, 1, 2, 4])
    >>> network = StatelessLSTMClassifier(timesteps=2, random_state=0).fit(X, y)
    >>> float(network.score(X, y))  # 1,2 is followed by 3 and by 4
    0.8333333333333334
    """

    def __init__(
        self,
        units: int = 20,
        epochs: int = 250,
        batch_size: int = 32,
        learning_rate: float = 0.01,
        timesteps: int = 1,
        shuffle: bool = False,
        initialisation: str = "keras",
        random_state: Any = None,
        device: str = "cpu",
    ) -> None:
        self.units, self.epochs, self.batch_size, self.learning_rate = units, epochs, batch_size, learning_rate
        self.timesteps, self.shuffle = timesteps, shuffle
        self.initialisation, self.random_state, self.device = initialisation, random_state, device

    def _epochs(self, lengths: tuple[int, ...], epochs: int) -> Iterator[Epoch]:
        """Fill batches with rows in order, or at random, the last one with empty places."""
        rows = sum(lengths)
        lanes = min(self.batch_size, rows)
        if lanes < 1:
            raise StudyError(f"batch_size is {self.batch_size}; it must be 1 or more, the rows of one weight update")
        steps = -(-rows // lanes)
        epoch = None
        for _ in range(epochs):
            if epoch is None or self.shuffle:
                order = np.full(steps * lanes, EMPTY, dtype=np.int64)
                order[:rows] = self.shuffles_.permutation(rows) if self.shuffle else np.arange(rows)
                epoch = Epoch(order.reshape(steps, lanes), np.zeros(steps, dtype=np.bool_))
            yield epoch

    @one_thread
    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class, shape (rows, classes)."""
        del groups
        check_is_fitted(self)
        windows = self._windows(validate_data(self, X, dtype=np.float32, reset=False))[:-1]
        parts = [
            self.block_.predict(part.transpose(0, 1)[None], carry=False)[0, 0]
            for part in torch.split(windows, PREDICTED_AT_ONCE)
        ]
        self.block_.windows.clear()
        return np.asarray(torch.cat(parts).numpy())
