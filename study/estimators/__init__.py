"""The study's models as scikit-learn estimators: MLP, stateless LSTM and stateful LSTM, for anyone's rows and labels.

The batch size is a choice of training alone: predictions never need it. The order of the rows matters to the stateful
one and to no other, so sequences are named openly, by `groups` or by `sequence_length`.
"""

from __future__ import annotations

from study.estimators.perceptron import MLPBaseline
from study.estimators.stateful import StatefulLSTMClassifier
from study.estimators.stateless import StatelessLSTMClassifier

__all__ = ["MLPBaseline", "StatefulLSTMClassifier", "StatelessLSTMClassifier"]
