"""`study why` against an enumeration that shares no code with it, and its repairs and programs put to the test."""

from __future__ import annotations

import json
import math
import random
import re
import subprocess
import sys
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise, permutations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from study import StudyError, to_lanes, why
from study.commands import line as cli
from study.commands import why as command
from study.explain.reading import read_file
from study.explain.words import repair_sentence
from study.sequences.layouts import LAYOUTS, ORDERS, RESETS
from study.theory.explanation import _by_heart
from study.theory.reach import Reach

pytestmark = pytest.mark.lowest

# --- The independent answer: every epoch that chance can bring, every lane followed row by row, contexts in dicts. ---


def make_rows(sequences, timesteps):
    """(sequence, window with None before the start, target), one for each pair."""
    return [
        (number, tuple(([None] * timesteps + list(sequence[:end]))[-timesteps:]), sequence[end])
        for number, sequence in enumerate(sequences)
        for end in range(1, len(sequence))
    ]


def fits(lengths, batch_size, layout):
    if layout == "interleaved":
        return len(lengths) % batch_size == 0 or batch_size % len(lengths) == 0
    return sum(lengths) % batch_size == 0


def batches_of(parts, batch_size, layout, reset):
    """Batches as (rows, whether a reset follows); None is a slot without a row."""
    if layout == "interleaved":
        dealt = [parts[k % len(parts)] for k in range(max(batch_size, len(parts)))]
        found = []
        for first in range(0, len(dealt), batch_size):
            group = dealt[first : first + batch_size]
            for step in range(max(map(len, group))):
                rows = [part[step] if step < len(part) else None for part in group]
                found.append([rows, reset == "sequence" and step == max(map(len, group)) - 1])
    else:
        stream = [row for part in parts for row in part]
        last_rows = {part[-1] for part in parts}
        found = []
        for first in range(0, len(stream), batch_size):
            rows = stream[first : first + batch_size]
            found.append([rows, reset == "sequence" and bool(last_rows & set(rows))])
    if reset == "epoch":
        found[-1][1] = True
    return found


def all_epochs(lengths, batch_size, layout, reset, order):
    """Every equally likely course of one period, as a list of batches."""
    starts = np.cumsum([0, *lengths]).tolist()
    blocks = [list(range(a, b)) for a, b in pairwise(starts)]
    natural = list(range(len(lengths)))
    orders = {"fixed": [natural], "alternating": [natural, natural[::-1]], "random": list(permutations(natural))}[order]
    for chosen in orders:
        parts = [blocks[s] for s in chosen]
        if layout == "shuffled" and reset == "sequence":
            for shuffled in product(*(permutations(part) for part in parts)):
                yield batches_of(shuffled, batch_size, layout, reset)
        elif layout == "shuffled":
            for shuffled in permutations([row for part in parts for row in part]):
                yield batches_of([list(shuffled)], batch_size, layout, reset)
        else:
            yield batches_of(parts, batch_size, layout, reset)


def best(seen):
    """Accuracy of the best function of a context; `seen` holds (context, target) as often as they occur."""
    if not seen:
        return Fraction(1)
    counts = defaultdict(lambda: defaultdict(int))
    for context, target in seen:
        counts[context][target] += 1
    return Fraction(sum(max(of.values()) for of in counts.values()), len(seen))


def follow(rows, batches, timesteps, lane):
    """(row, all windows fed before, those before its sequence, those of its sequence) along one lane."""
    fed, before, current = [], [], None
    for batch, reset in batches:
        row = batch[lane]
        if row is not None:
            if rows[row][0] != current:
                before, current = list(fed), rows[row][0]
            yield row, tuple(fed), tuple(before), tuple(fed[len(before) :])
        fed.append((None,) * timesteps if row is None else rows[row][1])
        if reset:
            fed, before, current = [], [], None


def brute_force(sequences, timesteps, batch_size, layout, reset, order):  # noqa: PLR0912, PLR0915, PLR0917
    rows = make_rows(sequences, timesteps)
    lengths = [len(sequence) - 1 for sequence in sequences]
    followers = defaultdict(set)
    for _, window, target in rows:
        followers[window[-1]].add(target)
    hard = [len(followers[window[-1]]) > 1 for _, window, _ in rows]

    occurrences = []  # (row, lane in the long run, fed, before, own)
    if reset == "never" and layout != "shuffled":
        periods = list(all_epochs(lengths, batch_size, layout, reset, order))
        if order == "random":
            # What a lane is fed in one epoch is drawn anew in each; after many, it is known how it is drawn.
            for lane in range(batch_size):
                walks = [[batch[lane] for batch, _ in period] for period in periods]
                law = tuple(sorted(str([None if row is None else rows[row][1] for row in walk]) for walk in walks))
                for period in periods:
                    for row, fed, before, own in follow(rows, period, timesteps, lane):
                        occurrences.append((row, law, fed, before, own))
        else:
            # Three periods in a row from a zero state, of which the last counts.
            for lane in range(batch_size):
                past = []
                for turn in range(3):
                    so_far = tuple(past)
                    inside = []
                    for period in periods:
                        for row, fed, before, own in follow(rows, period, timesteps, lane):
                            if turn == 2:
                                lead = tuple(inside)
                                occurrences.append((row, so_far, lead + fed, lead + before, own))
                        inside += [
                            (None,) * timesteps if batch[lane] is None else rows[batch[lane]][1] for batch, _ in period
                        ]
                    past += inside
    else:
        for period in all_epochs(lengths, batch_size, layout, reset, order):
            for lane in range(batch_size):
                for row, fed, before, own in follow(rows, period, timesteps, lane):
                    occurrences.append((row, None, fed, before, own))

    def seen(view, only_hard=True):
        return [
            ((*view(item), rows[item[0]][1]), rows[item[0]][2])
            for item in occurrences
            if hard[item[0]] or not only_hard
        ]

    full = lambda item: item[1:3]  # noqa: E731
    nothing = lambda _: ()  # noqa: E731
    contexts = defaultdict(set)
    for item in occurrences:
        contexts[(*full(item), rows[item[0]][1])].add(item[0])
    confused = {tuple(sorted(group)) for group in contexts.values() if len({rows[row][2] for row in group}) > 1}
    window = best(seen(nothing))
    ceiling = best(seen(full))
    leaks = {}
    place = best(seen(lambda item: (len(item[2]),)))
    others = min(best(seen(lambda item: (item[1], item[3]))), ceiling)
    if place > window:
        leaks["position"] = place
    if others > window:
        leaks["order"] = others

    prefixes = [(sequence[:end], sequence[end]) for sequence in sequences for end in range(1, len(sequence))]

    def cut(back):  # accuracy on all rows from the last `back` + 1 inputs
        return best([(tuple(([None] * 9 + list(past))[-back - 1 :]), target) for past, target in prefixes])

    data_best = cut(8)
    needed = next(back for back in range(9) if cut(back) == data_best)
    if needed == 0 and data_best < 1:
        needed = None

    groups = defaultdict(lambda: defaultdict(int))
    everything = seen(full, only_hard=False)
    for context, target in everything:
        groups[context][target] += 1
    symbols = {symbol for sequence in sequences for symbol in sequence}
    loss = 0.0
    for of in groups.values():
        size = sum(of.values())
        for count in of.values():
            p = count / size
            if p < 1:
                loss -= size * (p * math.log(p) + (1 - p) * math.log(1 - p))
    return {
        "ceiling": ceiling,
        "ceiling_all": best(everything),
        "ceiling_own": best(seen(lambda item: (item[4],))),
        "chance": best([((), target) for _, target in seen(full)]),
        "chance_all": best([((), target) for _, target in everything]),
        "loss_floor": loss / len(everything) / len(symbols),
        "indistinguishable": confused,
        "leaks": leaks,
        "needed_reach": needed,
        "zero_before_every_row": not any(any(item[2]) for item in occurrences) and reset != "never" and timesteps == 1,
    }


