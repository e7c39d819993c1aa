"""Why a stateful network can or cannot learn given sequences: what its lanes have seen, and what that allows.

Pure functions from sequences and settings to an `Explanation`; how it is shown is the affair of other files.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain

import numpy as np

from study.errors import StudyError
from study.sequences.encoding import PADDING, EncodedDataset, encode
from study.sequences.layouts import EMPTY, Epoch, Schedule
from study.theory.arrivals import Arrival, Arrivals
from study.theory.ceilings import (
    Ceiling,
    Context,
    Histories,
    Past,
    Sight,
    best_accuracy,
    ceiling_of,
    presented_orders,
    sights,
)
from study.theory.excerpt import excerpt
from study.theory.reach import Reach, find_reach

MOST_SLOTS = 2_000  # slots (a lane of a batch) that are listed with what they have seen
MANY_ROWS = 100  # ambiguous rows from which it is said that most are told apart by what never comes again
MOST_INPUTS = 256  # last inputs of a visible context that are listed

RULED_OUT = "ruled out by the layout"
NO_GRADIENT_ACROSS_ROWS = "possible, but no gradient crosses rows: it depends on optimiser, width and lag"
SOLVABLE = "possible, and a gradient reaches it"
CONFLICT = "the data contradict themselves"


@dataclass(frozen=True)
class Settings:
    """How the sequences reach the network.

    Attributes
    ----------
    batch_size, timesteps : int
    layout, reset, order : str
        As in `study.sequences.layouts.Schedule`.
    stateful : bool
        Whether the network carries state from batch to batch.
    """

    batch_size: int = 1
    timesteps: int = 1
    layout: str = "consecutive"
    reset: str = "sequence"
    order: str = "fixed"
    stateful: bool = True


@dataclass(frozen=True)
class Slot:
    """One lane of one batch.

    Attributes
    ----------
    epoch, batch, lane : int
        Where it stands; batches are counted within the epoch.
    row : int or None
        The row; None where a shorter sequence has ended and the lane is fed zeros.
    context : tuple
        Symbols that the network has seen when it answers, oldest first, the row's own last; None for a zero vector.
    left_out : int
        Inputs before those that are not listed.
    target : symbol or None
    ambiguous : bool
    reset_after : bool
        Whether the state is set to zero after the batch.
    """

    epoch: int
    batch: int
    lane: int
    row: int | None
    context: tuple[Hashable, ...]
    left_out: int
    target: Hashable
    ambiguous: bool
    reset_after: bool


@dataclass(frozen=True)
class Confusion:
    """Rows that reach the network with one and the same visible context, and have different targets.

    Attributes
    ----------
    rows : tuple of int
    targets : tuple
        Target of each row.
    context : tuple
        What has been seen, as in `Slot`; one example where there are several.
    contexts : int
        Different contexts in which just these rows are confused.
    """

    rows: tuple[int, ...]
    targets: tuple[Hashable, ...]
    context: tuple[Hashable, ...]
    contexts: int


@dataclass(frozen=True)
class Leak:
    """Something other than the row's own sequence that gives its target away.

    Attributes
    ----------
    kind : {'position', 'order'}
    without, with_it : Fraction
        Ceiling on the ambiguous rows for the row's own inputs alone, and together with the leak.
    """

    kind: str
    without: Fraction
    with_it: Fraction


@dataclass(frozen=True)
class DeadWeights:
    """A block of weights that never receives a gradient; it stays as it was drawn.

    Attributes
    ----------
    name : str
        In the study's words.
    keras, pytorch : str
        Where it stands, with u units.
    """

    name: str
    keras: str
    pytorch: str


@dataclass(frozen=True)
class Explanation:
    """All that is known before training.

    Attributes
    ----------
    settings : Settings
    given, sequences : tuple of sequences
        All of them, and those that were analysed.
    dataset : EncodedDataset
    ceiling : Ceiling
        For any function of the visible context.
    own : Fraction
        Ceiling on the ambiguous rows for what the lane has seen of the row's own sequence: memory without leaks.
    bound : bool
        Whether the ceilings are upper bounds only, since there are too many ways to shuffle.
    reach : Reach
        What the sequences allow, and how far back the deciding input lies.
    arrivals : Arrivals
        How the inputs of a sequence reach its rows.
    slots : tuple of Slot
        Batch after batch, lane after lane, of one period of epochs.
    slots_left_out : int
    confusions : tuple of Confusion
    dead_weights : tuple of DeadWeights
    leaks : tuple of Leak
    notes : tuple of str
        What was left out or drawn at random.
    """

    settings: Settings
    given: tuple[Sequence[Hashable], ...]
    sequences: tuple[Sequence[Hashable], ...]
    dataset: EncodedDataset
    ceiling: Ceiling
    own: Fraction
    bound: bool
    reach: Reach
    arrivals: Arrivals
    slots: tuple[Slot, ...]
    slots_left_out: int
    confusions: tuple[Confusion, ...]
    dead_weights: tuple[DeadWeights, ...]
    leaks: tuple[Leak, ...]
    notes: tuple[str, ...]

    @property
    def gradient_reach(self) -> int:
        """Inputs that the gradient passes through, the row's own included."""
        return self.settings.timesteps

    @property
    def needed_reach(self) -> int | None:
        """Steps back to the farthest input that is needed; None if no input helps."""
        return self.reach.steps

    @property
    def gradient_reaches(self) -> bool:
        """Whether the gradient reaches the farthest input that is needed."""
        return self.needed_reach is not None and self.needed_reach < self.gradient_reach

    @cached_property
    def deciding(self) -> tuple[Arrival, ...]:
        """How the farthest needed input reaches each ambiguous row that has one so far back."""
        return tuple(self.arrivals.all_ambiguous(self.needed_reach)) if self.needed_reach else ()

    @property
    def cause(self) -> Arrival | None:
        """The input of one row that shows the verdict best; none if nothing is lacking or it is not to be seen."""
        if self.verdict not in (RULED_OUT, NO_GRADIENT_ACROSS_ROWS) or not self.needed_reach:
            return None
        confused: tuple[int, ...] = next((c.rows for c in self.confusions if set(self.reach.example) & set(c.rows)), ())
        rows = (*(row for row in self.reach.example if row in confused), *self.reach.example)
        listed = {slot.row for slot in self.slots}
        known = {arrival.row: arrival for arrival in self.deciding if arrival.row in listed}
        shown = [known[row] for row in rows if row in known]
        if not shown:
            return None
        if self.verdict == NO_GRADIENT_ACROSS_ROWS:
            return shown[0]
        nearer = range(self.needed_reach - 1, 0, -1)
        candidates = chain(
            shown,
            self.deciding,
            (self.arrivals(arrival.row, steps) for steps in nearer for arrival in shown),
            (arrival for steps in nearer for arrival in self.arrivals.all_ambiguous(steps)),
        )
        return next((arrival for arrival in candidates if not arrival.always), None)

    @property
    def verdict(self) -> str:
        """Which of the four it is: `RULED_OUT`, `NO_GRADIENT_ACROSS_ROWS`, `SOLVABLE` or `CONFLICT`."""
        if self.own < self.reach.best:
            return RULED_OUT
        if self.reach.best < 1:
            return CONFLICT
        return SOLVABLE if self.gradient_reaches else NO_GRADIENT_ACROSS_ROWS


