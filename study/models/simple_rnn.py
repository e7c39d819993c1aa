"""The simple recurrent network: a layer of tanh units that see their own last output, with its state kept.

It has a memory and no gates, so it shows what of an LSTM's behaviour is due to gates.
"""

from __future__ import annotations

from study.models.recurrent import RecurrentModel


class StatefulSimpleRNN(RecurrentModel):
    """A simple recurrent layer that carries state from batch to batch, lane by lane."""

    label = "stateful simple RNN"
    carries_state = True
    layer = "simple_rnn"
