"""Kaplan and Meier's curve: the textbook's numbers, the plain share where nothing is cut short, and intervals."""

from __future__ import annotations

import numpy as np
import pytest

from study.measures.statistics import Rate
from study.replication.survival import survival

# weeks of remission under 6-mercaptopurine, a minus where the patient left the count (Freireich et al., 1963)
WEEKS = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
PUBLISHED = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
INTERVALS = {6: (0.620, 0.952), 23: (0.188, 0.680)}  # of log minus log


def test_the_textbook_example():
    curve = survival(np.abs(WEEKS), np.array(WEEKS) > 0)
    assert curve.times.tolist() == list(PUBLISHED)
    assert curve.left == pytest.approx(list(PUBLISHED.values()), abs=5e-4)
    for weeks, (low, high) in INTERVALS.items():
        place = list(PUBLISHED).index(weeks)
        assert (curve.low[place], curve.high[place]) == pytest.approx((low, high), abs=5e-4)


def test_where_all_wait_for_the_same_budget_it_is_the_share():
    times = np.array([3.0, 1.0, 8.0, 8.0, 3.0])
    curve = survival(times, times < 8)
    assert curve.left.tolist() == pytest.approx([4 / 5, 2 / 5])
    assert all(low < left < high for low, left, high in zip(curve.low, curve.left, curve.high, strict=True))
    assert abs(curve.left[-1] - (1 - Rate(3, 5).share)) < 1e-12


def test_ended_trials_leave_the_count_only_after_they_were_ended():
    early, late = survival([1, 2, 3], [False, True, False]), survival([2, 2, 3], [False, True, False])
    assert early.left.tolist() == [1 / 2]
    assert late.left.tolist() == pytest.approx([2 / 3])


def test_nothing_and_all_succeed():
    assert survival([5, 5], [False, False]).times.size == 0
    all_done = survival([1, 2], [True, True])
    assert all_done.left.tolist() == [0.5, 0.0]
    assert np.isnan(all_done.low[-1])


@pytest.mark.parametrize(("times", "succeeded"), [([], []), ([1, 2], [True])])
def test_trials_and_times_must_fit(times, succeeded):
    with pytest.raises(ValueError, match="give one of each a trial"):
        survival(times, succeeded)
