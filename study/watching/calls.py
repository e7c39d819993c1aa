"""What is recorded of one call of a recurrent layer: what it was fed, and the state before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a recurrent layer, or one batch of a loader.

    Attributes
    ----------
    inputs : ndarray, shape (batch, timesteps, features)
        What the lanes were fed.
    lengths : ndarray of int, shape (batch,), or None
        Timesteps of each lane that count, where they are packed or masked; None where all do.
    state : ndarray, shape (batch, units), or None
        State of each lane before its first timestep; None where it is not known.
    after : ndarray, shape (batch, units), or None
        State of each lane after its last timestep; None where it is not known.
    training : bool
        Whether the call belongs to training; validation and prediction do not.
    graph : bool
        Whether a gradient can pass through the state at the start.
    whole : ndarray, shape (batch, timesteps, features), or None
        What the whole model was fed, where that differs, as the symbols before an embedding.
    """

    inputs: Array
    lengths: Array | None = None
    state: Array | None = None
    after: Array | None = None
    training: bool = True
    graph: bool = False
    whole: Array | None = None


def as_windows(inputs: Any, *, what: str = "a batch") -> Array:
    """Bring inputs into the shape (batch, timesteps, features).

    Raises
    ------
    StudyError
        If there are no lanes, no timesteps, or more than three axes.

    Examples
    --------
    >>> as_windows(np.zeros((8, 4))).shape, as_windows(np.zeros((8, 4, 2))).shape, as_windows(np.zeros(8)).shape
    ((8, 4, 1), (8, 4, 2), (8, 1, 1))
    """
    if hasattr(inputs, "detach"):
        inputs = inputs.detach().cpu()
    array = np.asarray(inputs)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or not array.shape[0] or not array.shape[1]:
        raise StudyError(
            f"{what} has the shape {array.shape}; it must be (batch, timesteps, features), or (batch, timesteps) for "
            "symbols"
        )
    return array


def as_series(series: Any) -> tuple[list[Array], list[str]]:
    """Read the reader's series: one array, a list of arrays, or a dictionary of them by name.

    Returns
    -------
    series : list of ndarray, each of shape (rows, features)
    names : list of str

    Raises
    ------
    StudyError
        If there is none, or rows have no numbers.

    Examples
    --------
    >>> arrays, names = as_series({"a": [1, 2, 3], "b": [4, 5]})
    >>> [array.shape for array in arrays], names
    ([(3, 1), (2, 1)], ['a', 'b'])
    """
    if isinstance(series, dict):
        parts, names = list(series.values()), [str(name) for name in series]
    elif isinstance(series, list | tuple) and series and np.ndim(series[0]):
        parts, names = list(series), [str(number) for number in range(len(series))]
    else:
        parts, names = [series], ["0"]
    arrays = []
    for name, part in zip(names, parts, strict=True):
        array = np.asarray(part.detach().cpu() if hasattr(part, "detach") else part)
        if array.ndim == 1:
            array = array[:, None]
        if array.ndim != 2 or array.dtype.kind not in "biuf" or not len(array):
            raise StudyError(
                f"series {name} has the shape {array.shape} and the type {array.dtype}; give numbers as the network "
                "gets them, (rows, features) or (rows,); several series as a list or a dictionary"
            )
        arrays.append(array)
    if not arrays:
        raise StudyError("there is no series; give the rows that the windows were cut from")
    return arrays, names
