"""Facts of the section on long sequences: how far each recipe reaches, and what stops the others."""

from __future__ import annotations

from study.experiments.long_sequences import BEST, FAR_RECIPES, RECIPES, STATEFUL
from study.report.evidence import Evidence
from study.report.figures.long_sequences import FORGET_BIASES, kept, recipe_cells
from study.report.sections.base import Facts
from study.report.words import number, percent, rate, small
from study.summaries import Summary

ENOUGH = 0.95  # share of seeds that counts as reliable
HEADINGS = (
    "recipe", "lag", "rate", "epochs", "updates", "rows", "ceiling", "chance", "solved (95 %)", "within 0.25",
    "all rows: accuracy", "gap: median", "loss / floor", "verdict",
)  # fmt: skip
WEIGHTED = "forget bias 1, last step weighted"
PLAIN = "whole window, forget bias 1"
HIGH_BIAS = "forget bias 7"

Found = dict[str, dict[int, Summary]]  # by recipe and lag


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found: Found = {
        recipe: {lag: evidence.summary(cell) for lag, cell in recipe_cells(evidence, recipe).items()}
        for recipe in RECIPES
    }
    lags = list(found[STATEFUL])
    farthest = max(lag for by_lag in found.values() for lag in by_lag)
    reaches = {recipe: _reach(by_lag) for recipe, by_lag in found.items()}
    ends = [summary for by_lag in found.values() for summary in by_lag.values()]
    return {
        "lags": ", ".join(map(number, lags)),
        "far_lags": [number(lag) for lag in found[BEST] if lag > lags[-1]],
        "far_recipes": list(FAR_RECIPES),
        "enough": percent(ENOUGH),
        "updates": number(max(summary.updates for summary in ends if summary.cell.timesteps > 1)),
        "seeds": " or ".join(number(count) for count in sorted({summary.solved.n for summary in ends}, reverse=True)),
        "reaches": [
            ("recipe", "longest reliable lag", "longest lag tried", "solved there", "within 0.25", "gap: median"),
            *(
                (recipe, number(reaches[recipe]) if reaches[recipe] else "none", *_end(by_lag))
                for recipe, by_lag in found.items()
            ),
        ],
        "farthest": number(max(reaches.values())),
        "any": max(reaches.values()) > 0,
        "all_the_way": max(reaches.values()) == farthest,
        "best": [recipe for recipe, reach in reaches.items() if reach == max(reaches.values())],
        "stateful": _told(found[STATEFUL], lags[0]),
        "plain": _told(found[PLAIN], lags[-1]),
        "high_bias": _told(found[HIGH_BIAS], lags[-1]),
        "weighted": _told(found[WEIGHTED], lags[-1]),
        "both": _told(found[BEST], lags[-1]),
        "last": number(lags[-1]),
        "weight_helps": found[BEST][lags[-1]].solved.low > found[HIGH_BIAS][lags[-1]].solved.high,
        "bias_helps": found[BEST][lags[-1]].solved.low > found[WEIGHTED][lags[-1]].solved.high,
        "slower": _told(found[f"{BEST}, rate 0.01"], lags[-1]),
        "rate_matters": found[BEST][lags[-1]].solved.low > found[f"{BEST}, rate 0.01"][lags[-1]].solved.high,
        "kept": [
            ("forget bias", *(f"lag {number(lag)}" for lag in found[BEST])),
            *((str(bias), *(_left(kept(bias, lag)) for lag in found[BEST])) for bias in FORGET_BIASES),
        ],
        "table": [
            HEADINGS,
            *(_row(recipe, lag, summary) for recipe, by_lag in found.items() for lag, summary in by_lag.items()),
        ],
    }  # fmt: skip


def answer(evidence: Evidence) -> str:
    """Say in one line how far the first symbol is held."""
    known = facts(evidence)
    cell = recipe_cells(evidence, BEST)
    lag = max(cell)
    return (
        f"**Long sequences.** With the tutorial's 1 timestep, {known['stateful']['solved']} seeds are right at lag "
        f"{known['stateful']['lag']}. A standard LSTM on whole windows, {BEST} 10-fold, is right in "
        f"{rate(evidence.summary(cell[lag]).solved)} seeds at lag {number(lag)} after {known['updates']} updates."
    )


def _reach(by_lag: dict[int, Summary]) -> int:
    """Find the longest lag up to which every lag is reliable; 0 if there is none."""
    reach = 0
    for lag, summary in by_lag.items():
        if summary.solved.share < ENOUGH:
            break
        reach = lag
    return reach


def _end(by_lag: dict[int, Summary]) -> tuple[str, ...]:
    """Write how a recipe fares at the longest lag it was tried at."""
    lag = max(by_lag)
    summary = by_lag[lag]
    return number(lag), rate(summary.solved), rate(summary.within), small(summary.gap)


def _told(by_lag: dict[int, Summary], lag: int) -> Facts:
    """What the text says of a recipe at one lag."""
    summary = by_lag[lag]
    return {
        "lag": number(lag),
        "solved": rate(summary.solved),
        "within": rate(summary.within),
        "gap": small(summary.gap),
        "others": number(summary.overall.value, 3),
    }


def _left(share: float) -> str:
    """Write a share that may be next to nothing."""
    return small(share) if share >= 1e-4 else f"{share:.0e}"


def _row(recipe: str, lag: int, summary: Summary) -> tuple[str, ...]:
    known, cell = summary.possible.ceiling, summary.cell
    return (
        recipe,
        number(lag),
        f"{cell.learning_rate:g}",
        number(summary.epoch),
        number(summary.updates),
        number(summary.rows_seen),
        str(known.ambiguous),
        str(known.chance),
        rate(summary.solved),
        rate(summary.within),
        number(summary.overall.value, 3),
        small(summary.gap),
        f"{number(summary.loss, 4)} / {number(known.loss_floor, 4)}",
        _verdict(summary),
    )


def _verdict(summary: Summary) -> str:
    """Say whether a failure is ruled out, untrained, or a matter of budget and luck."""
    if summary.possible.ruled_out or not summary.possible.trained:
        return summary.judgement
    if summary.solved.share >= ENOUGH:
        return "reliable"
    return "reachable, not in this budget" if summary.solved.k == 0 else "reachable, in some seeds"
