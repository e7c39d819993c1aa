"""The smallest conflict a reader asked about: one input that is followed by one symbol here and by another there.

Nothing comes before it that differs, so no memory can help; what a network gets right must come from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.sequences.tasks.base import Sequences, Task


@dataclass(frozen=True)
class TwoPairs(Task):
    """Predict the next symbol of ``0,1`` and ``0,2``.

    Examples
    --------
    ::

        0 -> 1    in the one
        0 -> 2    in the other, after the same past: none
    """

    def sequences(self, seed: int) -> Sequences:
        """Give the two sequences, whatever the seed."""
        return ((0, 1), (0, 2))
