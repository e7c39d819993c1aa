"""Facts of the last section: it names none."""

from __future__ import annotations

from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(_: Evidence) -> Facts:
    """Give none: related work, limits and conclusion speak in words."""
    return {}
