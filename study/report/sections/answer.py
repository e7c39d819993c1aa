"""Facts of the abstract and of the main results: what is possible, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

from study.cell import Cell
from study.compute import computed_as
from study.experiments.base import TUTORIAL_EPOCHS
from study.labels import KINDS, kind
from study.report.evidence import Evidence
from study.report.figures.learning import shown_cells
from study.report.sections.all_cells import alike
from study.report.sections.base import Facts
from study.report.words import mean, number, percent, rate, small
from study.statistics import censored_median, time_to_success
from study.summaries import Summary

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
    cells = evidence.longest("main_grid")
    budgets = sorted({TUTORIAL_EPOCHS} | {cell.epochs for cell in cells})
    at_tutorial = [evidence.summary(cell, TUTORIAL_EPOCHS) for cell in cells]
    at_end = [evidence.summary(cell) for cell in cells]
    long = [summary for summary in at_end if summary.epoch > TUTORIAL_EPOCHS]
    everything = at_tutorial + long
    return {
        "preset": evidence.preset_of["main_grid"],
        "runs": number(sum({computed_as(s.cell): s.solved.n for s in at_end}.values())),
        "seeds": number(min(summary.solved.n for summary in at_end)),
        "epochs": number(TUTORIAL_EPOCHS),
        "budgets": ", ".join(number(budget) for budget in budgets),
        "two_budgets": bool(long),
        "memoryless": _ruled_out([s for s in everything if kind(s.cell) in KINDS[:2]]),
        "consecutive": _ruled_out(
            [s for s in everything if _is_stateful(s.cell) and s.cell.layout == "consecutive" and s.cell.batch_size > 1]
        ),
        "tutorial": _budgets(evidence, batch_size=1, layout="consecutive"),
        "lanes": _budgets(evidence, batch_size=2, layout="interleaved"),
        "whole": _whole([s for s in at_end if kind(s.cell) == KINDS[2]]),
        "whole_early": _whole([s for s in at_tutorial if kind(s.cell) == KINDS[2]]),
        "above_ceiling": [
            f"{kind(s.cell)}, {s.cell.layout}, batch {s.cell.batch_size}"
            for s in everything
            if s.accuracy.low > s.possible.ceiling.ambiguous
        ],
        "unlearnt": _unlearnt(everything),
        "table": _table(evidence, cells),
        **_times(evidence),
        "chance": str(at_tutorial[0].possible.ceiling.chance),
    }


def _table(evidence: Evidence, cells: Sequence[Cell]) -> list[tuple[str, ...]]:
    """Write the main table: each cell at both budgets, if it has two."""
    longer = any(cell.epochs > TUTORIAL_EPOCHS for cell in cells)
    headings = ["network", "layout", "batch", "ceiling", f"solved at {TUTORIAL_EPOCHS} (95 %)", "gap"]
    headings += ["solved at the longest", "within 0.25", "gap"] if longer else ["within 0.25"]
    rows = [(*headings, "verdict")]
    for cell, layouts, batch_sizes in alike(cells):
        first, last = (evidence.summary(cell, budget) for budget in (TUTORIAL_EPOCHS, None))
        measured = [rate(first.solved), small(first.gap)]
        measured += [rate(last.solved), rate(last.within), small(last.gap)] if longer else [rate(last.within)]
        ceiling = str(first.possible.ceiling.ambiguous)
        rows.append((SHORT[kind(cell)], layouts, batch_sizes, ceiling, *measured, first.judgement))
    return rows


def _times(evidence: Evidence) -> Facts:
    """Find the median time to the first success of the cells whose curves are drawn; unsolved runs count as longer."""
    medians, never = [], []
    for label, cell, _ in shown_cells(evidence):
        table = evidence.table(cell)
        solved = table.assign(hit=table["ambiguous_accuracy"] == 1).pivot_table(
            index="seed", columns="epoch", values="hit"
        )
        epochs = censored_median(time_to_success(solved.to_numpy() > 0, solved.columns.to_numpy()))
        if isfinite(epochs):
            updates = epochs * evidence.summary(cell).possible.steps
            medians.append({"label": label, "epochs": number(epochs), "updates": number(updates)})
        else:
            never.append(label)
    return {"medians": medians, "never": never}


def _is_stateful(cell: Cell) -> bool:
    return cell.model == "stateful_lstm"


def _ruled_out(summaries: Sequence[Summary]) -> Facts:
    """Cells whose ceiling is below 1: how far they got; a run is counted once, however many budgets it is read at."""
    by_cell: dict[Cell, list[Summary]] = {}
    for summary in summaries:
        by_cell.setdefault(computed_as(summary.cell), []).append(summary)
    solved = sum(max(summary.solved.k for summary in budgets) for budgets in by_cell.values())
    return {
        "cells": number(len(by_cell)),
        "runs": number(sum(budgets[0].solved.n for budgets in by_cell.values())),
        "solved": number(solved),
        "none_solved": solved == 0,
        "highest_mean": number(max(summary.accuracy.value for summary in summaries), 3),
        "ceiling": str(max(summary.possible.ceiling.ambiguous for summary in summaries)),
    }


def budget_facts(summary: Summary) -> Facts:
    """What the text says of a cell at one budget."""
    return {
        "epochs": number(summary.epoch),
        "updates": number(summary.updates),
        "rows": number(summary.rows_seen),
        "solved": rate(summary.solved),
        "share": percent(summary.solved.share),
        "all_right": rate(summary.all_right),
        "within": rate(summary.within),
        "gap": small(summary.gap),
        "gap_high": small(summary.gap_high),
        "loss": number(summary.loss, 4),
        "floor": number(summary.possible.ceiling.loss_floor, 4),
        "accuracy": mean(summary.accuracy),
        "by_a_hair": summary.solved.k > 0 and summary.within.k < summary.solved.k,
    }


def _budgets(evidence: Evidence, **settings: object) -> Facts:
    """A stateful cell at the tutorial's budget, at its best moment, and at its longest."""
    cell = evidence.find("main_grid", model="stateful_lstm", timesteps=1, **settings)
    table = evidence.table(cell)
    solved = (table["ambiguous_accuracy"] == 1).groupby(table["epoch"]).sum()
    best_epoch = int(solved.index.to_numpy()[solved.to_numpy().argmax()])
    first, best, last = (evidence.summary(cell, epoch) for epoch in (TUTORIAL_EPOCHS, best_epoch, cell.epochs))
    return {
        "tutorial": budget_facts(first),
        "best": budget_facts(best),
        "longest": budget_facts(last),
        "falls": last.solved.high < first.solved.low,
        "rises": last.solved.low > first.solved.high,
    }


