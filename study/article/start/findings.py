"""Facts of the first screen: the sequences that are asked about."""

from __future__ import annotations

from study.report.contents import Facts
from study.report.evidence import Evidence
from study.sequences.tasks import make_task


def facts(_: Evidence) -> Facts:
    """Give the sequences as they are written."""
    sequences = make_task("two_sequences").sequences(seed=0)
    return {"sequences": [",".join(map(str, sequence)) for sequence in sequences]}
