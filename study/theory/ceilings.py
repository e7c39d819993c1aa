"""The best that any network could reach, found before training: exact accuracy ceilings and loss floors.

Two rows whose visible contexts are equal get equal outputs from every network with every weight, so the accuracy on
them is bounded by counting; this file counts, in fractions, over all orders that chance could bring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import factorial, lcm, log, prod
from typing import NamedTuple

import numpy as np

from study.errors import StudyError
from study.sequences.encoding import NO_TARGET, PADDING, EncodedDataset
from study.sequences.layouts import EMPTY, Epoch, Schedule

Window = tuple[int, ...]
Context = tuple[object, ...]
MOST_HISTORIES = 400_000  # histories of shuffled rows that are counted one by one before the exact way is refused


class Past(NamedTuple):
    """What a lane has been fed before a row, as numbers of `Histories`.

    Attributes
    ----------
    lane : hashable
        Where the state is never reset: what tells this lane from others in the long run. Otherwise 0.
    seen : int
        All windows since the last reset (or, where there is none, since the beginning of the period).
    before : int
        Those of them that came before the row's own sequence began.
    own : int
        Those of them that belong to the row's own sequence.
    place : int
        How many there were.
    """

    lane: object = 0
    seen: int = 0
    before: int = 0
    own: int = 0
    place: int = 0


NOTHING_SEEN = Past()


class Histories:
    """Numbers histories of windows so that equal histories get equal numbers, in one step a window.

    Examples
    --------
    >>> histories = Histories()
    >>> first, again = (histories.after(histories.after(0, (3,)), (0,)) for _ in range(2))
    >>> first == again, histories.read(first)
    (True, [(3,), (0,)])
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, Window], int] = {}
        self._ends: list[tuple[int, Window]] = []

    def after(self, history: int, window: Window) -> int:
        """Number of the history that goes on with this window; 0 is the empty one."""
        number = self._numbers.setdefault((history, window), len(self._ends) + 1)
        if number > len(self._ends):
            self._ends.append((history, window))
        return number

    def read(self, history: int, most: int | None = None) -> list[Window]:
        """List the windows of a history, oldest first, or its last ones alone."""
        windows: list[Window] = []
        while history and (most is None or len(windows) < most):
            history, window = self._ends[history - 1]
            windows.append(window)
        return windows[::-1]


class Sight(NamedTuple):
    """One asked-for output and all that the network has seen when it answers.

    Attributes
    ----------
    context : tuple
        The visible context; equal contexts get equal answers. Its last entry is the row's own window.
    row, step : int
        The row, and the step inside its window.
    target : int
        Column of the right answer.
    ambiguous : bool
        Whether it counts among the ambiguous rows.
    weight : Fraction
        How often it occurs in an epoch, on average.
    past : Past
        The context's parts, for those who ask which of them gives the answer away.
    """

    context: Context
    row: int
    step: int
    target: int
    ambiguous: bool
    weight: Fraction
    past: Past


@dataclass(frozen=True)
class Ceiling:
    """What is possible for one configuration, whatever the weights.

    Attributes
    ----------
    ambiguous, overall : Fraction
        Highest expected accuracy on the ambiguous rows and on all rows.
    chance, chance_overall : Fraction
        The same for a network that ignores its input.
    loss_floor : float
        Lowest expected binary cross-entropy, in nats, mean over outputs and rows.
    """

    ambiguous: Fraction
    overall: Fraction
    chance: Fraction
    chance_overall: Fraction
    loss_floor: float


def ceiling(dataset: EncodedDataset, schedule: Schedule, *, carries_state: bool) -> Ceiling:
    """Find the ceilings of one configuration.

    Parameters
    ----------
    dataset : EncodedDataset
    schedule : Schedule
        Cut to the dataset's sequences.
    carries_state : bool
        Whether the network carries state from batch to batch; otherwise a row sees its own window alone.

    Returns
    -------
    Ceiling
        If no row is ambiguous, the ceiling and the chance level on them are 1.

    Raises
    ------
    StudyError
        If there are too many random orders to count.

    Examples
    --------
    >>> from study.sequences.encoding import encode
    >>> rows = encode([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]])
    >>> [str(ceiling(rows, Schedule((4, 4), size), carries_state=True).ambiguous) for size in (1, 2, 4)]
    ['1', '1/2', '1/2']
    """
    return ceiling_of(sights(dataset, schedule, carries_state=carries_state), dataset.features)


def ceiling_of(seen: Sequence[Sight], features: int) -> Ceiling:
    """Find the ceilings of sights that are at hand; `features` is the length of an output vector."""
    hard = [sight for sight in seen if sight.ambiguous]
    return Ceiling(
        ambiguous=best_accuracy(hard),
        overall=best_accuracy(seen),
        chance=best_accuracy(hard, _nothing),
        chance_overall=best_accuracy(seen, _nothing),
        loss_floor=lowest_loss(seen, features),
    )


