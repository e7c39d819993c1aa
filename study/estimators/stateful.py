"""The LSTM that carries its state from row to row, and so can know all of a sequence up to the row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted, validate_data

from study.errors import StudyError
from study.estimators.recurrent import PREDICTED_AT_ONCE, RecurrentClassifier
from study.estimators.shared import Rows, one_thread
from study.sequences.layouts import EMPTY, Epoch, Schedule


class StatefulLSTMClassifier(RecurrentClassifier):
    """An LSTM that carries its state from row to row of a sequence: it can use all that came before.

    Parameters
    ----------
    units : int, default 20
    epochs : int, default 250
    batch_size : int, default 1
        Lanes. With the layout 'interleaved' each lane runs through a sequence of its own.
    learning_rate : float, default 0.001
    timesteps : int, default 1
        Steps in one row; gradients pass through these and no further back.
    layout : {'consecutive', 'interleaved'}, default 'interleaved'
        How rows are put into lanes; 'consecutive' tears sequences apart as soon as the batch size is not 1.
    reset : {'sequence', 'epoch', 'never'}, default 'sequence'
        When the carried state is set to zero in training.
    sequence_length : int, optional
        Rows of each sequence, where no groups are given; all rows are one sequence if left out.
    initialisation : str, default 'keras'
        Name in `study.training.initialisers.INITIALISERS`.
    random_state : int, RandomState or None
    device : {'cpu', 'cuda'}, default 'cpu'
        Where it is trained; on a GPU by torch, which differs in the last bits.

    Notes
    -----
    `predict` and its kin start each sequence from a zero state and leave nothing behind. To go on from call to call,
    use `observe`, which keeps the state until `reset_state`.

    Examples
    --------
    >>> import numpy as np
    >>> symbols = np.eye(5)
    >>> X, y = symbols[[3, 0, 1, 2, 4, 0, 1, 2]], np.array([0, 1, 2, 3, 0, 1, 2, 4])
    >>> options = dict(batch_size=2, sequence_length=4, epochs=300, learning_rate=0.02)
    >>> network = StatefulLSTMClassifier(**options, random_state=1).fit(X, y)
    >>> float(network.score(X, y))  # with timesteps=1, not every random_state gets there
    1.0
    >>> network.generate(4, start=symbols[[4]])
    array([0, 1, 2, 4])
    """

    carries_state = True

    def __init__(
        self,
        units: int = 20,
        epochs: int = 250,
        batch_size: int = 1,
        learning_rate: float = 0.001,
        timesteps: int = 1,
        layout: str = "interleaved",
        reset: str = "sequence",
        sequence_length: int | None = None,
        initialisation: str = "keras",
        random_state: Any = None,
        device: str = "cpu",
    ) -> None:
        self.units, self.epochs, self.batch_size, self.learning_rate = units, epochs, batch_size, learning_rate
        self.timesteps, self.layout, self.reset, self.sequence_length = timesteps, layout, reset, sequence_length
        self.initialisation, self.random_state, self.device = initialisation, random_state, device

    def _epochs(self, lengths: tuple[int, ...], epochs: int) -> Iterator[Epoch]:
        """Lay rows out as the study does."""
        epoch = Schedule(lengths, batch_size=self.batch_size, layout=self.layout, reset=self.reset).epoch()
        yield from repeat(epoch, epochs)

    @one_thread
    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class, shape (rows, classes); each sequence from a zero state."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        windows, lengths = self._windows(X), self._lengths(len(X), groups)
        outputs = np.zeros((len(X), len(self.classes_)), dtype=np.float32)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        for first in range(0, len(lengths), PREDICTED_AT_ONCE):
            self.block_.reset_state()
            group = lengths[first : first + PREDICTED_AT_ONCE]
            for place in range(max(group)):
                inside = np.array(group) > place
                rows = np.where(inside, starts[first : first + len(group)] + place, EMPTY)
                answers = self.block_.predict(windows[rows].transpose(0, 1)[None], carry=True)[0, 0].numpy()
                outputs[rows[inside]] = answers[inside]
        self.block_.reset_state()
        self.block_.windows.clear()
        return outputs

    def reset_state(self) -> Self:
        """Forget what `observe` has seen."""
        if not hasattr(self, "block_"):
            raise NotFittedError("the network has no state before it is fitted; call fit first")
        self.state_ = self.observed_ = None
        return self

    @one_thread
    def observe(self, X: Any) -> npt.NDArray[np.float64]:
        """Read more rows of the sequence at hand, and keep the state for the next call.

        Parameters
        ----------
        X : array_like, shape (rows, features)

        Returns
        -------
        ndarray, shape (rows, classes)
            Probabilities after each row, as `predict_proba`.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        self.block_.state = self.state_
        each_row = [self.block_.predict(w[None, :, None], carry=True)[0, 0, 0] for w in self._windows(X)[:-1]]
        assert self.block_.state is not None
        self.state_ = tuple(part.clone() for part in self.block_.state)
        self.block_.reset_state()
        outputs = torch.stack(each_row).double().numpy()
        self.observed_ = outputs[-1].astype(np.float32)
        return np.asarray(outputs / outputs.sum(axis=1, keepdims=True))

    def _follow(self, rows: Rows | None, *, first: bool) -> Rows:
        """Read the rows, the first ones from a zero state; without any, answer again after what was observed."""
        if rows is None:
            if self.observed_ is None:
                raise StudyError("generate has nothing to go on from; give start, or call observe first")
            return self.observed_
        if first:
            self.reset_state()
        return np.asarray(self.observe(rows)[-1], dtype=np.float32)