def _whole(summaries: Sequence[Summary]) -> Facts:
    """Whole-sequence windows at the end of their budget, all layouts and batch sizes."""
    worst = min(summaries, key=lambda summary: summary.solved.share)
    return {
        "cells": number(len({computed_as(summary.cell) for summary in summaries})),
        "worst": rate(worst.solved),
        "all": all(summary.solved.k == summary.solved.n for summary in summaries),
        "worst_cell": f"{worst.cell.layout} layout, batch size {worst.cell.batch_size}",
        "gap_low": small(min(summary.gap for summary in summaries)),
        "epochs": " to ".join(dict.fromkeys(number(end(s.epoch for s in summaries)) for end in (min, max))),
        "sizes": ", ".join(sorted({str(summary.cell.batch_size) for summary in summaries})),
    }


def _unlearnt(summaries: Sequence[Summary]) -> list[str]:
    """Name cells whose mean is below a ceiling of one half: in some seeds neither answer is learnt yet."""
    return [
        f"{kind(s.cell)}, {s.cell.layout}, batch size {s.cell.batch_size}, {number(s.epoch)} epochs "
        f"({number(s.updates)} updates): mean {mean(s.accuracy)}"
        for s in summaries
        if s.accuracy.value < s.possible.ceiling.ambiguous == Fraction(1, 2)
    ]
