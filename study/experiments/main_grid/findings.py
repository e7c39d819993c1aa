"""Facts of the abstract and of the main results: what is possible, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.appendix import alike
from study.experiments.main_grid.figure_learning import shown_configs
from study.experiments.tutorial.figure import without_memory
from study.measures.statistics import SAMPLING, censored_median, time_to_success
from study.measures.summaries import Summary
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.labels import KINDS, kind
from study.report.tables import Column, Table
from study.report.words import mean, number, percent, rate, small
from study.runs.stand_in import stand_in
from study.theory.explanation import NO_GRADIENT_ACROSS_ROWS, SOLVABLE

MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss", "training_loss")
NEAR = 0.05  # share of the floor within which a loss counts as that of a network without memory
BRIEF = {SOLVABLE: "possible, a gradient reaches it", NO_GRADIENT_ACROSS_ROWS: "possible, no gradient across rows"}
SHORT = dict(zip(KINDS, ("MLP", "stateless", "whole window", "stateful"), strict=True))


def facts(evidence: Evidence) -> Facts:
    """Collect what the answer names.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    configs = evidence.longest("main_grid")
    budgets = sorted({TUTORIAL_EPOCHS} | {config.epochs for config in configs})
    at_tutorial = [evidence.summary(config, TUTORIAL_EPOCHS) for config in configs]
    at_end = [evidence.summary(config) for config in configs]
    long = [summary for summary in at_end if summary.epoch > TUTORIAL_EPOCHS]
    everything = at_tutorial + long
    return {
        "runs": number(sum({stand_in(s.config): s.solved.n for s in at_end}.values())),
        "seeds": number(min(summary.solved.n for summary in at_end)),
        "epochs": number(TUTORIAL_EPOCHS),
        "budgets": ", ".join(number(budget) for budget in budgets),
        "two_budgets": bool(long),
        "memoryless": _ruled_out([s for s in everything if kind(s.config) in KINDS[:2]]),
        "consecutive": _ruled_out(
            [
                s
                for s in everything
                if _is_stateful(s.config) and s.config.layout == "consecutive" and s.config.batch_size > 1
            ]
        ),
        "tutorial": _budgets(evidence, batch_size=1, layout="consecutive"),
        "lanes": _budgets(evidence, batch_size=2, layout="interleaved"),
        "whole": _whole([s for s in at_end if kind(s.config) == KINDS[2]]),
        "whole_early": _whole([s for s in at_tutorial if kind(s.config) == KINDS[2]]),
        "shuffled": [
            {"first": first, "last": last if long else {}}
            for first, last in zip(_shuffled(at_tutorial), _shuffled(at_end), strict=True)
        ],
        "feed_forward": _feed_forward(evidence, configs),
        "standard_errors": str(SAMPLING),
        "unlearnt": _unlearnt(everything),
        "table": _table(evidence, configs),
        **_times(evidence),
        "near": percent(NEAR),
        "chance": str(at_tutorial[0].possible.ceiling.chance),
    }


def _columns(*, longer: bool) -> list[Column]:
    """List the columns of the main table; those of the longest budget only where there is a longer one."""
    columns = [
        Column("network", 1.9, "left"),
        Column("layout", 2.3, "left"),
        Column("batch", 0.8),
        Column("ceiling", 0.8),
        Column(f"solved at {TUTORIAL_EPOCHS} (95 %)", 2.3),
        Column("gap", 0.9),
        *([Column("solved at the longest", 2.3)] if longer else []),
        Column("within 0.25", 2.3),
        *([Column("gap", 0.9)] if longer else []),
        Column("verdict", 2.7, "left"),
    ]
    return columns if longer else [replace(column, width=None) for column in columns]


