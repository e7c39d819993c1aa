"""Facts of the section on long sequences: how far each recipe reaches, and what one change to it does."""

from __future__ import annotations

from study.config import Config
from study.experiments.long_sequences.by_lag import (
    FADED,
    FORGET_BIASES,
    AtLag,
    ByRecipe,
    Filled,
    at_lags,
    filled,
    kept_by,
    reach_of,
)
from study.experiments.long_sequences.configs import (
    BEST,
    BEST_SEEING,
    CHRONO_WEIGHTED,
    FAR_LAGS,
    FAR_RECIPES,
    FAR_UPDATES,
    FAST,
    HIGH,
    LONGER,
    OF_1997,
    OF_1997_WEIGHTED,
    PLAIN,
    RECIPES,
    SHUT,
    SHUT_SHARE,
    SLOW,
    SLOW_BEST,
    STATEFUL,
    WEIGHT,
    WEIGHTED,
    WIDE,
)
from study.experiments.long_sequences.tables import (
    contrasts_table,
    kept_table,
    left,
    longer_table,
    reaches_table,
    recipes_table,
)
from study.measures.probe_columns import SATURATED
from study.measures.statistics import Rate
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, threshold_in_words
from study.report.words import number, percent, rate, small

TOLD = {  # name in the text: recipe, at the longest lag that all recipes share
    "plain": PLAIN,
    "high": HIGH,
    "weighted": WEIGHTED,
    "both": BEST,
    "seeing": BEST_SEEING,
    "chrono": CHRONO_WEIGHTED,
    "slow": SLOW_BEST,
    "of_1997": OF_1997,
    "of_1997_weighted": OF_1997_WEIGHTED,
    "wide": WIDE,
    "shut": SHUT,
    "share": SHUT_SHARE,
}
MIDDLE = 30  # lag at which the default recipe has learnt the fillers and not the first symbol
FARTHEST = max(FAR_LAGS)
APART, OVERLAP = "95 % intervals of Wilson apart", "95 % intervals of Wilson overlap"
RELIABLE = f"at least {percent(ENOUGH)} of the seeds run"


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    recipes: ByRecipe = {recipe: at_lags(evidence, recipe) for recipe in RECIPES}
    lags = list(recipes[STATEFUL])
    last = lags[-1]
    ends = [each.end for by_lag in recipes.values() for each in by_lag.values()]
    before = {lag: _saturated(evidence, recipes, lag) for lag in (last, FARTHEST)}
    return {
        "lags": ", ".join(map(number, lags)),
        "far_stored": _far_stored(recipes),
        "far_lags": " and ".join(map(number, FAR_LAGS)),
        "far_count": number(len(FAR_RECIPES)),
        "far_updates": number(FAR_UPDATES),
        "enough": percent(ENOUGH),
        "threshold": threshold_in_words(end.solved.n for end in ends),
        "rate": f"{FAST:g}",
        "slow_rate": f"{SLOW:g}",
        "weight": number(WEIGHT),
        "slope": f"{SATURATED:g}",
        "biases": f"{min(FORGET_BIASES)} to {max(FORGET_BIASES)}",
        "updates": number(recipes[BEST][last].end.updates),
        "tutorial_updates": _from_to([each.end.updates for each in recipes[STATEFUL].values()]),
        "seeds": " or ".join(number(count) for count in sorted({end.solved.n for end in ends}, reverse=True)),
        "longer_updates": _from_to([at.longer.updates for at in recipes[PLAIN].values() if at.longer is not None]),
        "tutorial": _told(recipes, STATEFUL, lags[0]),
        "plain_reach": number(reach_of(recipes[PLAIN])),
        "plain_middle": _told(recipes, PLAIN, MIDDLE),
        **{name: _told(recipes, recipe, last) for name, recipe in TOLD.items()},
        "far": {name: _told(recipes, TOLD[name], FARTHEST) for name in ("wide", "share")},
        "before": {"lag": number(last), **_percents(before[last])},
        "far_before": _percents(before[FARTHEST]),
        "gates": _gates(recipes),
        "reaches": reaches_table(recipes),
        "contrasts": contrasts_table(recipes),
        "longer": longer_table(recipes, lags),
        "kept": kept_table(recipes),
        "table": recipes_table(recipes),
        "claims": [
            *_claims_of_what_is_right(recipes, last),
            *_claims_of_reach(recipes, last),
            *_claims_of_changes(recipes, last),
            *_claims_of_gates(recipes, last, before[last]),
            *_claims_of_far_lags(recipes, before[FARTHEST]),
            Claim(
                "longer_same",
                not any(_more_when_longer(recipes[recipe][lag]) for recipe in LONGER for lag in lags),
                f"{OVERLAP} at every lag",
            ),
        ],
    }


