"""What the network has seen at each of its outputs: the visible contexts, in every way an epoch can go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from math import factorial, prod
from typing import Generic, NamedTuple, TypeVar

from study.errors import StudyError
from study.sequences.encoding import NO_TARGET, PADDING, EncodedDataset
from study.sequences.layouts import EMPTY, Epoch, Schedule

Window = tuple[int, ...]
Context = tuple[object, ...]
Item = TypeVar("Item")  # what a history is a list of
MOST_HISTORIES = 400_000  # histories of shuffled rows that are counted one by one before the exact way is refused


class LaneHistory(NamedTuple):
    """What a lane was fed before a row; histories are given by their numbers in `HistoryNumbers`.

    Attributes
    ----------
    lane_kind : hashable
        Where the state is never reset: what tells this lane from the others in the long run. Otherwise 0.
    since_reset : int
        All windows since the last reset or, where there is none, since the beginning of the period.
    before_sequence : int
        Those of them that came before the row's own sequence began.
    of_sequence : int
        Those of them that belong to the row's own sequence.
    length : int
        How many windows there were since the last reset.
    """

    lane_kind: object = 0
    since_reset: int = 0
    before_sequence: int = 0
    of_sequence: int = 0
    length: int = 0


NOTHING_SEEN = LaneHistory()


class HistoryNumbers(Generic[Item]):
    """Gives each history a number: equal histories get equal numbers, and making one longer takes one step.

    Examples
    --------
    >>> numbers = HistoryNumbers()
    >>> first, again = (numbers.after(numbers.after(0, (3,)), (0,)) for _ in range(2))
    >>> first == again, numbers.read(first)
    (True, [(3,), (0,)])
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, Item], int] = {}
        self._ends: list[tuple[int, Item]] = []

    def after(self, history: int, item: Item) -> int:
        """Give the number of the history that goes on with this item; 0 is the empty history."""
        number = self._numbers.setdefault((history, item), len(self._ends) + 1)
        if number > len(self._ends):
            self._ends.append((history, item))
        return number

    def read(self, history: int, most: int | None = None) -> list[Item]:
        """List the items of a history, oldest first, or only the last ones."""
        items: list[Item] = []
        while history and (most is None or len(items) < most):
            history, item = self._ends[history - 1]
            items.append(item)
        return items[::-1]


class Occurrence(NamedTuple):
    """One way in which a row can reach the network: its target, and all that the network has seen when it answers.

    Attributes
    ----------
    context : tuple
        The visible context; equal contexts get equal answers. Its last entry is the row's own window.
    row, step : int
        The row, and the step inside its window at which the network answers.
    target : int
        Column of the right answer.
    ambiguous : bool
        Whether the row is ambiguous at this step.
    weight : Fraction
        How often it occurs in an epoch, on average.
    history : LaneHistory
        What the context is made of, to find out which part of it gives the answer away.
    """

    context: Context
    row: int
    step: int
    target: int
    ambiguous: bool
    weight: Fraction
    history: LaneHistory


def occurrences(
    dataset: EncodedDataset,
    schedule: Schedule,
    *,
    carries_state: bool,
    numbers: HistoryNumbers[Window] | None = None,
) -> list[Occurrence]:
    """List what the network has seen at each output that has a target, in every way an epoch can go.

    With ``reset="never"`` the history is endless. Two things about it matter: which kind of lane this is (lanes differ
    by the inputs they are fed) and how many batches have passed; both stand in the context in its place.

    Parameters
    ----------
    dataset, schedule, carries_state
        As for `study.theory.ceilings.ceiling`.
    numbers : HistoryNumbers, optional
        Filled with the histories, for callers who want to read them.

    Returns
    -------
    list of Occurrence
    """
    lanes = _LaneReader(dataset, HistoryNumbers() if numbers is None else numbers)
    if not carries_state or (schedule.layout == "shuffled" and schedule.reset != "sequence"):
        # Rows shuffled through the whole epoch: exchanging two rows with equal windows leaves every input stream as it
        # was, so however long the history, each of them is as likely as the other: the window alone counts.
        # That needs equal windows: at an inner step, rows are alike that go on differently, and others give them away.
        if carries_state and not dataset.last_target_only:
            raise StudyError(
                "ceilings of rows shuffled through the epoch are known for targets at the last step alone; "
                "use targets='last' or reset after each sequence"
            )
        repeats = Counter(schedule.epoch().rows[schedule.epoch().rows != EMPTY].tolist())
        return [
            each for row, n in sorted(repeats.items()) for each in lanes.occurrences(NOTHING_SEEN, row, Fraction(n))
        ]
    orders = presented_orders(schedule)
    if schedule.layout == "shuffled":
        return list(_shuffled_within_sequences(schedule, orders, lanes))
    epochs, share = [schedule.in_order(order) for order in orders], Fraction(1, len(orders))
    if schedule.reset == "never":
        return list(_never_reset(schedule, epochs, lanes))
    return [
        each
        for epoch in epochs
        for lane in range(schedule.batch_size)
        for history, row in lanes.follow([epoch], lane)
        if row != EMPTY
        for each in lanes.occurrences(history, row, share)
    ]


