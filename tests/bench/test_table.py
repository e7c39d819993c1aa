"""A kept table of speed is laid out with its floor, its plain loop and what it should reach."""

from __future__ import annotations

from invented_timings import FOUND

from study.bench.table import HEADINGS, as_markdown


def test_what_was_measured_is_written_as_two_tables():
    head, whole, timings = as_markdown(FOUND).split("\n\n")
    assert "Some processor" in head
    assert whole.splitlines()[2] == "| 1,000 seeds | 5.25 s | aim: under 10 s |"
    lines = [line.strip("| ").split(" | ") for line in timings.splitlines()]
    assert lines[0] == list(HEADINGS)
    assert len(lines) == 2 + len(FOUND["timings"])
    assert "200.0" in lines[3]  # as many times as fast as the plain loop