def explain(
    sequences: Sequence[Sequence[Hashable]], settings: Settings, notes: Sequence[str] = (), *, listed: bool = True
) -> Explanation:
    """Find out what a network can know and learn.

    Parameters
    ----------
    sequences : sequence of sequences
        At least two symbols each.
    settings : Settings
    notes : sequence of str
        Said first.
    listed : bool, default True
        Whether slots, confusions and leaks are wanted.

    Returns
    -------
    Explanation

    Raises
    ------
    StudyError
        If the sequences or the settings cannot be used.

    Examples
    --------
    >>> answer = explain([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]], Settings(batch_size=4))
    >>> answer.verdict, str(answer.ceiling.ambiguous), answer.needed_reach
    ('ruled out by the layout', '1/2', 3)
    """
    for number, sequence in enumerate(sequences):
        if len(sequence) < 2:
            encode(sequences[: number + 1])  # says what is wrong
        if listed:
            _check_symbols(number, sequence)
    whole = _schedule([len(sequence) - 1 for sequence in sequences], settings)  # not the excerpt alone has to fit
    analysed, note = excerpt(sequences, whole)
    dataset = encode(analysed, settings.timesteps)
    schedule = _schedule(dataset.lengths, settings)
    histories = Histories()
    try:
        seen, bound = sights(dataset, schedule, carries_state=settings.stateful, histories=histories), False
    except StudyError:
        if schedule.layout != "shuffled":
            raise
        seen, bound = _bounding_sights(dataset), True
    hard = [sight for sight in seen if sight.ambiguous]
    ceiling = ceiling_of(seen, dataset.features)
    slots, left_out = _slots(dataset, schedule, settings) if listed else ((), 0)
    reach = find_reach(dataset)
    remarks = (*_remarks(schedule, settings, bound=bound), _by_heart(reach, int(dataset.ambiguous[:, -1].sum())))
    return Explanation(
        settings=settings,
        given=tuple(sequences),
        sequences=tuple(analysed),
        dataset=dataset,
        ceiling=ceiling,
        own=_own(hard, settings, bound=bound),
        bound=bound,
        reach=reach,
        arrivals=Arrivals(dataset, schedule, stateful=settings.stateful),
        slots=slots,
        slots_left_out=left_out,
        confusions=tuple(_confusions(seen, dataset, histories)) if listed and not bound else (),
        dead_weights=_dead_weights(schedule, settings),
        leaks=tuple(_leaks(hard, ceiling)) if listed and not bound else (),
        notes=tuple(text for text in (*notes, note, *remarks) if text),
    )


