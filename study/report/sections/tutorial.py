"""Facts of the section on the tutorial's own configuration: how reliable it is, and what more training does to it."""

from __future__ import annotations

import numpy as np

from study.ceilings import ceiling
from study.compute import datasets_of, schedule_of
from study.experiments.base import TUTORIAL_EPOCHS
from study.report.evidence import Evidence
from study.report.figures.tutorial import TUTORIAL
from study.report.sections.answer import budget_facts
from study.report.sections.base import Facts
from study.report.words import number, percent, rate
from study.statistics import Rate, censored_median, time_to_success

HEADINGS = ("epochs", "updates", "every row right", "within 0.25", "memory gap: median", "greatest", "median loss")


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    cell = evidence.find("main_grid", **TUTORIAL)
    table = evidence.table(cell)
    at = {
        budget: evidence.summary(cell, budget)
        for budget in sorted({50, 100, TUTORIAL_EPOCHS, 500, 1000, 2000, 4000})
        if budget <= cell.epochs
    }
    dataset = datasets_of(cell, [0])[0]
    memoryless = ceiling(dataset, schedule_of(cell, dataset), carries_state=False)
    first = table[table["epoch"] == TUTORIAL_EPOCHS].set_index("seed")
    right = first["accuracy"] == 1
    solved = table.assign(right=table["accuracy"] == 1).pivot_table(index="seed", columns="epoch", values="right")
    ever = time_to_success(solved.to_numpy() > 0.5, solved.columns.to_numpy())
    best_loss = Rate(int((first["loss"] > memoryless.loss_floor).sum()), len(first))
    both = Rate(int((right & (first["loss"] > memoryless.loss_floor)).sum()), len(first))
    return {
        "budget": budget_facts(at[TUTORIAL_EPOCHS]),
        "longest": budget_facts(at[max(at)]),
        "table": [
            HEADINGS,
            *(
                (f["epochs"], f["updates"], f["all_right"], f["within"], f["gap"], f["gap_high"], f["loss"])
                for f in map(budget_facts, at.values())
            ),
        ],
        "ever_right": rate(Rate(int(np.isfinite(ever).sum()), len(ever))),
        "median_time": number(censored_median(ever)),
        "median_is_finite": bool(np.isfinite(censored_median(ever))),
        "floor": number(memoryless.loss_floor, 4),
        "memoryless_all": str(memoryless.overall),
        "loss_above_floor": rate(best_loss),
        "right_above_floor": rate(both),
        "right_share": percent(float(right.mean())),
    }
