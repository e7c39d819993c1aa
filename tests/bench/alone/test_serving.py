"""What is timed in a process of its own makes the cases that it is asked for, and says what they took."""

from __future__ import annotations

from study.bench import cases as timed
from study.bench import peers


def test_the_plain_loop_is_timed_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(timed, "TIMESTEPS", (1, 3, 1000))
    monkeypatch.setattr(timed, "LANES", (1, 2))
    with peers.plain_cases(quick=True) as cases:
        assert [(case.timesteps, case.batch_size, case.seeds) for case in cases] == [
            (1, 1, 1), (1, 2, 1), (3, 1, 1), (3, 2, 1)
        ]  # fmt: skip
        assert all(case.seconds() > 0 for case in cases)