def _schedule(lengths: Sequence[int], settings: Settings) -> Schedule:
    if settings.timesteps < 1:
        raise StudyError(f"timesteps is {settings.timesteps}; it must be 1 or more, the number of inputs in one row")
    return Schedule(tuple(lengths), settings.batch_size, settings.layout, settings.reset, settings.order)


def _check_symbols(number: int, sequence: Sequence[Hashable]) -> None:
    """Refuse what cannot be a symbol: lists and the like, and what is not equal to itself."""
    for symbol in sequence:
        if not isinstance(symbol, Hashable):
            raise StudyError(f"sequence {number} holds {symbol!r}, which cannot be a symbol; use numbers or text")
        if symbol != symbol:  # noqa: PLR0124  (not a number)
            raise StudyError(f"sequence {number} holds a missing value; fill it or leave its row out")


def _bounding_sights(dataset: EncodedDataset) -> list[Sight]:
    """Sights of a network that is told the sequence.

    Rows of one sequence with equal windows are shuffled alike, so nothing else could help: no network does better.
    """
    found = []
    for row in range(dataset.rows):
        window = tuple(dataset.inputs[row].tolist())
        past = Past(seen=int(dataset.sequence[row]))
        found.append(
            Sight(
                (0, past.seen, window),
                row,
                dataset.timesteps - 1,
                int(dataset.targets[row, -1]),
                bool(dataset.ambiguous[row, -1]),
                Fraction(1),
                past,
            )
        )
    return found


def _own(hard: Sequence[Sight], settings: Settings, *, bound: bool) -> Fraction:
    """Ceiling for the inputs of the row's own sequence; where that is not known exactly, for its window alone."""
    if bound or not settings.stateful:
        return best_accuracy(hard, lambda sight: (sight.context[-1],))
    return best_accuracy(hard, lambda sight: (sight.past.own, sight.context[-1]))


def _leaks(hard: Sequence[Sight], ceiling: Ceiling) -> Iterator[Leak]:
    """Find what gives targets away without any input of the row's own sequence but its window."""
    window = best_accuracy(hard, lambda sight: (sight.context[-1],))
    place = best_accuracy(hard, lambda sight: (sight.past.place, sight.context[-1]))
    if place > window:
        yield Leak("position", window, place)
    # A network does not know where its row's sequence began, so it may fall short of this; never of the ceiling.
    others = best_accuracy(hard, lambda sight: (sight.past.lane, sight.past.before, sight.context[-1]))
    if min(others, ceiling.ambiguous) > window:
        yield Leak("order", window, min(others, ceiling.ambiguous))


