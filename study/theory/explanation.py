"""Why a stateful network can or cannot learn given sequences: what its lanes have seen, and what that allows.

Pure functions from sequences and settings to an `Explanation`; other files show it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain

from study.errors import StudyError
from study.presentation import Presentation
from study.sequences.encoding import EncodedDataset, check_timesteps, encode
from study.sequences.layouts import Schedule
from study.theory.ceilings import Ceiling, ceiling_of
from study.theory.confusions import Confusion, confusions_of
from study.theory.contexts import HistoryNumbers, Window, bounding_occurrences, occurrences, rows_seen_alone
from study.theory.dead_weights import DeadWeights, dead_weights_of
from study.theory.excerpt import excerpt
from study.theory.lanes import Slot, slots_of
from study.theory.leaks import Leak, leaks_of, own_sequence_ceiling
from study.theory.reach import Reach, find_reach
from study.theory.routes import SOMETIMES, Route, Routes

MANY_ROWS = 100  # ambiguous rows from which it is said that most are told apart by what never comes again

RULED_OUT = "ruled out by the layout"
NO_GRADIENT_ACROSS_ROWS = "possible, but no gradient crosses rows: it depends on optimiser, width and lag"
SOLVABLE = "possible, and a gradient reaches it"
CONFLICT = "the data contradict themselves"


@dataclass(frozen=True, kw_only=True)
class Settings(Presentation):
    """How the sequences reach the network.

    Attributes
    ----------
    batch_size, layout, reset, order
        As in `study.presentation.Presentation`.
    timesteps : int
        Inputs in one row.
    stateful : bool
        Whether the network carries state from batch to batch.
    """

    timesteps: int = 1
    stateful: bool = True

    def __post_init__(self) -> None:
        """Refuse rows without an input before anything is laid out."""
        super().__post_init__()
        check_timesteps(self.timesteps)


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
    own_sequence_ceiling : Fraction
        Ceiling on the ambiguous rows for what the lane has seen of the row's own sequence, if the network were told
        where the sequence begins.
    alone : dict of int to bool
        Ambiguous rows whose lane had, at least sometimes, seen no earlier row of their sequence; and whether that is
        always so.
    bound : bool
        Whether the ceilings are upper bounds only, since there are too many ways to shuffle.
    reach : Reach
        What the sequences allow, and how far back the deciding input lies.
    routes : Routes
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
    own_sequence_ceiling: Fraction
    alone: dict[int, bool]
    bound: bool
    reach: Reach
    routes: Routes
    slots: tuple[Slot, ...]
    slots_left_out: int
    confusions: tuple[Confusion, ...]
    dead_weights: tuple[DeadWeights, ...]
    leaks: tuple[Leak, ...]
    notes: tuple[str, ...]

    @property
    def memory_ceiling(self) -> Fraction:
        """Highest accuracy on the ambiguous rows by memory of the row's own sequence, without leaks.

        Nothing tells a lane where a sequence begins, so what it has seen of one can look like what it has seen of two.
        """
        return min(self.own_sequence_ceiling, self.ceiling.ambiguous)

    @property
    def ceiling_in_use(self) -> Fraction:
        """Ceiling on the ambiguous rows of the trained network used in order, from a fresh state before each sequence.

        `memory_ceiling` is that of the rows as they are presented in training.
        """
        return self.reach.best if self.settings.stateful else self.memory_ceiling

    @property
    def differs_in_use(self) -> bool:
        """Whether training cannot get all rows right as they are presented, and can teach a network that does in use.

        So it is where the ambiguous rows see the input that decides at times, or where they always do and nothing tells
        a lane where a sequence begins. Rows that never see it teach nothing of it.
        """
        if not self.settings.stateful or self.memory_ceiling >= self.ceiling_in_use:
            return False
        return self.own_sequence_ceiling >= self.reach.best or any(route.way == SOMETIMES for route in self.deciding)

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
    def deciding(self) -> tuple[Route, ...]:
        """How the farthest needed input reaches each ambiguous row that has one so far back."""
        return tuple(self.routes.all_ambiguous(self.needed_reach)) if self.needed_reach else ()

    @property
    def cause(self) -> Route | None:
        """The route of one input that shows best why the verdict is what it is; None if no input is lacking."""
        if self.verdict not in (RULED_OUT, NO_GRADIENT_ACROSS_ROWS) or not self.needed_reach:
            return None
        confused: tuple[int, ...] = next((c.rows for c in self.confusions if set(self.reach.example) & set(c.rows)), ())
        rows = (*(row for row in self.reach.example if row in confused), *self.reach.example)
        listed = {slot.row for slot in self.slots}
        known = {route.row: route for route in self.deciding if route.row in listed}
        shown = [known[row] for row in rows if row in known]
        if not shown:
            return None
        if self.verdict == NO_GRADIENT_ACROSS_ROWS:
            return shown[0]
        nearer = range(self.needed_reach - 1, 0, -1)
        candidates = chain(
            shown,
            self.deciding,
            (self.routes(route.row, steps) for steps in nearer for route in shown),
            (route for steps in nearer for route in self.routes.all_ambiguous(steps)),
        )
        return next((route for route in candidates if not route.always), None)

    @property
    def verdict(self) -> str:
        """Which of the four it is: `RULED_OUT`, `NO_GRADIENT_ACROSS_ROWS`, `SOLVABLE` or `CONFLICT`."""
        if self.memory_ceiling < self.reach.best:
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
        Remarks to put first.
    listed : bool, default True
        Whether to list slots, confusions and leaks too.

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
    lengths = tuple(len(sequence) - 1 for sequence in sequences)
    whole = Schedule(lengths, **settings.presentation)  # not the excerpt alone has to fit
    analysed, note = excerpt(sequences, whole)
    dataset = encode(analysed, settings.timesteps)
    schedule = Schedule(dataset.lengths, **settings.presentation)
    numbers: HistoryNumbers[Window] = HistoryNumbers()
    bound = False
    try:
        seen = occurrences(dataset, schedule, carries_state=settings.stateful, numbers=numbers)
    except StudyError:
        if schedule.layout != "shuffled":
            raise
        seen, bound = bounding_occurrences(dataset), True
    ambiguous = [each for each in seen if each.ambiguous]
    ceiling = ceiling_of(seen, dataset.features)
    slots, left_out = slots_of(dataset, schedule, stateful=settings.stateful) if listed else ((), 0)
    reach = find_reach(dataset)
    remarks = (*_remarks(schedule, settings, bound=bound), _by_heart(reach, int(dataset.ambiguous[:, -1].sum())))
    return Explanation(
        settings=settings,
        given=tuple(sequences),
        sequences=tuple(analysed),
        dataset=dataset,
        ceiling=ceiling,
        own_sequence_ceiling=own_sequence_ceiling(ambiguous, window_alone=bound or not settings.stateful),
        alone=rows_seen_alone(ambiguous),
        bound=bound,
        reach=reach,
        routes=Routes(dataset, schedule, stateful=settings.stateful),
        slots=slots,
        slots_left_out=left_out,
        confusions=tuple(confusions_of(seen, dataset, numbers)) if listed and not bound else (),
        dead_weights=dead_weights_of(schedule, timesteps=settings.timesteps, stateful=settings.stateful),
        leaks=tuple(leaks_of(ambiguous, ceiling.ambiguous)) if listed and not bound else (),
        notes=tuple(text for text in (*notes, note, *remarks) if text),
    )


def _check_symbols(number: int, sequence: Sequence[Hashable]) -> None:
    """Refuse what cannot be a symbol: what is not hashable, such as a list, and what is not equal to itself."""
    for symbol in sequence:
        if not isinstance(symbol, Hashable):
            raise StudyError(f"sequence {number} holds {symbol!r}, which cannot be a symbol; use numbers or text")
        if symbol != symbol:  # noqa: PLR0124  (not a number)
            raise StudyError(f"sequence {number} holds a missing value; fill it or leave its row out")


def _remarks(schedule: Schedule, settings: Settings, *, bound: bool) -> Iterator[str]:
    """Say which parts of the answer are an example, hold in the long run, or are a bound."""
    if schedule.draws:
        yield "the lanes show one epoch as it may be drawn; the ceilings count every way it can be"
    if settings.stateful and settings.reset == "never":
        yield "the lanes show the first epoch; the ceilings hold after many, since the state is carried on"
    if bound:
        yield "too many ways to shuffle: the ceilings are those of a network that is told the sequence, an upper bound"


def _by_heart(reach: Reach, ambiguous: int) -> str:
    """Warn where most ambiguous rows look like no other row, as they do in noise."""
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
