"""What the three estimators share: checked rows, labels as columns, probabilities, free-running prediction."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from study.errors import StudyError

Rows = npt.NDArray[np.float32]
Labels = npt.NDArray[Any]


def one_thread(method: Callable[..., Any]) -> Callable[..., Any]:
    """Run a method without gradients and in one thread: networks this small lose time with more."""

    @wraps(method)
    def alone(*arguments: Any, **named: Any) -> Any:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                return method(*arguments, **named)
        finally:
            torch.set_num_threads(threads)

    return alone


class SymbolClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is not typed
    """A classifier of symbols by rows: checks rows, keeps labels as columns, predicts and runs freely."""

    learning_rate: float
    classes_: Labels
    n_features_in_: int

    def _checked(self, X: Any, y: Any, *, first: bool) -> tuple[Rows, npt.NDArray[np.int64]]:
        """Check settings, rows and labels; labels become columns of `classes_`."""
        for name, least in (("units", 1), ("epochs", 0), ("batch_size", 1), ("sequence_length", 1)):
            value = getattr(self, name, None)
            if value is not None and not (isinstance(value, Integral) and int(value) >= least):
                raise StudyError(f"{name} is {value!r}; it must be a whole number, {least} or more")
        if not self.learning_rate > 0:
            raise StudyError(f"learning_rate is {self.learning_rate!r}; it must be more than 0")
        X, y = validate_data(self, X, y, dtype=np.float32, reset=first)
        check_classification_targets(y)
        if first:
            self.classes_ = np.unique(y)
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise StudyError(
                f"label {unknown.tolist()[0]!r} is not among the classes {self.classes_.tolist()}; name it in classes"
            )
        return X, np.searchsorted(self.classes_, y)

    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class as the network computes it; see `predict_proba`."""
        raise NotImplementedError  # each estimator has its own

    def predict_proba(self, X: Any, groups: Any = None) -> npt.NDArray[np.float64]:
        """Give the probability of each class: the network's logistic outputs, divided by their sum.

        Parameters
        ----------
        X : array_like, shape (rows, features)
        groups : array_like, shape (rows,), optional
            Sequence of each row; only the stateful network uses it.

        Returns
        -------
        ndarray, shape (rows, classes)
        """
        outputs = self.outputs(X, groups).astype(np.float64)
        return np.asarray(outputs / outputs.sum(axis=1, keepdims=True))

    def predict(self, X: Any, groups: Any = None) -> Labels:
        """Give the class with the largest output."""
        columns = self.outputs(X, groups).argmax(axis=1)
        return np.asarray(self.classes_[columns])

    def score(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> float:
        """Give the share of rows whose class is predicted.

        Parameters
        ----------
        X : array_like, shape (rows, features)
        y : array_like, shape (rows,)
        sample_weight : array_like, shape (rows,), optional
        groups : array_like, shape (rows,), optional
            As for `predict_proba`.

        Returns
        -------
        float
        """
        return float(accuracy_score(y, self.predict(X, groups), sample_weight=sample_weight))

    def generate(self, n: int, start: Any = None) -> Labels:
        """Run freely: predict, take the prediction as the next input, and so on.

        Rows must be one-hot vectors of the classes in their order (windows of them where rows have several timesteps),
        so that a prediction can be an input.

        Parameters
        ----------
        n : int
            Predictions to make.
        start : array_like, shape (rows, features)
            What comes before; the first prediction follows its last row. A network with state may leave it out and
            go on after the rows that it has observed.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        StudyError
            If rows are not as long as they must be.
        """
        check_is_fitted(self)
        step, made = self._one_hot_length(), []
        rows = None if start is None else validate_data(self, start, dtype=np.float32, reset=False)
        for place in range(n):
            column = int(self._follow(rows, first=place == 0).argmax())
            made.append(column)
            window = np.zeros((1, self.n_features_in_), dtype=np.float32) if rows is None else rows[-1:]
            rows = np.concatenate([window[:, step:], np.eye(step, dtype=np.float32)[[column]]], axis=1)
        return np.asarray(self.classes_[made])

    def _follow(self, rows: Rows | None, *, first: bool) -> Rows:
        """Give the outputs after the last of these rows; a network with state goes on from where it was."""
        del first
        if rows is None:
            raise StudyError("generate needs rows to start from; give start, such as the first row of a sequence")
        return np.asarray(self.outputs(rows)[-1])

    def _one_hot_length(self) -> int:
        """Give the length of one timestep's input, which must be the number of classes."""
        length, timesteps = self.n_features_in_, getattr(self, "timesteps", 1)
        classes = len(self.classes_)
        if length % classes or (timesteps > 1 and length != timesteps * classes):
            raise StudyError(
                f"rows of {length} numbers cannot hold predictions of {classes} classes as inputs; "
                "encode inputs as one-hot vectors of the classes, in their order"
            )
        return classes