def _table(evidence: Evidence, configs: Sequence[Config]) -> Table:
    """Write the main table: each configuration at both budgets, if it has two."""
    longer = any(config.epochs > TUTORIAL_EPOCHS for config in configs)
    rows = []
    for config, layouts, batch_sizes in alike(configs):
        first, last = (evidence.summary(config, budget) for budget in (TUTORIAL_EPOCHS, None))
        measured = [rate(first.solved), small(first.gap)]
        measured += [rate(last.solved), rate(last.within), small(last.gap)] if longer else [rate(last.within)]
        ceiling = str(first.possible.ceiling.ambiguous)
        rows.append(
            (SHORT[kind(config)], layouts, batch_sizes, ceiling, *measured, BRIEF.get(first.judgement, first.judgement))
        )
    return Table("main grid", _columns(longer=longer), rows)


def _times(evidence: Evidence) -> Facts:
    """Find the median time to the first success of the configurations whose curves are drawn; unsolved runs count as
    longer.

    An untrained network that happens to be right has not succeeded, so the start is left out.
    """
    medians, never, checkpoints = [], [], []
    for label, config, _ in shown_configs(evidence):
        first = first_success(evidence.table(config), "ambiguous_accuracy")
        checkpoints.append(first.checkpoints)
        epochs = censored_median(first.epochs)
        if isfinite(epochs):
            updates = epochs * evidence.summary(config).possible.steps
            medians.append({"label": label, "epochs": number(epochs), "updates": number(updates)})
        else:
            never.append(label)
    moments = " to ".join(dict.fromkeys(number(end(checkpoints)) for end in (min, max)))
    return {"medians": medians, "never": never, "checkpoints": moments}


@dataclass(frozen=True)
class FirstSuccess:
    """When each run was first right at a checkpoint after training had begun, and how many checkpoints there are."""

    epochs: npt.NDArray[np.float64]
    checkpoints: int


def first_success(table: pd.DataFrame, measure: str) -> FirstSuccess:
    """Find when each run first had a measure of 1; it need not have lasted.

    Parameters
    ----------
    table : DataFrame
        As `study.runs.store.Store.read` gives it.
    measure : str
        A column of it.

    Returns
    -------
    FirstSuccess
        Its epochs have shape (runs,), infinite for a run that never succeeded.
    """
    trained = table[table["epoch"] > 0]
    hits = trained.assign(hit=trained[measure] == 1).pivot_table(index="seed", columns="epoch", values="hit")
    return FirstSuccess(time_to_success(hits.to_numpy() > 0, hits.columns.to_numpy()), hits.shape[1])


def _shuffled(summaries: Sequence[Summary]) -> list[Facts]:
    """Say how the stateful network does on rows shuffled inside each sequence, batch size after batch size."""
    return [
        {"batch": str(s.config.batch_size), "ceiling": str(s.possible.ceiling.ambiguous), "accuracy": mean(s.accuracy)}
        for s in summaries
        if _is_stateful(s.config) and s.config.layout == "shuffled"
    ]


def _feed_forward(evidence: Evidence, configs: Sequence[Config]) -> list[str]:
    """Batch sizes at which the stateful network's stored numbers are the stateless one's, bit for bit."""
    found = []
    for config in configs:
        if not (_is_stateful(config) and config.layout == "consecutive"):
            continue
        like = {name: getattr(config, name) for name in ("timesteps", "layout", "batch_size")}
        twin = evidence.find("main_grid", model="stateless_lstm", **like)
        ours, theirs = (evidence.table(one).set_index(["seed", "epoch"])[list(MEASURES)] for one in (config, twin))
        shared = ours.index.intersection(theirs.index)
        if len(shared) and ours.loc[shared].equals(theirs.loc[shared]):
            found.append(str(config.batch_size))
    return found


def _is_stateful(config: Config) -> bool:
    return config.model == "stateful_lstm"


def _ruled_out(summaries: Sequence[Summary]) -> Facts:
    """Say how far configurations got whose ceiling is below 1; a run counts once, whatever budgets it is read at."""
    by_config: dict[Config, list[Summary]] = {}
    for summary in summaries:
        by_config.setdefault(stand_in(summary.config), []).append(summary)
    solved = sum(max(summary.solved.k for summary in budgets) for budgets in by_config.values())
    return {
        "configurations": number(len(by_config)),
        "runs": number(sum(budgets[0].solved.n for budgets in by_config.values())),
        "solved": number(solved),
        "none_solved": solved == 0,
        "highest_mean": number(max(summary.accuracy.value for summary in summaries), 3),
        "ceiling": str(max(summary.possible.ceiling.ambiguous for summary in summaries)),
    }


