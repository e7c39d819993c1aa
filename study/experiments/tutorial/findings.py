"""Facts of the section on the tutorial's own configuration: how reliable it is, and what more training does to it."""

from __future__ import annotations

import numpy as np

from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.main_grid.findings import budget_facts
from study.experiments.main_grid.times import first_success
from study.experiments.tutorial.figure import without_memory
from study.measures.statistics import Rate, censored_median
from study.measures.summaries import possible
from study.report.claims import Claim
from study.report.comparisons import ahead, arm_of, compare, comparisons_table
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.tables import Column, Table
from study.report.words import number, percent, rate

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
    ever = first_success(table, "accuracy")
    budget, longest = at[TUTORIAL_EPOCHS], at[max(at)]
    ever_right = Rate(int(np.isfinite(ever.epochs).sum()), len(ever.epochs))
    compared = compare(
        evidence,
        {
            "barely_right": Comparison(
                f"{budget.epoch} epochs: every row right against within 0.25",
                arm_of(budget, "all_right"),
                arm_of(budget, "within"),
            ),
            "more_is_worse": Comparison(
                f"every row right: {budget.epoch} against {number(longest.epoch)} epochs",
                arm_of(budget, "all_right"),
                arm_of(longest, "all_right"),
            ),
        },
    )
    return {
        "compared_after": comparisons_table(compared),
        "budget": budget_facts(budget),
        "longest": budget_facts(longest),
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
        "ever_right": number(ever_right.k),
        "checkpoints": number(ever.checkpoints),
        "median_time": number(censored_median(ever.epochs)),
        "floor": number(memoryless.loss_floor, 4),
        "memoryless_all": str(memoryless.overall),
        "claims": [
            Claim(
                "unreliable",
                budget.all_right.high < ENOUGH,
                f"seeds with every row right, {rate(budget.all_right)}: 95 % interval below {percent(ENOUGH)}",
            ),
            ahead("barely_right", compared["barely_right"]),
            Claim(
                "loss_is_no_proof",
                bool((first["loss"] > memoryless.loss_floor).all()) and budget.all_right.k > 0,
                "loss of every seed above the lowest without memory, and some seeds with every row right",
            ),
            ahead("more_is_worse", compared["more_is_worse"]),
            Claim(
                "often_right_once",
                ever_right.low > 0.5,
                f"seeds with every row right at some checkpoint, {rate(ever_right)}: 95 % interval above 1/2",
            ),
        ],
    }
