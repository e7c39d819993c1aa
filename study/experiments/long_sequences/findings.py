"""Facts of the section on long sequences: how far each recipe reaches, and what one change to it does."""

from __future__ import annotations

from study.experiments.long_sequences.configs import (
    BEST,
    BEST_SEEING,
    CHRONO_WEIGHTED,
    FAR_RECIPES,
    FAR_UPDATES,
    FAST,
    HIGH,
    HIGH_SEEING,
    LONGER,
    OF_1997,
    PLAIN,
    RECIPES,
    SHUT,
    SHUT_SHARE,
    SLOW,
    STATEFUL,
    WEIGHT,
    WEIGHTED,
    WIDE,
)
from study.experiments.long_sequences.lags import FADED, FORGET_BIASES, AtLag, at_lags, filled, kept, kept_by
from study.measures.probed import SATURATED
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, reach, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

COLUMNS = (
    Column("recipe", 3.6, "left"),
    Column("lag", 0.7),
    Column("rate", 0.7),
    Column("epochs", 0.8),
    Column("updates", 0.9),
    Column("rows", 1.1),
    Column("ceiling", 0.8),
    Column("chance", 0.9),
    Column("solved (95 %)", 2.1),
    Column("within 0.25", 2.1),
    Column("all rows: accuracy", 1),
    Column("gap: median", 1),
    Column("loss / floor", 1.8),
    Column("kept untrained", 1.1),
    Column("verdict", 2.6, "left"),
)
REACH_COLUMNS = (
    Column("recipe", 3.4, "left"),
    Column("longest reliable lag", 1.2),
    Column("longest lag tried", 1.2),
    Column("solved there", 2.2),
    Column("within 0.25", 2.2),
    Column("gap: median", 1),
)
CONTRASTS = (  # what is changed, and the recipes before and after
    ("forget bias 1 to 7", PLAIN, HIGH),
    ("the same, where the last step is weighted", WEIGHTED, BEST),
    ("last step weighted, at forget bias 1", PLAIN, WEIGHTED),
    ("the same, at forget bias 7", HIGH, BEST),
    ("outputs see inputs, at forget bias 7", HIGH, HIGH_SEEING),
    ("the same, where the last step is weighted", BEST, BEST_SEEING),
    ("20 units to 40, at forget bias 7, last step weighted", BEST, WIDE),
    ("forget bias 7 to 10 and input bias 0 to -3, 40 units, last step weighted", WIDE, SHUT),
    ("outputs begin at 1/symbols, at these biases", SHUT, SHUT_SHARE),
    ("cell of 1997 for forget bias 7, outputs see inputs", HIGH_SEEING, OF_1997),
    ("chrono for forget bias 7, last step weighted", BEST, CHRONO_WEIGHTED),
    ("rate 0.1 to 0.01, at forget bias 1", PLAIN, f"{PLAIN}, rate 0.01"),
    ("the same, at forget bias 7, last step weighted", BEST, f"{BEST}, rate 0.01"),
)
Found = dict[str, dict[int, AtLag]]  # by recipe and lag


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found: Found = {recipe: at_lags(evidence, recipe) for recipe in RECIPES}
    lags = list(found[STATEFUL])
    farthest = max(lag for by_lag in found.values() for lag in by_lag)
    reaches = {recipe: _reach(by_lag) for recipe, by_lag in found.items()}
    ends = [each.end for by_lag in found.values() for each in by_lag.values()]
    return {
        "lags": ", ".join(map(number, lags)),
        "far_lags": [number(lag) for lag in found[BEST] if lag > lags[-1]],
        "far_recipes": list(FAR_RECIPES),
        "far_updates": number(FAR_UPDATES),
        "enough": percent(ENOUGH),
        "threshold": threshold_in_words(end.solved.n for end in ends),
        "rate": f"{FAST:g}",
        "slow": f"{SLOW:g}",
        "biases": f"{min(FORGET_BIASES)} to {max(FORGET_BIASES)}",
        "updates": number(found[BEST][lags[-1]].end.updates),
        "tutorial_updates": _from_to([each.end.updates for each in found[STATEFUL].values()]),
        "seeds": " or ".join(number(count) for count in sorted({end.solved.n for end in ends}, reverse=True)),
        "reaches": Table(
            "reaches",
            REACH_COLUMNS,
            [
                (recipe, number(reaches[recipe]) if reaches[recipe] else "none", *_end(by_lag))
                for recipe, by_lag in found.items()
            ],
        ),
        "farthest": number(max(reaches.values())),
        "any": max(reaches.values()) > 0,
        "all_the_way": max(reaches.values()) == farthest,
        "far_tried": lags[-1] <= max(reaches.values()) < farthest,
        "best": [recipe for recipe, reach in reaches.items() if reach == max(reaches.values())],
        "stateful": _told(found[STATEFUL], lags[0]),
        "stateful_last": _told(found[STATEFUL], lags[-1]),
        "plain": _told(found[PLAIN], lags[-1]),
        "last": number(lags[-1]),
        "contrasts": Table(
            "contrasts",
            [
                Column("change", 3, "left"),
                *(Column(f"lag {number(lag)}, of {number(at.end.solved.n)}", 1.5) for lag, at in found[BEST].items()),
                Column("seeds right, beyond the intervals", 2.6, "left"),
            ],
            [_contrast(change, found[before], found[after], list(found[BEST])) for change, before, after in CONTRASTS],
        ),
        "unfaded": _unfaded(found, lags),
        "faded": percent(FADED),
        "gates": _gates(evidence, found),
        "factor": " or ".join(str(factor) for factor in sorted(set(LONGER.values()))),
        "longer": Table(
            "longer training",
            [Column("recipe", 2.2, "left"), Column("updates", 1), *(Column(f"lag {number(lag)}", 2.4) for lag in lags)],
            [row for recipe in LONGER for row in _longer(recipe, found[recipe], lags)],
        ),
        "longer_helps": _where(found, lags),
        "kept": Table(
            "kept untrained",
            [Column("forget bias", align="left"), *(Column(f"lag {number(lag)}") for lag in found[BEST])],
            [(str(bias), *(_left(kept(bias, lag)) for lag in found[BEST])) for bias in FORGET_BIASES],
        ),
        "table": Table(
            "all recipes",
            COLUMNS,
            [_row(recipe, lag, each) for recipe, by_lag in found.items() for lag, each in by_lag.items()],
        ),
    }  # fmt: skip


