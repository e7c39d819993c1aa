"""Biased fillers: one filler of each place is favoured by each first symbol, and all runs of fillers occur."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from study.errors import StudyError
from study.experiments.useful_on_the_way.configs import FAVOURED
from study.sequences.tasks.biased_fillers import OF, BiasedFillers


@pytest.mark.parametrize("favoured", FAVOURED.values())
@pytest.mark.parametrize("fillers", [1, 2, 3])
def test_one_filler_of_each_place_is_favoured_and_every_run_comes_with_both(fillers, favoured):
    sequences = BiasedFillers(fillers, favoured).sequences(0)
    a, b = 2 * fillers + 1, 2 * fillers + 2
    assert all(first == last for first, *_, last in sequences)
    assert Counter(sequence[0] for sequence in sequences) == {a: OF**fillers, b: OF**fillers}
    for place in range(fillers):
        for first, common in ((a, 2 * place), (b, 2 * place + 1)):
            met = Counter(sequence[1 + place] for sequence in sequences if sequence[0] == first)
            assert set(met) == {2 * place, 2 * place + 1}
            assert Fraction(met[common], OF**fillers) == Fraction(favoured, OF)
    runs = {first: {sequence[1:-1] for sequence in sequences if sequence[0] == first} for first in (a, b)}
    assert runs[a] == runs[b]
    assert len(runs[a]) == 2**fillers


@pytest.mark.parametrize("options", [{"fillers": 0}, {"favoured": 1}, {"favoured": 4}])
def test_what_does_not_fit_is_refused_in_one_line(options):
    with pytest.raises(StudyError, match=next(iter(options))) as refused:
        BiasedFillers(**options)
    assert "\n" not in str(refused.value)
