"""Which network and optimiser a trace was recorded with: the settings that replay it.

A trace says in scalars of its own what it has other than the tutorial (an LSTM, Adam, logistic outputs).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from study.errors import StudyError, unknown_name
from study.training.optimisers import checked_options
from study.training.settings import Settings

# What a trace may name, as Keras computes it; the study has the same names.
BLOCKS = {"lstm": 4, "gru": 3, "simple_rnn": 1}  # layers, and their blocks of columns, one for each gate
OPTIONS = {"adam": ("beta_1", "beta_2", "epsilon"), "sgd": ("momentum",), "rmsprop": ("rho", "epsilon")}
LOSSES = ("cross_entropy", "softmax_cross_entropy")


def settings_of(trace: Mapping[str, npt.NDArray[Any]], dtype: torch.dtype) -> Settings:
    """Read the settings of a trace.

    Parameters
    ----------
    trace : mapping of str to ndarray
        With ``optimiser``, ``learning_rate``, options of the optimiser by name, ``layer`` and ``loss_function``, as far
        as it has them. Options are used as they are stored: Keras on TensorFlow passes a momentum of 0.9 through single
        precision.
    dtype : torch.dtype

    Returns
    -------
    Settings

    Raises
    ------
    StudyError
        If a name is unknown, or a number cannot be used.
    """
    optimiser = _name(trace, "optimiser", OPTIONS, "adam")
    learning_rate = _number(trace, "learning_rate") if "learning_rate" in trace else 1e-3
    options = [(name, _number(trace, name)) for name in OPTIONS[optimiser] if name in trace]
    checked_options(optimiser, learning_rate, options)
    return Settings(
        layer=_name(trace, "layer", BLOCKS, "lstm"),
        optimiser=optimiser,
        learning_rate=learning_rate,
        loss=_name(trace, "loss_function", LOSSES, "cross_entropy"),
        dtype=dtype,
        optimiser_options=options,
    )


def shapes_of(settings: Settings, features: int, units: int, outputs: int) -> dict[str, tuple[int, ...]]:
    """Give the shapes of a trace's weights; Keras' GRU has two rows of biases."""
    columns = BLOCKS[settings.layer] * units
    return {
        "kernel": (features, columns),
        "recurrent_kernel": (units, columns),
        "bias": (2, columns) if settings.layer == "gru" else (columns,),
        "dense_kernel": (units, outputs),
        "dense_bias": (outputs,),
    }


def _name(trace: Mapping[str, npt.NDArray[Any]], name: str, known: Iterable[str], default: str) -> str:
    """Read a name that stands in a table."""
    if name not in trace:
        return default
    if (value := str(trace[name])) not in known:
        raise unknown_name(name, value, known)
    return value


def _number(trace: Mapping[str, npt.NDArray[Any]], name: str) -> float:
    """Read a number."""
    value = trace[name]
    if value.shape != () or value.dtype.kind not in "fiu" or not np.isfinite(value):
        raise StudyError(f"{name} is {value.tolist()!r:.40}; it must be one number")
    return float(value)
