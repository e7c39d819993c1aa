"""The network without memory, which knows a row's own numbers and nothing else."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.utils.validation import check_is_fitted, validate_data

from study.estimators.shared import Rows, SymbolClassifier


class MLPBaseline(SymbolClassifier):
    """The network without memory: one hidden layer of tanh units, a logistic output a class, binary cross-entropy.

    Equal rows get equal answers, whatever came before.

    Parameters
    ----------
    units : int, default 20
    epochs : int, default 250
    batch_size : int, default 32
        Rows of one weight update.
    learning_rate : float, default 0.01
    shuffle : bool, default False
        Whether rows are drawn in random order in each epoch.
    random_state : int, RandomState or None

    Examples
    --------
    >>> import numpy as np
    >>> symbols = np.eye(5)
    >>> X, y = symbols[[3, 0, 1, 2, 4, 0, 1, 2]], np.array([0, 1, 2, 3, 0, 1, 2, 4])
    >>> network = MLPBaseline(random_state=0).fit(X, y)
    >>> float(network.score(X, y))  # 2 is followed by 3 and by 4
    0.875
    """

    def __init__(
        self,
        units: int = 20,
        epochs: int = 250,
        batch_size: int = 32,
        learning_rate: float = 0.01,
        shuffle: bool = False,
        random_state: Any = None,
    ) -> None:
        self.units, self.epochs, self.batch_size = units, epochs, batch_size
        self.learning_rate, self.shuffle, self.random_state = learning_rate, shuffle, random_state

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Train from new weights.

        Parameters
        ----------
        X : array_like, shape (rows, features)
        y : array_like, shape (rows,)
        groups : ignored
            Taken so that all three estimators are called alike.

        Returns
        -------
        self
        """
        del groups
        X, columns = self._checked(X, y, first=True)
        self._make_network(len(X))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of epochs is the user's choice
            self.network_.fit(X, self._targets(columns))
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Train one epoch more; `classes` names all labels at the first call, those of `y` if left out."""
        first = not hasattr(self, "network_")
        if first and classes is not None:
            validate_data(self, X, dtype=np.float32)
            self.classes_ = np.unique(classes)
        X, columns = self._checked(X, y, first=first and classes is None)
        if first:
            self._make_network(len(X))
        targets = self._targets(columns)
        self.network_.partial_fit(X, targets, classes=np.arange(targets.shape[1]))
        return self

    def _make_network(self, rows: int) -> None:
        """Set up scikit-learn's network with the study's settings."""
        self.network_ = MLPClassifier(
            (self.units,),
            activation="tanh",
            alpha=0.0,
            batch_size=min(self.batch_size, rows),
            learning_rate_init=self.learning_rate,
            max_iter=self.epochs,
            n_iter_no_change=self.epochs,
            shuffle=self.shuffle,
            epsilon=1e-7,
            random_state=self.random_state,
        )

    def _targets(self, columns: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give each class a column of 0 and 1, and add a column of 0, so that a single class is no special case."""
        return np.eye(len(self.classes_) + 1, dtype=np.int64)[columns]

    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class, shape (rows, classes)."""
        del groups
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        return np.asarray(self.network_.predict_proba(X)[:, :-1], dtype=np.float32)
