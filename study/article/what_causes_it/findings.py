"""Facts of the third section: all of them are those of the experiments on the cause."""

from __future__ import annotations

from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(_: Evidence) -> Facts:
    """Give none: the text looks up those of `causal` and `mechanism`."""
    return {}
