"""The recurrent layers, one line each: LSTM, the LSTM of 1997, GRU and simple RNN.

A layer is one step and a few facts, and autograd finds its gradient. For those that stand here the way back is derived
by hand too: that is twice as fast for networks this small, and short enough to be read beside the forward steps; tests
hold both against each other.
"""

from __future__ import annotations

from study.errors import require, unknown_name
from study.training.layers.base import Layer
from study.training.layers.gru import GRU
from study.training.layers.lstm import LSTM
from study.training.layers.lstm_1997 import LSTM1997, LSTM1997Gated
from study.training.layers.simple_rnn import SimpleRNN

LAYERS: dict[str, type[Layer]] = {
    "lstm": LSTM,
    "lstm_1997": LSTM1997,
    "lstm_1997_gated": LSTM1997Gated,
    "simple_rnn": SimpleRNN,
    "gru": GRU,
}


def find_layer(name: str) -> type[Layer]:
    """Look a layer up by name; a StudyError lists the known ones, or says what the layer lacks."""
    if name not in LAYERS:
        raise unknown_name("layer", name, LAYERS)
    require(LAYERS[name], ("gates", "drawn", "step"), f"layer {LAYERS[name].__name__}")
    return LAYERS[name]
