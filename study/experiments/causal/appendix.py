"""Facts of the appendix: every variation of the causal experiment, one row each."""

from __future__ import annotations

from study.experiments.causal.findings import Finding, findings, is_own
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.labels import SAME_RUNS_MARK, SAME_RUNS_NOTE
from study.report.tables import Column, Table
from study.report.words import number, rate, small

COLUMNS = (
    Column("batch", "left"),
    Column("what is changed", "left"),
    Column("epochs"),
    Column("updates"),
    Column("ceiling"),
    Column("without leaks"),
    Column("solved in the layout: k of n (95 %)"),
    Column("solved row by row"),
    Column("within 0.25 row by row"),
    Column("memory gap row by row: median"),
    Column("verdict", "left"),
)


def facts(evidence: Evidence) -> Facts:
    """Collect the table."""
    rows = [_row(one) for one in findings(evidence)]
    return {"same_runs": SAME_RUNS_NOTE, "table": Table("all variations", COLUMNS, rows, heads=2)}


def _row(one: Finding) -> tuple[str, ...]:
    """Write one row of the table."""
    summary = one.summary
    return (
        f"{one.variation.batch_size}{'' if is_own(one) else f' {SAME_RUNS_MARK}'}",
        one.variation.change.label,
        number(summary.epoch),
        number(summary.updates),
        str(summary.possible.ceiling.ambiguous),
        str(one.own),
        rate(summary.solved),
        rate(summary.fresh_solved),
        rate(summary.fresh_within),
        small(one.gap),
        one.verdict,
    )