def rows_seen_alone(occurrences: Sequence[Occurrence]) -> dict[int, bool]:
    """Find the rows whose lane had seen no earlier row of their sequence, and whether that is always so.

    Parameters
    ----------
    occurrences : sequence of Occurrence

    Returns
    -------
    dict
        For each such row, whether this holds in all of its occurrences; other rows are left out.
    """
    alone: dict[int, set[bool]] = {}
    for each in occurrences:
        alone.setdefault(each.row, set()).add(each.history.of_sequence == 0)
    return {row: False not in seen for row, seen in alone.items() if True in seen}


def bounding_occurrences(dataset: EncodedDataset) -> list[Occurrence]:
    """List what a network would see if it were told each row's sequence; used where there are too many ways to shuffle.

    Rows of one sequence with equal windows are shuffled alike, so nothing else could help: no network does better than
    this one.

    Parameters
    ----------
    dataset : EncodedDataset
        One target a row, at its last step.

    Returns
    -------
    list of Occurrence
    """
    lanes = _LaneReader(dataset, HistoryNumbers())
    return [
        each
        for row, sequence in enumerate(lanes.sequence)
        for each in lanes.occurrences(LaneHistory(since_reset=sequence), row, Fraction(1))
    ]


def lanes_notice_order(schedule: Schedule) -> bool:
    """Whether what a lane is fed between two resets depends on the order of the sequences.

    It does not where every reset falls between two sequences and no lane is fed two of them in between, nor where
    the rows of all sequences are shuffled together.
    """
    if schedule.reset == "sequence":
        together = schedule.layout != "interleaved" and any(n % schedule.batch_size for n in schedule.lengths)
    else:
        together = schedule.layout != "shuffled"
    return schedule.order != "fixed" and together


def presented_orders(schedule: Schedule) -> list[tuple[int, ...]]:
    """List the orders of the sequences that a lane can notice, each as likely as the next."""
    return schedule.sequence_orders() if lanes_notice_order(schedule) else [tuple(range(schedule.sequences))]


class _LaneReader:
    """Follows lanes from batch to batch, and tells what the network has seen when it comes to a row."""

    def __init__(self, dataset: EncodedDataset, numbers: HistoryNumbers[Window]) -> None:
        self.dataset, self.numbers = dataset, numbers
        self.windows: list[Window] = [tuple(window) for window in dataset.inputs.tolist()]
        self.sequence: list[int] = dataset.sequence.tolist()
        self.zeros = (PADDING,) * dataset.timesteps

    def occurrences(self, history: LaneHistory, row: int, weight: Fraction) -> Iterator[Occurrence]:
        """Pair a row with a history: one occurrence for each of the row's targets."""
        for step, target in enumerate(self.dataset.targets[row].tolist()):
            if target != NO_TARGET:
                context = (history.lane_kind, history.since_reset, self.windows[row][: step + 1])
                ambiguous = bool(self.dataset.ambiguous[row, step])
                yield Occurrence(context, row, step, target, ambiguous, weight, history)

    def follow(self, epochs: Sequence[Epoch], lane: int) -> Iterator[tuple[LaneHistory, int]]:
        """Follow one lane through some epochs in a row: at each batch, what it was fed before, and the row."""
        after = self.numbers.after
        since_reset = before_sequence = of_sequence = length = 0
        for epoch in epochs:
            current = EMPTY  # the sequence that runs through the lane; an epoch begins it anew
            for row, reset in zip(epoch.rows[:, lane].tolist(), epoch.reset_after.tolist(), strict=True):
                if row != EMPTY and self.sequence[row] != current:
                    before_sequence, of_sequence, current = since_reset, 0, self.sequence[row]
                yield LaneHistory(0, since_reset, before_sequence, of_sequence, length), row
                window = self._fed(row)
                since_reset, of_sequence, length = after(since_reset, window), after(of_sequence, window), length + 1
                if reset:
                    since_reset = before_sequence = of_sequence = length = 0
                    current = EMPTY

    def whole(self, steps: Sequence[tuple[LaneHistory, int]]) -> int:
        """Give the number of the whole history of a lane that was followed to the end, its last window included."""
        history, row = steps[-1]
        return self.numbers.after(history.since_reset, self._fed(row))

    def _fed(self, row: int) -> Window:
        """Give the window that a lane is fed: that of the row, or zeros where there is no row."""
        return self.zeros if row == EMPTY else self.windows[row]


