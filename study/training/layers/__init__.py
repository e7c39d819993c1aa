"""The recurrent layers: LSTM, the LSTM of 1997, GRU and simple RNN, forwards and backwards for many seeds at once.

The backward steps are derived by hand: that is twice as fast as autograd for networks this small, and short enough to
be read beside the forward steps; tests hold both against autograd.
"""

from __future__ import annotations

from study.training.layers.base import Recurrence
from study.training.layers.gru import GRU
from study.training.layers.lstm import LSTM
from study.training.layers.lstm_1997 import LSTM1997, LSTM1997Gated
from study.training.layers.simple_rnn import LogisticRNN, SimpleRNN

LAYERS: dict[str, type[Recurrence]] = {
    "lstm": LSTM,
    "lstm_1997": LSTM1997,
    "lstm_1997_gated": LSTM1997Gated,
    "simple_rnn": SimpleRNN,
    "logistic_rnn": LogisticRNN,
    "gru": GRU,
}
