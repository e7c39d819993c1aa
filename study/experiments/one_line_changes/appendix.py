"""The appendix on one-line changes: every line and every pair of lines."""

from __future__ import annotations

from dataclasses import asdict

from study.experiments.one_line_changes.findings import table_of
from study.experiments.one_line_changes.first_changes import first_changes
from study.experiments.one_line_changes.judged import judge_all
from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(evidence: Evidence) -> Facts:
    """Collect the table of all changes, and what to change first for the explorer."""
    results = judge_all(evidence)
    return {
        "table": table_of("all one-line changes", list(results), results, evidence),
        "first_changes": [asdict(change) for change in first_changes(evidence)],
    }
