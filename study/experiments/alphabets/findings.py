"""Facts of the section on alphabets: how far each recipe works, what it costs, and what breaks first."""

from __future__ import annotations

import numpy as np
from scipy.stats import bernoulli

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.alphabets.configs import (
    BEST,
    BEST_SUMMED,
    CHANGED_SIZES,
    FASTER,
    RECIPES,
    SHARE,
    STATEFUL,
    USED,
    WINDOW,
    alphabet_configs,
    kind_configs,
)
from study.experiments.alphabets.sizes import at_tutorial, seconds_an_update, sizes_of, weights_of
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, reach, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small
from study.sequences.configured import datasets_of

COLUMNS = (
    Column("recipe", 3, "left"),
    Column("symbols", 0.9),
    Column("weights", 1),
    Column("epochs", 0.9),
    Column("updates", 0.9),
    Column("ceiling", 0.9),
    Column("chance", 0.9),
    Column("solved", 2.2),
    Column("within 0.25", 2.2),
    Column("accuracy on all rows", 1.2),
    Column("memory gap: median", 1.2),
    Column("loss / floor", 2.1),
)
ONE_THING = ("loss summed", "initialised as PyTorch does", "rate 0.01", SHARE)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    ends = {recipe: sizes_of(evidence, recipe) for recipe in RECIPES}
    sizes, window, stateful, best = list(ends[WINDOW]), ends[WINDOW], ends[STATEFUL], ends[BEST]
    least, most = sizes[0], sizes[-1]
    broken = next((size for size in sizes if at_tutorial(evidence, window[size]).solved.share < ENOUGH), None)
    held = reach({size: summary.solved for size, summary in best.items()})
    changed = CHANGED_SIZES[0]  # the one size at which every preset has one thing changed
    helps = [name for name in ONE_THING if ends[name][changed].solved.low > _at_most(evidence, window, changed).high]
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
        "seeds": " or ".join(map(number, sorted({s.solved.n for found in ends.values() for s in found.values()}))),
        "breaks": broken is not None,
        "broken": _facts(at_tutorial(evidence, window[broken or least])),
        "broken_longer": _facts(window[broken or least]),
        "longer": window[least].epoch > TUTORIAL_EPOCHS,
        "before": _facts(at_tutorial(evidence, window[least])),
        "stateful_before": _facts(at_tutorial(evidence, stateful[least])),
        "stateful_most": _facts(stateful[most]),
        "window_most": _facts(window[most]),
        "blind": number(_blind_loss(window[most]), 4),
        "blind_least": number(_blind_loss(window[least]), 4),
        "hides": window[most].loss < _blind_loss(window[least]) and window[most].overall.value < 1,
        "has_not_begun": window[most].overall.value <= float(window[most].possible.ceiling.chance_overall),
        "changed": number(changed),
        "window_changed": rate(_at_most(evidence, window, changed)),
        "one_thing": [f"{name}: {rate(ends[name][changed].solved)}" for name in ONE_THING],
        "helps": helps,
        "summed_helps": "loss summed" in helps,
        "share_helps": SHARE in helps,
        "pytorch_helps": "initialised as PyTorch does" in helps,
        "best_reach": number(held) if held else "",
        "best_all": held == most,
        "best_most": _facts(best[most]),
        **_summed(evidence, ends, most),
        "used": [f"{number(size)} symbols: {rate(s.solved)}" for size, s in ends[USED].items()],
        "has_used": bool(ends[USED]),
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
                for recipe, found in ends.items()
                for size, end in found.items()
                for summary in _both(evidence, recipe, end)
            ],
        ),
    }  # fmt: skip


def _at_most(evidence: Evidence, window: dict[int, Summary], size: int) -> Rate:
    """Count the plain window's solved runs at the budget of the configurations that differ from it by one thing."""
    epochs = alphabet_configs(evidence.presets["alphabets"])[SHARE, size].epochs
    return evidence.summary(window[size].config, epochs).solved


def _blind_loss(summary: Summary) -> float:
    """Cross-entropy of the best answer that ignores the input: the share of each target, mean over outputs."""
    (rows,) = datasets_of(summary.config, [0])
    shares = np.bincount(rows.targets[:, -1]) / rows.rows
    return float(np.sum(bernoulli.entropy(shares)) / rows.features)


def _both(evidence: Evidence, recipe: str, end: Summary) -> list[Summary]:
    """Give the tutorial's budget and the end, where they differ."""
    early = recipe != USED and end.epoch > TUTORIAL_EPOCHS
    return [at_tutorial(evidence, end), end] if early else [end]


def _summed(evidence: Evidence, ends: dict[str, dict[int, Summary]], most: int) -> Facts:
    """Compare the loss averaged and summed over outputs in the largest alphabet, at the tutorial's epochs."""
    if most not in ends[BEST_SUMMED]:
        return {"summed": False}
    averaged, summed = (at_tutorial(evidence, ends[name][most]).solved for name in (BEST, BEST_SUMMED))
    return {
        "summed": True,
        "summed_solved": rate(summed),
        "averaged_solved": rate(averaged),
        "summed_matters": summed.low > averaged.high,
    }


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


def _facts(summary: Summary) -> Facts:
    return {
        "symbols": number(dict(summary.config.task_options)["size"]),
        "solved": rate(summary.solved),
        "within": rate(summary.within),
        "overall": number(summary.overall.value, 2),
        "gap": small(summary.gap),
        "epochs": number(summary.epoch),
        "loss": number(summary.loss, 4),
    }


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
    found = facts(evidence)
    broken, best = found["broken"], found["best_most"]
    first = (
        f"Not as it stands: with {broken['symbols']} symbols, {broken['solved']} LSTMs that are given whole sequences "
        f"are right after {broken['epochs']} epochs"
        if found["breaks"]
        else f"An LSTM that is given whole sequences is reliable up to {found['most']} symbols"
    )
    return (
        f"**Does it work with a bigger alphabet?** {first}; if outputs begin at 1/symbols instead of 1/2 and learn at "
        f"rate {found['faster']}, {best['solved']} are right even with {found['most']} symbols, after "
        f"{best['epochs']} epochs. Letters, words and emoji "
        f"{'give the same bits as numbers' if found['kinds_alike'] else 'do not give the same bits as numbers'}."
    )
