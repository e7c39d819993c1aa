"""All models, one line each."""

from __future__ import annotations

from study.errors import StudyError, require, unknown_name
from study.models.base import Model
from study.models.gru import StatefulGRU
from study.models.lstm_1997 import StatefulLSTM1997Gated, StatelessLSTM1997
from study.models.mlp import MLP
from study.models.networks_1997 import CellBlocks1997, MemoryCell1997, SelfRecurrent1997
from study.models.simple_rnn import StatefulSimpleRNN
from study.models.stateful_lstm import StatefulLSTM
from study.models.stateless_lstm import StatelessLSTM

MODELS: dict[str, Model] = {
    "mlp": MLP(),
    "stateless_lstm": StatelessLSTM(),
    "stateful_lstm": StatefulLSTM(),
    "stateful_simple_rnn": StatefulSimpleRNN(),
    "stateful_gru": StatefulGRU(),
    "stateless_lstm_1997": StatelessLSTM1997(),
    "stateful_lstm_1997_gated": StatefulLSTM1997Gated(),
    "self_recurrent_1997": SelfRecurrent1997(),
    "memory_cell_1997": MemoryCell1997(),
    "cell_blocks_1997": CellBlocks1997(),
}


def find_model(name: str) -> Model:
    """Look a model up by name; a StudyError lists the known ones."""
    if name not in MODELS:
        raise unknown_name("model", name, MODELS)
    model = MODELS[name]
    if not isinstance(model, Model):
        raise StudyError(f"model {name!r} is {model!r} in MODELS; write an instance there, such as MLP()")
    require(model, model.needs, f"model {type(model).__name__}")
    return model
