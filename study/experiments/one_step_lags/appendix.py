"""The appendix shows tables of the section's own findings, so it adds no facts."""

from __future__ import annotations

from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(_evidence: Evidence) -> Facts:
    """Add nothing."""
    return {}
