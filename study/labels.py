"""Names of cells as readers see them, the same in every table, figure and sentence."""

from __future__ import annotations

from study.cell import Cell
from study.models import MODELS

KINDS = ("MLP", "stateless LSTM, 1 timestep", "stateless LSTM, whole window", "stateful LSTM, 1 timestep")


def kind(cell: Cell) -> str:
    """Name the kind of network, such as ``stateful LSTM, 1 timestep``."""
    if cell.model == "mlp":
        return KINDS[0]
    if cell.model == "stateless_lstm":
        return KINDS[1] if cell.timesteps == 1 else KINDS[2]
    if cell.model == "stateful_lstm" and cell.timesteps == 1:
        return KINDS[3]
    return f"{MODELS[cell.model].label}, {cell.timesteps} timestep{'s' * (cell.timesteps != 1)}"
