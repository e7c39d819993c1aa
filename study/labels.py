"""Names of cells as readers see them, the same in every table, figure and sentence."""

from __future__ import annotations

from study.cell import Cell

KINDS = ("MLP", "stateless LSTM, 1 timestep", "stateless LSTM, whole window", "stateful LSTM, 1 timestep")


def kind(cell: Cell) -> str:
    """Name the kind of network, such as ``stateful LSTM, 1 timestep``."""
    if cell.model == "mlp":
        return KINDS[0]
    if cell.model == "stateless_lstm":
        return KINDS[1] if cell.timesteps == 1 else KINDS[2]
    return KINDS[3] if cell.timesteps == 1 else f"stateful LSTM, {cell.timesteps} timesteps"
