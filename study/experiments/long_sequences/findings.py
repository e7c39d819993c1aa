"""Facts of the section on long sequences: how far each recipe reaches, and what one change to it does."""

from __future__ import annotations

from collections.abc import Mapping

from study.config import Config
from study.experiments.long_sequences import far
from study.experiments.long_sequences.by_lag import (
    FADED,
    FORGET_BIASES,
    ByRecipe,
    Filled,
    at_lags,
    filled_open_and_shut,
    kept_by,
    reach_of,
    reach_of_all_rows,
)
from study.experiments.long_sequences.configs import (
    BEST,
    BEST_SEEING,
    CANDIDATES,
    CHOSEN,
    CHRONO_WEIGHTED,
    FAST,
    FORMER,
    HIGH,
    LAST_OR_ALL,
    LONGER,
    OF_1997,
    OF_1997_WEIGHTED,
    PLAIN,
    RECIPES,
    RUN_ON,
    SHUT,
    SHUT_SHARE,
    SLOW,
    SLOW_BEST,
    SOUGHT,
    STATEFUL,
    SURER,
    WEIGHT,
    WEIGHTED,
    WIDE,
    comparisons,
    drawn_config,
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
from study.measures.summaries import Summary
from study.report.claims import Claim, Refuter
from study.report.comparisons import Outcome, ahead, behind, compare, comparisons_table, undecided
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, threshold_in_words
from study.report.words import number, percent, rate

Outcomes = Mapping[str, Outcome]
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
MOST = 0.9  # of all rows
MIDDLE = 30  # lag at which the default recipe has learnt the fillers and not the first symbol
RELIABLE = f"at least {percent(ENOUGH)} of the seeds run"


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    recipes: ByRecipe = {recipe: at_lags(evidence, recipe) for recipe in RECIPES}
    lags = list(recipes[STATEFUL])
    last = lags[-1]
    ends = [each.end for by_lag in recipes.values() for each in by_lag.values()]
    before = filled_open_and_shut(evidence, last)
    outcomes = compare(evidence, comparisons(evidence.presets["long_sequences"]))
    at_far_lags = far.facts(evidence) if far.stored(evidence) else {}
    return {
        "lags": ", ".join(map(number, lags)),
        "enough": percent(ENOUGH),
        "threshold": threshold_in_words(end.solved.n for end in ends),
        "rate": f"{FAST:g}",
        "slow_rate": f"{SLOW:g}",
        "weight": number(WEIGHT),
        "slope": f"{SATURATED:g}",
        "biases": f"{min(FORGET_BIASES)} to {max(FORGET_BIASES)}",
        "updates": number(recipes[BEST][last].end.updates),
        "tutorial_updates": _from_to([each.end.updates for each in recipes[STATEFUL].values()]),
        "tutorial_epochs": {
            "last": number(recipes[STATEFUL][last].end.config.epochs),
            "before": number(recipes[STATEFUL][lags[-2]].end.config.epochs),
            "lag": number(lags[-2]),
        },
        "seeds": " or ".join(number(count) for count in sorted({end.solved.n for end in ends}, reverse=True)),
        "longer_updates": _from_to([at.longer.updates for at in recipes[PLAIN].values() if at.longer is not None]),
        "planned": number(len(outcomes)),
        "tutorial": _told(recipes, STATEFUL, lags[0]),
        "plain_reach": number(reach_of(recipes[PLAIN])),
        "plain_middle": _told(recipes, PLAIN, MIDDLE),
        **{name: _told(recipes, recipe, last) for name, recipe in TOLD.items()},
        "before": {"lag": number(last), **{name: percent(each.saturated) for name, each in before.items()}},
        "far": {key: value for key, value in at_far_lags.items() if key != "claims"},
        "farthest": _farthest(evidence, recipes),
        "reaches": reaches_table(recipes),
        "contrasts": contrasts_table(outcomes),
        "comparisons": comparisons_table(outcomes),
        "longer": longer_table(recipes, lags),
        "kept": kept_table(recipes),
        "table": recipes_table(recipes),
        "claims": [
            *_claims_of_what_is_right(recipes, outcomes),
            *_claims_of_reach(recipes, last),
            *_claims_of_changes(outcomes),
            *_claims_of_gates(recipes, last, before),
            *at_far_lags.get("claims", []),
            _claim_of_farthest(evidence, recipes),
        ],
    }


def _claims_of_what_is_right(recipes: ByRecipe, outcomes: Outcomes) -> list[Claim]:
    """That the last symbol and all rows are two things."""
    middle = recipes[PLAIN].get(MIDDLE)
    return [
        Claim(
            "fillers_alone",
            middle is not None and middle.end.overall.low > MOST and _below(middle.end.solved, 0.5),
            f"rows right: Student's 95 % interval above {MOST}; last symbol: Wilson's below one half",
        ),
        ahead("last_alone", outcomes[LAST_OR_ALL]),
    ]


def _claims_of_reach(recipes: ByRecipe, last: int) -> list[Claim]:
    """How far the recipes reach."""
    at_end = {name: recipes[recipe][last].end for name, recipe in TOLD.items()}
    shared = [lag for lag in recipes[STATEFUL] if lag > min(recipes[STATEFUL])]
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
        Claim("weighted_far", reach_of(recipes[BEST]) >= last, f"last symbol: {RELIABLE}, at every lag up to this one"),
        Claim(
            "all_rows",
            reach_of_all_rows(recipes[SHUT_SHARE]) >= last,
            f"all rows right: {RELIABLE}, at every lag up to this one",
        ),
        Claim(
            "cell_1997",
            reach_of_all_rows(recipes[OF_1997]) >= last,
            f"all rows right: {RELIABLE}, at every lag up to this one",
        ),
    ]


