"""Facts of the section on alphabets: how far each recipe works, what it costs, and what breaks first."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import entr

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.alphabets.by_size import at_tutorial, seconds_an_update, summaries_by_size, weights_of
from study.experiments.alphabets.configs import (
    BEST,
    BEST_SUMMED,
    CHANGED_SIZES,
    FASTER,
    RATE,
    RECIPES,
    SHARE,
    STATEFUL,
    USED,
    USED_SIZES,
    WINDOW,
    alphabet_configs,
    kind_configs,
)
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import Outcome, ahead, arm_of, compare, comparisons_table, undecided
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, reach, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small
from study.sequences.configured import datasets_of

COLUMNS = (
    Column("recipe", "left"),
    Column("symbols"),
    Column("weights"),
    Column("epochs"),
    Column("updates"),
    Column("ceiling"),
    Column("chance"),
    Column("solved"),
    Column("within 0.25"),
    Column("accuracy on all rows"),
    Column("memory gap: median"),
    Column("loss / floor"),
)
Ends = dict[str, dict[int, Summary]]  # by recipe and size of the alphabet
ONE_THING = {  # name in the text: recipe
    "summed": "loss summed",
    "pytorch": "initialised as PyTorch does",
    "rate": RATE,
    "share": SHARE,
}
TOLD = ("symbols", "chance", "solved", "k", "n", "within_k", "overall", "epochs", "loss")  # of a summary


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    ends = {recipe: summaries_by_size(evidence, recipe) for recipe in RECIPES}
    sizes, window, stateful, best = list(ends[WINDOW]), ends[WINDOW], ends[STATEFUL], ends[BEST]
    least, most = sizes[0], sizes[-1]
    broken = next((size for size in sizes if at_tutorial(evidence, window[size]).solved.share < ENOUGH), None)
    changed = CHANGED_SIZES[0]  # the one size at which every preset has one thing changed
    compared = _comparisons(evidence, ends, changed)
    few, many = USED_SIZES
    return {
        "sizes": ", ".join(number(size) for size in sizes),
        "least": number(least),
        "most": number(most),
        "enough": percent(ENOUGH),
        "threshold": threshold_in_words(s.solved.n for s in (*window.values(), *best.values())),
        "units": number(Config.units),
        "rate": f"{Config.learning_rate:g}",
        "faster": f"{FASTER:g}",
        "epochs": number(TUTORIAL_EPOCHS),
        "changed_epochs": number(ends[SHARE][changed].epoch),
        "seeds": " or ".join(map(number, sorted({s.solved.n for by_size in ends.values() for s in by_size.values()}))),
        "breaks": broken is not None,
        "broken": _facts(at_tutorial(evidence, window[broken or least])),
        "broken_longer": _facts(window[broken or least]),
        "before": _facts(at_tutorial(evidence, window[least])),
        "stateful_before": _facts(at_tutorial(evidence, stateful[least])),
        "stateful_most": _facts(at_tutorial(evidence, stateful[most])),
        "window_most": _facts(window[most]),
        "blind_least": number(_blind_loss(window[least]), 4),
        "changed": number(changed),
        "plain": _facts(_at_most(evidence, window, changed)),
        "one": {name: _facts(ends[recipe][changed]) for name, recipe in ONE_THING.items()},
        "best_most": _facts(best[most]),
        **{name: _facts(summary) for name, summary in _averaged_and_summed(evidence, ends, most).items()},
        "used_few": _facts(ends[USED].get(few)),
        "used_many": _facts(ends[USED].get(many)),
        **_kinds(evidence),
        "weights": [number(weights_of(window[size].config)) for size in (least, most)],
        "times_weights": number(weights_of(window[most].config) / weights_of(window[least].config)),
        "times_time": number(
            seconds_an_update(evidence, window[most]) / seconds_an_update(evidence, window[least]), 1
        ),
        "table": Table(
            "alphabets",
            COLUMNS,
            [
                _row(recipe, size, summary)
                for recipe, by_size in ends.items()
                for size, end in by_size.items()
                for summary in _both(evidence, recipe, end)
            ],
        ),
        "compared_after": comparisons_table(compared),
        "claims": [
            *_claims_of_what_breaks(ends, broken, compared),
            *_claims_of_one_thing(compared),
            *_claims_of_what_works(evidence, ends, compared),
        ],
    }  # fmt: skip


def _claims_of_what_breaks(ends: Ends, broken: int | None, compared: Mapping[str, Outcome]) -> list[Claim]:
    """What is asserted of the plain networks as the alphabet grows."""
    window = ends[WINDOW]
    least, second, *_ = window
    most = max(window)
    end, chance = window[most], window[most].possible.ceiling.chance_overall
    mended = window[broken or least]
    return [
        Claim(
            "breaks_early",
            broken == second,
            f"at least {percent(ENOUGH)} of the seeds run in the smallest alphabet, fewer in the next",
        ),
        Claim(
            "longer_mends",
            mended.epoch > TUTORIAL_EPOCHS and mended.solved.share >= ENOUGH,
            f"longest budget: at least {percent(ENOUGH)} of the seeds run",
        ),
        Claim(
            "not_begun",
            end.solved.k == 0 and end.overall.value <= chance,
            "no run solved; mean accuracy on all rows no more than by ignoring the input",
        ),
        ahead("stateful_falls", compared["stateful_falls"]),
        Claim(
            "loss_hides",
            end.loss < _blind_loss(window[least]) and end.overall.value <= chance,
            "median loss below what ignoring the input reaches in the smallest alphabet; rows right as above",
        ),
    ]


def _comparisons(evidence: Evidence, ends: Ends, changed: int) -> dict[str, Outcome]:
    """Compare recipes that differ by one thing, and the two losses, on the same seeds."""
    plain = _at_most(evidence, ends[WINDOW], changed)
    one = {name: ends[recipe][changed] for name, recipe in ONE_THING.items()}
    planned = {
        name: Comparison(
            f"{number(changed)} symbols, solved: {ONE_THING[name]} against {WINDOW}", arm_of(each), arm_of(plain)
        )
        for name, each in one.items()
    }
    planned["rate or share"] = Comparison(
        f"{number(changed)} symbols, solved: {ONE_THING['rate']} against {ONE_THING['share']}",
        arm_of(one["rate"]),
        arm_of(one["share"]),
    )
    few, many = (at_tutorial(evidence, ends[STATEFUL][size]) for size in (min(ends[STATEFUL]), max(ends[STATEFUL])))
    what = f"{STATEFUL}, solved at {TUTORIAL_EPOCHS} epochs: the fewest symbols against the most"
    planned["stateful_falls"] = Comparison(what, arm_of(few), arm_of(many))
    both = _averaged_and_summed(evidence, ends, max(ends[BEST]))
    if (averaged := both["averaged"]) is not None and (summed := both["summed"]) is not None:
        what = f"{number(max(ends[BEST]))} symbols, solved at {TUTORIAL_EPOCHS} epochs: loss summed against averaged"
        planned["summed_is_sooner"] = Comparison(what, arm_of(summed), arm_of(averaged))
    return compare(evidence, planned)


def _claims_of_one_thing(compared: Mapping[str, Outcome]) -> list[Claim]:
    """What is asserted of recipes that differ from the plain window by one thing."""
    faster, beside = compared["rate"], compared["rate or share"]
    return [
        ahead("share_helps", compared["share"]),
        Claim("rate_helps", faster.ahead == "first" and not beside.ahead, f"{faster.test}; {beside.test}"),
        undecided("sum_does_not", compared["summed"]),
        Claim("pytorch_hurts", compared["pytorch"].ahead == "second", compared["pytorch"].test),
    ]


def _claims_of_what_works(evidence: Evidence, ends: Ends, compared: Mapping[str, Outcome]) -> list[Claim]:
    """What is asserted of the recipe for large alphabets, of alphabets in full use, and of other symbols."""
    best, used = ends[BEST], ends[USED]
    most = max(best)
    return [
        Claim(
            "recipe",
            reach({size: summary.solved for size, summary in best.items()}) == most,
            f"at least {percent(ENOUGH)} of the seeds run, in every alphabet",
        ),
        Claim("recipe_is_sure", best[most].within.low > 0.5, "within 0.25: Wilson's interval above one half"),
        _sooner(compared),
        Claim(
            "all_used",
            set(USED_SIZES) <= set(used) and all(summary.solved.low > 0.5 for summary in used.values()),
            "every ambiguous row right: Wilson's interval above one half",
        ),
        Claim("kinds_alike", bool(_kinds(evidence)["kinds_alike"]), "stored measures equal, bit for bit"),
    ]


def _sooner(compared: Mapping[str, Outcome]) -> Claim:
    """Judge whether the summed loss is ahead, where both were run."""
    name = "summed_is_sooner"
    return ahead(name, compared[name]) if name in compared else Claim(name, False, "not stored")


def _at_most(evidence: Evidence, window: dict[int, Summary], size: int) -> Summary:
    """Sum the plain window up at the budget of the configurations that differ from it by one thing."""
    epochs = alphabet_configs(evidence.presets["alphabets"])[SHARE, size].epochs
    return evidence.summary(window[size].config, epochs)


def _blind_loss(summary: Summary) -> float:
    """Cross-entropy of the best answer that ignores the input: the share of each target, mean over outputs."""
    (rows,) = datasets_of(summary.config, [0])
    shares = np.bincount(rows.targets[:, -1]) / rows.rows
    return float(np.sum(entr(shares) + entr(1 - shares)) / rows.features)


def _both(evidence: Evidence, recipe: str, end: Summary) -> list[Summary]:
    """Give the tutorial's budget and the end, where they differ."""
    early = recipe != USED and end.epoch > TUTORIAL_EPOCHS
    return [at_tutorial(evidence, end), end] if early else [end]


