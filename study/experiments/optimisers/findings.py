"""Facts of the section on optimisers: what becomes of the tutorial's layout with another optimiser and its rate."""

from __future__ import annotations

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.findings import budget_facts
from study.experiments.optimisers.configs import ADAM, FAST, LAYOUTS, OPTIMISERS, trained
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table

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
SURE = 0.5  # memory gap from which the first symbol decides the answer
TUTORIAL, LANES, FOUR = LAYOUTS
APART = f"seeds solved at the longest budget, {FAST} against {ADAM}: 95 % intervals of Wilson apart"


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

    def ahead(layout: str) -> bool:
        return at_end[layout, FAST].solved.low > at_end[layout, ADAM].solved.high

    return {
        "table": Table("optimisers", COLUMNS, rows),
        "adam": {"optimiser": ADAM, **budget_facts(adam)},
        "fast": {"optimiser": FAST, **budget_facts(fast)},
        "four_ceiling": str(at_end[FOUR, ADAM].possible.ceiling.ambiguous),
        "claims": [
            Claim("sgd_remembers", ahead(TUTORIAL), APART),
            Claim("abstract_other_optimiser", ahead(TUTORIAL), APART),
            Claim("sgd_is_sure", fast.gap > SURE, f"median memory gap of {FAST} above {SURE}"),
            Claim("sgd_in_lanes", ahead(LANES), APART),
            Claim(
                "layout_binds_all",
                all(at_end[FOUR, optimiser].solved.k == 0 for optimiser in OPTIMISERS),
                "runs solved at batch size 4, all optimisers: none; a check of the exact ceiling",
            ),
        ],
    }
