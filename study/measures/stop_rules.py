"""When a stream counts as learnt: the criteria of Hochreiter and Schmidhuber (1997), known without loading what trains.

A rule looks at one fresh sequence; a seed has succeeded when enough of them in a row pass, with its weights frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.errors import StudyError, unknown_name

Errors = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StopRule:
    """Every output of every step lies within `within` of its target, in `count` successive sequences.

    Parameters
    ----------
    within : float, default 0.25
        Largest error allowed.
    count : int, default 10000
        Sequences in a row that must pass.

    Examples
    --------
    >>> errors = np.array([[0.3, 0.1], [0.1, 0.3]])
    >>> StopRule().passes(errors, errors[:, -1]), LastStep().passes(errors, errors[:, -1])
    (array([False, False]), array([ True, False]))
    """

    within: float = 0.25
    count: int = 10_000
    says: ClassVar[str] = "every output of every step"

    def __post_init__(self) -> None:
        """Refuse what nothing or everything passes."""
        if not 0 < self.within < 1 or self.count < 1:
            raise StudyError(
                f"within is {self.within} and count {self.count}; an error is from 0 to 1, and at least 1 "
                "sequence is judged"
            )

    def passes(self, errors: Errors, last: Errors) -> npt.NDArray[np.bool_]:
        """Tell which sequences pass.

        Parameters
        ----------
        errors : ndarray, shape (..., steps)
            Largest error over the outputs of each step; 0 after a sequence's end.
        last : ndarray, shape (...)
            That of the sequence's last step.

        Returns
        -------
        ndarray of bool, shape (...)
        """
        del last
        return np.asarray((errors <= self.within).all(-1))


class LastStep(StopRule):
    """The same of the last step alone."""

    says = "every output of the last step"

    def passes(self, errors: Errors, last: Errors) -> npt.NDArray[np.bool_]:
        """Tell which sequences pass; see `StopRule.passes`."""
        del errors
        return np.asarray(last <= self.within)


STOP_RULES: dict[str, type[StopRule]] = {"every_step": StopRule, "last_step": LastStep}


def sequences_to_success(table: pd.DataFrame, rule: StopRule) -> pd.Series[float]:
    """Find after how many sequences each seed had learnt a stream; infinite if it had not within the budget.

    Parameters
    ----------
    table : DataFrame
        As `study.runs.streamed.compute_stream` gives it.
    rule : StopRule

    Returns
    -------
    Series
        By seed; known as finely as the stream was judged.
    """
    last = table.sort_values(["seed", "sequences"]).groupby("seed").tail(1).set_index("seed")
    return last["sequences"].astype(float).where(last["passed"] == rule.count, np.inf)


def make_stop_rule(name: str, options: Mapping[str, Any]) -> StopRule | None:
    """Build the rule of that name in `STOP_RULES`; none for an empty name."""
    if not name:
        return None
    if name not in STOP_RULES:
        raise unknown_name("stop rule", name, STOP_RULES)
    try:
        return STOP_RULES[name](**options)
    except TypeError as error:
        raise StudyError(f"stop rule {name} does not take {dict(options)}; it takes within and count") from error
