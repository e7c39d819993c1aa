"""When a recurrent layer joins a network that began as outputs alone: after so many sequences, or on a plateau.

Hochreiter and Schmidhuber (1997) add the memory cell once the error has stopped decreasing, and name neither window nor
threshold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from study.errors import StudyError, unknown_name


@dataclass(frozen=True)
class After:
    """It joins after a number of sequences.

    Parameters
    ----------
    window : int, default 100
        The number.
    """

    window: int = 100

    def __post_init__(self) -> None:
        """Refuse a window without sequences."""
        if self.window < 1:
            raise StudyError(f"window is {self.window}; it must be 1 or more, the sequences between two looks")

    def due(self, before: float, now: float) -> bool:
        """Tell whether it is to join.

        Parameters
        ----------
        before, now : float
            Mean loss of the last `window` sequences but one window, and of the last; `before` is not a number at the
            end of the first window.

        Returns
        -------
        bool
        """
        del before, now
        return True


@dataclass(frozen=True)
class Plateau(After):
    """It joins when the mean loss of a window of sequences has fallen by less than a share of the window before.

    Parameters
    ----------
    window : int, default 100
        Sequences.
    fall : float, default 0.01
        The share.

    Examples
    --------
    >>> Plateau().due(0.5, 0.4), Plateau().due(0.4, 0.399), Plateau().due(float("nan"), 0.5)
    (False, True, False)
    """

    fall: float = 0.01

    def due(self, before: float, now: float) -> bool:
        """Tell whether it is to join; see `After.due`."""
        return before - now < self.fall * before


JOINS: dict[str, type[After]] = {"after": After, "plateau": Plateau}


def make_joining(name: str, options: Mapping[str, Any]) -> After | None:
    """Build the rule of that name in `JOINS`; none for an empty name."""
    if not name:
        return None
    if name not in JOINS:
        raise unknown_name("joins", name, JOINS)
    try:
        return JOINS[name](**options)
    except TypeError as error:
        raise StudyError(
            f"joins {name} does not take {dict(options)}; it takes window, and plateau takes fall"
        ) from error