def _averaged_and_summed(evidence: Evidence, ends: Ends, most: int) -> dict[str, Summary | None]:
    """Sum up the loss averaged and summed over outputs in the largest alphabet, at the tutorial's epochs."""
    both = {"averaged": ends[BEST].get(most), "summed": ends[BEST_SUMMED].get(most)}
    return {name: None if end is None else at_tutorial(evidence, end) for name, end in both.items()}


def _kinds(evidence: Evidence) -> Facts:
    """Compare the results on symbols of other kinds with those on numbers, bit for bit."""
    numbers, *others = (evidence.table(config) for config in kind_configs().values())
    measures = [name for name in ("ambiguous_accuracy", "memory_gap", "largest_error", "loss") if name in numbers]
    epochs = set.intersection(*(set(table["epoch"]) for table in (numbers, *others)))
    kept = [table[table["epoch"].isin(epochs)].set_index(["seed", "epoch"])[measures] for table in (numbers, *others)]
    seeds = kept[0].index.intersection(kept[-1].index)
    return {
        "kinds": [kind for kind in kind_configs() if kind != "numbers"],
        "kinds_alike": all(table.loc[seeds].equals(kept[0].loc[seeds]) for table in kept[1:]),
        "kinds_runs": number(len(seeds.unique("seed"))),
    }


