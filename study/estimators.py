"""The study's models as scikit-learn estimators: MLP, stateless LSTM and stateful LSTM, for anyone's rows and labels.

The batch size is a choice of training alone: predictions never need it. The order of the rows matters to the stateful
one and to no other, so sequences are named openly, by `groups` or by `sequence_length`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import repeat
from numbers import Integral
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.metrics import accuracy_score
from sklearn.neural_network import MLPClassifier
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from study.errors import StudyError
from study.sequences.layouts import EMPTY, Epoch, Schedule, listed
from study.training.batches import Batch
from study.training.engines.block import Settings
from study.training.initialisers import Weights, initial_weights
from study.training.layers.base import State
from study.training.learner import Learner, make_learner

Rows = npt.NDArray[np.float32]
Labels = npt.NDArray[Any]
PREDICTED_AT_ONCE = 1024  # rows, or sequences, that are predicted side by side


def _one_thread(method: Callable[..., Any]) -> Callable[..., Any]:
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


class _SymbolClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is not typed
    """What the three share: checked rows, labels as columns, probabilities, free-running prediction."""

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
        raise NotImplementedError

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
        found = self.outputs(X, groups).astype(np.float64)
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def predict(self, X: Any, groups: Any = None) -> Labels:
        """Give the class with the largest output."""
        columns = self.outputs(X, groups).argmax(axis=1)
        return np.asarray(self.classes_[columns])

    def score(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> float:
        """Give the share of rows predicted rightly.

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
        """Length of one timestep's input, which must be the number of classes."""
        length, timesteps = self.n_features_in_, getattr(self, "timesteps", 1)
        classes = len(self.classes_)
        if length % classes or (timesteps > 1 and length != timesteps * classes):
            raise StudyError(
                f"rows of {length} numbers cannot hold predictions of {classes} classes as inputs; "
                "encode inputs as one-hot vectors of the classes, in their order"
            )
        return classes


class MLPBaseline(_SymbolClassifier):
    """The network without memory: one hidden layer of tanh units, a logistic output a class, binary cross-entropy.

    Equal rows get equal answers, whatever came before: what a row's own numbers do not tell, it cannot know.

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
        """Set up scikit-learn's network as the study's."""
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
        """One column of 0 and 1 a class, and one more that is always 0, so that one class is no special case."""
        return np.eye(len(self.classes_) + 1, dtype=np.int64)[columns]

    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class, shape (rows, classes)."""
        del groups
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        return np.asarray(self.network_.predict_proba(X)[:, :-1], dtype=np.float32)


