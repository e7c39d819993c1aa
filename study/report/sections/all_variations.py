"""Facts of the appendix: every variation of the causal experiment, one row each."""

from __future__ import annotations

from study.labels import COINCIDES, COINCIDING
from study.report.evidence import Evidence
from study.report.sections.base import Facts
from study.report.sections.causal import Finding, findings, is_own
from study.report.words import number, rate, small

HEADINGS = (
    "batch", "what is changed", "epochs", "updates", "ceiling", "without leaks", "solved in the layout: k of n (95 %)",
    "solved row by row", "within 0.25 row by row", "memory gap row by row: median", "verdict",
)  # fmt: skip


def facts(evidence: Evidence) -> Facts:
    """Collect the table."""
    return {"coinciding": COINCIDING, "table": [HEADINGS, *map(_row, findings(evidence))]}


def _row(one: Finding) -> tuple[str, ...]:
    """Write one row of the table."""
    summary = one.summary
    return (
        f"{one.variation.batch_size}{'' if is_own(one) else f' {COINCIDES}'}",
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
