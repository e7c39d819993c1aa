"""The front door: `study.watch(model)`, for PyTorch and Keras alike."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, overload

from study.errors import StudyError

if TYPE_CHECKING:
    from torch import nn

    from study.watching.keras import WatchKeras
    from study.watching.pytorch import WatchTorch


@overload
def watch(model: nn.Module) -> WatchTorch: ...


@overload
def watch(model: Any) -> WatchTorch | WatchKeras: ...


def watch(model: Any) -> WatchTorch | WatchKeras:
    """Record what the recurrent layers of a model are really fed, and which states they start from.

    Use it as a context manager around a loop of one epoch. Nothing of the model is changed after it closes.

    Parameters
    ----------
    model : torch.nn.Module or keras.Model
        With an LSTM, a GRU, a plain RNN, or a cell of them. A Keras model runs eagerly meanwhile.

    Returns
    -------
    WatchTorch or WatchKeras
        ``.report(series)`` tells what was seen. For `fit`, ``.callback()`` of a Keras model does what the block does.

    Raises
    ------
    StudyError
        If it is no such model, has no recurrent layer, or is a stateful Keras model on JAX, which carries no state.

    Examples
    --------
    >>> import numpy as np, torch
    >>> layer, series = torch.nn.GRU(1, 4, batch_first=True), np.arange(1, 9, dtype=np.float32)
    >>> with watch(layer) as seen:
    ...     state = None
    ...     for batch in torch.tensor(series).reshape(4, 2, 1, 1):  # rows in order, two a batch
    ...         _, state = layer(batch, state)
    ...         state = state.detach()
    >>> print(seen.report(series).verdict)
    the lanes do not go on: in 6 of 6 steps a state is handed to rows that do not follow those that left it
    """
    keras = sys.modules.get("keras")
    if keras is not None and isinstance(model, keras.Model):  # first: on PyTorch it is a Module too
        from study.watching.keras import WatchKeras  # noqa: PLC0415  (Keras is not among what the study needs)

        return WatchKeras(model)
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(model, torch.nn.Module):
        from study.watching.pytorch import WatchTorch  # noqa: PLC0415  (torch is slow to load)

        return WatchTorch(model)
    raise StudyError(f"the model is a {type(model).__name__}, neither of PyTorch nor of Keras; give the model itself")
