"""How an earlier input of its sequence reaches a row: in its own window, in the state of its lane, or not at all.

Every sentence about a row and an input is made from a `Route`, so that none claims what the lane never saw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Schedule
from study.theory.contexts import presented_orders

WINDOW = "window"
CARRIED = "carried state"
SOMETIMES = "carried state, in some epochs"
EARLIER = "carried state, from an earlier epoch alone"
NOT_AT_ALL = "not at all"


@dataclass(frozen=True)
class Route:
    """How one input reaches one row of its sequence.

    Attributes
    ----------
    row, input_row : int
        The row, and the row whose own input it is.
    way : {`WINDOW`, `CARRIED`, `SOMETIMES`, `EARLIER`, `NOT_AT_ALL`}
        `CARRIED`: in every epoch, the row's lane is fed the input before the row, without a reset in between;
        whether the state keeps it is another matter. `SOMETIMES`: in some orders or draws. `EARLIER`: never in the
        row's own epoch, but the state is not reset, and the lane can have been fed it in an epoch before.
    lane : int or None
        The row's lane; None where it is not the same in every epoch, or there are several.
    input_lanes : tuple of int
        All lanes that are fed the input, that of its own row first; empty where `lane` is None.
    reset_between : bool
        Whether the lane is fed the input in the row's epoch, and a reset can come in between.
    """

    row: int
    input_row: int
    way: str
    lane: int | None = None
    input_lanes: tuple[int, ...] = ()
    reset_between: bool = False

    @property
    def input_lane(self) -> int | None:
        """The lane of the input's own row, if it is the same in every epoch."""
        return self.input_lanes[0] if self.input_lanes else None

    @property
    def always(self) -> bool:
        """Whether the row sees the input in every epoch."""
        return self.way in (WINDOW, CARRIED)

    @property
    def steps(self) -> int:
        """Steps back from the row to the input."""
        return self.row - self.input_row


class Routes:
    """Finds how the inputs of a dataset reach its rows under a schedule.

    Parameters
    ----------
    dataset : EncodedDataset
    schedule : Schedule
        Cut to the dataset's sequences.
    stateful : bool
        Whether state is carried from batch to batch.

    Examples
    --------
    >>> from study.sequences.encoding import encode
    >>> rows = encode([["A", "B", "k", "x"], ["C", "D", "k", "y"]])
    >>> Routes(rows, Schedule((3, 3), batch_size=2), stateful=True)(2, 1)
    Route(row=2, input_row=1, way='not at all', lane=0, input_lanes=(1,), reset_between=False)
    >>> Routes(rows, Schedule((3, 3)), stateful=True)(2, 1).way
    'carried state'
    """

    def __init__(self, dataset: EncodedDataset, schedule: Schedule, *, stateful: bool) -> None:
        self.timesteps, self.stateful, self.schedule = dataset.timesteps, stateful, schedule
        self.sequence: list[int] = dataset.sequence.tolist()
        self.position: list[int] = dataset.position.tolist()
        self.ambiguous: list[int] = dataset.ambiguous[:, -1].nonzero()[0].tolist()
        self.first_lanes = _first_lanes(schedule)

    def __call__(self, row: int, steps: int) -> Route:
        """Find how the input some steps back reaches the row; both must be in one sequence."""
        input_row = row - steps
        if steps < self.timesteps:
            return Route(row, input_row, WINDOW)
        if not self.stateful:
            return Route(row, input_row, NOT_AT_ALL)
        if self.schedule.layout == "interleaved":  # a lane holds a whole sequence, and no reset falls inside it
            return Route(row, input_row, CARRIED)
        if self.schedule.layout == "shuffled":
            return Route(row, input_row, self._shuffled(row))
        return self._consecutive(row, steps)

    def all_ambiguous(self, steps: int) -> Iterator[Route]:
        """Find how the input some steps back reaches each ambiguous row whose sequence goes back so far."""
        return (self(row, steps) for row in self.ambiguous if self.position[row] >= steps)

    def _consecutive(self, row: int, steps: int) -> Route:
        size, first_lanes = self.schedule.batch_size, self.first_lanes[self.sequence[row]]
        lane: int | None = None
        input_lanes: tuple[int, ...] = ()
        if len(first_lanes) == 1:
            lane = (first_lanes[0] + self.position[row]) % size
            # The input also stands in the windows of the rows after its own.
            input_lanes = tuple(dict.fromkeys((lane - steps + later) % size for later in range(self.timesteps)))
        # This many rows back is the nearest row that runs through the same lane and has the input in its window.
        nearest = -(-(steps - self.timesteps + 1) // size) * size
        if nearest > steps:
            way = EARLIER if self._in_earlier_epochs(first_lanes, steps) else NOT_AT_ALL
            return Route(row, row - steps, way, lane, input_lanes)
        # A reset falls inside a sequence only where it begins in the batch in which another one ends.
        kept = [
            self.schedule.reset != "sequence" or first == 0 or first + self.position[row] - nearest >= size
            for first in first_lanes
        ]
        way = CARRIED if all(kept) else SOMETIMES if any(kept) else NOT_AT_ALL
        return Route(row, row - steps, way, lane, input_lanes, reset_between=not all(kept))

    def _in_earlier_epochs(self, first_lanes: tuple[int, ...], steps: int) -> bool:
        """Whether another order of the sequences puts the input into the row's lane, and no reset clears it."""
        size = self.schedule.batch_size
        return self.schedule.reset == "never" and any(
            (steps - (other - first)) % size < self.timesteps for first, other in product(first_lanes, repeat=2)
        )

    def _shuffled(self, row: int) -> str:
        """Say whether another row of the sequence can go through the row's lane before it, with no reset in between."""
        size, lengths = self.schedule.batch_size, self.schedule.lengths
        if self.schedule.reset != "sequence":
            return SOMETIMES if sum(lengths) > size else EARLIER if self.schedule.reset == "never" else NOT_AT_ALL
        sequence = self.sequence[row]
        # Where another sequence ends in its first batch, a reset follows that batch.
        together = (lengths[sequence] - (-first % size) > size for first in self.first_lanes[sequence])
        return SOMETIMES if any(together) else NOT_AT_ALL


def _first_lanes(schedule: Schedule) -> list[tuple[int, ...]]:
    """List, for each sequence, the lanes in which it can begin where rows fill the batches in order."""
    first_lanes: list[set[int]] = [set() for _ in schedule.lengths]
    for order in presented_orders(schedule):
        start = 0
        for sequence in order:
            first_lanes[sequence].add(start % schedule.batch_size)
            start += schedule.lengths[sequence]
    return [tuple(sorted(lanes)) for lanes in first_lanes]