def _whole_context(sight: Sight) -> Context:
    return sight.context


def _nothing(_: Sight) -> Context:
    return ()


def best_accuracy(seen: Sequence[Sight], view: Callable[[Sight], Context] = _whole_context) -> Fraction:
    """Accuracy of the best function of the context, or of a view of it: each time, answer the commonest target."""
    counts = by_context(seen, view).values()
    total = sum(sum(of.values()) for of in counts)
    return Fraction(sum(max(of.values()) for of in counts), total) if total else Fraction(1)


def lowest_loss(seen: Sequence[Sight], features: int) -> float:
    """Cross-entropy, in nats, of the best function of the context: in each context, the shares of the targets."""
    groups, loss = by_context(seen), 0.0
    total = sum(sum(counts.values()) for counts in groups.values())
    for counts in groups.values():
        weight = sum(counts.values())
        entropy = sum(_binary_entropy(count / weight) for count in counts.values())
        loss += weight / total * entropy / features
    return loss


def by_context(
    seen: Sequence[Sight], view: Callable[[Sight], Context] = _whole_context
) -> dict[Context, dict[int, int]]:
    """Group by context: the weight of each target in each, in whole numbers of the smallest share that divides all."""
    weights = {id(sight.weight): sight.weight for sight in seen}  # few objects, and slow to hash
    share = lcm(*(weight.denominator for weight in weights.values()))
    whole = {name: weight.numerator * (share // weight.denominator) for name, weight in weights.items()}
    groups: dict[Context, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for sight in seen:
        groups[view(sight)][sight.target] += whole[id(sight.weight)]
    return groups


def sights(
    dataset: EncodedDataset, schedule: Schedule, *, carries_state: bool, histories: Histories | None = None
) -> list[Sight]:
    """List what the network has seen at each output that is asked for, in every way an epoch can go.

    With ``reset="never"`` the history is endless. It then tells which of the lanes with different input streams this
    one is, and how many batches have passed; both stand in the context in place of the history before this period.

    Parameters
    ----------
    dataset, schedule, carries_state
        As for `ceiling`.
    histories : Histories, optional
        Filled with the histories, for callers who want to read them.

    Returns
    -------
    list of Sight
    """
    histories = Histories() if histories is None else histories
    windows = [tuple(int(k) for k in window) for window in dataset.inputs]
    look = _Look(dataset, windows)
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
        return [sight for row, n in sorted(repeats.items()) for sight in look(NOTHING_SEEN, row, Fraction(n))]
    orders = presented_orders(schedule)
    if schedule.layout == "shuffled":
        return list(_shuffled_within_sequences(schedule, orders, windows, look, histories))
    walk = _Walk(dataset, windows, histories)
    epochs, share = [schedule.in_order(order) for order in orders], Fraction(1, len(orders))
    if schedule.reset == "never":
        return list(_endless(schedule, epochs, walk, look))
    return [
        sight
        for epoch in epochs
        for lane in range(schedule.batch_size)
        for past, row in walk([epoch], lane)
        if row != EMPTY
        for sight in look(past, row, share)
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


class _Look:
    """Turns a row and the windows before it into sights, one for each target of the row."""

    def __init__(self, dataset: EncodedDataset, windows: Sequence[Window]) -> None:
        self.dataset, self.windows = dataset, windows

    def __call__(self, past: Past, row: int, weight: Fraction) -> Iterator[Sight]:
        for step, target in enumerate(self.dataset.targets[row].tolist()):
            if target != NO_TARGET:
                context = (past.lane, past.seen, self.windows[row][: step + 1])
                yield Sight(context, row, step, target, bool(self.dataset.ambiguous[row, step]), weight, past)


class _Walk:
    """Follows one lane through epochs in a row: at each step, what was fed since the last reset, and the row."""

    def __init__(self, dataset: EncodedDataset, windows: Sequence[Window], histories: Histories) -> None:
        self.windows, self.histories = windows, histories
        self.origin: list[int] = dataset.sequence.tolist()
        self.nothing = (PADDING,) * dataset.timesteps

    def __call__(self, epochs: Sequence[Epoch], lane: int) -> Iterator[tuple[Past, int]]:
        after = self.histories.after
        seen = before = own = place = 0
        for epoch in epochs:
            current = EMPTY  # the sequence that runs through the lane; an epoch begins it anew
            for row, reset in zip(epoch.rows[:, lane].tolist(), epoch.reset_after.tolist(), strict=True):
                window = self.nothing
                if row != EMPTY:
                    window = self.windows[row]
                    if self.origin[row] != current:
                        before, own, current = seen, 0, self.origin[row]
                yield Past(0, seen, before, own, place), row
                seen, own, place = after(seen, window), after(own, window), place + 1
                if reset:
                    seen = before = own = place = 0
                    current = EMPTY

    def whole(self, steps: Sequence[tuple[Past, int]]) -> int:
        """Number of all that a lane was fed in a walk without resets."""
        past, row = steps[-1]
        return self.histories.after(past.seen, self.nothing if row == EMPTY else self.windows[row])


def _endless(schedule: Schedule, epochs: Sequence[Epoch], walk: _Walk, look: _Look) -> Iterator[Sight]:
    """Contexts in the long run, where the state is never reset.

    Fixed and alternating orders repeat, so one period tells two lanes apart or nothing ever will. In random order,
    epochs are independent: the past tells a lane only by how its inputs are distributed.
    """
    share = Fraction(1, len(epochs))
    periods = [[epoch] for epoch in epochs] if schedule.order == "random" else [list(epochs)]
    for lane in range(schedule.batch_size):
        walks = [list(walk(period, lane)) for period in periods]
        kind = frozenset(Counter(walk.whole(steps) for steps in walks).items())
        for steps in walks:
            for past, row in steps:
                if row != EMPTY:
                    yield from look(past._replace(lane=kind), row, share)


def _shuffled_within_sequences(
    schedule: Schedule,
    orders: Sequence[Sequence[int]],
    windows: Sequence[Window],
    look: _Look,
    histories: Histories,
) -> Iterator[Sight]:
    """Contexts where each sequence's rows are shuffled and the state is reset after each sequence.

    Only the numbers of rows with equal windows matter, so histories are counted window by window, not row by row.
    """
    origin = np.repeat(np.arange(schedule.sequences), schedule.lengths).tolist()
    pools = [Counter(w for w, s in zip(windows, origin, strict=True) if s == k) for k in range(schedule.sequences)]
    places = Counter(blocks for order in orders for blocks in _blocks(schedule, order, origin))
    if sum(prod(_number_of_draws(pools[s], n) for s, n in Counter(b).items()) for b in places) > MOST_HISTORIES:
        raise StudyError(
            f"more than {MOST_HISTORIES} histories of shuffled rows; shorten the sequences, enlarge the batch or use "
            "layout consecutive"
        )
    for blocks, number in places.items():
        began = blocks.index(blocks[-1])
        for history, row, probability in _draws(schedule, blocks, windows):
            before = reduce(histories.after, history[:began], 0)
            past = Past(
                seen=reduce(histories.after, history[began:], before),
                before=before,
                own=reduce(histories.after, history[began:], 0),
                place=len(history),
            )
            yield from look(past, row, probability * number / len(orders))


def _blocks(schedule: Schedule, order: Sequence[int], origin: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """For each lane of each batch: which sequences its rows since the last reset come from, its own last."""
    epoch = schedule.in_order(order)
    for lane in range(schedule.batch_size):
        blocks: tuple[int, ...] = ()
        for row, reset in zip(epoch.rows[:, lane].tolist(), epoch.reset_after.tolist(), strict=True):
            blocks = (*blocks, origin[row])
            yield blocks
            blocks = () if reset else blocks


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
    schedule: Schedule, blocks: Sequence[int], windows: Sequence[Window]
) -> Iterator[tuple[tuple[Window, ...], int, Fraction]]:
    """Draw rows without replacement, one of each of `blocks` in turn: the windows before, the last row, its chance."""
    starts = schedule.starts
    rows = {s: range(starts[s], starts[s] + schedule.lengths[s]) for s in set(blocks)}
    left = {s: Counter(windows[row] for row in rows[s]) for s in rows}

    def draw(
        place: int, history: tuple[Window, ...], chance: Fraction
    ) -> Iterator[tuple[tuple[Window, ...], Fraction]]:
        if place == len(blocks) - 1:
            yield history, chance
            return
        pool = left[blocks[place]]
        size = pool.total()
        for window in list(pool):
            if pool[window]:
                share = Fraction(pool[window], size)
                pool[window] -= 1
                yield from draw(place + 1, (*history, window), chance * share)
                pool[window] += 1

    for history, chance in draw(0, (), Fraction(1)):
        pool, last = left[blocks[-1]], blocks[-1]
        for row in rows[last]:
            alike = sum(windows[other] == windows[row] for other in rows[last])
            if pool[windows[row]]:
                yield history, row, chance * Fraction(pool[windows[row]], pool.total() * alike)


def _binary_entropy(p: float) -> float:
    """Entropy in nats of a yes with probability p."""
    return 0.0 if p in (0.0, 1.0) else -p * log(p) - (1 - p) * log(1 - p)