def value(fraction):
    return Fraction(fraction["numerator"], fraction["denominator"])


@st.composite
def cases(draw):
    layout, reset, order = (draw(st.sampled_from(names)) for names in (LAYOUTS, RESETS, ORDERS))
    # Shuffled rows have so many courses that only short sequences can be enumerated.
    most_sequences, most_symbols = (3, 4) if layout == "shuffled" else (5, 5)
    alphabet = draw(st.integers(2, 6))
    sequences = draw(
        st.lists(
            st.lists(st.integers(0, alphabet - 1), min_size=2, max_size=most_symbols),
            min_size=2,
            max_size=most_sequences,
        )
    )
    lengths = [len(sequence) - 1 for sequence in sequences]
    if layout == "shuffled" and reset != "sequence" and sum(lengths) > 6:
        sequences, lengths = [sequence[:3] for sequence in sequences], [min(n, 2) for n in lengths]
    # Mostly batch sizes that fit, now and then any.
    fitting = [size for size in range(1, 9) if fits(lengths, size, layout)]
    batch_size = draw(st.sampled_from(fitting) if draw(st.integers(0, 9)) else st.integers(1, 8))
    return sequences, draw(st.integers(1, 4)), batch_size, layout, reset, order


def budget(case):
    """Row visits that the enumeration needs, to leave out the few cases that would take seconds."""
    sequences, _, _, layout, reset, order = case
    lengths = [len(sequence) - 1 for sequence in sequences]
    ways = math.factorial(len(lengths)) if order == "random" else 2
    if layout == "shuffled":
        ways *= math.factorial(sum(lengths)) if reset != "sequence" else math.prod(map(math.factorial, lengths))
    return ways * sum(lengths)


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_json_equals_brute_force(case):
    sequences, timesteps, batch_size, layout, reset, order = case
    lengths = [len(sequence) - 1 for sequence in sequences]
    named = {"timesteps": timesteps, "batch_size": batch_size, "layout": layout, "reset": reset, "order": order}
    if not fits(lengths, batch_size, layout):
        with pytest.raises(StudyError, match=f"batch size {batch_size}"):
            why(sequences, **named)
        return
    if budget(case) > 20_000:  # one order of the sequences for all: shuffling through the epoch makes them alike
        order = named["order"] = "fixed"
    told = json.loads(why(sequences, **named).to_json())
    if budget((*case[:5], order)) > 20_000:
        return
    expected = brute_force(sequences, timesteps, batch_size, layout, reset, order)
    exchangeable = layout == "shuffled" and reset != "sequence"
    for name in ("ceiling", "ceiling_all", "chance", "chance_all"):
        assert value(told[name]) == expected[name], name
    assert told["loss_floor"] == pytest.approx(expected["loss_floor"], abs=1e-12)
    assert told["needed_reach"] == expected["needed_reach"]
    assert told["gradient_reach"] == timesteps
    assert bool(told["dead_weights"]) == expected["zero_before_every_row"]
    if exchangeable:  # the past says nothing there, so it is left out of the contexts
        rows = make_rows(sequences, timesteps)
        alike = {tuple(r for r, row in enumerate(rows) if row[1] == window) for _, window, _ in rows}
        confused = {group for group in alike if len({rows[row][2] for row in group}) > 1}
        assert {tuple(group["rows"]) for group in told["indistinguishable"]} == confused
        assert told["leaks"] == []
    else:
        assert value(told["ceiling_own"]) == expected["ceiling_own"]
        assert {tuple(group["rows"]) for group in told["indistinguishable"]} == expected["indistinguishable"]
        assert {leak["kind"]: value(leak["with"]) for leak in told["leaks"]} == expected["leaks"]
    check_lanes(told, sequences, **named)
    check_verdict(told)
    check_repairs(told, sequences)


def check_lanes(told, sequences, *, timesteps, batch_size, layout, reset, order):
    """What each lane is said to have seen, against a simulation of the rows that are said to stand there."""
    rows = make_rows(sequences, timesteps)
    fed = [[] for _ in range(batch_size)]
    for slot in told["lanes"]:
        window = [None] * timesteps if slot["row"] is None else list(rows[slot["row"]][1])
        fed[slot["lane"]] += window
        assert slot["visible_context"] == fed[slot["lane"]][slot["inputs_left_out"] :]
        assert slot["inputs_left_out"] == max(0, len(fed[slot["lane"]]) - 256)
        assert slot["target"] == (None if slot["row"] is None else rows[slot["row"]][2])
        if slot["lane"] == batch_size - 1 and slot["reset_after"]:
            fed = [[] for _ in range(batch_size)]
    if layout == "shuffled" or order == "random":
        return
    lengths = [len(sequence) - 1 for sequence in sequences]
    periods = list(all_epochs(lengths, batch_size, layout, reset, order))
    expected = [(row, reset) for period in periods for batch, reset in period for row in batch]
    assert [(slot["row"], slot["reset_after"]) for slot in told["lanes"]] == expected


