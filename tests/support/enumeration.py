"""What `study why` should answer, by an enumeration that shares no code with it.

Every epoch that chance can bring, every lane followed row by row, contexts in dictionaries.
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise, permutations, product
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from study.presentation import LAYOUTS, ORDERS, RESETS


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
        batches = []
        for first in range(0, len(dealt), batch_size):
            group = dealt[first : first + batch_size]
            for step in range(max(map(len, group))):
                rows = [part[step] if step < len(part) else None for part in group]
                batches.append([rows, reset == "sequence" and step == max(map(len, group)) - 1])
    else:
        stream = [row for part in parts for row in part]
        last_rows = {part[-1] for part in parts}
        batches = []
        for first in range(0, len(stream), batch_size):
            rows = stream[first : first + batch_size]
            batches.append([rows, reset == "sequence" and bool(last_rows & set(rows))])
    if reset == "epoch":
        batches[-1][1] = True
    return batches


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


class Passage(NamedTuple):
    """A row that goes through a lane: what tells the lane from others in the long run, and what it was fed before."""

    row: int
    lane_kind: object
    fed: tuple
    before_sequence: tuple
    of_sequence: tuple


def window_of(rows, row, timesteps):
    """What a lane is fed by a row, or by a slot without one."""
    return (None,) * timesteps if row is None else rows[row][1]


def follow(rows, batches, timesteps, lane):
    """The passages along one lane, from a zero state."""
    fed, before, current = [], [], None
    for batch, reset in batches:
        row = batch[lane]
        if row is not None:
            if rows[row][0] != current:
                before, current = list(fed), rows[row][0]
            yield Passage(row, None, tuple(fed), tuple(before), tuple(fed[len(before) :]))
        fed.append(window_of(rows, row, timesteps))
        if reset:
            fed, before, current = [], [], None


def follow_random_order(rows, epochs, timesteps, lane):
    """The passages along a lane that is never reset, where each epoch's order is drawn anew.

    After many epochs it is known how what the lane is fed in one is drawn, and nothing else.
    """
    fed = [[window_of(rows, batch[lane], timesteps) for batch, _ in epoch] for epoch in epochs]
    distribution = tuple(sorted(str(windows) for windows in fed))
    for epoch in epochs:
        for passage in follow(rows, epoch, timesteps, lane):
            yield passage._replace(lane_kind=distribution)


def follow_periods(rows, epochs, timesteps, lane):
    """The passages along a lane that is never reset: the third of three periods in a row from a zero state."""
    period = [window_of(rows, batch[lane], timesteps) for epoch in epochs for batch, _ in epoch]
    earlier = ()
    for epoch in epochs:
        for passage in follow(rows, epoch, timesteps, lane):
            yield passage._replace(
                lane_kind=tuple(2 * period),
                fed=earlier + passage.fed,
                before_sequence=earlier + passage.before_sequence,
            )
        earlier += tuple(window_of(rows, batch[lane], timesteps) for batch, _ in epoch)


def all_passages(rows, lengths, timesteps, batch_size, layout, reset, order):  # noqa: PLR0917
    """Every passage of every row, in every way an epoch can go."""
    epochs = list(all_epochs(lengths, batch_size, layout, reset, order))
    for lane in range(batch_size):
        if reset != "never" or layout == "shuffled":
            for epoch in epochs:
                yield from follow(rows, epoch, timesteps, lane)
        else:
            yield from (follow_random_order if order == "random" else follow_periods)(rows, epochs, timesteps, lane)


def ambiguous_rows(rows):
    """Of each row, whether its own input is followed by several symbols."""
    followers = defaultdict(set)
    for _, window, target in rows:
        followers[window[-1]].add(target)
    return [len(followers[window[-1]]) > 1 for _, window, _ in rows]


def whole_context(passage):
    return passage.lane_kind, passage.fed


def brute_force(sequences, timesteps, batch_size, layout, reset, order):  # noqa: PLR0917
    """What `study why` should answer."""
    rows = make_rows(sequences, timesteps)
    lengths = [len(sequence) - 1 for sequence in sequences]
    passages = list(all_passages(rows, lengths, timesteps, batch_size, layout, reset, order))
    ambiguous = ambiguous_rows(rows)

    def seen(view, chosen=ambiguous):
        """(what a view shows with the row's window, target) of the passages of chosen rows."""
        return [((*view(each), rows[each.row][1]), rows[each.row][2]) for each in passages if chosen[each.row]]

    everything = seen(whole_context, [True] * len(rows))
    contexts = defaultdict(set)
    for each in passages:
        contexts[(*whole_context(each), rows[each.row][1])].add(each.row)
    ceiling = best(seen(whole_context))
    return {
        "ceiling": ceiling,
        "ceiling_all": best(everything),
        "ceiling_own": best(seen(lambda each: (each.of_sequence,))),
        "chance": best([((), target) for _, target in seen(whole_context)]),
        "chance_all": best([((), target) for _, target in everything]),
        "loss_floor": lowest_loss(everything, len({symbol for sequence in sequences for symbol in sequence})),
        "indistinguishable": {
            tuple(sorted(group)) for group in contexts.values() if len({rows[row][2] for row in group}) > 1
        },
        "leaks": leaks(seen, ceiling),
        "needed_reach": needed_reach(sequences),
        "zero_before_every_row": not any(any(each.fed) for each in passages) and reset != "never" and timesteps == 1,
    }


def leaks(seen, ceiling):
    """What the place in the lane, and what came before the sequence, give away beyond the window."""
    window = best(seen(lambda _: ()))
    position = best(seen(lambda each: (len(each.fed),)))
    order = min(best(seen(lambda each: (each.lane_kind, each.before_sequence))), ceiling)
    return {kind: share for kind, share in (("position", position), ("order", order)) if share > window}


def needed_reach(sequences):
    """The fewest steps back from which the past of the row's sequence does as well as all of it."""
    prefixes = [(sequence[:end], sequence[end]) for sequence in sequences for end in range(1, len(sequence))]

    def cut(back):  # accuracy on all rows from the last `back` + 1 inputs
        return best([(tuple(([None] * 9 + list(past))[-back - 1 :]), target) for past, target in prefixes])

    needed = next(back for back in range(9) if cut(back) == cut(8))
    return None if needed == 0 and cut(8) < 1 else needed


def lowest_loss(seen, symbols):
    """Binary cross-entropy of the best function of a context, mean over the outputs and what was seen."""
    counts = defaultdict(lambda: defaultdict(int))
    for context, target in seen:
        counts[context][target] += 1
    loss = 0.0
    for of in counts.values():
        size = sum(of.values())
        for p in (count / size for count in of.values()):
            loss -= size * (p * math.log(p) + (1 - p) * math.log(1 - p)) if p < 1 else 0
    return loss / len(seen) / symbols


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


class Walked:
    """What lanes are fed, row after row, in every course of an epoch; inputs are named by the row they belong to."""

    def __init__(self, sequences, *, timesteps, batch_size, layout, reset, order, stateful):
        self.rows = make_rows(sequences, timesteps)
        starts = [row for row, one in enumerate(self.rows) if not row or one[0] != self.rows[row - 1][0]]
        self.start = [max(start for start in starts if start <= row) for row in range(len(self.rows))]
        sequence = [one[0] for one in self.rows]
        self.end = [start + sequence.count(sequence[start]) for start in self.start]
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

    def alone(self, row):
        """Whether the row is all that its lane has seen of its sequence in the epoch, of each time it is fed."""
        own = set(range(self.start[row], self.end[row]))
        return [not (fed & own) - self.window(row) for _, fed, _ in self.passes[row]]

    def lanes_of(self, source):
        """The lanes that are fed an input in some epoch."""
        return {lane for lane, fed in enumerate(self.ever) if source in fed}

    def ambiguous(self):
        return [row for row, several in enumerate(ambiguous_rows(self.rows)) if several]

    def deciding(self, steps):
        """How the input some steps back reaches the ambiguous rows whose sequences go back so far."""
        ways = defaultdict(list)
        for row in self.ambiguous():
            if row - steps >= self.start[row]:
                ways[self.way(row, row - steps)].append(row)
        return {"steps_back": steps, "arrives_by": dict(ways)}


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
