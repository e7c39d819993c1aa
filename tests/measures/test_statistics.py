"""Intervals and p-values are SciPy's, which computes them by general and slower ways."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from study.measures.statistics import CONFIDENCE, Rate, fisher, mean_of, outside_by_chance


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


@pytest.mark.parametrize(
    ("one", "other"), [((14, 18), (1, 18)), ((14, 18), (60, 100)), ((0, 18), (3, 100)), ((18, 18), (18, 18))]
)
def test_the_exact_test_is_that_of_fisher(one, other):
    table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
    assert fisher(Rate(*one), Rate(*other)) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-9)


@pytest.mark.parametrize(("share", "n", "other_n"), [(0.5, 100, 100), (0.05, 100, 100), (0.3, 40, 200), (1.0, 20, 20)])
def test_how_often_a_second_share_lies_outside_is_what_draws_show(share, n, other_n):
    generator = np.random.default_rng(0)
    first, second = generator.binomial(n, share, 20_000), generator.binomial(other_n, share, 20_000) / other_n
    intervals = np.array([(Rate(k, n).low, Rate(k, n).high) for k in range(n + 1)])[first]
    drawn = ((second < intervals[:, 0]) | (second > intervals[:, 1])).mean()
    known = outside_by_chance(Rate(round(share * n), n), Rate(round(share * other_n), other_n))
    assert known == pytest.approx(drawn, abs=0.01)