def answer(evidence: Evidence) -> str:
    """Say in one line how far the first symbol is held.

    Parameters
    ----------
    evidence : Evidence
        With the experiment on long sequences stored.

    Returns
    -------
    str
        Markdown.
    """
    tutorial, best = at_lags(evidence, STATEFUL), at_lags(evidence, SHUT_SHARE)
    last, far = max(tutorial), max(best)
    held = _reach(best)
    reliable = (
        f"reliable (at least {percent(ENOUGH)} of seeds) up to {number(held)} steps"
        if held
        else "reliable at no length"
    )
    config = best[far].end.config
    biases = dict(config.initialisation_options)
    return (
        f"**Does it hold over hundreds of steps?** Of the tutorial's networks, "
        f"{rate(tutorial[last].end.solved)} are right when {number(last)} steps lie between the first symbol and its "
        f"use. An LSTM of {config.units} units that is given whole sequences, begins by forgetting little and letting "
        f"little in (forget bias {biases['forget_bias']:g}, input bias {biases['input_bias']:g}), with outputs that "
        f"begin at 1/symbols and a last step that weighs {WEIGHT} times as much as all together, is {reliable}; over "
        f"{number(far)} steps, {rate(best[far].end.solved)} seeds have the last symbol right after "
        f"{number(best[far].end.updates)} updates; of all rows, with the fillers in between, "
        f"{number(best[far].end.overall.value, 3)} are right."
    )


def _reach(by_lag: dict[int, AtLag]) -> int:
    """Find the longest lag up to which every lag is reliable; 0 if there is none."""
    return reach({lag: each.end.solved for lag, each in by_lag.items()})


def _end(by_lag: dict[int, AtLag]) -> tuple[str, ...]:
    """Write how a recipe fares at the longest lag it was tried at."""
    lag = max(by_lag)
    end = by_lag[lag].end
    return number(lag), rate(end.solved), rate(end.within), small(end.gap)


def _told(by_lag: dict[int, AtLag], lag: int) -> Facts:
    """What the text says of a recipe at one lag."""
    end = by_lag[lag].end
    return {
        "lag": number(lag),
        "solved": rate(end.solved),
        "within": rate(end.within),
        "gap": small(end.gap),
        "others": number(end.overall.value, 3),
        "kept": _left(kept_by(end.config)),
    }


