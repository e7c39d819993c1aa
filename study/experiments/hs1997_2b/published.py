"""What Hochreiter and Schmidhuber (1997) say of Task 2b, beside Table 2; source as there."""

from __future__ import annotations

from math import nan

from study.measures.statistics import Rate
from study.replication.of_1997 import BPTT, BUDGET, LSTM, RTRL, TRIALS, Row
from study.replication.verdicts import Published

RATES = (1.0, 10.0)
NEVER = Published(Rate(0, TRIALS), nan, BUDGET)  # "fail", without a number of trials or a budget: those of Task 2a
TEXT = (
    Row(LSTM, 100, (1.0,), 10_504, Published(Rate(TRIALS, TRIALS), 5_680, BUDGET)),
    Row(RTRL, 100, RATES, 10_404, NEVER),
    Row(BPTT, 100, RATES, 10_404, NEVER),
)
