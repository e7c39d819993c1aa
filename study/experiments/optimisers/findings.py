"""Facts of the section on optimisers: what becomes of the tutorial's layout when only the optimiser is changed."""

from __future__ import annotations

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.findings import budget_facts
from study.experiments.optimisers.configs import ADAM, FAST, LAYOUTS, OPTIMISERS, trained
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import rate

COLUMNS = (
    Column("layout", 2.6, "left"),
    Column("optimiser", 1.6, "left"),
    Column("ceiling", 0.8),
    Column("epochs", 0.8),
    Column("updates", 0.9),
    Column("right (95 %)", 2),
    Column("within 0.25 (95 %)", 2),
    Column("gap: median", 0.9),
)
MIDDLE = 1000  # epochs, between the tutorial's budget and the longest
TUTORIAL, LANES, FOUR = LAYOUTS


def facts(evidence: Evidence) -> Facts:
    """Collect what the section, the abstract and the README name."""
    preset = evidence.presets["optimisers"]
    rows, at_end = [], {}
    for layout in LAYOUTS:
        for optimiser in OPTIMISERS:
            config = trained(layout, optimiser, preset)
            for epoch in sorted({TUTORIAL_EPOCHS, MIDDLE, config.epochs}):
                if epoch <= config.epochs:
                    summary = evidence.summary(config, epoch)
                    found = budget_facts(summary)
                    ceiling = str(summary.possible.ceiling.ambiguous)
                    measured = (found["epochs"], found["updates"], found["solved"], found["within"], found["gap"])
                    rows.append((layout, optimiser, ceiling, *measured))
            at_end[layout, optimiser] = evidence.summary(config)
    adam, fast = at_end[TUTORIAL, ADAM], at_end[TUTORIAL, FAST]
    four = [at_end[FOUR, optimiser].solved for optimiser in OPTIMISERS]
    return {
        "table": Table("optimisers", COLUMNS, rows),
        "adam": {"optimiser": ADAM, **budget_facts(adam)},
        "fast": {"optimiser": FAST, **budget_facts(fast)},
        "lanes": {
            "adam": rate(at_end[LANES, ADAM].solved),
            "fast": rate(at_end[LANES, FAST].solved),
            "within": rate(at_end[LANES, FAST].within),
        },
        "refuted": fast.solved.low > adam.solved.high,
        "four_solved": str(sum(each.k for each in four)),
        "four_runs": str(sum(each.n for each in four)),
        "four_ceiling": str(at_end[FOUR, ADAM].possible.ceiling.ambiguous),
    }
