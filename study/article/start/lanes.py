"""The lanes of one sequence: what each memory has seen when the row that must answer is asked.

Figure, text picture and sentences of the first screen are all made from this, and it is made from the theory.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction

from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain

SEQUENCES = make_task("two_sequences").sequences(seed=0)


@dataclass(frozen=True)
class Lane:
    """One memory, once the first sequence has been fed.

    Attributes
    ----------
    seen : tuple
        Symbols that went through it, oldest first.
    asked : bool
        Whether it must answer the ambiguous row.
    """

    seen: tuple[Hashable, ...]
    asked: bool

    @property
    def saw_first(self) -> bool:
        """Whether the first symbol of the sequence went through it."""
        return SEQUENCES[0][0] in self.seen


@dataclass(frozen=True)
class Picture:
    """The lanes of a batch size, with rows in order and a reset after each sequence.

    Attributes
    ----------
    batch_size : int
    lanes : tuple of Lane
    ceiling : Fraction
        The best share of the answers to ambiguous rows that any network can have.
    """

    batch_size: int
    lanes: tuple[Lane, ...]
    ceiling: Fraction

    @property
    def asked(self) -> Lane:
        """The lane that must answer the ambiguous row."""
        return next(lane for lane in self.lanes if lane.asked)


def picture_of(batch_size: int) -> Picture:
    """Find what the lanes see of the first sequence.

    Parameters
    ----------
    batch_size : int
        A number of rows that divides those of the sequence.

    Returns
    -------
    Picture

    Examples
    --------
    >>> [(lane.seen, lane.saw_first) for lane in picture_of(2).lanes]
    [((3, 1), True), ((0, 2), False)]
    """
    e = explain(SEQUENCES, Settings(batch_size=batch_size))
    rows = len(SEQUENCES[0]) - 1
    slots = [slot for slot in e.slots if slot.row is not None and slot.row < rows]
    last = {slot.lane: slot for slot in slots}  # later batches replace earlier ones
    lanes = tuple(Lane(last[lane].context, last[lane].ambiguous) for lane in sorted(last))
    return Picture(batch_size, lanes, e.ceiling.ambiguous)


def as_text(pictures: tuple[Picture, ...]) -> str:
    """Draw pictures as lines of text, one under the other.

    Examples
    --------
    >>> print(as_text((picture_of(2),)))
    batch size 2    memory 0:  3 → 1
                    memory 1:  0 → 2 → ?    never saw the 3
    """
    return "\n\n".join("\n".join(_lines(picture)) for picture in pictures)


def _lines(picture: Picture) -> list[str]:
    """Draw one picture; an arrow leads from symbol to symbol, and to the question."""
    label = f"batch size {picture.batch_size}"
    lines = []
    for number, lane in enumerate(picture.lanes):
        symbols = " → ".join([*map(str, lane.seen), *(["?"] if lane.asked else [])])
        saw = "saw" if lane.saw_first else "never saw"
        said = f"    {saw} the {SEQUENCES[0][0]}" if lane.asked else ""
        lines.append(f"{label if number == 0 else '':<{len(label)}}    memory {number}:  {symbols}{said}")
    return lines
