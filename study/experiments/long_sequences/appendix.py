"""Facts of the appendix: every recipe for long sequences at every lag, and every comparison of two."""

from __future__ import annotations

from study.experiments.long_sequences.findings import facts as of_section
from study.report.contents import Facts
from study.report.evidence import Evidence


def facts(evidence: Evidence) -> Facts:
    """Collect the tables."""
    found = of_section(evidence)
    return {name: found[name] for name in ("table", "comparisons", "planned")}
