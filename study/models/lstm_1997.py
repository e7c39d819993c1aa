"""The memory cells of 1997, before there was a forget gate, on windows that hold whole sequences or with state carried.

Initialisation, loss and whether the outputs see the inputs are set in the configuration; the paper's are
``uniform_1997``, ``squared_error`` and ``sees_inputs``.
"""

from __future__ import annotations

from study.models.recurrent import RecurrentModel


class StatelessLSTM1997(RecurrentModel):
    """The network of the paper's Task 2a: an input gate and no output gate, both fed by the inputs alone."""

    label = "stateless LSTM of 1997, input gate alone"
    carries_state = False
    layer = "lstm_1997"


class StatefulLSTM1997Gated(RecurrentModel):
    """Input and output gate, and a hidden layer that sees itself; state is carried from batch to batch."""

    label = "stateful LSTM of 1997"
    carries_state = True
    layer = "lstm_1997_gated"
