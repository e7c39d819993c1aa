"""Which colour a configuration has in every figure: that of the setting it is an example of."""

from __future__ import annotations

from study.config import Config
from study.report.figures.colours import IN_ORDER, MUTED, NO_MEMORY, ONE_PER_LANE, TUTORIAL, WINDOWS

NAMES = {
    TUTORIAL: "rows in order, batch size 1 (the tutorial)",
    IN_ORDER: "rows in order, larger batches",
    ONE_PER_LANE: "one sequence per lane",
    WINDOWS: "whole windows",
    NO_MEMORY: "no memory",
    MUTED: "shuffled",
}


def colour_of(config: Config) -> str:
    """Find the colour of a configuration's setting; shuffled rows are none, and muted.

    Examples
    --------
    >>> colour_of(Config()) == TUTORIAL, colour_of(Config(batch_size=4)) == IN_ORDER
    (True, True)
    """
    if not config.model.startswith("stateful"):
        return NO_MEMORY if config.model == "mlp" or config.timesteps == 1 else WINDOWS
    if config.layout == "shuffled":
        return MUTED
    if config.timesteps > 1 and config.layout == "consecutive":
        return WINDOWS
    if config.batch_size == 1:
        return TUTORIAL
    return ONE_PER_LANE if config.layout == "interleaved" else IN_ORDER