def check_verdict(told):
    own, data = value(told["ceiling_own"]), value(told["ceiling_data"])
    reached = told["needed_reach"] is not None and told["needed_reach"] < told["gradient_reach"]
    kind = (
        "ruled out by the layout"
        if own < data
        else "the data contradict themselves"
        if data < 1
        else "possible, and a gradient reaches it"
        if reached
        else "possible, but no gradient crosses rows: it depends on optimiser, width and lag"
    )
    assert told["verdict_kind"] == kind
    assert told["verdict"].startswith(kind)
    assert (told["repair"] is None) or value(told["repair"]["ceiling"]) >= data
    if kind == "ruled out by the layout":
        assert told["repair"]["gradient_reaches"]  # a window always helps


def check_repairs(told, sequences):
    for repair in [told["repair"], *told["other_repairs"]]:
        if repair is None:
            continue
        again = why(sequences, **repair["settings"]).to_dict()
        assert again["ceiling"] == repair["ceiling"]
        assert again["verdict_kind"] != "ruled out by the layout"
        assert again["gradient_reaches"] == repair["gradient_reaches"]
        order = [slot["row"] for slot in again["lanes"] if slot["epoch"] == 0]
        if repair["settings"]["order"] != "random" and repair["settings"]["layout"] != "shuffled":
            assert order == repair["row_order"]


# --- What is said about a row and an input, against lanes that are walked step by step. ---

ALWAYS = {"window", "carried state"}


class Walked:
    """What lanes are fed, row after row, in every course of an epoch; inputs are named by the row they belong to."""

    def __init__(self, sequences, *, timesteps, batch_size, layout, reset, order, stateful):
        self.rows = make_rows(sequences, timesteps)
        starts = [row for row, one in enumerate(self.rows) if not row or one[0] != self.rows[row - 1][0]]
        self.start = [max(start for start in starts if start <= row) for row in range(len(self.rows))]
        self.timesteps, self.stateful = timesteps, stateful
        periods = all_epochs([len(sequence) - 1 for sequence in sequences], batch_size, layout, reset, order)
        self.ever = [set() for _ in range(batch_size)]  # inputs that a lane is fed in some epoch
        self.passes = defaultdict(list)  # row -> (lane, fed since the reset, fed in the epoch and lost to a reset)
        for period in periods:
            for lane in range(batch_size):
                self._walk(period, lane)
        self.never_reset = reset == "never"

    def window(self, row):
        return set(range(max(self.start[row], row - self.timesteps + 1), row + 1))

    def _walk(self, period, lane):
        fed, lost = set(), set()
        for batch, reset in period:
            row = batch[lane]
            if row is not None:
                self.passes[row].append((lane, set(fed), set(lost)))
                fed |= self.window(row)
            if reset:
                fed, lost = set(), lost | fed
            self.ever[lane] |= fed | lost

    def way(self, row, source):
        """How the input of one row reaches another."""
        if source in self.window(row):
            return "window"
        if not self.stateful:
            return "not at all"
        now = [source in fed for _, fed, _ in self.passes[row]]
        if any(now):
            return "carried state" if all(now) else "carried state, in some epochs"
        if self.never_reset and any(source in self.ever[lane] for lane, _, _ in self.passes[row]):
            return "carried state, from an earlier epoch alone"
        return "not at all"

    def lane(self, row):
        """The row's lane, if it has one only."""
        lanes = {lane for lane, _, _ in self.passes[row]}
        return lanes.pop() if len(lanes) == 1 else None

    def ambiguous(self):
        followers = defaultdict(set)
        for _, window, target in self.rows:
            followers[window[-1]].add(target)
        return [row for row, (_, window, _) in enumerate(self.rows) if len(followers[window[-1]]) > 1]

    def deciding(self, steps):
        """How the input some steps back reaches the ambiguous rows whose sequences go back so far."""
        found = defaultdict(list)
        for row in self.ambiguous():
            if row - steps >= self.start[row]:
                found[self.way(row, row - steps)].append(row)
        return {"steps_back": steps, "arrives_by": dict(found)}


@st.composite
def memory_cases(draw):
    """As `cases`, but each sequence comes by symbols of its own to one that all share, and goes on in its own way."""
    layout, reset, order = (draw(st.sampled_from(names)) for names in (("consecutive", *LAYOUTS), RESETS, ORDERS))
    most = 3 if layout == "shuffled" else 8
    sequences = []
    for name in "abc"[: draw(st.integers(2, 2 if layout == "shuffled" else 3))]:
        before = draw(st.integers(0, most - 1))
        shared = draw(st.integers(0, most - 1 - before))  # steps that the sequences have in common after what decides
        own = [f"{name}{place}" for place in range(before + draw(st.integers(1, 4)))]
        sequences.append([*own[:before], *(f"k{shared - place}" for place in range(shared)), "k0", *own[before:]])
    lengths = [len(sequence) - 1 for sequence in sequences]
    fitting = [size for size in range(1, 9) if fits(lengths, size, layout)]
    return sequences, draw(st.integers(1, 4)), draw(st.sampled_from(fitting[::-1])), layout, reset, order


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(cases(), memory_cases(), memory_cases()), st.integers(0, 4).map(bool))
@example(([["p", "k"], ["a", "b", "k", "c"]], 1, 2, "shuffled", "sequence", "fixed"), True)  # begins beside another
def test_what_is_said_of_a_row_and_an_input_is_what_its_lane_has_seen(case, stateful):
    sequences, timesteps, batch_size, layout, reset, order = case
    if not fits([len(sequence) - 1 for sequence in sequences], batch_size, layout):
        return
    if budget(case) > 20_000:
        order = "fixed"
    if budget((*case[:5], order)) > 20_000:
        return
    named = {"timesteps": timesteps, "batch_size": batch_size, "layout": layout, "reset": reset, "order": order}
    answer = why(sequences, **named, stateful=stateful)
    told, walked = answer.to_dict(), Walked(sequences, **named, stateful=stateful)
    check_routes(answer.explanation.routes, walked)
    check_deciding(told, walked)
    check_said_of_all(told, walked)
    check_cause(told, walked)
    for repair in filter(None, [told["repair"], *told["other_repairs"]]):
        chosen = repair["settings"]
        if budget((sequences, *(chosen[name] for name in named))) <= 20_000:
            again = Walked(sequences, **chosen)
            check_deciding(repair, again)
            check_caveat(repair, again)


