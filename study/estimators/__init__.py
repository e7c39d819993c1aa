"""The study's models as scikit-learn estimators: MLP, stateless LSTM and stateful LSTM, for anyone's rows and labels.

Predictions never need the batch size of training. The order of the rows matters to the stateful LSTM alone, which is
told where sequences begin by `groups` or `sequence_length`.
"""

from __future__ import annotations

from study.estimators.perceptron import MLPBaseline
from study.estimators.stateful import StatefulLSTMClassifier
from study.estimators.stateless import StatelessLSTMClassifier

__all__ = ["MLPBaseline", "StatefulLSTMClassifier", "StatelessLSTMClassifier"]