def _claims_of_changes(outcomes: Outcomes) -> list[Claim]:
    """What one change does at the longest lag that all recipes share, on the same seeds."""
    bias = outcomes["forget bias 7 for 1, last step weighted: last symbol"]
    weight = outcomes["last step weighted, forget bias 7: last symbol"]
    longer = [outcomes[f"{RUN_ON}, {recipe}: {sought}"] for recipe in LONGER for sought in SOUGHT.values()]
    return [
        Claim(
            "both_needed",
            bias.ahead == weight.ahead == "first",
            f"{bias.test}; {weight.test}",
        ),
        ahead("all_rows_seeing", outcomes["outputs see inputs, forget bias 7, last step weighted: all rows"]),
        ahead("cell_1997_weighted", outcomes[SURER]),
        behind("chrono_worse", outcomes["chrono for forget bias 7, last step weighted: last symbol"]),
        undecided("slow_undecided", outcomes["rate 0.01 for 0.1, forget bias 7, last step weighted: last symbol"]),
        undecided(
            "gates_undecided",
            outcomes["forget bias 10 for 7 and input bias -3 for 0, 40 units, last step weighted: last symbol"],
        ),
        ahead("share_ahead", outcomes["outputs begin at 1/symbols, at these biases: all rows"]),
        Claim(
            "longer_same",
            not any(outcome.ahead == "first" for outcome in longer),
            "; ".join(outcome.test for outcome in longer),
        ),
    ]


def _claims_of_gates(recipes: ByRecipe, last: int, before: dict[str, Filled]) -> list[Claim]:
    """What the biases of the gates keep, and what that explains."""
    plain, high = (recipes[recipe][last].end for recipe in (PLAIN, HIGH))
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
    ]


def _below(solved: Rate, share: float) -> bool:
    return solved.high < share


def _longest_recipe(evidence: Evidence, recipes: ByRecipe) -> tuple[str, dict[int, Summary]]:
    """Sum up the recipe chosen for long lags at every lag, or the one before it where these are not stored."""
    if far.stored(evidence):
        return CHOSEN, far.reach_of_chosen(evidence)
    return FORMER, {lag: at.end for lag, at in recipes[FORMER].items()}