def check_routes(routes, walked):
    """Every input and every row that can be spoken of, whether a sentence does or not."""
    for row in range(len(walked.rows)):
        for source in range(walked.start[row], row):
            route = routes(row, row - source)
            assert (route.row, route.input_row, route.way) == (row, source, walked.way(row, source))
            assert route.lane in (None, walked.lane(row))
            assert route.input_lane in (None, walked.lane(source))


def check_deciding(told, walked):
    """The data that sentences are made from."""
    steps = told["needed_reach"]
    assert told["deciding_input"] == (walked.deciding(steps) if steps else None)


def check_said_of_all(told, walked):
    """The verdict's sentence, on all ambiguous rows."""
    verdict, steps = told["verdict"], told["needed_reach"]
    if not steps:
        return
    ways = walked.deciding(steps)["arrives_by"]
    arrives = set(ways) <= ALWAYS
    assert ("does not always see" in verdict) <= (not arrives)
    if "no gradient crosses rows" in verdict:
        assert ("does not reach every ambiguous row" in verdict) == (not arrives)
        assert "window" not in ways
    assert ("stands in the row's own window" in verdict) <= (set(ways) == {"window"})
    if "but not always all inputs between" in verdict:
        assert arrives
        assert not all(set(walked.deciding(nearer)["arrives_by"]) <= ALWAYS for nearer in range(1, steps))
    if "ruled out" in verdict:
        assert "always" in verdict


def check_caveat(repair, walked):
    words, steps = repair["words"], repair["needed_reach"]
    if "no gradient crosses rows" in words:
        ways = set(walked.deciding(steps)["arrives_by"])
        assert ("does not reach every ambiguous row" in words) == (not ways <= ALWAYS)
        assert ("so keeping the symbol" in words) == (ways == {"carried state"})
        assert "window" not in ways


CAUSE = re.compile(r"row (\d+) (needs|lacks) the (.+?) of row (\d+)([,:] .*)")
THROUGH = re.compile(r"went through lane (\d+); lane (\d+) never hears of it")


def check_cause(told, walked):
    """The sentence of the cause, against its data and against the lanes."""
    facts, cause = told["cause_facts"], told["cause"]
    if not cause:
        assert facts is None
        return
    row, source, way = facts["row"], facts["input_row"], facts["arrives_by"]
    said = CAUSE.fullmatch(cause)
    assert (int(said[1]), said[3], int(said[4])) == (row, str(facts["input"]), source)
    assert facts["input"] == walked.rows[source][1][-1]
    assert source == row - facts["steps_back"] >= walked.start[row]
    assert way == walked.way(row, source)
    for name, one in (("lane", row), ("input_lane", source)):
        assert facts[name] in (None, walked.lane(one))
    lost = [source in lost and source not in fed for _, fed, lost in walked.passes[row]]
    assert facts["reset_between"] <= any(lost)
    confused = told["ceilings_are_upper_bounds"] or any(row in group["rows"] for group in told["indistinguishable"])
    assert (said[2] == "lacks") == (
        way not in ALWAYS and not (confused and facts["steps_back"] == told["needed_reach"])
    )
    text = said[5]
    assert ("does as well" in text) == (value(told["ceiling_own"]) == 1 and way not in ALWAYS)
    assert ("its lane was fed it," in text) == (way == "carried state")
    assert ("no state is carried" in text) == (not walked.stateful)
    if through := THROUGH.search(text):
        assert [walked.lane(source), walked.lane(row)] == [int(lane) for lane in through.groups()]
        assert way == "not at all"
        assert not any(source in walked.ever[lane] for lane, _, _ in walked.passes[row])
    if "went through another lane" in text:
        assert way == "not at all"
        assert not any(source in fed | lost for _, fed, lost in walked.passes[row])
    if "the state was reset in between" in text:
        assert all(lost)
    if "in some epochs the state is reset in between" in text:
        assert any(lost)
        assert not all(lost)
    if "no other row of its sequence" in text:
        own = {other for other in range(len(walked.rows)) if walked.start[other] == walked.start[row]}
        assert not any(fed & own for _, fed, _ in walked.passes[row])
    if "left to chance" in text:
        assert way == "carried state, in some epochs"
    if "in an earlier one" in text:
        assert way == "carried state, from an earlier epoch alone"


def test_an_input_of_another_lane_is_not_said_to_be_carried():
    told = why([["A", "B", "k", "x"], ["C", "D", "k", "y"]], batch_size=2).to_dict()
    assert told["deciding_input"] == {"steps_back": 1, "arrives_by": {"not at all": [2, 5]}}
    assert told["cause"] == (
        "row 2 lacks the B of row 1, which went through lane 1; lane 0 never hears of it, as state stays in its lane; "
        "what else its lane has seen of its sequence does as well"
    )
    assert "it does not reach every ambiguous row" in told["verdict"]


def test_a_table_at_batch_size_five_names_what_its_lane_lacks():
    symbols = {"a": "MAQRSBkxTUV", "b": "NCEFGDkyTUV"}  # B or D decides; the lane of k has seen A or C, five rows back
    configs = [(name, *config) for name, text in symbols.items() for config in enumerate(text)]
    frame = pd.DataFrame(configs, columns=["g", "t", "v"])
    told = why(frame, group="g", time="t", value="v", batch_size=5).to_dict()
    assert value(told["ceiling_own"]) == 1
    assert set(told["deciding_input"]["arrives_by"]) == {"not at all"}
    assert told["cause"].startswith("row 6 lacks the B of row 5, which went through lane 0; lane 1 never hears of it")
    assert "it does not reach every ambiguous row" in told["verdict"]


