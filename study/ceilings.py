"""The best that any network could reach, found before training: exact accuracy ceilings and loss floors.

Two rows whose visible contexts are equal get equal outputs from every network with every weight, so the accuracy on
them is bounded by counting; this file counts, in fractions, over all orders that chance could bring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log
from typing import NamedTuple

import numpy as np

from study.encoding import NO_TARGET, PADDING, EncodedDataset
from study.errors import StudyError
from study.layouts import EMPTY, Epoch, Schedule

Window = tuple[int, ...]
Context = tuple[object, ...]
MOST_HISTORIES = 400_000  # histories of shuffled rows that are counted one by one before the exact way is refused


class Sight(NamedTuple):
    """One asked-for output and all that the network has seen when it answers.

    Attributes
    ----------
    context : tuple
        The visible context; equal contexts get equal answers.
    row, step : int
        The row, and the step inside its window.
    target : int
        Column of the right answer.
    ambiguous : bool
        Whether it counts among the ambiguous rows.
    weight : Fraction
        How often it occurs in an epoch, on average.
    """

    context: Context
    row: int
    step: int
    target: int
    ambiguous: bool
    weight: Fraction


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
    >>> from study.encoding import encode
    >>> rows = encode([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]])
    >>> [str(ceiling(rows, Schedule((4, 4), size), carries_state=True).ambiguous) for size in (1, 2, 4)]
    ['1', '1/2', '1/2']
    """
    seen = sights(dataset, schedule, carries_state=carries_state)
    hard = [sight for sight in seen if sight.ambiguous]
    blind = [sight._replace(context=()) for sight in seen]
    return Ceiling(
        ambiguous=best_accuracy(hard),
        overall=best_accuracy(seen),
        chance=best_accuracy([sight for sight in blind if sight.ambiguous]),
        chance_overall=best_accuracy(blind),
        loss_floor=lowest_loss(seen, dataset.features),
    )


def best_accuracy(seen: Sequence[Sight]) -> Fraction:
    """Accuracy of the best function of the context: in each context, answer the commonest target."""
    total = sum((sight.weight for sight in seen), Fraction(0))
    if not total:
        return Fraction(1)
    return sum((max(counts.values()) for counts in by_context(seen).values()), Fraction(0)) / total


def lowest_loss(seen: Sequence[Sight], features: int) -> float:
    """Cross-entropy, in nats, of the best function of the context: in each context, answer the targets' shares."""
    total, loss = sum((sight.weight for sight in seen), Fraction(0)), 0.0
    for counts in by_context(seen).values():
        weight = sum(counts.values(), Fraction(0))
        entropy = sum(_binary_entropy(float(count / weight)) for count in counts.values())
        loss += float(weight / total) * entropy / features
    return loss


