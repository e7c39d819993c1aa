"""The gated recurrent unit, with its state kept from batch to batch.

Two gates and one state instead of the LSTM's three and two; frameworks carry its state from lane to lane alike.
"""

from __future__ import annotations

from study.models.recurrent import RecurrentModel


class StatefulGRU(RecurrentModel):
    """A gated recurrent unit that carries state from batch to batch, lane by lane."""

    label = "stateful GRU"
    carries_state = True
    layer = "gru"
