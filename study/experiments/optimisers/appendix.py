"""The appendix on optimisers: every setting at every budget."""

from __future__ import annotations

from study.experiments.optimisers.configs import Setting
from study.experiments.optimisers.findings import shown
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, measures_table
from study.report.words import number

NAMING = (
    Column("layout", "left"),
    Column("optimiser, rate", "left"),
    Column("outputs", "left"),
    Column("initial weights", "left"),
    Column("units"),
)
MEASURED = ("epochs", "updates", "right", "right_row_by_row", "within", "gap")


def facts(evidence: Evidence) -> Facts:
    """Collect the table of all settings."""
    rows = [(_names(setting), summary) for setting, found in shown(evidence).items() for summary in found.values()]
    return {"table": measures_table("optimisers_appendix", NAMING, rows, MEASURED)}


def _names(setting: Setting) -> tuple[str, ...]:
    return setting.layout, setting.label, setting.loss, setting.initialisation, number(setting.units)