def test_where_the_farthest_input_arrives_and_a_nearer_one_does_not_the_nearer_is_named():
    told = why([list("sackw"), list("sadkx"), list("sbcky"), list("sbdkz")], batch_size=2).to_dict()
    assert told["deciding_input"] == {"steps_back": 2, "arrives_by": {"carried state": [3, 7, 11, 15]}}
    assert "an ambiguous row sees the input 2 steps back, but not always all inputs between" in told["verdict"]
    assert told["cause"].startswith("row 3 lacks the c of row 2, which went through lane 0; lane 1 never hears of it")


# --- The tutorial, case by case. ---


def test_tutorial_with_batch_size_four():
    told = why(batch_size=4).to_dict()
    assert value(told["ceiling"]) == Fraction(1, 2)
    assert value(told["ceiling_all"]) == Fraction(7, 8)
    assert told["loss_floor"] == pytest.approx(2 * math.log(2) / 5 / 4)
    assert told["verdict"].startswith("ruled out by the layout (ceiling 1/2)")
    assert [(g["rows"], g["targets"], g["visible_context"]) for g in told["indistinguishable"]] == [
        ([3, 7], [3, 4], [2])
    ]
    assert [dead["keras"] for dead in told["dead_weights"]] == ["recurrent_kernel", "kernel[:, u:2*u]", "bias[u:2*u]"]
    assert told["cause"].startswith("row 3 needs the 3 of row 0, which went through lane 0; lane 3 never hears of it")
    assert (told["repair"]["kind"], told["repair"]["settings"]["timesteps"]) == ("window", 4)
    assert told["other_repairs"][0]["row_order"] == [0, 4, 0, 4, 1, 5, 1, 5, 2, 6, 2, 6, 3, 7, 3, 7]
    assert told["other_repairs"][0]["words"].endswith(
        "ceiling 1; no gradient crosses rows, so keeping the symbol depends on optimiser, width and lag; "
        "timesteps 4 lets one reach it"
    )


@pytest.mark.parametrize(
    ("changes", "kind", "ceiling"),
    [
        ({}, "possible, but no gradient crosses rows: it depends on optimiser, width and lag", Fraction(1)),
        ({"batch_size": 2}, "ruled out by the layout", Fraction(1, 2)),
        (
            {"batch_size": 2, "layout": "interleaved"},
            "possible, but no gradient crosses rows: it depends on optimiser, width and lag",
            Fraction(1),
        ),
        ({"layout": "shuffled"}, "ruled out by the layout", Fraction(3, 4)),
        ({"stateful": False}, "ruled out by the layout", Fraction(1, 2)),
        ({"stateful": False, "timesteps": 4}, "possible, and a gradient reaches it", Fraction(1)),
        ({"batch_size": 4, "timesteps": 4}, "possible, and a gradient reaches it", Fraction(1)),
        ({"batch_size": 4, "reset": "never"}, "ruled out by the layout", Fraction(1)),  # by counting batches
        ({"batch_size": 4, "reset": "never", "order": "random"}, "ruled out by the layout", Fraction(1, 2)),
    ],
)
def test_tutorial_verdicts(changes, kind, ceiling):
    told = why(**changes).to_dict()
    assert (told["verdict_kind"], value(told["ceiling"])) == (kind, ceiling)


def test_elimination_in_random_order_is_a_leak():
    leaks = why(batch_size=1, reset="epoch", order="random").to_dict()["leaks"]
    assert [leak["kind"] for leak in leaks] == ["order"]
    assert "elimination" in leaks[0]["words"]


def test_conflict_in_the_data_is_no_fault_of_the_layout():
    told = why([[0, 1], [0, 2]]).to_dict()
    assert told["verdict"].startswith("the data contradict themselves")
    assert told["needed_reach"] is None
    assert told["repair"] is None


