"""The LSTM of the tutorial: each lane's state goes on to the same lane of the next batch, until it is reset."""

from __future__ import annotations

from study.models.recurrent import RecurrentModel


class StatefulLSTM(RecurrentModel):
    """An LSTM that carries state from batch to batch, lane by lane; no gradient passes through what it carries."""

    label = "stateful LSTM"
    carries_state = True
    layer = "lstm"
