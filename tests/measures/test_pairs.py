"""Paired tests and intervals: published examples, enumeration, and what they must be by symmetry."""

import itertools
from math import comb, isclose

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from study.measures.pairs import Paired, holm

# (both, first alone, second alone, neither): limits of method 10. The first six are examples of Newcombe (1998), the
# seventh is table 6.2 of Altman et al. (2000), Statistics with confidence, and the last, the airways of children before
# and after a transplantation, is in Fagerland, Lydersen and Laake (2014), who call the interval square-and-add.
PUBLISHED = {
    (36, 12, 2, 0): (0.0569, 0.3404),
    (20, 12, 2, 16): (0.0562, 0.3292),
    (54, 0, 0, 0): (-0.0664, 0.0664),
    (0, 30, 0, 0): (0.8395, 1.0),
    (1, 97, 1, 1): (0.8737, 0.9850),
    (2, 97, 1, 0): (0.8721, 0.9854),
    (14, 5, 0, 22): (0.0115, 0.2265),
    (1, 1, 7, 12): (-0.507, -0.026),
}


def paired(both, first, second, neither):
    return Paired(first, second, both, neither)


@pytest.mark.parametrize(("counts", "limits"), list(PUBLISHED.items()))
def test_the_interval_is_that_of_the_published_examples(counts, limits):
    pair = paired(*counts)
    assert (pair.low, pair.high) == pytest.approx(limits, abs=6e-4 if counts[3] == 12 else 6e-5)


@pytest.mark.parametrize("counts", list(itertools.product((0, 1, 4, 9), repeat=4)))
def test_the_interval_is_symmetric_holds_the_difference_and_stays_within_one(counts):
    if not sum(counts):
        return
    both, first, second, neither = counts
    pair, swapped = paired(*counts), paired(both, second, first, neither)
    negated = paired(neither, second, first, both)
    assert -1 <= pair.low <= pair.difference <= pair.high <= 1
    assert (swapped.low, swapped.high) == pytest.approx((-pair.high, -pair.low))  # the arms exchanged
    assert (negated.low, negated.high) == pytest.approx((-pair.high, -pair.low))  # success and failure exchanged


def test_the_interval_covers_the_difference_about_as_often_as_it_says():
    """Every table of 12 seeds, weighed by its probability: the coverage of one set of probabilities, by brute force."""
    shares, n = (0.35, 0.3, 0.1, 0.25), 12
    true = shares[1] - shares[2]
    covered = 0.0
    for both, first, second in itertools.product(range(n + 1), repeat=3):
        if (neither := n - both - first - second) >= 0:
            pair = paired(both, first, second, neither)
            likely = stats.multinomial.pmf((both, first, second, neither), n, shares)
            covered += likely * (pair.low <= true <= pair.high)
    assert 0.94 < covered < 0.99


@pytest.mark.parametrize(("first", "second"), [(0, 0), (26, 10), (10, 26), (5, 0), (8, 7), (1, 1)])
def test_mcnemar_is_the_sum_of_all_splits_that_are_no_more_likely(first, second):
    """Under the hypothesis each seed that differs falls to either side with probability 1/2."""
    n = first + second
    exact = sum(comb(n, k) for k in range(n + 1) if comb(n, k) <= comb(n, first)) / 2**n
    assert isclose(Paired(first, second, 3, 4).p, exact, rel_tol=1e-12)


def test_mcnemar_by_all_exchanges_of_the_two_outcomes():
    """A permutation test over the seeds: exchange first and second in every way, and count as uneven a split."""
    one = np.array([1, 1, 1, 1, 0, 1, 1, 0, 0], dtype=bool)
    other = np.array([0, 0, 1, 0, 1, 0, 0, 0, 0], dtype=bool)
    pair = Paired.of(one, other)
    differ = one.astype(int) - other
    sums = [abs((np.array(signs) * differ).sum()) for signs in itertools.product((1, -1), repeat=len(one))]
    assert isclose(pair.p, np.mean(np.array(sums) >= abs(differ.sum())), rel_tol=1e-12)


def test_pairs_are_made_by_seed_and_of_the_seeds_that_both_have():
    first = pd.Series([True, False, True, True], index=[3, 1, 2, 9])
    second = pd.Series([False, True, True], index=[1, 2, 3])
    assert Paired.by_seed(first, second) == Paired(0, 0, 2, 1)
    with pytest.raises(ValueError, match="counts no seeds"):
        Paired.by_seed(first, pd.Series([True], index=[77]))


def test_rates_are_those_of_the_arms():
    one, other = paired(20, 12, 2, 16).rates
    assert (one.k, one.n, other.k, other.n) == (32, 50, 22, 50)


def test_holm_is_the_closed_test_of_all_subsets():
    """Reject a hypothesis where Bonferroni rejects every set of hypotheses that has it."""
    given = {"a": 0.004, "b": 0.02, "c": 0.03, "d": 0.2}
    found = holm(given)
    for name in given:
        sets = [chosen for size in range(1, 5) for chosen in itertools.combinations(given, size) if name in chosen]
        closed = max(min(1.0, len(chosen) * min(given[each] for each in chosen)) for chosen in sets)
        assert isclose(found[name], closed, rel_tol=1e-12)
