"""Keras 3: the `call` of every recurrent layer is wrapped while a block or `fit` runs, eagerly, and then put back.

Callbacks see no batch, so rows are read where the layer gets them. That needs eager running, which is slow: one epoch
is enough.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import numpy as np

from study.errors import StudyError, unknown_name
from study.watching.calls import Array, Call, as_windows
from study.watching.report import Report, report

COMPILED = ("train_function", "test_function", "predict_function")
NOT_CARRIED = (
    "Keras on {} carries no state from call to call of fit, train_on_batch and predict: a stateful layer that was "
    "asked the same twice, just now, gave the same twice. So stateful=True trains a network without memory, and "
    "nothing says so; set KERAS_BACKEND to tensorflow, or to torch"
)
TRAINS_NOT = (
    "Keras on PyTorch cannot train a stateful layer of {} unless it is made with use_cudnn=False: the state is "
    "overwritten before its gradient is found"
)


def carries_state() -> bool:
    """Whether Keras, on its backend, carries the state of a stateful layer from call to call: it is tried.

    Returns
    -------
    bool
        False on JAX.
    """
    import keras  # noqa: PLC0415  (not among what the study needs)

    layer = keras.layers.SimpleRNN(2, stateful=True)
    model = keras.Sequential([keras.Input(batch_shape=(1, 1, 1)), layer])
    first, second = (model.predict(np.ones((1, 1, 1)), verbose=0) for _ in range(2))
    return not np.array_equal(first, second)


class WatchKeras:
    """Record the recurrent layers of a Keras model, while a ``with`` block runs or by a callback of `fit`.

    Parameters
    ----------
    model : keras.Model

    Raises
    ------
    StudyError
        If the model has no recurrent layer, or Keras carries no state on its backend.
    """

    def __init__(self, model: Any) -> None:
        import keras  # noqa: PLC0415  (not among what the study needs)

        self.model = model
        parts = [part for part in model._flatten_layers() if isinstance(part, keras.layers.RNN)]
        self.layers = {part.name: part for part in parts}
        if not self.layers:
            raise StudyError("the model has no LSTM, GRU, SimpleRNN or other RNN layer, so there is no state to watch")
        if any(part.stateful for part in parts) and not carries_state():
            raise StudyError(NOT_CARRIED.format(keras.backend.backend()))
        self.calls: dict[str, list[Call]] = {name: [] for name in self.layers}
        self._saved: dict[str, Any] | None = None
        self._whole: Array | None = None

    def __enter__(self) -> WatchKeras:
        """Wrap the layers, and let the model run eagerly."""
        if self._saved is None:
            self._saved = {name: getattr(self.model, name, None) for name in ("run_eagerly", *COMPILED)}
            self.model.run_eagerly = True
            for name in COMPILED:
                setattr(self.model, name, None)
            if self.model not in self.layers.values():
                self.model.call = self._of_model(self.model.call)
            for name, layer in self.layers.items():
                layer.call = self._of_layer(name, layer, layer.call)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put everything back; what was recorded stays."""
        if self._saved is None:
            return
        for part in (self.model, *self.layers.values()):
            if "call" in vars(part):
                del part.call
        for name, value in self._saved.items():
            setattr(self.model, name, value)
        self._saved, self._whole = None, None

    def callback(self) -> Any:
        """Make a callback for `fit` that opens before training and closes after it.

        Returns
        -------
        keras.callbacks.Callback
        """
        import keras  # noqa: PLC0415  (not among what the study needs)

        watch = self

        class Watching(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types
            """Open before training, close after it."""

            def set_model(self, model: Any) -> None:
                super().set_model(model)
                watch.__enter__()

            def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002  (Keras's signature)
                watch.__exit__(None, None, None)

        return Watching()

    def report(self, series: Any = None, *, rows: Any = None, layer: str | None = None) -> Report:
        """Tell what was seen; see `study.watching.pytorch.WatchTorch.report`."""
        called = [name for name, calls in self.calls.items() if calls]
        if layer is not None and layer not in self.layers:
            raise unknown_name("layer", layer, self.layers)
        name = layer or (called[0] if called else next(iter(self.layers)))
        notes = [TRAINS_NOT.format(type(self.layers[name]).__name__)] if _trains_not(self.layers[name]) else []
        return report(self.calls[name], series, rows=rows, framework="keras", layer=name, notes=notes)

    def __repr__(self) -> str:
        """Say in one line how much was recorded."""
        counts = ", ".join(f"{name} {len(calls):,}" for name, calls in self.calls.items())
        return f"<watch: calls recorded: {counts}; report(series) tells what they show>"

    def _of_model(self, original: Any) -> Any:
        """Wrap the model's call: keep what it is fed, for layers that come after an embedding."""

        def call(*args: Any, **kwargs: Any) -> Any:
            inputs = args[0] if args else kwargs.get("inputs")
            self._whole = _plain(inputs[0] if isinstance(inputs, list | tuple) else inputs)
            return original(*args, **kwargs)

        return call

    def _of_layer(self, name: str, layer: Any, original: Any) -> Any:
        """Wrap a layer's call: record what it is fed, and the state before and after."""

        def call(*args: Any, **kwargs: Any) -> Any:
            inputs = _plain(args[0] if args else kwargs["sequences"])
            given = args[1] if len(args) > 1 else kwargs.get("initial_state")
            before = None if inputs is None else _before(layer, given, len(inputs))
            output = original(*args, **kwargs)
            if inputs is not None:
                left = layer.states if layer.stateful else output[1:] if layer.return_state else None
                after = None if left is None else _state(left, len(inputs))
                mask = args[2] if len(args) > 2 else kwargs.get("mask")
                training = bool(kwargs.get("training", False))
                whole = None if self._whole is None or self._whole.shape[:2] != inputs.shape[:2] else self._whole
                whole = None if whole is None else as_windows(whole)
                call = Call(as_windows(inputs), _lengths(mask), before, after, training, whole=whole)
                self.calls[name].append(call)
            return output

        return call


def _trains_not(layer: Any) -> bool:
    """Whether a layer cannot be trained on PyTorch, since its state is overwritten."""
    import keras  # noqa: PLC0415  (not among what the study needs)

    return bool(keras.backend.backend() == "torch" and layer.stateful and getattr(layer, "use_cudnn", False))


def _plain(tensor: Any) -> Array | None:
    """Copy a tensor out of Keras; None where it has no values, as when a model is built."""
    import keras  # noqa: PLC0415  (not among what the study needs)

    if tensor is None or isinstance(tensor, keras.KerasTensor) or str(getattr(tensor, "device", "")) == "meta":
        return None
    if not isinstance(tensor, np.ndarray) and not hasattr(tensor, "numpy"):
        return None
    return np.array(keras.ops.convert_to_numpy(tensor))


def _before(layer: Any, given: Any, batch: int) -> Array:
    """Read the state that a layer starts from."""
    if given is not None:
        return _state(given, batch)
    if layer.stateful:
        return _state(layer.states, batch)
    return np.zeros((batch, 1))


def _state(parts: Any, batch: int) -> Array:
    """Bring a state into the shape (batch, units): h and c side by side."""
    import keras  # noqa: PLC0415  (not among what the study needs)

    listed = parts if isinstance(parts, list | tuple) else [parts]
    state: Array = np.concatenate([keras.ops.convert_to_numpy(part).reshape(batch, -1) for part in listed], axis=1)
    return state


def _lengths(mask: Any) -> Array | None:
    """Read from a mask how many timesteps count, where it masks ends of windows alone."""
    plain = None if mask is None else _plain(mask)
    if plain is None or (np.diff(plain.astype(int), axis=1) > 0).any():
        return None
    lengths: Array = plain.sum(axis=1)
    return lengths
