"""What is said of lanes, read back and counted again."""

from __future__ import annotations

import re
from collections import Counter, defaultdict


def true_way(before, after, timesteps):
    """How a window follows, both given as series and first row; in words, told in a way of its own."""
    if before is None or after is None:
        return "is fed rows that are not in the series"
    if before[0] != after[0]:
        return "changes to another series"
    return true_words(set(range(before[1], before[1] + timesteps)), set(range(after[1], after[1] + timesteps)))


def true_words(old, new, unit="row"):
    """How rows of a series follow others of it."""
    if min(new) == max(old) + 1:
        return "goes on where it stopped"
    if min(new) < min(old):
        count = max(old) + 1 - min(new)
        return f"jumps back {count} {unit}{'s' * (count != 1)}"
    count = len(old & new) or min(new) - max(old) - 1
    return f"{'repeats' if old & new else 'skips'} {count} {unit}{'s' * (count != 1)}"


def check_lanes(lines, true):
    """Each line: which lanes, and how often each does what; the three most frequent by name, the rest counted."""
    counts = defaultdict(Counter)
    for lane, way in true:
        counts[lane][way] += 1
    named = []
    for line in lines:
        head, _, body = line.partition(": ")
        lanes = []
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", head):
            lanes += range(int(first), int(last or first) + 1)
        named += lanes
        parts = [re.fullmatch(r"(.*) \((once|twice|\d+ times)\)", part) for part in body.split("; ")]
        for lane in lanes:
            rest = Counter(counts[lane])
            for part in parts:
                count = {"once": 1, "twice": 2}.get(part[2]) or int(part[2].split()[0])
                other = re.fullmatch(r"(\d+) other ways", part[1])
                if other:
                    assert (len(rest), sum(rest.values())) == (int(other[1]), count)
                    rest.clear()
                else:
                    assert rest.pop(part[1]) == count
            assert not rest
    assert sorted(named) == sorted(counts)