def _contrast(change: str, before: dict[int, AtLag], after: dict[int, AtLag], lags: list[int]) -> tuple[str, ...]:
    """Write how many seeds are right before and after a change, and where their intervals lie apart."""
    pairs = {lag: (before[lag].end.solved, after[lag].end.solved) for lag in lags if lag in before and lag in after}
    more = [number(lag) for lag, (one, other) in pairs.items() if other.low > one.high]
    fewer = [number(lag) for lag, (one, other) in pairs.items() if other.high < one.low]
    found = [f"{word} at {_listed(where)}" for word, where in (("more", more), ("fewer", fewer)) if where]
    counts = {lag: f"{one.k} → {other.k}" for lag, (one, other) in pairs.items()}
    return (change, *(counts.get(lag, "–") for lag in lags), "; ".join(found) or "not told apart")


def _from_to(values: list[int]) -> str:
    """Write the range of some numbers, one number if they agree."""
    return " to ".join(number(end) for end in sorted({min(values), max(values)}))


def _listed(words: list[str]) -> str:
    """Join words, the last with 'and'."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _unfaded(found: Found, lags: list[int]) -> list[str]:
    """List recipes that are not reliable at the longest common lag though an untrained cell keeps something there."""
    return [
        f"{recipe} ({end.solved.k} of {end.solved.n}, keeps {_left(kept_by(end.config))})"
        for recipe, end in ((recipe, by_lag[lags[-1]].end) for recipe, by_lag in found.items())
        if end.possible.gradient_reaches and end.solved.share < ENOUGH and kept_by(end.config) >= FADED
    ]


def _gates(evidence: Evidence, found: Found) -> Facts:
    """Compare input gates that begin half open with such that begin nearly shut, at the farthest lag of both."""
    lag = max(set(found[WIDE]) & set(found[SHUT]))
    ends = {name: found[recipe][lag].end for name, recipe in (("open", WIDE), ("shut", SHUT), ("share", SHUT_SHARE))}
    before = {"open": filled(evidence, WIDE, lag), "shut": filled(evidence, SHUT, lag)}
    return {
        "lag": number(lag),
        "units": number(ends["open"].config.units),
        "updates": number(ends["open"].updates),
        "slope": f"{SATURATED:g}",
        "recipes": {"open": WIDE, "shut": SHUT},
        "weight": number(WEIGHT),
        "more": ends["shut"].solved.low > ends["open"].solved.high,
        "more_share": ends["share"].solved.low > ends["shut"].solved.high,
        "more_both": ends["share"].solved.low > ends["open"].solved.high,
        **{
            name: {
                "solved": rate(end.solved),
                "others": number(end.overall.value, 3),
                "few_others": end.overall.value < 0.5,
                "within": rate(end.within),
                "bias": f"{dict(end.config.initialisation_options)['forget_bias']:g}",
                **(
                    {"content": number(before[name].content, 1), "saturated": percent(before[name].saturated)}
                    if name in before
                    else {}
                ),
            }
            for name, end in ends.items()
        },
    }


def _longer(recipe: str, by_lag: dict[int, AtLag], lags: list[int]) -> list[tuple[str, ...]]:
    """Write a recipe's rates at the shared budget and at the end of its longer training."""
    rows = []
    for name in ("end", "longer"):
        summaries = [getattr(by_lag[lag], name) for lag in lags]
        rows.append((recipe, number(summaries[0].updates), *(rate(each.solved) for each in summaries)))
    return rows


def _where(found: Found, lags: list[int]) -> list[str]:
    """List where a longer training has more seeds right, beyond the intervals."""
    return [
        f"{recipe} at lag {number(lag)}"
        for recipe in LONGER
        for lag, each in ((lag, found[recipe][lag]) for lag in lags)
        if each.longer is not None and each.longer.solved.low > each.end.solved.high
    ]


def _left(share: float) -> str:
    """Write a share that may be next to nothing."""
    return small(share) if share >= 1e-4 else f"{share:.0e}"


def _row(recipe: str, lag: int, each: AtLag) -> tuple[str, ...]:
    end = each.end
    known, config = end.possible.ceiling, end.config
    return (
        recipe,
        number(lag),
        f"{config.learning_rate:g}",
        number(end.epoch),
        number(end.updates),
        number(end.rows_seen),
        str(known.ambiguous),
        str(known.chance),
        rate(end.solved),
        rate(end.within),
        number(end.overall.value, 3),
        small(end.gap),
        f"{number(end.loss, 4)} / {number(known.loss_floor, 4)}",
        _left(kept_by(config)),
        each.verdict,
    )
