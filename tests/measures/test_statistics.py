"""Intervals and p-values are SciPy's, which computes them by general and slower ways."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from study.measures.statistics import CONFIDENCE, Rate, mean_of


@pytest.mark.parametrize("n", [1, 2, 8, 100, 1000])
def test_intervals_of_shares_are_those_of_wilson(n):
    for k in range(n + 1):
        known = stats.binomtest(k, n).proportion_ci(CONFIDENCE, method="wilson")
        rate = Rate(k, n)
        assert (rate.low, rate.high) == pytest.approx((known.low, known.high), rel=1e-12), k


@pytest.mark.parametrize("n", [2, 5, 100])
def test_intervals_of_means_are_those_of_student(n):
    values = np.random.default_rng(n).random(n)
    known = stats.ttest_1samp(values, 0).confidence_interval(CONFIDENCE)
    mean = mean_of(values)
    assert (mean.low, mean.high) == pytest.approx((known.low, known.high), rel=1e-12)