class _LSTMClassifier(_SymbolClassifier):
    """What the two LSTMs share: one seed of the engine."""

    units: int
    epochs: int
    batch_size: int
    learning_rate: float
    timesteps: int
    initialisation: str
    random_state: Any
    carries_state = False

    def fit(self, X: Any, y: Any, groups: Any = None) -> Self:
        """Train from new weights.

        Parameters
        ----------
        X : array_like, shape (rows, features)
            In order of time within each sequence; with `timesteps` > 1, windows whose steps stand side by side.
        y : array_like, shape (rows,)
        groups : array_like, shape (rows,), optional
            Sequence of each row; rows of one sequence must stand together.

        Returns
        -------
        self
        """
        X, columns = self._checked(X, y, first=True)
        self._make_block()
        self._train(X, columns, self._lengths(len(X), groups), self.epochs)
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, groups: Any = None) -> Self:
        """Train one epoch more, from the weights and the optimiser's moments as they are.

        Parameters
        ----------
        X, y, groups
            As for `fit`.
        classes : array_like, optional
            All labels, at the first call; the labels of `y` if left out.

        Returns
        -------
        self
        """
        first = not hasattr(self, "block_")
        if first and classes is not None:
            validate_data(self, X, dtype=np.float32)
            self.classes_ = np.unique(classes)
        X, columns = self._checked(X, y, first=first and classes is None)
        if first:
            self._make_block()
        self._train(X, columns, self._lengths(len(X), groups), 1)
        return self

    def _make_block(self) -> None:
        """Draw the initial weights."""
        if self.timesteps < 1 or self.n_features_in_ % self.timesteps:
            fitting = [n for n in range(1, self.n_features_in_ + 1) if self.n_features_in_ % n == 0]
            raise StudyError(
                f"timesteps is {self.timesteps}, but rows of {self.n_features_in_} numbers cannot be windows of that "
                f"many steps; use {listed(fitting)}, so that every step has as many numbers as the others"
            )
        generator = np.random.default_rng(check_random_state(self.random_state).randint(2**31))
        shape = (self.n_features_in_ // self.timesteps, self.units, len(self.classes_))
        weights = initial_weights(self.initialisation, generator, "lstm", shape)
        self.block_ = self._block(weights)
        self.state_: State | None = None  # what `observe` has left, and its last outputs
        self.observed_: Rows | None = None
        self.shuffles_ = generator

    def _block(self, weights: Weights) -> Learner:
        """Make the one seed's block, by the path that is fastest for one seed."""
        settings = Settings(learning_rate=self.learning_rate)
        return make_learner(settings, [weights], timesteps=self.timesteps, lanes=self.batch_size, engine=None)

    def _lengths(self, rows: int, groups: Any) -> tuple[int, ...]:
        """Rows of each sequence, in order."""
        length = getattr(self, "sequence_length", None)
        if groups is None:
            if length is None:
                return (rows,)
            return tuple(min(length, rows - start) for start in range(0, rows, length))
        groups = np.asarray(groups)
        if groups.shape != (rows,):
            raise StudyError(f"groups has shape {groups.shape}; it must name the sequence of each of the {rows} rows")
        starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
        if len(starts) != len(np.unique(groups)):
            raise StudyError("rows of one group must stand together; sort the rows by group, and by time inside it")
        return tuple(int(n) for n in np.diff([*starts, rows]))

    def _epochs(self, lengths: tuple[int, ...], epochs: int) -> Iterator[Epoch]:
        """Lay out epoch after epoch, the same object as long as nothing changes."""
        raise NotImplementedError

    @_one_thread
    def _train(self, X: Rows, columns: npt.NDArray[np.int64], lengths: tuple[int, ...], epochs: int) -> None:
        """Make the weight updates of some epochs."""
        block, inputs, targets = self.block_, self._windows(X), torch.from_numpy(np.append(columns, -1))
        block.reset_state()
        batches: list[Batch] = []
        laid_out = None
        for epoch in self._epochs(lengths, epochs):
            if epoch is not laid_out:  # most epochs are the last one again
                batches, laid_out = self._batches(epoch, inputs, targets), epoch
            block.run_epoch(batches, carry=self.carries_state, with_loss=False)
        block.windows.clear()
        block.reset_state()

    def _batches(self, epoch: Epoch, inputs: torch.Tensor, targets: torch.Tensor) -> list[Batch]:
        """Bring an epoch's rows into batches; empty places have no weight."""
        found = []
        for lane_rows, reset in zip(torch.from_numpy(epoch.rows), epoch.reset_after.tolist(), strict=True):
            present = (lane_rows != EMPTY).float()
            windows = inputs[lane_rows].transpose(0, 1)[None].contiguous()  # (1, timestep, lane, feature)
            wanted = (targets[lane_rows][None, None, :, None] == self.block_.output_columns).float()
            found.append(Batch(windows, wanted, None if present.all() else present[None, None], reset))
        return found

    def _windows(self, X: Rows) -> torch.Tensor:
        """See rows as windows, with an empty one at the end for `EMPTY`: (row + 1, timestep, feature)."""
        rows = np.concatenate([X, np.zeros_like(X[:1])])
        return torch.from_numpy(rows.reshape(len(rows), self.timesteps, -1))

    def __getstate__(self) -> dict[str, Any]:
        """Keep the weights and the optimiser's memory, not the engine's working memory."""
        state = dict(super().__getstate__())
        block = state.pop("block_", None)
        if block is not None:
            state["_kept"] = ({name: array[0] for name, array in block.export().items()}, block.state_dict())
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Build the engine again."""
        kept = state.pop("_kept", None)
        super().__setstate__(state)
        if kept is not None:
            weights, saved = kept
            self.block_ = self._block(weights)
            self.block_.load_state_dict(saved)


class StatelessLSTMClassifier(_LSTMClassifier):
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
    ) -> None:
        self.units, self.epochs, self.batch_size, self.learning_rate = units, epochs, batch_size, learning_rate
        self.timesteps, self.shuffle = timesteps, shuffle
        self.initialisation, self.random_state = initialisation, random_state

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

    @_one_thread
    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class, shape (rows, classes)."""
        del groups
        check_is_fitted(self)
        windows = self._windows(validate_data(self, X, dtype=np.float32, reset=False))[:-1]
        found = [
            self.block_.predict(part.transpose(0, 1)[None], carry=False)[0, 0]
            for part in torch.split(windows, PREDICTED_AT_ONCE)
        ]
        self.block_.windows.clear()
        return np.asarray(torch.cat(found).numpy())


class StatefulLSTMClassifier(_LSTMClassifier):
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
    ) -> None:
        self.units, self.epochs, self.batch_size, self.learning_rate = units, epochs, batch_size, learning_rate
        self.timesteps, self.layout, self.reset, self.sequence_length = timesteps, layout, reset, sequence_length
        self.initialisation, self.random_state = initialisation, random_state

    def _epochs(self, lengths: tuple[int, ...], epochs: int) -> Iterator[Epoch]:
        """Lay rows out as the study does."""
        epoch = Schedule(lengths, self.batch_size, self.layout, self.reset).epoch()
        yield from repeat(epoch, epochs)

    @_one_thread
    def outputs(self, X: Any, groups: Any = None) -> Rows:
        """Give the logistic output of each class, shape (rows, classes); each sequence from a zero state."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False)
        windows, lengths = self._windows(X), self._lengths(len(X), groups)
        found = np.zeros((len(X), len(self.classes_)), dtype=np.float32)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        for first in range(0, len(lengths), PREDICTED_AT_ONCE):
            self.block_.reset_state()
            group = lengths[first : first + PREDICTED_AT_ONCE]
            for place in range(max(group)):
                inside = np.array(group) > place
                rows = np.where(inside, starts[first : first + len(group)] + place, EMPTY)
                answers = self.block_.predict(windows[rows].transpose(0, 1)[None], carry=True)[0, 0].numpy()
                found[rows[inside]] = answers[inside]
        self.block_.reset_state()
        self.block_.windows.clear()
        return found

    def reset_state(self) -> Self:
        """Forget what `observe` has seen."""
        if not hasattr(self, "block_"):
            raise NotFittedError("the network has no state before it is fitted; call fit first")
        self.state_ = self.observed_ = None
        return self

    @_one_thread
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
        found = [self.block_.predict(w[None, :, None], carry=True)[0, 0, 0] for w in self._windows(X)[:-1]]
        assert self.block_.state is not None
        self.state_ = tuple(part.clone() for part in self.block_.state)
        self.block_.reset_state()
        outputs = torch.stack(found).double().numpy()
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
