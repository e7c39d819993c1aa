"""The LSTM that starts every row from a zero state: it can use the row's own window, and nothing else."""

from __future__ import annotations

from study.models.recurrent import RecurrentModel


class StatelessLSTM(RecurrentModel):
    """An LSTM whose state is zero before every row, as a framework does it unless told otherwise."""

    label = "stateless LSTM"
    carries_state = False
    layer = "lstm"
