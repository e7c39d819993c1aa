"""One network scored in three orders: what both figure and section on the order of presentation use.

What is right only in the order of training was counted, not remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.shuffle_epoch.configs import HABITS, LONG_EPOCHS, ONE, OTHER_RATE, trained
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.models import MODELS
from study.presentation import ORDERS
from study.report.comparisons import Outcome, SameSeeds, arm_of, judge, same_seeds
from study.report.evidence import Evidence
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import ceiling

ASKED = {"trained": "", "random": "random_", "fresh": "fresh_"}  # by the prefix of their columns
OTHERWISE = {"random": "random order", "fresh": "a fresh state before each sequence"}


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
    seeds : DataFrame
        Whether each seed is right in the order of training (``trained``), in ``random`` order and with a ``fresh``
        state; the index is the seed. Without ``random`` where that is the order of training, or none can be seen.
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
    seeds: pd.DataFrame
    trained_ceiling: Fraction
    random_ceiling: Fraction
    fresh_gap: float

    @property
    def trained(self) -> Rate:
        """Runs right in the order of training."""
        return self.summary.solved

    def verdict(self, *, counts: bool) -> str:
        """Say what became of it in the order of training, in a word or two; the report's table explains them."""
        if self.summary.possible.ruled_out:
            return "ruled out"
        if counts:
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
    runs = table[table["epoch"] == summary.epoch].set_index("seed")
    measures = {name: f"{prefix}ambiguous_accuracy" for name, prefix in ASKED.items()}
    seeds = pd.DataFrame({name: runs[measure] == 1 for name, measure in measures.items() if measure in runs})
    right, fresh, random = seeds["trained"], seeds["fresh"], seeds.get("random", seeds["trained"])
    dataset = datasets_of(config, [0])[0]
    carries = MODELS[config.model].carries_state
    reordered = ceiling(dataset, schedule_of(replace(config, order="random"), dataset), carries_state=carries)
    return Scored(
        config,
        summary,
        Rate(int(random.sum()), len(runs)),
        summary.fresh_solved,
        Rate(int((right & ~random & ~fresh).sum()), len(runs)),
        seeds,
        summary.possible.ceiling.ambiguous,
        reordered.ambiguous,
        float(runs["fresh_memory_gap"].median()),
    )


def compared(evidence: Evidence, asked: Mapping[str, Scored]) -> dict[str, Outcome]:
    """Compare orders, and answers in the order of training with the same network's in others; corrected together.

    Parameters
    ----------
    evidence : Evidence
    asked : mapping of str to Scored
        By a name of one's own; those that were not asked in random order apart are left out.

    Returns
    -------
    dict of str to Outcome
        Where no order can be seen (batch size 1, reset after each sequence) by two orders and learning rate, as
        ``fixed, random, 0.001``; of what was asked by its name and the other way of asking, as ``name: random``.
    """
    given = {}
    for rate in (rate for route, rate in routes(evidence) if route == ONE):
        arms = {order: arm_of(scored(evidence, ONE, ("sequence", order), rate).summary) for order in ORDERS}
        for one, other in combinations(ORDERS, 2):
            what = f"{one} order against {other}, {ONE}, reset after each sequence, rate {rate:g}"
            given[f"{one}, {other}, {rate:g}"] = same_seeds(evidence, Comparison(what, arms[one], arms[other]))
    for name, score in asked.items():
        for other, how in OTHERWISE.items() if "random" in score.seeds else ():
            what = f"{name}: right in the order of training against {how}"
            given[f"{name}: {other}"] = SameSeeds(what, score.seeds["trained"], score.seeds[other])
    return judge(given)


def counts(outcomes: Mapping[str, Outcome], name: str) -> bool:
    """Tell whether a network counts: more seeds are right in the order of training than in both other ways of asking.

    Parameters
    ----------
    outcomes : mapping of str to Outcome
        As `compared` gives them.
    name : str
        That of `compared`.

    Returns
    -------
    bool
    """
    both = [f"{name}: {other}" for other in OTHERWISE]
    return all(each in outcomes and outcomes[each].ahead == "first" for each in both)
