"""What gives a row's target away without memory of the row's own sequence, such as counting the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from study.theory.ceilings import best_accuracy
from study.theory.contexts import Context, Occurrence


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


def own_sequence_ceiling(ambiguous: Sequence[Occurrence], *, window_alone: bool) -> Fraction:
    """Find the best accuracy from what the lane was fed of the row's own sequence: memory without leaks.

    Parameters
    ----------
    ambiguous : sequence of Occurrence
        Of ambiguous rows.
    window_alone : bool
        Whether only the row's own window counts, since no state is carried or the lane's inputs are not known.

    Returns
    -------
    Fraction
    """
    if window_alone:
        return best_accuracy(ambiguous, _window)
    return best_accuracy(ambiguous, lambda each: (each.history.of_sequence, each.context[-1]))


def leaks_of(ambiguous: Sequence[Occurrence], ceiling: Fraction) -> Iterator[Leak]:
    """Find what gives targets away to a network that sees nothing of the row's sequence but the row's window.

    Parameters
    ----------
    ambiguous : sequence of Occurrence
        Of ambiguous rows.
    ceiling : Fraction
        Their ceiling.

    Yields
    ------
    Leak
    """
    window = best_accuracy(ambiguous, _window)
    position = best_accuracy(ambiguous, lambda each: (each.history.length, each.context[-1]))
    if position > window:
        yield Leak("position", window, position)
    # A network does not know where its row's sequence began, so it may fall short of this; never of the ceiling.
    order = best_accuracy(
        ambiguous, lambda each: (each.history.lane_kind, each.history.before_sequence, each.context[-1])
    )
    if min(order, ceiling) > window:
        yield Leak("order", window, min(order, ceiling))


def _window(occurrence: Occurrence) -> Context:
    """Look at the row's own window alone."""
    return (occurrence.context[-1],)
