"""Table 2 of Hochreiter and Schmidhuber (1997), "Long Short-Term Memory", Neural Computation 9(8), 1735-1780.

Read from two transcriptions of the authors' version, which agree. The paper gives percentages of 18 trials, which are
whole numbers of them, and the mean number of sequences until success; no spread.
"""

from __future__ import annotations

from math import nan

from study.measures.statistics import Rate
from study.replication.of_1997 import BPTT, BUDGET, CHUNKER, LSTM, RTRL, TRIALS, Row
from study.replication.verdicts import Published


def _result(k: int, mean: float = nan) -> Published:
    return Published(Rate(k, TRIALS), mean, BUDGET)


TABLE_2 = (
    Row(RTRL, 4, (1.0,), 36, _result(14, 1_043_000)),
    Row(RTRL, 4, (4.0,), 36, _result(10, 892_000)),
    Row(RTRL, 4, (10.0,), 36, _result(4, 254_000)),
    Row(RTRL, 10, (1.0, 10.0), 144, _result(0)),
    Row(RTRL, 100, (1.0, 10.0), 10_404, _result(0)),
    Row(BPTT, 100, (1.0, 10.0), 10_404, _result(0)),
    Row(CHUNKER, 100, (1.0,), 10_506, _result(6, 32_400)),
    Row(LSTM, 100, (1.0,), 10_504, _result(18, 5_040)),
)