def _claims_of_what_is_right(recipes: ByRecipe, last: int) -> list[Claim]:
    """That the last symbol and all rows are two things."""
    middle, both = recipes[PLAIN].get(MIDDLE), recipes[BEST][last].end
    return [
        Claim(
            "fillers_alone",
            middle is not None and middle.end.overall.low > 0.9 and _below(middle.end.solved, 0.5),
            "rows right: Student's 95 % interval above 0.9; last symbol: Wilson's below one half",
        ),
        Claim("last_alone", both.solved.low > both.all_right.high, f"{APART}: last symbol and all rows"),
    ]


def _claims_of_reach(recipes: ByRecipe, last: int) -> list[Claim]:
    """How far the recipes reach."""
    at_end = {name: recipes[recipe][last].end for name, recipe in TOLD.items()}
    both, shared = at_end["both"], [lag for lag in recipes[STATEFUL] if lag > min(recipes[STATEFUL])]
    return [
        Claim(
            "tutorial_short",
            all(recipes[STATEFUL][lag].end.solved.k == 0 for lag in shared),
            "runs solved at every lag but the shortest: none",
        ),
        Claim(
            "default_short",
            0 < reach_of(recipes[PLAIN]) < last and _below(at_end["plain"].solved, ENOUGH),
            f"{RELIABLE} at the shortest lag, and Wilson's interval below that at the longest",
        ),
        Claim("weighted_far", reach_of(recipes[BEST]) >= last, f"{RELIABLE}, at every lag up to this one"),
        Claim(
            "both_needed",
            all(at_end[name].solved.high < both.solved.low for name in ("high", "weighted")),
            f"{APART}: each change alone and both",
        ),
        Claim("all_rows", at_end["share"].all_right.share >= ENOUGH, f"all rows right: {RELIABLE}"),
        Claim(
            "all_rows_seeing",
            at_end["seeing"].all_right.low > both.all_right.high,
            f"{APART}: all rows right, with and without",
        ),
        Claim("cell_1997", reach_of(recipes[OF_1997]) >= last, f"{RELIABLE}, at every lag up to this one"),
        Claim(
            "cell_1997_weighted",
            at_end["of_1997_weighted"].within.low > at_end["of_1997"].within.high,
            f"{APART}: within 0.25, with and without weight",
        ),
    ]


def _claims_of_changes(recipes: ByRecipe, last: int) -> list[Claim]:
    """What one change does at the longest lag that all recipes share."""
    both, chrono, slow = (recipes[name][last].end.solved for name in (BEST, CHRONO_WEIGHTED, SLOW_BEST))
    return [
        Claim("chrono_worse", chrono.high < both.low, f"{APART}, same lag"),
        Claim("slow_no_worse", slow.high >= both.low, f"{OVERLAP}, same lag"),
    ]


def _claims_of_gates(recipes: ByRecipe, last: int, before: dict[str, Filled]) -> list[Claim]:
    """What the biases of the gates keep, and what that explains."""
    plain, high, wide, shut = (recipes[recipe][last].end for recipe in (PLAIN, HIGH, WIDE, SHUT))
    return [
        Claim(
            "fades",
            kept_by(plain.config) < FADED and plain.solved.k == 0,
            f"share kept below {percent(FADED)}, no run solved",
        ),
        Claim(
            "kept_and_not_enough",
            kept_by(high.config) > 0.5 and _below(high.solved, ENOUGH),
            "share kept above one half; Wilson's interval below what counts as reliable",
        ),
        Claim("fills_up", before["open"].saturated > before["shut"].saturated, "share saturated, mean over seeds"),
        Claim("no_matter_yet", wide.solved.low <= shut.solved.high and shut.solved.low <= wide.solved.high, OVERLAP),
    ]