def _confusions(seen: Sequence[Sight], dataset: EncodedDataset, histories: Histories) -> Iterator[Confusion]:
    """Group rows by visible context, and contexts by the rows they confuse."""
    groups: dict[Context, dict[int, Sight]] = {}
    for sight in seen:
        groups.setdefault(sight.context, {})[sight.row] = sight
    alike: dict[tuple[int, ...], list[Sight]] = {}
    for rows in groups.values():
        if len({sight.target for sight in rows.values()}) > 1:
            alike.setdefault(tuple(sorted(rows)), []).append(next(iter(rows.values())))
    for group, examples in sorted(alike.items()):
        first = examples[0]
        windows = [*histories.read(first.past.seen, MOST_INPUTS // dataset.timesteps), first.context[-1]]
        yield Confusion(
            rows=group,
            targets=tuple(dataset.symbols[dataset.targets[row, -1]] for row in group),
            context=_symbols(windows, dataset),
            contexts=len(examples),
        )


def _symbols(windows: Sequence[object], dataset: EncodedDataset) -> tuple[Hashable, ...]:
    """Write windows as the symbols that were fed, oldest first; None for a zero vector."""
    return tuple(
        None if column == PADDING else dataset.symbols[column]
        for window in windows
        for column in window  # type: ignore[attr-defined]
    )


def _slots(dataset: EncodedDataset, schedule: Schedule, settings: Settings) -> tuple[tuple[Slot, ...], int]:
    """List what stands in each lane of each batch, and how many slots are left out."""
    chance = np.random.default_rng(0)  # of the epoch that is shown as an example, if chance has a part in it
    epochs = [
        schedule.example(chance, number) if schedule.draws else schedule.epoch(number)
        for number in range(schedule.period)
    ]
    total = sum(epoch.rows.size for epoch in epochs)
    found: list[Slot] = []
    lanes: list[list[Hashable]] = [[] for _ in range(schedule.batch_size)]
    for number, batch, rows, reset in _batches(epochs):
        if len(found) + len(rows) > MOST_SLOTS and found:
            break
        for lane, row in enumerate(rows):
            window = [PADDING] * dataset.timesteps if row == EMPTY else dataset.inputs[row].tolist()
            lanes[lane] = [*(lanes[lane] if settings.stateful else []), *_symbols([window], dataset)]
            found.append(
                Slot(
                    number,
                    batch,
                    lane,
                    None if row == EMPTY else row,
                    tuple(lanes[lane][-MOST_INPUTS:]),
                    max(0, len(lanes[lane]) - MOST_INPUTS),
                    None if row == EMPTY else dataset.symbols[dataset.targets[row, -1]],
                    row != EMPTY and bool(dataset.ambiguous[row, -1]),
                    reset,
                )
            )
        if reset:
            lanes = [[] for _ in lanes]
    return tuple(found), total - len(found)


def _batches(epochs: Sequence[Epoch]) -> Iterator[tuple[int, int, list[int], bool]]:
    """List the batches of some epochs: epoch, batch, rows, whether a reset follows."""
    for number, epoch in enumerate(epochs):
        for batch, (rows, reset) in enumerate(zip(epoch.rows.tolist(), epoch.reset_after.tolist(), strict=True)):
            yield number, batch, rows, reset


def _dead_weights(schedule: Schedule, settings: Settings) -> tuple[DeadWeights, ...]:
    """Name the weights whose gradient is a product with the previous state, where that is zero at every row."""
    always_zero = settings.timesteps == 1 and (
        not settings.stateful or all(schedule.in_order(order).reset_after.all() for order in presented_orders(schedule))
    )
    if not always_zero:
        return ()
    return (
        DeadWeights("recurrent kernel, all gates", "recurrent_kernel", "weight_hh_l0"),
        DeadWeights("forget gate: kernel", "kernel[:, u:2*u]", "weight_ih_l0[u:2*u]"),
        DeadWeights("forget gate: bias", "bias[u:2*u]", "bias_ih_l0[u:2*u], bias_hh_l0[u:2*u]"),
    )


def _remarks(schedule: Schedule, settings: Settings, *, bound: bool) -> Iterator[str]:
    """Say what of the answer is an example, a long run or a bound."""
    if schedule.draws:
        yield "the lanes show one epoch as it may be drawn; the ceilings count every way it can be"
    if settings.stateful and settings.reset == "never":
        yield "the lanes show the first pass; the ceilings hold in the long run, when a state has been carried for many"
    if bound:
        yield "too many ways to shuffle: the ceilings are those of a network that is told the sequence, an upper bound"


def _by_heart(reach: Reach, ambiguous: int) -> str:
    """Caution where most ambiguous rows look like no other row, as they all do in noise."""
    if ambiguous < MANY_ROWS or 2 * reach.once <= ambiguous:
        return ""
    return (
        f"with the {(reach.steps or 0) + 1:,} inputs that are needed, {reach.once:,} of {ambiguous:,} ambiguous rows "
        "look like no other row: they can be learned by heart, so no ceiling here says what is right on new data; hold "
        "some sequences back to find out"
    )


def with_settings(explanation: Explanation, settings: Settings) -> Explanation:
    """Answer for the same sequences under other settings, without lists."""
    return explain(explanation.given, settings, listed=False)