def _facts(summary: Summary | None) -> Facts:
    """What the text says of a summary; a dash for each number where nothing is stored."""
    if summary is None:
        return dict.fromkeys(TOLD, "–")
    told = (
        number(dict(summary.config.task_options)["size"]),
        str(summary.possible.ceiling.chance),
        rate(summary.solved),
        number(summary.solved.k),
        number(summary.solved.n),
        number(summary.within.k),
        percent(summary.overall.value),
        number(summary.epoch),
        number(summary.loss, 4),
    )
    return dict(zip(TOLD, told, strict=True))


def _row(recipe: str, size: int, summary: Summary) -> tuple[str, ...]:
    known = summary.possible.ceiling
    return (
        recipe,
        number(size),
        number(weights_of(summary.config)),
        number(summary.epoch),
        number(summary.updates),
        str(known.ambiguous),
        str(known.chance),
        rate(summary.solved),
        rate(summary.within),
        number(summary.overall.value, 3),
        small(summary.gap),
        f"{number(summary.loss, 5)} / {number(known.loss_floor, 5)}",
    )


def answer(evidence: Evidence) -> str:
    """Say it in one line of Markdown."""
    numbers = facts(evidence)
    broken, best = numbers["broken"], numbers["best_most"]
    first = (
        f"Not as it stands: with {broken['symbols']} symbols, {broken['solved']} LSTMs that are given whole sequences "
        f"are right after {broken['epochs']} epochs"
        if numbers["breaks"]
        else f"An LSTM that is given whole sequences is reliable up to {numbers['most']} symbols"
    )
    return (
        f"**Does it work with a bigger alphabet?** {first}; if outputs begin at 1/symbols instead of 1/2 and learn at "
        f"rate {numbers['faster']}, {best['solved']} are right even with {numbers['most']} symbols, after "
        f"{best['epochs']} epochs. Letters, words and emoji "
        f"{'give the same bits as numbers' if numbers['kinds_alike'] else 'do not give the same bits as numbers'}."
    )
