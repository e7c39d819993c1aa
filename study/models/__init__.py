"""All models, one line each."""

from __future__ import annotations

from study.errors import unknown_name
from study.models.base import Model
from study.models.mlp import MLP
from study.models.stateful_lstm import StatefulLSTM
from study.models.stateless_lstm import StatelessLSTM

MODELS: dict[str, Model] = {
    "mlp": MLP(),
    "stateless_lstm": StatelessLSTM(),
    "stateful_lstm": StatefulLSTM(),
}


def find_model(name: str) -> Model:
    """Look a model up by name; a StudyError lists the known ones."""
    if name not in MODELS:
        raise unknown_name("model", name, MODELS)
    return MODELS[name]
