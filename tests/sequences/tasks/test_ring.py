"""The ring of letters: every letter has one successor, so nothing is ambiguous."""

from __future__ import annotations

import pytest

from study.errors import StudyError
from study.experiments import PRESETS
from study.experiments.plain_controls.configs import of_ring
from study.measures.summaries import possible
from study.sequences.configured import datasets_of
from study.sequences.tasks.ring import Ring


def test_every_letter_of_the_ring_has_one_successor():
    (sequence,) = Ring(26).sequences(0)
    assert sorted(sequence[:-1]) == sorted(sequence[1:]) == list(range(26))
    config = of_ring("stateful LSTM", PRESETS["standard"])
    assert not datasets_of(config, [0])[0].ambiguous.any()
    assert possible(config).ceiling.overall == 1
    assert possible(config).steps == 1
    with pytest.raises(StudyError, match="size is 1"):
        Ring(1)