@pytest.mark.parametrize(
    "options",
    [
        "--batch-size 4",
        "",
        "--batch-size 2",
        "--batch-size 8",
        "--timesteps 2",
        "--batch-size 4 --reset never",
        "--layout shuffled",
    ],
)
def test_fits_one_screen(options, capsys):
    assert command.main(options.split()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(cell_len(line) for line in lines) <= 100


def test_markup_and_odd_symbols_are_shown_as_they_are(capsys):
    sequences = ["<b>,[red],🙂,x", "[/],[red],🙂,y", "a very long symbol that goes on,\u202e\x1b[31m,\t ,z"]
    assert command.main(["--sequences", *sequences[:2]]) == 0
    out = capsys.readouterr().out
    assert "<b>,[red],🙂 → x" in out
    assert "[/],[red],🙂 → y" in out
    text = str(why([["a very long symbol that goes on", "\x1b[31m", "z"], ["", " ", "q"]]))
    assert "\x1b" not in text
    assert "a very long…" in text
    assert max(cell_len(line) for line in text.splitlines()) <= 100


def test_markup_in_error_is_kept():
    with pytest.raises(StudyError, match=re.escape("unknown layout '[red]'")):
        why(layout="[red]")


# --- Programs. ---


@pytest.mark.parametrize("cure", [0, 1, 2])
def test_pytorch_program_runs_and_solves_where_it_should(cure, tmp_path):
    answer = why([[3, 0, 1, 3], [4, 0, 4]], batch_size=5)  # unequal lengths: the lanes have empty slots
    program = answer.snippet("pytorch", cure)
    assert ("-1" in program.split("order = ")[1].split("\n")[0]) if cure == 2 else True
    path = tmp_path / "program.py"
    path.write_text(program.replace(", 400\n", ", 250\n"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True, timeout=120)
    answers = re.findall(r"-> (\d+) wanted: (\d+)", done.stdout)
    assert len(answers) == 5 * (1 if cure < 2 else 2 if answer.repairs[1].settings.batch_size == 4 else 3)
    if cure == 1:
        assert all(given == wanted for given, wanted in answers)
    if cure == 0:  # ruled out: rows without memory cannot all be right
        assert any(given != wanted for given, wanted in answers)


def test_program_for_long_data_lays_out_as_the_schedule_does():
    from study.sequences.layouts import Schedule

    generator = np.random.default_rng(0)
    sequences = [generator.integers(0, 9, size=size).tolist() for size in (60, 90, 70, 90, 80, 50)]
    for layout, batch_size in (("interleaved", 3), ("interleaved", 12), ("consecutive", 2)):
        for reset in RESETS:
            answer = why(sequences, batch_size=batch_size, layout=layout, reset=reset)
            program = answer.snippet("keras", 0)
            made = program[program.index("# A row") : program.index("X, Y = np.concatenate")]
            if "lengths = [" not in made:
                raise AssertionError("the program should not list this many slots")
            names = {
                "np": np,
                "sequences": sequences,
                "symbols": list(range(9)),
                "timesteps": 1,
                "batch_size": batch_size,
            }
            exec(made, names)
            epoch = Schedule(tuple(len(s) - 1 for s in sequences), batch_size, layout, reset).epoch()
            assert names["order"].tolist() == epoch.rows.tolist()
            assert names["reset_after"] == set(epoch.reset_after.nonzero()[0].tolist())


# --- Files, tables and ill-formed input. ---


def test_table_is_sorted_by_time_within_groups(tmp_path):
    frame = pd.DataFrame({"g": list("abababab"), "t": [3, 2, 1, 1, 2, 3, 4, 4], "v": [1, 0, 3, 4, 0, 1, 3, 4]})
    expected = why([[3, 0, 1, 3], [4, 0, 1, 4]], batch_size=2).to_dict()
    for name, write in (("x.csv", frame.to_csv), ("x.parquet", frame.to_parquet)):
        path = tmp_path / name
        write(path, index=False)
        told = json.loads(run_json([str(path), "--group", "g", "--time", "t", "--value", "v", "--batch-size", "2"]))
        assert any("sorted" in note for note in told["notes"])
        assert told["lanes"] == expected["lanes"]
        assert told["ceiling"] == expected["ceiling"]
    assert why(frame, group="g", time="t", value="v", batch_size=2).to_dict()["lanes"] == expected["lanes"]


def run_json(arguments):
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert command.main([*arguments, "--json"]) == 0
    return out.getvalue()


def test_text_file(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("a,b,c\n\nd b e\n", encoding="utf-8")
    told = json.loads(run_json([str(path)]))
    assert (told["alphabet"], told["rows"], told["needed_reach"]) == (["a", "b", "c", "d", "e"], 4, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--batch-size", "3"], "batch size 3 does not divide the 8 rows"),
        (["--batch-size", "16"], "batch size 16 does not divide"),
        (["--batch-size", "0"], "batch size is 0"),
        (["--timesteps", "0"], "timesteps is 0"),
        (["--layout", "interleave"], "did you mean 'interleaved'"),
        (["--sequences", "3"], "fewer than two symbols"),
        (["--sequences", "3,,4"], "empty symbol"),
        (["missing.csv"], "does not exist"),
        (["--group", "g"], "give its file too"),
        (["--snippet", "tensorflow"], "known: keras, pytorch"),
        (["--snippet", "keras", "--cure", "7"], "there is no cure 7"),
        (["--batch-size", "4", "--cure", "2"], "--cure 2 goes with --snippet alone; add --snippet keras"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_two(arguments, message, capsys):
    assert command.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="t"), "unknown column 't'"),
        (lambda f: f.assign(t=1), "have the same t"),
        (
            lambda f: f.assign(v=[1.0, None, 2.0, 3.0]),
            "'v' has 1 missing value, in row 1 counted from 0, which is line 3",
        ),
        (lambda f: f.assign(g=["a", "a", None, "b"]), "'g' has 1 missing"),
        (lambda f: f.iloc[:0], "no rows"),
        (lambda f: f.iloc[:3], "group 'b' has 1 row"),
    ],
)
def test_ill_formed_tables(change, message):
    frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "t": [1, 2, 1, 2], "v": [1, 2, 3, 4]})
    with pytest.raises(StudyError, match=re.escape(message)):
        why(change(frame), group="g", time="t", value="v")


@pytest.mark.parametrize("data", [[3, 0, 1], "abc", [[1, [2]]], [[1.0, float("nan")]], [], [[1]]])
def test_ill_formed_sequences(data):
    with pytest.raises(StudyError):
        why(data)


CHECK = re.compile(r"check it: study why((?:.*\\\n)*.*)")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--batch-size", "4"],
        ["--sequences", "3,0,1,2,3", "4,0,1,2,4", "5,0,1,2,5", "--batch-size", "3"],
        ["--sequences", "-1,0,1,-1", "-2,0,1,-2", "--batch-size", "2", "--order", "alternating"],
        ["--sequences", "it's,b c,$x,it's", "*,b c,$x,*", "--batch-size", "2", "--reset", "never"],
        ["my words.txt", "--batch-size", "2", "--stateless"],
        ["table.csv", "--group", "the group", "--time", "t", "--value", "v", "--batch-size", "3"],
    ],
)
def test_printed_check_can_be_pasted_and_has_the_promised_ceiling(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("my words.txt").write_text("a b,x,y,a b\nc,x,y,c\n", encoding="utf-8")
    frame = pd.DataFrame({"the group": list("aaaabbbb"), "t": [*range(4)] * 2, "v": [3, 0, 1, 3, 4, 0, 1, 4]})
    frame.to_csv("table.csv", index=False)
    assert cli.main(["why", *arguments]) == 0
    shown = [found.group(1) for found in CHECK.finditer(capsys.readouterr().out)]
    told = json.loads(run_json(arguments))
    repairs = [repair for repair in (told["repair"], *told["other_repairs"]) if repair]
    assert len(shown) == len(repairs) >= 1
    for command_line, repair in zip(shown, repairs, strict=True):
        # A shell, not this test, takes the words apart.
        printed = subprocess.run(
            ["sh", "-c", f"printf '%s\\0' {command_line}"], capture_output=True, text=True, check=True
        ).stdout
        again = json.loads(run_json(printed.split("\0")[:-1]))
        assert (again["ceiling"], again["ceiling_all"]) == (repair["ceiling"], repair["ceiling_all"])
        assert again["settings"] == repair["settings"]


def test_python_says_how_to_check_in_python():
    assert "check it: why(..., batch_size=3, timesteps=4)" in str(
        why([[k, 0, 1, 2, k] for k in (3, 4, 5)], batch_size=3)
    )


@pytest.mark.parametrize(
    ("sequences", "warned"),
    [
        ([[20.5, 20.25, 19.75], [20.5, 21.0]], "5 values (with decimals)"),
        ([list(range(30))], "30 values (nearly all different)"),
        ([["20.5", "a"]], "with decimals"),
        ([[1.0, 2.0, 1.0]], ""),
        ([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]], ""),
        ([["a", "b"] * 20], ""),
    ],
)
def test_measured_numbers_taken_as_symbols_are_warned_of(sequences, warned):
    answer = why(sequences)
    told = answer.to_dict()["warnings"]
    shown = " ".join(str(answer).split())
    assert len(told) == bool(warned)
    if warned:
        assert warned in told[0]
        assert "study.to_lanes" in told[0]
        assert f"warning {told[0]}" in shown
    else:
        assert "warning" not in shown


