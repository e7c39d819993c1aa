"""One network asked in three orders: what figure and section on the order of presentation both count.

What is right in the order of training alone was counted, not remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.shuffle_epoch.configs import HABITS, LONG_EPOCHS, ONE, OTHER_RATE, trained
from study.measures.statistics import Paired, Rate, holm
from study.measures.summaries import Summary
from study.models import MODELS
from study.presentation import ORDERS
from study.report.evidence import Evidence
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import ceiling


@dataclass(frozen=True)
class Scored:
    """One configuration at one budget: runs with both ambiguous rows right, by the order in which they are asked.

    Attributes
    ----------
    config : Config
    summary : Summary
        In the order of training.
    random, fresh : Rate
        In random order with the same resets; with a reset before each sequence, row by row.
    alone : Rate
        Right in the order of training, and in neither of the others.
    trained_ceiling, random_ceiling : Fraction
        Best accuracy on the ambiguous rows that any function of the visible context could have in these orders.
    fresh_gap : float
        Memory gap with a fresh state, median.
    """

    config: Config
    summary: Summary
    random: Rate
    fresh: Rate
    alone: Rate
    trained_ceiling: Fraction
    random_ceiling: Fraction
    fresh_gap: float

    @property
    def trained(self) -> Rate:
        """Runs right in the order of training."""
        return self.summary.solved

    @property
    def counts(self) -> bool:
        """Whether its interval in the order of training lies above those of both others."""
        return self.trained.low > max(self.random.high, self.fresh.high)

    @property
    def verdict(self) -> str:
        """What became of it in the order of training, in a word or two; the report's table explains them."""
        if self.summary.possible.ruled_out:
            return "ruled out"
        if self.counts:
            return "counted"
        if self.summary.possible.gradient_reaches:
            return "possible"
        return "no gradient" if self.random_ceiling == 1 else "not counted"  # memory could do it, or counting alone


def budget(evidence: Evidence) -> int:
    """Epochs after which all configurations are compared."""
    return LONG_EPOCHS if evidence.presets["shuffle_epoch"].long else TUTORIAL_EPOCHS


def routes(evidence: Evidence) -> list[tuple[str, float]]:
    """List routes and learning rates, as stored."""
    rates = {config.learning_rate for config in evidence.configs_of["shuffle_epoch"]}
    return [
        (route, rate)
        for route in HABITS
        for rate in (Config.learning_rate, OTHER_RATE)
        if rate in rates and (route == ONE or rate == Config.learning_rate)
    ]


def scored(
    evidence: Evidence,
    route: str,
    habit: tuple[str, str],
    rate: float = Config.learning_rate,
    epochs: int | None = None,
) -> Scored:
    """Ask what a route came to in three orders; where the order cannot leak, random order is that of training."""
    plain = trained(route, *habit, rate)
    names = ("model", "timesteps", "batch_size", "layout", "reset", "order", "learning_rate")
    config = evidence.find("shuffle_epoch", **{name: getattr(plain, name) for name in names})
    summary = evidence.summary(config, epochs or budget(evidence))
    table = evidence.table(config)
    runs = table[table["epoch"] == summary.epoch]
    right, fresh = runs["ambiguous_accuracy"] == 1, runs["fresh_ambiguous_accuracy"] == 1
    random = runs["random_ambiguous_accuracy"] == 1 if "random_ambiguous_accuracy" in runs else right
    dataset = datasets_of(config, [0])[0]
    carries = MODELS[config.model].carries_state
    reordered = ceiling(dataset, schedule_of(replace(config, order="random"), dataset), carries_state=carries)
    return Scored(
        config,
        summary,
        Rate(int(random.sum()), len(runs)),
        summary.fresh_solved,
        Rate(int((right & ~random & ~fresh).sum()), len(runs)),
        summary.possible.ceiling.ambiguous,
        reordered.ambiguous,
        float(runs["fresh_memory_gap"].median()),
    )


def compared(evidence: Evidence, rate: float = Config.learning_rate) -> dict[str, tuple[Paired, float]]:
    """Compare the three orders where none can be seen: batch size 1, reset after each sequence, the same seeds.

    Returns
    -------
    dict of str to (Paired, float)
        By two orders, as ``fixed, random``: seeds right in one of them alone, and p corrected for three comparisons.
    """
    right = {order: _right_seeds(evidence, order, rate) for order in ORDERS}
    pairs = {}
    for place, one in enumerate(ORDERS):
        for other in ORDERS[place + 1 :]:
            both = pd.concat([right[one], right[other]], axis=1, join="inner")
            pairs[f"{one}, {other}"] = Paired.of(both.iloc[:, 0], both.iloc[:, 1])
    corrected = holm({name: pair.p for name, pair in pairs.items()})
    return {name: (pair, corrected[name]) for name, pair in pairs.items()}


def _right_seeds(evidence: Evidence, order: str, rate: float) -> pd.Series:
    """Tell of each seed whether it is right at the end of the budget."""
    score = scored(evidence, ONE, ("sequence", order), rate)
    table = evidence.table(score.config)
    runs = table[table["epoch"] == score.summary.epoch].set_index("seed")
    return runs["ambiguous_accuracy"] == 1
