"""Table 3 of Hochreiter and Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8), 1735-1780.

Read from two transcriptions of the authors' version, which agree. The paper gives the mean of 20 trials and neither a
spread nor a share of successes nor a budget; that all trials succeeded is taken for granted here.
"""

from __future__ import annotations

from typing import NamedTuple

from study.measures.statistics import Rate
from study.replication.verdicts import Published

TRIALS = 20


class Row(NamedTuple):
    """A row of the table: distractors that come in any case, kinds of them, weights, and the result."""

    q: int
    p: int
    weights: int
    result: Published

    @property
    def name(self) -> str:
        """Name of the row, such as ``1,000 / 50``."""
        return f"{self.q:,} / {self.p:,}"


TABLE_3 = tuple(
    Row(q, p, weights, Published(Rate(TRIALS, TRIALS), mean))
    for q, p, weights, mean in (
        (50, 50, 364, 30_000),
        (100, 100, 664, 31_000),
        (200, 200, 1264, 33_000),
        (500, 500, 3064, 38_000),
        (1000, 1000, 6064, 49_000),
        (1000, 500, 3064, 49_000),
        (1000, 200, 1264, 75_000),
        (1000, 100, 664, 135_000),
        (1000, 50, 364, 203_000),
    )
)