@pytest.mark.parametrize(
    ("once", "ambiguous", "cautioned"), [(99, 99, False), (100, 100, True), (50, 100, False), (51, 100, True)]
)
def test_caution_needs_many_rows_and_more_than_half_of_them(once, ambiguous, cautioned):
    assert bool(_by_heart(Reach(Fraction(1), 3, (0, 1), once), ambiguous)) == cautioned


@pytest.mark.parametrize(
    ("sequences", "cautioned"),
    [
        ([random.Random(0).choices("abcde", k=400)], True),
        ([list("30123"), list("40124")] * 60, False),  # each past comes again and again
        ([list("30123"), list("40124")], False),  # too few rows to say anything about new ones
    ],
)
def test_noise_told_apart_by_long_pasts_is_no_promise(sequences, cautioned):
    answer = why(sequences)
    reach = answer.explanation.reach.steps
    rows = [(tuple(s[max(0, end - reach) : end + 1]), end) for s in sequences for end in range(len(s) - 1)]
    pasts = [(window if len(window) > reach else ("start", *window)) for window, _ in rows]
    successors = {}
    for sequence in sequences:
        for one, next_one in pairwise(sequence):
            successors.setdefault(one, set()).add(next_one)
    ambiguous = [past for past in pasts if len(successors[past[-1]]) > 1]
    once = sum(pasts.count(past) == 1 for past in ambiguous)
    assert answer.explanation.reach.once == once
    said = f"{once:,} of {len(ambiguous):,} ambiguous rows look like no other row"
    assert any(said in note for note in answer.explanation.notes) == cautioned


@pytest.mark.parametrize(
    ("firsts", "named"),
    [((3, 4), "(3 or 4)"), ((3, 4, 5), "(3, 4 or 5)"), (range(3, 10), "(3, 4, 5, 6 or one of 3 more)")],
)
def test_all_inputs_that_decide_are_named(firsts, named):
    assert named in " ".join(str(why([[k, 0, 1, 2, k] for k in firsts])).split())


@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_program_without_a_gradient_across_rows_says_that_one_seed_proves_little(framework):
    answer = why(batch_size=4)
    assert "one seed ends right or wrong proves little" in answer.snippet(framework, 2)
    assert "one seed" not in answer.snippet(framework, 1)
    compile(answer.snippet(framework, 2), "program", "exec")