def by_context(seen: Sequence[Sight]) -> dict[Context, dict[int, Fraction]]:
    """Group by context: the weight of each target in each."""
    groups: dict[Context, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for sight in seen:
        groups[sight.context][sight.target] += sight.weight
    return groups


def sights(dataset: EncodedDataset, schedule: Schedule, *, carries_state: bool) -> list[Sight]:
    """List what the network has seen at each output that is asked for, in every way an epoch can go.

    With ``reset="never"`` the history is endless. It then tells which of the lanes with different input streams this
    one is, and how many batches have passed; both stand in the context in place of the history before this period.

    Parameters
    ----------
    dataset, schedule, carries_state
        As for `ceiling`.

    Returns
    -------
    list of Sight
    """
    windows = [tuple(int(k) for k in window) for window in dataset.inputs]
    look = _Look(dataset, windows)
    if not carries_state or (schedule.layout == "shuffled" and schedule.reset != "sequence"):
        # Rows shuffled through the whole epoch: exchanging two rows with equal windows leaves every input stream as it
        # was, so however long the history, each of them is as likely as the other: the window alone counts.
        repeats = Counter(schedule.epoch().rows[schedule.epoch().rows != EMPTY].tolist())
        return [sight for row, n in sorted(repeats.items()) for sight in look((), row, Fraction(n))]
    if schedule.layout == "shuffled":
        return list(_shuffled_within_sequences(schedule, windows, look))
    epochs = [schedule.in_order(order) for order in schedule.sequence_orders()]
    share = Fraction(1, len(epochs))
    if schedule.reset == "never":
        return list(_endless(schedule, epochs, windows, look, dataset.timesteps))
    return [
        sight
        for epoch in epochs
        for lane in range(schedule.batch_size)
        for history, row in _walk(epoch, lane, windows, dataset.timesteps)
        if row != EMPTY
        for sight in look(history, row, share)
    ]


class _Look:
    """Turns a row and the windows before it into sights, one for each target of the row."""

    def __init__(self, dataset: EncodedDataset, windows: Sequence[Window]) -> None:
        self.dataset, self.windows = dataset, windows

    def __call__(self, history: Context, row: int, weight: Fraction) -> Iterator[Sight]:
        for step, target in enumerate(self.dataset.targets[row].tolist()):
            if target != NO_TARGET:
                context = (*history, self.windows[row][: step + 1])
                yield Sight(context, row, step, target, bool(self.dataset.ambiguous[row, step]), weight)


def _walk(
    epoch: Epoch, lane: int, windows: Sequence[Window], timesteps: int
) -> Iterator[tuple[tuple[Window, ...], int]]:
    """Follow one lane through an epoch: at each step, the windows since the last reset, and the row."""
    nothing = (PADDING,) * timesteps
    history: tuple[Window, ...] = ()
    for row, reset in zip(epoch.rows[:, lane].tolist(), epoch.reset_after.tolist(), strict=True):
        yield history, row
        history = () if reset else (*history, nothing if row == EMPTY else windows[row])


def _endless(
    schedule: Schedule, epochs: Sequence[Epoch], windows: Sequence[Window], look: _Look, timesteps: int
) -> Iterator[Sight]:
    """Contexts in the long run, where the state is never reset.

    Fixed and alternating orders repeat, so one period tells two lanes apart or nothing ever will. In random order,
    epochs are independent: the past tells a lane only by how its inputs are distributed.
    """
    if schedule.order != "random":
        joined = Epoch(np.concatenate([e.rows for e in epochs]), np.concatenate([e.reset_after for e in epochs]))
        periods, share = [joined], Fraction(1, len(epochs))
    else:
        periods, share = list(epochs), Fraction(1, len(epochs))
    walks = [
        [list(_walk(period, lane, windows, timesteps)) for period in periods] for lane in range(schedule.batch_size)
    ]
    streams = [Counter((*walk[-1][0], walk[-1][1] != EMPTY and windows[walk[-1][1]]) for walk in ws) for ws in walks]
    kinds = [frozenset(stream.items()) for stream in streams]
    for kind, lane_walks in zip(kinds, walks, strict=True):
        for walk in lane_walks:
            for history, row in walk:
                if row != EMPTY:
                    yield from look((kind, *history), row, share)


def _shuffled_within_sequences(schedule: Schedule, windows: Sequence[Window], look: _Look) -> Iterator[Sight]:
    """Contexts where each sequence's rows are shuffled and the state is reset after each sequence.

    Only the numbers of rows with equal windows matter, so histories are counted window by window, not row by row.
    """
    orders = schedule.sequence_orders()
    origin = np.repeat(np.arange(schedule.sequences), schedule.lengths)
    budget = MOST_HISTORIES
    for order in orders:
        epoch = schedule.in_order(order)
        for lane in range(schedule.batch_size):
            blocks: tuple[int, ...] = ()
            for row, reset in zip(epoch.rows[:, lane].tolist(), epoch.reset_after.tolist(), strict=True):
                blocks = (*blocks, int(origin[row]))
                for history, last, probability in _draws(schedule, blocks, windows):
                    budget -= 1
                    if budget < 0:
                        raise StudyError(
                            f"more than {MOST_HISTORIES} histories of shuffled rows; shorten the sequences, "
                            "enlarge the batch or use layout consecutive"
                        )
                    yield from look(history, last, probability / len(orders))
                if reset:
                    blocks = ()


def _draws(
    schedule: Schedule, blocks: Sequence[int], windows: Sequence[Window]
) -> Iterator[tuple[tuple[Window, ...], int, Fraction]]:
    """Draw rows without replacement, one from each of `blocks` in turn: windows before, last row, its chance."""
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
