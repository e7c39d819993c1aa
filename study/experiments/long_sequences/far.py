"""Lags of 300 and 1,000: which recipe is chosen on seeds of its own, and whether others confirm it.

The choice and its confirmation are computed apart from the other lags; nothing is said of them where they are not
stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.config import Config
from study.experiment import Arm
from study.experiments.long_sequences.by_lag import filled_open_and_shut
from study.experiments.long_sequences.configs import (
    CANDIDATES,
    CHOICE_LAG,
    CHOICE_SEED,
    CHOSEN,
    FAR_LAG,
    FAR_SEEDS,
    FAR_UPDATES,
    FORMER,
    LAGS,
    TRIED_SEED,
    VERSION_2,
    VERSION_2_SEEDS,
    candidate_config,
    drawn_config,
    far_comparisons,
    far_config,
)
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import ahead, compare, comparisons_table, seeds_of, told
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, reach
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

RATES = (
    Column("last symbol right (95 %)"),
    Column("all rows right (95 %)"),
    Column("within 0.25 (95 %)"),
    Column("all rows: accuracy"),
    Column("gap: median"),
)
CHOICE_COLUMNS = (Column("recipe", "left"), *RATES, Column("updates until so many had all rows right"))
CONFIRMED_COLUMNS = (
    Column("recipe", "left"),
    Column("fillers", "left"),
    Column("lag"),
    Column("seeds"),
    *RATES,
)
RELIABLE = f"all rows right: at least {percent(ENOUGH)} of the seeds run"


@dataclass(frozen=True)
class Candidate:
    """What came of a recipe where one is chosen.

    Attributes
    ----------
    end : Summary
        After the last update.
    since : int
        Updates after which for the first time as many seeds had all rows right as at the end.
    """

    end: Summary
    since: int


def stored(evidence: Evidence) -> bool:
    """Whether choice and confirmation are shown."""
    return evidence.has("far_choice") and evidence.has("far_lags")


def candidates(evidence: Evidence) -> dict[str, Candidate]:
    """Sum up every candidate at the lag of the choice."""
    tried = {}
    for recipe in CANDIDATES:
        config = candidate_config(recipe)
        end, table = evidence.summary(config), evidence.table(config)
        right = (table["accuracy"] == 1).groupby(table["updates"]).sum()
        tried[recipe] = Candidate(end, int(right.index[right >= end.all_right.k][0]))
    return tried


def chosen_by_rule(tried: dict[str, Candidate]) -> str:
    """Choose as planned: most seeds with all rows right, of equals the soonest, and then the first listed."""
    return max(tried, key=lambda recipe: (tried[recipe].end.all_right.k, -tried[recipe].since))


def reach_of_chosen(evidence: Evidence) -> dict[int, Summary]:
    """Sum the chosen recipe up at every lag, fillers in order."""
    return {lag: evidence.summary(far_config(CHOSEN, lag)) for lag in (*LAGS, CHOICE_LAG, FAR_LAG)}


def longest(by_lag: dict[int, Summary]) -> int:
    """Find the longest lag up to which all rows are reliable at every lag; 0 if there is none."""
    return reach({lag: each.all_right for lag, each in by_lag.items()})


def facts(evidence: Evidence) -> Facts:
    """Collect what the section says of the farthest lags; call it where they are stored."""
    tried, by_lag = candidates(evidence), reach_of_chosen(evidence)
    former, drawn = evidence.summary(far_config(FORMER)), evidence.summary(drawn_config(CHOSEN))
    outcomes = compare(evidence, far_comparisons(CHOSEN))
    last_of_drawn = _last_right(evidence, drawn.config)
    before = filled_open_and_shut(evidence, FAR_LAG)
    return {
        "choice_lag": number(CHOICE_LAG),
        "lag": number(FAR_LAG),
        "updates": number(FAR_UPDATES),
        "seeds": number(FAR_SEEDS),
        "first_seed": number(CHOICE_SEED),
        "tried_seed": number(TRIED_SEED),
        "version_2": {"recipes": number(len(VERSION_2)), "seeds": number(VERSION_2_SEEDS)},
        "count": number(len(CANDIDATES)),
        "recipe": CHOSEN,
        "former_recipe": FORMER,
        "units": number(by_lag[FAR_LAG].config.units),
        "chosen_at_choice": {**counts(tried[CHOSEN].end), "since": number(tried[CHOSEN].since)},
        "former_at_choice": {**counts(tried[FORMER].end), "since": number(tried[FORMER].since)},
        "chosen": counts(by_lag[FAR_LAG]),
        "former": counts(former),
        "drawn": {**counts(drawn), "k": number(last_of_drawn.k)},
        "reach": number(longest(by_lag)),
        "pairs": {name: told(outcome) for name, outcome in outcomes.items()},
        "before": {name: percent(each.saturated) for name, each in before.items()},
        "choice": Table("choice at the far lag", CHOICE_COLUMNS, [_tried(name, one) for name, one in tried.items()]),
        "confirmed": Table(
            "confirmation",
            CONFIRMED_COLUMNS,
            [
                *(_row("chosen", "in order", lag, each, each.solved) for lag, each in by_lag.items()),
                _row("chosen", "drawn", FAR_LAG, drawn, last_of_drawn),
                _row("before", "in order", FAR_LAG, former, former.solved),
            ],
        ),
        "comparisons": comparisons_table(outcomes),
        "claims": [
            Claim("far_chosen", chosen_by_rule(tried) == CHOSEN, "the planned rule, applied to the stored choice"),
            Claim("far_reached", longest(by_lag) >= FAR_LAG, f"{RELIABLE}, at every lag up to this one"),
            Claim(
                "far_drawn_short",
                drawn.all_right.share < ENOUGH <= drawn.overall.value,
                f"all rows right: fewer than {percent(ENOUGH)} of the seeds run; of all rows, at least that share",
            ),
            ahead("far_former", outcomes["former"]),
            ahead("far_drawn_behind", outcomes["drawn"]),
            Claim(
                "far_fills_up",
                before["open"].saturated > before["shut"].saturated,
                "share saturated, mean over seeds",
            ),
        ],
    }


def counts(summary: Summary) -> Facts:
    """What a text says of a recipe at a lag."""
    return {
        "n": number(summary.solved.n),
        "k": number(summary.solved.k),
        "all_k": number(summary.all_right.k),
        "within_k": number(summary.within.k),
        "rows": percent(summary.overall.value),
        "gap": small(summary.gap),
    }


def _last_right(evidence: Evidence, config: Config) -> Rate:
    """Count the seeds with the last symbol of both sequences right, where other rows are ambiguous too."""
    right = seeds_of(evidence, Arm(config, criterion="last_right"))
    return Rate(int(right.sum()), len(right))


def _rates(end: Summary, last: Rate) -> tuple[str, ...]:
    return rate(last), rate(end.all_right), rate(end.within), number(end.overall.value, 3), small(end.gap)


def _tried(recipe: str, one: Candidate) -> tuple[str, ...]:
    return (recipe, *_rates(one.end, one.end.solved), number(one.since) if one.end.all_right.k else "–")


def _row(recipe: str, fillers: str, lag: int, end: Summary, last: Rate) -> tuple[str, ...]:
    return recipe, fillers, number(lag), number(end.solved.n), *_rates(end, last)
