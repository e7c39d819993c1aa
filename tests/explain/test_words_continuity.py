"""What `why` says first, of each lane from batch to batch, against the rows that stand there."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from enumeration import cases, fits
from hypothesis import HealthCheck, given, settings
from lanes_said import check_lanes, true_words

from study import why

pytestmark = pytest.mark.lowest


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_the_first_line_is_true_of_every_lane(case):
    sequences, timesteps, batch_size, layout, reset, order = case
    if not fits([len(sequence) - 1 for sequence in sequences], batch_size, layout):
        return
    answer = why(sequences, timesteps=timesteps, batch_size=batch_size, layout=layout, reset=reset, order=order)
    told = answer.to_dict()
    inputs = []  # for each row its sequence and the places of its inputs in it
    for number, sequence in enumerate(sequences):
        inputs += [(number, set(range(max(0, p - timesteps + 1), p + 1))) for p in range(len(sequence) - 1)]
    true, last, fresh = [], {}, {}
    for slot in told["lanes"]:
        lane = slot["lane"]
        if slot["row"] is not None:
            series, places = inputs[slot["row"]]
            if lane in last:
                old, seen = last[lane]
                way = "changes to another series" if old != series else windows(seen, places)
                true.append((lane, way + " after a reset" * fresh[lane]))
            last[lane], fresh[lane] = (series, places), False
        if slot["reset_after"]:
            fresh[lane] = True
    line = told["continuity"]
    assert str(answer).index("\neach lane") < str(answer).index("\nverdict")
    if line.startswith("of "):
        check_counts(line, [way for _, way in true])
    elif "more, each otherwise" not in line:
        check_lanes([] if line == "each lane is fed one batch alone" else line.split(" · "), true)


def check_counts(line, ways):
    """Where there is no room for every lane, steps are counted by what they do."""
    total, rest = re.fullmatch(r"of (\d+) steps? (.*)", line).groups()
    counted, _, resets = rest.partition("; ")
    assert int(total) == len(ways)
    assert (int(resets.split()[0]) if resets else 0) == sum(way.endswith("after a reset") for way in ways)
    found = {}
    for part in counted.split(", "):
        count, verb = part.split(" ", 1)
        found[verb.split()[0].rstrip("s")] = int(count)
    first = Counter(way.split()[0].rstrip("s") for way in ways)
    assert {verb.removesuffix("e"): count for verb, count in found.items()} == {
        verb.removesuffix("e"): count for verb, count in first.items()
    }


def windows(old, new):
    """Windows at a sequence's start are shorter than others."""
    if min(new) >= min(old) and old & new:
        count = len(old & new)
        return f"repeats {count} input{'s' * (count != 1)}"
    return true_words(old, new, "input")


def test_without_state_it_is_said_that_lanes_do_not_matter():
    assert why(batch_size=4, stateful=False).to_dict()["continuity"].startswith("no state is carried")