def _claims_of_far_lags(recipes: ByRecipe, before: dict[str, Filled]) -> list[Claim]:
    """What is asserted of the farthest lag, which is computed apart: nothing where it is not stored."""
    if not _far_stored(recipes):
        return []
    wide, share = (recipes[recipe][FARTHEST] for recipe in (WIDE, SHUT_SHARE))
    return [
        Claim("far_reached", reach_of(recipes[SHUT_SHARE]) >= FARTHEST, f"{RELIABLE}, at every lag up to this one"),
        Claim(
            "far_bias_alone",
            wide.end.solved.share < ENOUGH,
            f"fewer than {percent(ENOUGH)} of the seeds run",
        ),
        Claim(
            "far_fills_up",
            before["open"].saturated > before["shut"].saturated,
            "share saturated, mean over seeds",
        ),
        Claim(
            "far_not_all_rows",
            share.end.overall.high < 0.5 and share.end.solved.low > share.end.all_right.high,
            f"{APART}: last symbol and all rows; rows right: Student's 95 % interval below one half",
        ),
    ]


def _far_stored(recipes: ByRecipe) -> bool:
    """Whether every recipe that reaches far is stored at every far lag."""
    return all(lag in recipes[recipe] for recipe in FAR_RECIPES for lag in FAR_LAGS)


def _below(solved: Rate, share: float) -> bool:
    return solved.high < share


def answer(evidence: Evidence) -> str:
    """Say in one line of Markdown how far the first symbol is held."""
    tutorial, best = at_lags(evidence, STATEFUL), at_lags(evidence, SHUT_SHARE)
    last, far = max(tutorial), max(best)
    held = reach_of(best)
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
        f"{number(best[far].end.updates)} updates. Of all rows, fillers included, "
        f"{percent(best[far].end.overall.value)} are right."
    )


def _told(recipes: ByRecipe, recipe: str, lag: int) -> Facts:
    """What the text says of a recipe at one lag; a dash for each number where it is not stored."""
    at = recipes[recipe].get(lag)
    return {**_settings_told(RECIPES[recipe](lag), lag), **(NOT_STORED if at is None else _counts(at))}


def _settings_told(config: Config, lag: int) -> Facts:
    biases = {"forget_bias": 1.0, "input_bias": 0.0, **dict(config.initialisation_options)}
    return {
        "lag": number(lag),
        "units": number(config.units),
        "forget": number(biases["forget_bias"]),
        "input": number(biases["input_bias"]),
        "kept": left(kept_by(config)),
    }


def _counts(at: AtLag) -> Facts:
    end = at.end
    return {
        "k": number(end.solved.k),
        "n": number(end.solved.n),
        "all_k": number(end.all_right.k),
        "within_k": number(end.within.k),
        "rows": percent(end.overall.value),
        "gap": small(end.gap),
    }


NOT_STORED = dict.fromkeys(("k", "n", "all_k", "within_k", "rows", "gap"), "–")


def _from_to(values: list[int]) -> str:
    """Write the range of some numbers, one number if they agree."""
    return " to ".join(number(end) for end in sorted({min(values), max(values)}))


def _saturated(evidence: Evidence, recipes: ByRecipe, lag: int) -> dict[str, Filled]:
    """What untrained memory cells hold whose input gates begin half open and nearly shut; nothing if not stored."""
    if not all(lag in recipes[recipe] for recipe in (WIDE, SHUT)):
        return {}
    return {"open": filled(evidence, WIDE, lag), "shut": filled(evidence, SHUT, lag)}


def _percents(before: dict[str, Filled]) -> Facts:
    return {name: percent(before[name].saturated) if name in before else "–" for name in ("open", "shut")}


def _gates(recipes: ByRecipe) -> Facts:
    """The biases of both gates at the farthest lag that is stored, for the abstract."""
    lag = max(set(recipes[WIDE]) & set(recipes[SHUT]))
    ends = {name: recipes[recipe][lag].end for name, recipe in (("open", WIDE), ("shut", SHUT), ("share", SHUT_SHARE))}
    return {
        "lag": number(lag),
        "units": number(ends["open"].config.units),
        "more_both": ends["share"].solved.low > ends["open"].solved.high,
        **{
            name: {
                "solved": rate(end.solved),
                "k": number(end.solved.k),
                "n": number(end.solved.n),
                "bias": f"{dict(end.config.initialisation_options)['forget_bias']:g}",
            }
            for name, end in ends.items()
        },
    }


def _more_when_longer(at: AtLag) -> bool:
    """Whether a longer training has more seeds right, the intervals apart."""
    return at.longer is not None and at.longer.solved.low > at.end.solved.high
