"""How rows are presented to a network: how many at once, in which lanes, in which order, and when state is reset.

A configuration, an explanation and a schedule of batches all say it in the same four words, which are checked here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from study.errors import StudyError, unknown_name

LAYOUTS = ("consecutive", "interleaved", "shuffled")
RESETS = ("sequence", "epoch", "never")
ORDERS = ("fixed", "alternating", "random")


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """How rows are presented, whatever their number.

    Parameters
    ----------
    batch_size : int, default 1
        Rows of one weight update, each in a lane of its own.
    layout : {'consecutive', 'interleaved', 'shuffled'}
        How rows are put into batches, see `study.sequences.layouts.Schedule`.
    reset : {'sequence', 'epoch', 'never'}
        After what the carried state is set to zero.
    order : {'fixed', 'alternating', 'random'}
        Order of the sequences within an epoch; alternating turns it round every second epoch.

    Raises
    ------
    StudyError
        If a name is unknown or the batch size is below 1.

    Examples
    --------
    >>> Presentation(layout="interleave")
    Traceback (most recent call last):
        ...
    study.errors.StudyError: unknown layout 'interleave'; known: consecutive, interleaved, shuffled; \
did you mean 'interleaved'?
    """

    batch_size: int = 1
    layout: str = "consecutive"
    reset: str = "sequence"
    order: str = "fixed"

    def __post_init__(self) -> None:
        for kind, known in (("layout", LAYOUTS), ("reset", RESETS), ("order", ORDERS)):
            if getattr(self, kind) not in known:
                raise unknown_name(kind, getattr(self, kind), known)
        if self.batch_size < 1:
            raise StudyError(
                f"batch size is {self.batch_size}; it must be 1 or more, the number of rows in one weight update"
            )

    @property
    def presentation(self) -> dict[str, Any]:
        """The four of them by name, to be handed on: ``Schedule(lengths, **config.presentation)``."""
        return {field.name: getattr(self, field.name) for field in fields(Presentation)}
