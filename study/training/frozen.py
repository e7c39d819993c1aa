"""Weights that training leaves as they are, by name: from a configuration's words to masks over the weights.

Learners only see the masks, so a name means the same weights to all of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from study.errors import StudyError, unknown_name
from study.training.layers import LAYERS

Masks = dict[str, npt.NDArray[np.bool_]]

LAYER = "recurrent_layer"
RECURRENT = ("kernel", "recurrent_kernel", "bias")  # the weights of the recurrent layer; their last axis goes by gates


def frozen_masks(
    names: Sequence[str],
    layer: str,
    weights: Mapping[str, npt.NDArray[Any]],
    symbols: Sequence[Hashable] | None = None,
) -> Masks:
    """Mark the weights that some names mean.

    Parameters
    ----------
    names : sequence of str
        ``recurrent_layer`` (all of it), a weight by its name (``recurrent_kernel``), a gate of the layer
        (``forget_gate``: its columns of kernel, recurrent kernel and bias), or the kernel's row of one symbol
        (``kernel[3]``).
    layer : str
        Name in `study.training.layers.LAYERS`.
    weights : mapping of str to ndarray
        One seed's weights as an initialiser draws them; only their shapes are used.
    symbols : sequence, optional
        The alphabet in the order of its columns; 0, 1, ... if left out.

    Returns
    -------
    dict of ndarray of bool
        By weight, True where it is frozen; of the weights' shapes.

    Raises
    ------
    StudyError
        If a name means nothing here.

    Examples
    --------
    >>> weights = {"kernel": np.zeros((5, 8)), "recurrent_kernel": np.zeros((2, 8)), "bias": np.zeros(8)}
    >>> masks = frozen_masks(["kernel[3]", "forget_gate"], "lstm", weights)
    >>> masks["kernel"].astype(int)
    array([[0, 0, 1, 1, 0, 0, 0, 0],
           [0, 0, 1, 1, 0, 0, 0, 0],
           [0, 0, 1, 1, 0, 0, 0, 0],
           [1, 1, 1, 1, 1, 1, 1, 1],
           [0, 0, 1, 1, 0, 0, 0, 0]])
    """
    masks: Masks = {name: np.zeros(array.shape, dtype=np.bool_) for name, array in weights.items()}
    gates, units = LAYERS[layer].gate_names, weights["recurrent_kernel"].shape[0]
    rows = [f"kernel[{symbol}]" for symbol in (range(len(masks["kernel"])) if symbols is None else symbols)]
    for name in names:
        if name == LAYER:
            for weight in RECURRENT:
                masks[weight][:] = True
        elif name in masks:
            masks[name][:] = True
        elif name in gates:
            first = gates.index(name) * units
            for weight in RECURRENT:
                masks[weight][..., first : first + units] = True
        elif name in rows:
            masks["kernel"][rows.index(name)] = True
        elif name.startswith("kernel["):
            raise StudyError(f"frozen weights {name!r}: no such symbol; known: {rows[0]} to {rows[-1]}")
        else:
            raise unknown_name("frozen weights", name, [LAYER, *masks, *gates, *rows[:1]])
    return masks