def _never_reset(schedule: Schedule, epochs: Sequence[Epoch], lanes: _LaneReader) -> Iterator[Occurrence]:
    """List the contexts in the long run, where the state is never reset.

    Fixed and alternating orders repeat, so one period tells two lanes apart or nothing ever will. In random order,
    epochs are independent: the past tells a lane only by how its inputs are distributed.
    """
    share = Fraction(1, len(epochs))
    periods = [[epoch] for epoch in epochs] if schedule.order == "random" else [list(epochs)]
    for lane in range(schedule.batch_size):
        walks = [list(lanes.follow(period, lane)) for period in periods]
        kind = frozenset(Counter(lanes.whole(steps) for steps in walks).items())
        for steps in walks:
            for history, row in steps:
                if row != EMPTY:
                    yield from lanes.occurrences(history._replace(lane_kind=kind), row, share)


def _shuffled_within_sequences(
    schedule: Schedule, orders: Sequence[Sequence[int]], lanes: _LaneReader
) -> Iterator[Occurrence]:
    """List the contexts where each sequence's rows are shuffled and the state is reset after each sequence.

    Only the numbers of rows with equal windows matter, so histories are counted window by window, not row by row.
    """
    windows, after = lanes.windows, lanes.numbers.after
    pools = [
        Counter(window for window, sequence in zip(windows, lanes.sequence, strict=True) if sequence == number)
        for number in range(schedule.sequences)
    ]
    places = Counter(origins for order in orders for origins in _origins(schedule, order, lanes.sequence))
    histories = sum(prod(_number_of_draws(pools[s], n) for s, n in Counter(each).items()) for each in places)
    if histories > MOST_HISTORIES:
        raise StudyError(
            f"more than {MOST_HISTORIES} histories of shuffled rows; shorten the sequences, enlarge the batch or use "
            "layout consecutive"
        )
    for origins, number in places.items():
        began = origins.index(origins[-1])
        for drawn, row, probability in _draws(schedule, origins, windows):
            before = reduce(after, drawn[:began], 0)
            history = LaneHistory(
                since_reset=reduce(after, drawn[began:], before),
                before_sequence=before,
                of_sequence=reduce(after, drawn[began:], 0),
                length=len(drawn),
            )
            yield from lanes.occurrences(history, row, probability * number / len(orders))


def _origins(schedule: Schedule, order: Sequence[int], sequence_of: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """List, for each slot, the sequences of its lane's rows since the last reset, the slot's own last."""
    epoch = schedule.in_order(order)
    for lane in range(schedule.batch_size):
        origins: tuple[int, ...] = ()
        for row, reset in zip(epoch.rows[:, lane].tolist(), epoch.reset_after.tolist(), strict=True):
            origins = (*origins, sequence_of[row])
            yield origins
            origins = () if reset else origins


def _number_of_draws(pool: Counter[Window], length: int) -> int:
    """Count the different ordered draws of some length from a pool without replacement.

    Its exponential generating function is the product over the windows of 1 + x + x^2/2! + ... + x^n/n!.
    """
    ways = [Fraction(1)] + [Fraction(0)] * length
    for number in pool.values():
        ways = [
            sum((ways[k - j] / factorial(j) for j in range(min(number, k) + 1)), Fraction(0)) for k in range(length + 1)
        ]
    return int(ways[length] * factorial(length))


def _draws(
    schedule: Schedule, origins: Sequence[int], windows: Sequence[Window]
) -> Iterator[tuple[tuple[Window, ...], int, Fraction]]:
    """Draw rows in turn without putting back, each from the sequence named: windows before, last row, its chance."""
    starts = schedule.starts
    rows = {s: range(starts[s], starts[s] + schedule.lengths[s]) for s in set(origins)}
    left = {s: Counter(windows[row] for row in rows[s]) for s in rows}

    def draw(place: int, drawn: tuple[Window, ...], chance: Fraction) -> Iterator[tuple[tuple[Window, ...], Fraction]]:
        if place == len(origins) - 1:
            yield drawn, chance
            return
        pool = left[origins[place]]
        size = pool.total()
        for window in list(pool):
            if pool[window]:
                share = Fraction(pool[window], size)
                pool[window] -= 1
                yield from draw(place + 1, (*drawn, window), chance * share)
                pool[window] += 1

    last = origins[-1]
    for drawn, chance in draw(0, (), Fraction(1)):
        pool = left[last]
        for row in rows[last]:
            alike = sum(windows[other] == windows[row] for other in rows[last])
            if pool[windows[row]]:
                yield drawn, row, chance * Fraction(pool[windows[row]], pool.total() * alike)
