"""One network scored in three orders: what both figure and section on the order of presentation use.

What is right only in the order of training was counted, not remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.shuffle_epoch.configs import HABITS, LONG_EPOCHS, ONE, OTHER_RATE, trained
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.models import MODELS
from study.presentation import ORDERS
from study.report.comparisons import Outcome, arm_of, compare
from study.report.evidence import Evidence
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import ceiling


@dataclass(frozen=True)
class Scored:
    """One configuration at one budget: runs with both ambiguous rows right, by the order in which rows are scored.

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
    """Score a route in three orders; where the order cannot leak, random order is that of training."""
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


def compared(evidence: Evidence) -> dict[str, Outcome]:
    """Compare the three orders where none can be seen: batch size 1, reset after each sequence, the same seeds.

    Returns
    -------
    dict of str to Outcome
        By two orders and learning rate, as ``fixed, random, 0.001``; corrected together.
    """
    planned = {}
    for rate in (rate for route, rate in routes(evidence) if route == ONE):
        arms = {order: arm_of(scored(evidence, ONE, ("sequence", order), rate).summary) for order in ORDERS}
        for one, other in combinations(ORDERS, 2):
            what = f"{one} order against {other}, {ONE}, reset after each sequence, rate {rate:g}"
            planned[f"{one}, {other}, {rate:g}"] = Comparison(what, arms[one], arms[other])
    return compare(evidence, planned)
