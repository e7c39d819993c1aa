"""The appendix on optimisers: every setting at every budget."""

from __future__ import annotations

from study.experiments.optimisers.configs import Setting
from study.experiments.optimisers.findings import shown
from study.measures.summaries import Summary
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small

COLUMNS = (
    Column("layout", 2.2, "left"),
    Column("optimiser, rate", 1.8, "left"),
    Column("outputs", 0.9, "left"),
    Column("initial weights", 0.8, "left"),
    Column("units", 0.5),
    Column("epochs", 0.7),
    Column("updates", 0.8),
    Column("right (95 %)", 1.5),
    Column("right row by row (95 %)", 1.5),
    Column("within 0.25 (95 %)", 1.5),
    Column("gap: median", 0.7),
)


def facts(evidence: Evidence) -> Facts:
    """Collect the table of all settings."""
    rows = [_row(setting, summary) for setting, found in shown(evidence).items() for summary in found.values()]
    return {"table": Table("optimisers_appendix", COLUMNS, rows, heads=5)}


def _row(setting: Setting, summary: Summary) -> tuple[str, ...]:
    return (
        setting.layout,
        setting.label,
        setting.loss,
        setting.initialisation,
        number(setting.units),
        number(summary.epoch),
        number(summary.updates),
        rate(summary.solved),
        rate(summary.fresh_solved),
        rate(summary.within),
        small(summary.gap),
    )
