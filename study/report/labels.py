"""Names of cells as readers see them, the same in every table, figure and sentence."""

from __future__ import annotations

from study.config import Cell
from study.models import MODELS
from study.runs.stand_in import computed_as

COINCIDES = "†"  # beside a layout whose runs are those of a simpler one
COINCIDING = (
    f"{COINCIDES} The same weight updates as a cell computed once and shown for both, so no independent confirmation: "
    "one interleaved lane is consecutive rows, more lanes than sequences repeat them, and shuffling inside a batch "
    "changes nothing."
)
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


def layout(cell: Cell) -> str:
    """Name the layout, with a mark where the runs are those of a simpler one."""
    return cell.layout if computed_as(cell) == cell else f"{cell.layout} {COINCIDES}"
