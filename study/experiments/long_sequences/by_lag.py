"""Long sequences at one budget: what figure, section and appendix share.

Some recipes run on for longer; they are compared with the others at the others' budget, and with themselves at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from study.config import Config
from study.experiments.long_sequences.configs import (
    LONGER,
    RECIPES,
    SHUT,
    STATEFUL,
    UPDATES,
    WIDE,
    untrained_config,
)
from study.measures.summaries import Summary
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, reach

FORGET_BIASES = (1, 3, 5, 7, 10)  # that are shown
FADED = 0.01  # share of a memory cell's content under which its gradient is said to have faded


@dataclass(frozen=True)
class AtLag:
    """A recipe at a lag.

    Attributes
    ----------
    end : Summary
        At the budget that all recipes share (the tutorial's network: its own).
    earlier : Summary
        At the last checkpoint in the first half of that budget.
    longer : Summary or None
        At the end of a longer training, for recipes that have one.
    """

    end: Summary
    earlier: Summary
    longer: Summary | None

    @property
    def verdict(self) -> str:
        """Reliable, ruled out, without a gradient, or a matter of budget and luck: then with the numbers."""
        end, left = self.end, kept_by(self.end.config)
        if end.possible.ruled_out or not end.possible.gradient_reaches:
            return end.judgement
        if end.solved.share >= ENOUGH:
            return "reliable"
        if left < FADED and end.solved.k == 0:
            return "possible, but the gradient fades"
        rising = "still rising" if end.solved.k > self.earlier.solved.k else "no more than at half of it"
        return f"{end.verdict}, {rising}"


ByRecipe = dict[str, dict[int, AtLag]]  # by recipe and lag


def reach_of(by_lag: dict[int, AtLag]) -> int:
    """Find the longest lag up to which the last symbol is reliable at every lag; 0 if there is none."""
    return reach({lag: each.end.solved for lag, each in by_lag.items()})


def reach_of_all_rows(by_lag: dict[int, AtLag]) -> int:
    """Find the longest lag up to which all rows are reliable at every lag; 0 if there is none."""
    return reach({lag: each.end.all_right for lag, each in by_lag.items()})


def recipe_configs(evidence: Evidence, recipe: str) -> dict[int, Config]:
    """Find a recipe's stored configurations by lag."""
    by_lag = {}
    for lag in sorted({lag_of(config) for config in evidence.configs_of["long_sequences"]}):
        settings = {name: value for name, value in RECIPES[recipe](lag).settings().items() if name != "epochs"}
        by_lag[lag] = evidence.find("long_sequences", **settings)
    return by_lag


def lag_of(config: Config) -> int:
    """Steps from the first symbol to its use."""
    return int(dict(config.task_options)["lag"])


def at_lags(evidence: Evidence, recipe: str) -> dict[int, AtLag]:
    """Sum a recipe up at every lag that is stored."""
    shared = UPDATES[evidence.presets["long_sequences"].name]
    by_lag = {}
    for lag, config in recipe_configs(evidence, recipe).items():
        budget = config.epochs if recipe == STATEFUL else shared
        scored = sorted(set(evidence.table(config)["epoch"]))
        half = max(epoch for epoch in scored if epoch <= budget / 2)
        by_lag[lag] = AtLag(
            evidence.summary(config, budget),
            evidence.summary(config, half),
            evidence.summary(config) if recipe in LONGER else None,
        )
    return by_lag


def kept(forget_bias: float, lag: int) -> float:
    """Share of a memory cell's content that an untrained forget gate leaves after `lag` steps: sigmoid(bias) ** lag."""
    return float((1 + exp(-forget_bias)) ** -lag)


@dataclass(frozen=True)
class Filled:
    """What untrained memory cells hold when the ambiguous input comes.

    Attributes
    ----------
    content : float
        Absolute cell state: median over units and sequences of a seed, and of these over the seeds.
    saturated : float
        Share of them whose output has a slope of less than `SATURATED` of `study.experiments.long_sequences.configs` in
        what the configuration holds.
    """

    content: float
    saturated: float


def filled(evidence: Evidence, recipe: str, lag: int) -> Filled:
    """Read what a recipe's untrained memory cells hold at a lag, from the stored probe."""
    table = evidence.table(untrained_config(recipe, lag))
    return Filled(float(table["content"].median()), float(table["saturated"].mean()))


def filled_open_and_shut(evidence: Evidence, lag: int) -> dict[str, Filled]:
    """Read what untrained memory cells hold whose input gates begin half open, and nearly shut."""
    return {"open": filled(evidence, WIDE, lag), "shut": filled(evidence, SHUT, lag)}


def kept_by(config: Config) -> float:
    """Share that an untrained memory cell keeps over its task's lag; of a chrono initialisation, the longest unit's."""
    lag, options = lag_of(config), dict(config.initialisation_options)
    if "lstm_1997" in config.model:  # no forget gate
        return 1.0
    if config.initialisation == "chrono":
        return kept(log(options["longest"] - 1), lag)
    return kept(options.get("forget_bias", 1.0), lag)
