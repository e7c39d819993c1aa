"""Alphabets by size: what both the figure and the section use.

Recipes are summed up at the end of their budgets and, where these are longer, at the tutorial's epochs.
"""

from __future__ import annotations

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.alphabets.configs import alphabet_configs
from study.measures.summaries import Summary
from study.report.evidence import Evidence


def summaries_by_size(evidence: Evidence, recipe: str) -> dict[int, Summary]:
    """Sum up a recipe at the end of its budget, by size of the alphabet."""
    configs = alphabet_configs(evidence.presets["alphabets"])
    return {size: evidence.summary(config) for (name, size), config in configs.items() if name == recipe}


def at_tutorial(evidence: Evidence, summary: Summary) -> Summary:
    """Sum a configuration up at the tutorial's epochs, or at its end if that is sooner."""
    return evidence.summary(summary.config, min(TUTORIAL_EPOCHS, summary.epoch))


def weights_of(config: Config) -> int:
    """Count the weights of an LSTM and its outputs: 4u(K + u + 1) + K(u + 1) for u units and K symbols."""
    symbols, units = int(dict(config.task_options)["size"]), config.units
    return 4 * units * (symbols + units + 1) + symbols * (units + 1)


def seconds_an_update(evidence: Evidence, summary: Summary) -> float:
    """Measured time of an update of one run by the clock, scoring included, in seconds."""
    return evidence.seconds_of(summary.config) / summary.updates