@pytest.mark.parametrize("batch_size", [8, 16])
def test_marks_of_ambiguous_rows_are_not_cut_off(batch_size):
    sequences = [[f"sensor {k}", *(f"symbol {j}" for j in range(14)), "x", f"sensor {k}"] for k in (3, 4)]
    answer = why(sequences, batch_size=batch_size)
    text = str(answer)
    lanes = text.partition("Cannot be told apart")[0].rpartition("row: inputs")[0]
    shown = [int(row) for row in re.findall(r"(\d+): [^◀→]*→[^◀→]*◀", lanes)]
    ambiguous = [slot.row for slot in answer.explanation.slots[: 6 * batch_size] if slot.ambiguous]
    assert [row for row in ambiguous if row not in shown] == []
    assert len(ambiguous) == 2
    assert max(cell_len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("order", ["fixed", "alternating"])
def test_marks_stay_where_eight_lanes_fill_the_line(order):
    sequences = [[k, *range(100, 120), 2, k] for k in (3, 4, 5, 6, 7, 8, 9, 10)]
    text = str(why(sequences, batch_size=8, layout="interleaved", order=order, reset="never"))
    assert max(cell_len(line) for line in text.splitlines()) <= 100
    text = str(why([[k, 0, 1, 2, k] for k in range(300, 332)], batch_size=8))
    drawn = [line for line in text.splitlines() if line.startswith("batch ")]
    assert drawn
    assert all(line.count("◀") == 2 for line in drawn)  # of eight rows in two sequences


def test_sequences_that_do_not_fit_are_told_what_takes_them(capsys):
    sequences = ["3,0,1,2,3", "4,0,4", "5,1,0,5"]
    assert command.main(["--sequences", *sequences, "--batch-size", "2"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    hinted = re.search(r"--layout interleaved --batch-size (\d)", error)
    assert command.main(["--sequences", *sequences, *hinted.group(0).split()]) == 0
    assert "study.to_lanes(frame, ..., batch_size=2)" in error
    rows = [(name, int(symbol)) for name, text in enumerate(sequences) for symbol in text.split(",")]
    lanes = to_lanes(pd.DataFrame(rows, columns=["g", "v"]), group="g", values="v", batch_size=2)
    assert lanes.mask.sum() == 9
    assert command.main(["--sequences", *sequences, "--batch-size", "2", "--layout", "interleaved"]) == 2
    assert "study.to_lanes(frame, ..., batch_size=2)" in capsys.readouterr().err


def test_a_cure_that_changes_the_batch_size_says_so():
    sequences = [[k, 0, 1, 2, k] for k in (3, 4, 5)]
    told = why(sequences, batch_size=4).to_dict()["other_repairs"][0]
    assert told["settings"]["batch_size"] == 3
    assert "the batch size becomes 3 instead of 4" in told["words"]
    assert "batch size becomes" not in why(sequences, batch_size=3).to_dict()["other_repairs"][0]["words"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: it holds no sequence"),
        (" \n\n", "is empty"),
        ("3,0,1\n\n4\n", "line 3: sequence '4' has fewer than two symbols"),
        ("3,0\n4,,1\n", "line 2: sequence '4,,1' has an empty symbol"),
    ],
)
def test_bad_text_file_names_the_line(text, message, tmp_path, capsys):
    path = tmp_path / "x.txt"
    path.write_text(text, encoding="utf-8")
    assert command.main([str(path)]) == 2
    assert message in capsys.readouterr().err


def test_why_and_help_load_no_training_and_no_drawing():
    heavy = "torch", "sklearn", "matplotlib", "seaborn"
    for words in (["why"], ["why", "--help"], ["--help"]):
        program = (
            "import sys\nfrom study.commands.line import main\n"
            f"try: main({words})\nexcept SystemExit: pass\n"
            f"sys.exit(str([name for name in {heavy} if name in sys.modules] or ''))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.stderr.strip() == ""
        assert "study" in done.stdout or "tutorial" in done.stdout


def test_one_sequence_has_a_correct_answer():
    told = why([[0, 1, 0, 2]], batch_size=3).to_dict()
    assert value(told["ceiling"]) == Fraction(1, 2)
    assert told["repair"]["settings"]["timesteps"] == 2


def test_a_million_rows_are_cut_and_it_is_said():
    generator = np.random.default_rng(0)
    symbols = generator.integers(0, 5, size=(1_000, 1_001)).tolist()
    answer = why(symbols, batch_size=8)
    told = answer.to_dict()
    assert [(repair.kind, repair.settings.batch_size) for repair in answer.repairs] == [("window", 8), ("layout", 8)]
    assert "first 50,000 of 1,000,000 rows" in told["notes"][0]
    assert told["lanes_left_out"] == 50_000 - len(told["lanes"])
    assert len(str(answer).splitlines()) <= 43
    followers = defaultdict(lambda: defaultdict(int))
    for number, sequence in enumerate(symbols[:50]):
        for end in range(1, len(sequence)):
            past = tuple(sequence[:end]) if end < 40 else (number, end)  # no two agree in 40 symbols
            followers[past][sequence[end]] += 1
    right = sum(max(of.values()) for of in followers.values())
    assert value(told["ceiling_data"]) == Fraction(right, 50_000)


def test_many_sequences_in_random_order_are_cut_and_it_is_said():
    answer = why([[k, 9, k] for k in range(8)] * 2, batch_size=4, reset="epoch", order="random")
    assert "random order" in answer.explanation.notes[0]
    assert answer.to_dict()["rows"] == 12


def test_too_many_shuffles_give_an_upper_bound():
    sequences = [[k, *range(10, 22), k] for k in (1, 2)]
    told = why(sequences, layout="shuffled").to_dict()
    assert told["ceilings_are_upper_bounds"]
    assert told["verdict"].startswith("ruled out by the layout (ceiling at most 1)")


def test_snippet_examples_in_help_work():
    for line in command.EXAMPLES.splitlines():
        words = line.strip().split("  ")[0].split()
        if words[:2] == ["study", "why"] and not any(Path(word).suffix in (".txt", ".csv") for word in words):
            assert command.main(words[2:]) == 0


@pytest.mark.parametrize("changes", [{"batch_size": 4}, {"batch_size": 2, "layout": "shuffled"}, {}])
def test_repair_is_solved_by_the_studys_engine(changes):
    import torch

    from study.config import Config
    from study.measures.scoring import score
    from study.models import MODELS
    from study.sequences.encoding import encode
    from study.sequences.layouts import Schedule
    from study.sequences.tasks import make_task

    repair = why(**changes).repair
    assert repair.result.own_sequence_ceiling == 1
    assert repair.result.gradient_reaches
    chosen = repair.settings
    dataset = encode(make_task("two_sequences").sequences(0), chosen.timesteps)
    schedule = Schedule(dataset.lengths, chosen.batch_size, chosen.layout, chosen.reset, chosen.order)
    config = Config(learning_rate=0.01)
    torch.set_num_threads(1)
    seeds = list(range(16))
    (trained,) = MODELS["stateless_lstm"].train(config, [dataset], schedule, seeds, [300])
    scores = score(trained, [dataset], seeds)
    assert (scores["ambiguous_accuracy"] == 1).all()
    assert (scores["memory_gap"] > 0.5).all()


def test_a_program_that_cannot_succeed_says_so_before_it_runs():
    conflict = why([[1, 2, 3], [1, 2, 4]])
    assert "no network is right on more than 1/2" in conflict.snippet("keras")
    ruled_out = why(batch_size=4)
    assert "no network is right on more than 1/2" in ruled_out.snippet("pytorch", 0)
    assert "no network" not in ruled_out.snippet("pytorch", 1)
    counted = why(batch_size=4, reset="epoch")  # ruled out without counting, and with it everything can be right
    assert counted.explanation.own_sequence_ceiling < 1 == counted.explanation.ceiling.ambiguous
    assert "no network" not in counted.snippet("keras", 0)
    shuffled = why(batch_size=1, layout="shuffled", reset="epoch")  # the program feeds the rows in order
    assert "no network" not in shuffled.snippet("keras", 0)


def test_a_cure_that_carries_state_where_none_was_carried_says_so():
    stateless = why(batch_size=2, stateful=False)
    lanes = next(repair for repair in stateless.repairs if repair.kind == "layout")
    assert repair_sentence(lanes).startswith("carry state from batch to batch, ")
    assert not any("carry state" in repair_sentence(repair) for repair in why(batch_size=2).repairs)


@pytest.mark.parametrize(("name", "mark"), [("readings.csv", ";"), ("readings.csv", "\t"), ("readings.tsv", ",")])
def test_a_table_with_other_separators_is_refused_by_name(name, mark, tmp_path):
    path = tmp_path / name
    path.write_text("sensor,time,level\n1,1,2\n1,2,3\n".replace(",", mark), encoding="utf-8")
    with pytest.raises(StudyError, match="which looks like several; put commas"):
        read_file(path, group="sensor")
