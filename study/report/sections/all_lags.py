"""Facts of the appendix: every recipe for long sequences at every lag."""

from __future__ import annotations

from study.report.evidence import Evidence
from study.report.sections.base import Facts
from study.report.sections.long_sequences import facts as of_section


def facts(evidence: Evidence) -> Facts:
    """Collect the table."""
    return {"table": of_section(evidence)["table"]}
