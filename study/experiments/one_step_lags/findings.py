"""Facts of the section on lags with a gradient of one row: where it ends, and what moves the limit."""

from __future__ import annotations

from study.experiments.main_grid.findings import budget_facts
from study.experiments.one_step_lags.configs import (
    ADAM,
    ALL,
    KEEPING,
    KEEPING_SGD,
    KEEPING_SOFTMAX,
    PLANNED,
    RECIPES,
    SGD,
    SOFTMAX_SGD,
    WIDE,
    lags_of,
    planned,
    trained,
)
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import ahead, compare, comparisons_table, told
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, reach, threshold_in_words
from study.report.tables import Column, Table, measures_table
from study.report.words import number, percent

Found = dict[str, dict[int, Summary]]  # by recipe and lag
NAMING = (Column("recipe", "left"), Column("lag"))
MEASURED = ("ceiling", "chance", "epochs", "updates", "right", "all_right", "within", "gap")
RELIABLE = f"at least {percent(ENOUGH)} of the seeds run right, at every lag up to this one"
TOLD = {"adam": ADAM, "sgd": SGD, "softmax": SOFTMAX_SGD, "keeping": KEEPING_SGD, "both": KEEPING_SOFTMAX, "all": ALL}


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["one_step_lags"]
    lags = lags_of(ADAM, preset)
    found = {
        recipe: {lag: evidence.summary(trained(recipe, lag, preset)) for lag in lags_of(recipe, preset)}
        for recipe in RECIPES
    }
    reaches = {recipe: reach_of(by_lag) for recipe, by_lag in found.items()}
    farthest, outcomes = max(reaches, key=lambda recipe: reaches[recipe]), compare(evidence, planned(preset))
    at_all_lags = [
        ((recipe, number(lag)), summary) for recipe, by_lag in found.items() for lag, summary in by_lag.items()
    ]
    ends = [summary for _, summary in at_all_lags]
    return {
        "lags": ", ".join(map(number, lags)),
        "last": number(lags[-1]),
        "epochs": number(ends[0].epoch),
        "wide": number(WIDE),
        "bias": f"{KEEPING:g}",
        "enough": percent(ENOUGH),
        "seeds": " or ".join(number(n) for n in sorted({s.solved.n for s in ends}, reverse=True)),
        "threshold": threshold_in_words(s.solved.n for s in ends),
        "reach": {name: number(reaches[recipe]) for name, recipe in TOLD.items()},
        "farthest": {"recipe": farthest, "reach": number(reaches[farthest])},
        "at_last": budget_facts(found[ALL][lags[-1]]),
        "pair": {name: {**told(each), "lag": number(PLANNED[name][2])} for name, each in outcomes.items()},
        "table": _table(found, reaches, lags),
        "all": measures_table("lags of a gradient of one row", NAMING, at_all_lags, MEASURED),
        "comparisons": comparisons_table(outcomes),
        "claims": [
            Claim(
                "limit_moves", reaches[ALL] >= 10 > max(reaches[ADAM], reaches[SGD]), f"{RELIABLE}: {_said(reaches)}"
            ),
            Claim("adam_ends", _ends(found[ADAM], lags), "seeds right at every lag but the shortest two: none"),
            *(
                ahead(name, outcomes[name])
                for name in ("softmax_sgd", "momentum", "keeping_sgd", "keeping_softmax", "softmax_keeping")
            ),
            ahead("softmax_simple", outcomes["softmax_simple"]),
            Claim("width_alone", not outcomes["width_adam"].ahead, f"{outcomes['width_adam'].test}; undecided"),
            Claim("bias_alone", not outcomes["keeping_adam"].ahead, f"{outcomes['keeping_adam'].test}; undecided"),
        ],
    }


def reach_of(by_lag: dict[int, Summary]) -> int:
    """Find the longest lag up to which every lag is reliable; 0 if there is none."""
    return reach({lag: each.solved for lag, each in by_lag.items()})


def _said(reaches: dict[str, int]) -> str:
    return "; ".join(f"{recipe} {reaches[recipe]}" for recipe in (ADAM, SGD, ALL))


def _ends(by_lag: dict[int, Summary], lags: tuple[int, ...]) -> bool:
    """Whether no seed is right beyond the two shortest lags."""
    return all(by_lag[lag].solved.k == 0 for lag in lags[2:])


def _table(found: Found, reaches: dict[str, int], lags: tuple[int, ...]) -> Table:
    """Write the share of seeds right of each recipe at each lag."""
    columns = (Column("recipe", "left"), *(Column(f"lag {lag}") for lag in lags), Column("reliable to"))
    rows = [
        (recipe, *(_counted(by_lag.get(lag)) for lag in lags), number(reaches[recipe]))
        for recipe, by_lag in found.items()
    ]
    return Table("reach of a gradient of one row", columns, rows)


def _counted(summary: Summary | None) -> str:
    """Write seeds right of those run; a dash where none were run."""
    return "–" if summary is None else f"{summary.solved.k} of {summary.solved.n}"
