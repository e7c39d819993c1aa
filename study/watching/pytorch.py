"""PyTorch: hooks on every recurrent layer record what it is fed and which state it starts from, and change nothing."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from study.errors import StudyError, unknown_name
from study.watching.calls import Array, Call, as_windows
from study.watching.report import Report, report

CELLS = (nn.LSTMCell, nn.GRUCell, nn.RNNCell)
LAYERS = (nn.LSTM, nn.GRU, nn.RNN)


class WatchTorch:
    """Record the recurrent layers of a PyTorch model while a ``with`` block runs.

    Parameters
    ----------
    model : Module
        A model that has `nn.LSTM`, `nn.GRU`, `nn.RNN` or their cells in it, or one of these itself.

    Raises
    ------
    StudyError
        If there is none.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.layers = {
            name or "model": part for name, part in model.named_modules() if isinstance(part, LAYERS + CELLS)
        }
        if not self.layers:
            raise StudyError(
                "the model has no nn.LSTM, nn.GRU, nn.RNN and none of their cells, so there is no state to be watched"
            )
        self.calls: dict[str, list[Call]] = {name: [] for name in self.layers}
        self._handles: list[Any] = []
        self._whole: Array | None = None
        self._since: dict[str, int] = {}

    def __enter__(self) -> WatchTorch:
        """Put the hooks in."""
        self.__exit__(None, None, None)
        if self.model not in self.layers.values():
            self._handles.append(self.model.register_forward_pre_hook(self._enter_model, with_kwargs=True))
        for name, layer in self.layers.items():
            self._handles.append(layer.register_forward_hook(self._record(name), with_kwargs=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the hooks out; what was recorded stays."""
        for handle in self._handles:
            handle.remove()
        self._handles, self._whole = [], None

    def report(self, series: Any = None, *, rows: Any = None, layer: str | None = None) -> Report:
        """Tell what was seen, of one layer: what it was fed, in what order, and what state each call began with.

        Parameters
        ----------
        series : array, list or dict of arrays, optional
            The rows that the windows were cut from, as the network gets them; several series as a list or by name.
        rows : sequence of arrays of int, optional
            Where contents repeat: for each call the number of each lane's first row, counted through all series.
        layer : str, optional
            Name of the layer; by default the first that was called.

        Returns
        -------
        Report

        Raises
        ------
        StudyError
            If nothing was recorded, there is no such layer, or series and rows do not fit what was recorded.
        """
        called = [name for name, calls in self.calls.items() if calls]
        if layer is not None and layer not in self.layers:
            raise unknown_name("layer", layer, self.layers)
        name = layer or (called[0] if called else next(iter(self.layers)))
        return report(self.calls[name], series, rows=rows, framework="pytorch", layer=name)

    def __repr__(self) -> str:
        """Say in one line how much was recorded."""
        counts = ", ".join(f"{name} {len(calls):,}" for name, calls in self.calls.items())
        return f"<watch: calls recorded: {counts}; report(series) tells what they show>"

    def _enter_model(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Keep what the whole model is fed, for layers that come after an embedding."""
        tensors = [value for value in (*args, *kwargs.values()) if isinstance(value, torch.Tensor)]
        self._whole = _plain(tensors[0]) if tensors and tensors[0].dim() else None
        self._since = dict.fromkeys(self.layers, 0)

    def _record(self, name: str) -> Any:
        """Make the hook of one layer."""

        def hook(layer: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:
            inputs = args[0] if args else kwargs["input"]
            given = args[1] if len(args) > 1 else kwargs.get("hx")
            cell = isinstance(layer, CELLS)
            windows, lengths = _windows(inputs, layer, cell=cell)
            after = _state(output if cell else output[1], len(windows), cell=cell)
            state = np.zeros_like(after) if given is None else _state(given, len(windows), cell=cell)
            number = self._since.get(name, 0)
            self._since[name] = number + 1
            call = Call(
                windows,
                lengths,
                state,
                after,
                training=layer.training and torch.is_grad_enabled(),
                graph=any(part.grad_fn is not None for part in _parts(given)),
                whole=_whole(self._whole, windows, number, first=bool(getattr(layer, "batch_first", True))),
            )
            self.calls[name].append(call)

        return hook


def _plain(tensor: torch.Tensor) -> Array:
    """Copy a tensor out of torch."""
    tensor = tensor.detach()
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return np.array(tensor.cpu().numpy())


def _windows(inputs: Any, layer: nn.Module, *, cell: bool) -> tuple[Array, Array | None]:
    """Bring a layer's inputs into the shape (batch, timesteps, features); lengths where they are packed."""
    if isinstance(inputs, PackedSequence):
        padded, lengths = pad_packed_sequence(inputs, batch_first=True)
        return _plain(padded), _plain(lengths)
    array = _plain(inputs)
    if cell:
        return (array[None, None] if array.ndim == 1 else array[:, None]), None
    if array.ndim == 2:  # one lane without an axis of its own
        return array[None], None
    return (array if layer.batch_first else array.swapaxes(0, 1)), None


def _parts(state: Any) -> tuple[torch.Tensor, ...]:
    """List the tensors of a state: h, or h and c."""
    return () if state is None else tuple(state) if isinstance(state, (list, tuple)) else (state,)


def _state(state: Any, batch: int, *, cell: bool) -> Array:
    """Bring a state into the shape (batch, units): all layers, directions and parts of a lane side by side."""
    parts = []
    for part in _parts(state):
        array = _plain(part)
        lanes_first = array.reshape(batch, -1) if cell or array.ndim == 2 else array.swapaxes(0, 1).reshape(batch, -1)
        parts.append(lanes_first)
    return np.concatenate(parts, axis=1)


def _whole(whole: Array | None, windows: Array, number: int, *, first: bool) -> Array | None:
    """Bring what the model was fed into the shape of what its layer was fed, or give up."""
    if whole is None:
        return None
    batch, timesteps = windows.shape[:2]
    for array in (whole, whole.swapaxes(0, 1)) if whole.ndim > 1 and first else _turned(whole):
        if array.shape[:2] == (batch, timesteps) and array.ndim <= 3:
            return as_windows(array)
        if timesteps == 1 and array.ndim > 1 and len(array) == batch and number < array.shape[1]:
            return as_windows(array[:, number : number + 1])
    return as_windows(whole) if whole.shape == (batch,) and timesteps == 1 else None


def _turned(whole: Array) -> tuple[Array, ...]:
    return (whole.swapaxes(0, 1), whole) if whole.ndim > 1 else ()
