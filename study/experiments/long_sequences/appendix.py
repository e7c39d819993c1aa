"""Facts of the appendix: every recipe for long sequences at every lag."""

from __future__ import annotations

from study.experiments.long_sequences.findings import facts as of_section
from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(evidence: Evidence) -> Facts:
    """Give the table of all of them."""
    return {"table": of_section(evidence)["table"]}