def _farthest(evidence: Evidence, recipes: ByRecipe) -> Facts:
    """How far all rows are right."""
    name, by_lag = _longest_recipe(evidence, recipes)
    tried, reached = max(by_lag), far.longest(by_lag)
    right = by_lag[reached or min(by_lag)].all_right
    return {
        "words": _in_words(CANDIDATES[name](tried)),
        "units": number(by_lag[tried].config.units),
        "reach": number(reached) if reached else "none",
        "reached": rate(right),
        "reached_k": f"{number(right.k)} of {number(right.n)}",
        "updates": number(by_lag[tried].updates),
        "tried": number(tried),
        "all": rate(by_lag[tried].all_right),
        "random": rate(evidence.summary(drawn_config(name)).all_right) if far.stored(evidence) else "",
    }


def _claim_of_farthest(evidence: Evidence, recipes: ByRecipe) -> Claim:
    """What the abstract says: up to which lag all rows are right."""
    _, by_lag = _longest_recipe(evidence, recipes)
    reached = far.longest(by_lag)
    at = by_lag[reached or min(by_lag)]
    return Claim(
        "abstract_farther",
        reached > 0,
        f"all rows right: {RELIABLE}, at every lag up to this one",
        Refuter(
            tuple(each.config for lag, each in by_lag.items() if lag <= max(reached, min(by_lag))),
            f"all rows right in fewer than {percent(ENOUGH)} of the seeds, at that lag or a shorter one",
            f"at lag {number(reached)}, all rows were right in {rate(at.all_right)} seeds",
        ),
    )


def _in_words(config: Config) -> str:
    """Say what a recipe for long lags does, after what it is of."""
    biases = dict(config.initialisation_options)
    said = ["is given whole sequences"]
    if "forget_bias" in biases:
        said.append(
            "begins by forgetting little and letting little in "
            f"(forget bias {biases['forget_bias']:g}, input bias {biases['input_bias']:g})"
        )
    outputs = ["softmax outputs" if config.softmax else "outputs"]
    if "output_bias" in biases:
        outputs.append("that begin at 1/symbols")
    if config.sees_inputs:
        outputs.append("that see the inputs")
    said.append(f"has {' '.join(outputs)}")
    return f"{', '.join(said)}, and a last step that weighs {WEIGHT} times as much as all together"


def answer(evidence: Evidence) -> str:
    """Say in one line of Markdown how far the first symbol is held."""
    recipes: ByRecipe = {recipe: at_lags(evidence, recipe) for recipe in (STATEFUL, FORMER)}
    tutorial, best = recipes[STATEFUL], _farthest(evidence, recipes)
    last = max(tutorial)
    network = f"an LSTM of {best['units']} units that {best['words']}"
    reliable = (
        f"All rows, fillers included, are right in at least {percent(ENOUGH)} of seeds up to {best['reach']} steps "
        f"with {network}"
        if best["reach"] != "none"
        else f"All rows, fillers included, are right reliably at no length with {network}"
    )
    random = f", and with fillers drawn at random {best['random']}" if best["random"] else ""
    return (
        f"**Does it hold over hundreds of steps?** Of the tutorial's networks, "
        f"{rate(tutorial[last].end.solved)} have the last symbol right when {number(last)} steps lie between the first "
        f"symbol and its use. {reliable}. Over {best['tried']} steps, the longest lag tried, {best['all']} seeds have "
        f"all rows right after {best['updates']} updates{random}."
    )


def _told(recipes: ByRecipe, recipe: str, lag: int) -> Facts:
    """What the text says of a recipe at one lag; a dash for each number where it is not stored."""
    at = recipes[recipe].get(lag)
    return {**_settings_told(RECIPES[recipe](lag), lag), **(NOT_STORED if at is None else far.counts(at.end))}


def _settings_told(config: Config, lag: int) -> Facts:
    biases = {"forget_bias": 1.0, "input_bias": 0.0, **dict(config.initialisation_options)}
    return {
        "lag": number(lag),
        "units": number(config.units),
        "forget": number(biases["forget_bias"]),
        "input": number(biases["input_bias"]),
        "kept": left(kept_by(config)),
    }


NOT_STORED = dict.fromkeys(("k", "n", "all_k", "within_k", "rows", "gap"), "–")


def _from_to(values: list[int]) -> str:
    """Write the range of some numbers, one number if they agree."""
    return " to ".join(number(end) for end in sorted({min(values), max(values)}))
