"""Facts of the section on the tutorial's own configuration: how reliable it is, and what more training does to it."""

from __future__ import annotations

import numpy as np

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.findings import budget_facts
from study.experiments.main_grid.times import first_success
from study.experiments.tutorial.figure import without_memory
from study.measures.statistics import Rate, censored_median
from study.measures.summaries import possible
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate

COLUMNS = (
    Column("epochs", align="left"),
    Column("updates"),
    Column("rows seen"),
    Column("every row right"),
    Column("within 0.25"),
    Column("memory gap: median"),
    Column("greatest"),
    Column("median loss"),
)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    config = evidence.find("tutorial")
    table = evidence.table(config)
    at = {
        budget: evidence.summary(config, budget)
        for budget in sorted({50, 100, TUTORIAL_EPOCHS, 500, 1000, 2000, 4000})
        if budget <= config.epochs
    }
    known, memoryless = possible(config), without_memory(config)
    first = table[table["epoch"] == TUTORIAL_EPOCHS].set_index("seed")
    right = first["accuracy"] == 1
    ever = first_success(table, "accuracy")
    best_loss = Rate(int((first["loss"] > memoryless.loss_floor).sum()), len(first))
    both = Rate(int((right & (first["loss"] > memoryless.loss_floor)).sum()), len(first))
    before, after = at[TUTORIAL_EPOCHS].all_right, at[max(at)].all_right
    return {
        "budget": budget_facts(at[TUTORIAL_EPOCHS]),
        "longest": budget_facts(at[max(at)]),
        "longer": max(at) > TUTORIAL_EPOCHS,
        "falls": after.high < before.low,
        "rises": after.low > before.high,
        "units": number(config.units),
        "learning_rate": f"{config.learning_rate:g}",
        "ceiling": str(known.ceiling.ambiguous),
        "chance": str(known.ceiling.chance),
        "floor_with_memory": number(known.ceiling.loss_floor, 4),
        "table": Table(
            "the tutorial's configuration",
            COLUMNS,
            [
                (f["epochs"], f["updates"], f["rows"], f["all_right"], f["within"], f["gap"], f["gap_high"], f["loss"])
                for f in map(budget_facts, at.values())
            ],
        ),
        "ever_right": rate(Rate(int(np.isfinite(ever.epochs).sum()), len(ever.epochs))),
        "checkpoints": number(ever.checkpoints),
        "median_time": number(censored_median(ever.epochs)),
        "median_is_finite": bool(np.isfinite(censored_median(ever.epochs))),
        "floor": number(memoryless.loss_floor, 4),
        "memoryless_all": str(memoryless.overall),
        "loss_above_floor": rate(best_loss),
        "right_above_floor": rate(both),
        "some_right_above": both.k > 0,
    }