def by_a_hair(summary: Summary) -> bool:
    """Whether fewer seeds are within 0.25 than have both argmaxes right, by more than the intervals allow."""
    return summary.within.high < summary.solved.low


def budget_facts(summary: Summary) -> Facts:
    """What the text says of a configuration at one budget."""
    unremembered = without_memory(summary.config).loss_floor
    return {
        "epochs": number(summary.epoch),
        "updates": number(summary.updates),
        "rows": number(summary.rows_seen),
        "solved": rate(summary.solved),
        "k": number(summary.solved.k),
        "n": number(summary.solved.n),
        "share": percent(summary.solved.share),
        "all_right": rate(summary.all_right),
        "within": rate(summary.within),
        "gap": small(summary.gap),
        "gap_high": small(summary.gap_high),
        "loss": number(summary.loss, 4),
        "floor": number(summary.possible.ceiling.loss_floor, 4),
        "accuracy": mean(summary.accuracy),
        "by_a_hair": by_a_hair(summary),
        "blind_floor": number(unremembered, 4),
        "near_blind_floor": abs(summary.loss - unremembered) <= NEAR * unremembered,
    }


def _budgets(evidence: Evidence, **settings: object) -> Facts:
    """A stateful configuration at the tutorial's budget and at its longest."""
    config = evidence.find("main_grid", model="stateful_lstm", timesteps=1, **settings)
    first, last = (evidence.summary(config, epoch) for epoch in (TUTORIAL_EPOCHS, config.epochs))
    return {
        "tutorial": budget_facts(first),
        "longest": budget_facts(last),
        "falls": last.solved.high < first.solved.low,
        "rises": last.solved.low > first.solved.high,
    }


def _whole(summaries: Sequence[Summary]) -> Facts:
    """Whole-sequence windows at one budget, all layouts and batch sizes."""
    worst, name = weakest(summaries)
    return {
        "configurations": number(len({stand_in(summary.config) for summary in summaries})),
        "worst": rate(worst.solved),
        "all": all(summary.solved.k == summary.solved.n for summary in summaries),
        "worst_config": name,
        "gap_low": small(min(summary.gap for summary in summaries)),
        "epochs": " to ".join(dict.fromkeys(number(end(s.epoch for s in summaries)) for end in (min, max))),
        "sizes": ", ".join(sorted({str(summary.config.batch_size) for summary in summaries})),
    }


def weakest(summaries: Sequence[Summary]) -> tuple[Summary, str]:
    """Find the configuration that the smallest share of seeds solved, and name it; of several that tie, say how many.

    Parameters
    ----------
    summaries : sequence of Summary

    Returns
    -------
    tuple of Summary and str
    """
    distinct = {stand_in(summary.config): summary for summary in reversed(summaries)}
    least = min(summary.solved.share for summary in distinct.values())
    lowest = [summary for summary in distinct.values() if summary.solved.share == least]
    one = lowest[-1]
    name = f"{one.config.layout} layout, batch size {one.config.batch_size}, {number(one.updates)} updates"
    return one, name if len(lowest) == 1 else f"{len(lowest)} configurations tie"


def _unlearnt(summaries: Sequence[Summary]) -> list[str]:
    """Name configurations whose mean is below a ceiling of one half: in some seeds neither answer is learnt yet."""
    return [
        f"{kind(s.config)}, {s.config.layout}, batch size {s.config.batch_size}, {number(s.epoch)} epochs "
        f"({number(s.updates)} updates): mean {mean(s.accuracy)}"
        for s in {(stand_in(s.config), s.epoch): s for s in reversed(summaries)}.values()
        if s.accuracy.value < s.possible.ceiling.ambiguous == Fraction(1, 2)
    ][::-1]
