"""Names of configurations as readers see them, the same in every table, figure and sentence."""

from __future__ import annotations

from study.config import Config
from study.models import MODELS

SAME_RUNS_MARK = "†"  # beside a layout whose runs are those of a simpler one
SAME_RUNS_NOTE = (
    f"{SAME_RUNS_MARK} The same weight updates as a configuration computed once and shown for both, so no independent "
    "confirmation: one interleaved lane is consecutive rows, more lanes than sequences repeat them, and shuffling "
    "inside a batch changes nothing."
)
KINDS = ("MLP", "stateless LSTM, 1 timestep", "stateless LSTM, whole window", "stateful LSTM, 1 timestep")


def kind(config: Config) -> str:
    """Name the kind of network, such as ``stateful LSTM, 1 timestep``."""
    if config.model == "mlp":
        return KINDS[0]
    if config.model == "stateless_lstm":
        return KINDS[1] if config.timesteps == 1 else KINDS[2]
    if config.model == "stateful_lstm" and config.timesteps == 1:
        return KINDS[3]
    return f"{MODELS[config.model].label}, {config.timesteps} timestep{'s' * (config.timesteps != 1)}"
