"""What makes given sequences learnable: a longer window, another row order or another reset, each with its own ceiling.

Every repair is analysed as the original was, so its ceiling is as exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from study.errors import StudyError
from study.presentation import RESETS
from study.sequences.layouts import EMPTY, Schedule
from study.theory.explanation import RULED_OUT, SOLVABLE, Explanation, Settings, with_settings


@dataclass(frozen=True)
class Repair:
    """One change of the settings that helps.

    Attributes
    ----------
    kind : {'window', 'layout', 'reset'}
    result : Explanation
        The answer for the changed settings, without lists.
    before : Settings
        The settings that are to be repaired.
    ceiling_before : Fraction
        Highest share of the ambiguous rows by memory under these.
    """

    kind: str
    result: Explanation
    before: Settings
    ceiling_before: Fraction

    @property
    def settings(self) -> Settings:
        """The settings to use."""
        return self.result.settings

    @property
    def row_order(self) -> tuple[int | None, ...]:
        """Rows in the order in which they are fed, batch after batch; None for a slot that is filled with zeros."""
        lengths = tuple(len(sequence) - 1 for sequence in self.result.given)
        rows = Schedule(lengths, **self.settings.presentation).epoch().rows
        return tuple(None if row == EMPTY else row for row in rows.reshape(-1).tolist())


def find_repairs(explanation: Explanation) -> list[Repair]:
    """Find what helps, best first: where the gradient reaches the input that decides comes before the rest.

    Parameters
    ----------
    explanation : Explanation

    Returns
    -------
    list of Repair
        Empty if nothing is wrong, or nothing can help.

    Examples
    --------
    >>> from study.theory.explanation import explain
    >>> answer = explain([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]], Settings(batch_size=4))
    >>> [(repair.kind, repair.result.gradient_reaches) for repair in find_repairs(answer)]
    [('window', True), ('layout', False)]
    """
    repairs = []
    for kind, settings in _candidates(explanation):
        try:
            result = with_settings(explanation, settings)
        except StudyError:
            continue  # the rows do not fit these settings
        if result.memory_ceiling >= result.reach.best:  # above it where shuffled rows let the future be seen
            repairs.append(Repair(kind, result, explanation.settings, explanation.memory_ceiling))
    return sorted(repairs, key=lambda repair: not repair.result.gradient_reaches)


def _candidates(explanation: Explanation) -> Iterator[tuple[str, Settings]]:
    """List the changes that may help."""
    settings, needed = explanation.settings, explanation.needed_reach
    ruled_out = explanation.verdict == RULED_OUT
    if needed is not None and needed >= settings.timesteps and explanation.verdict != SOLVABLE:
        yield "window", replace(settings, timesteps=needed + 1)
    if ruled_out:
        size = _fitting_batch_size(settings.batch_size, len(explanation.given))
        yield "layout", replace(settings, layout="interleaved", reset="sequence", batch_size=size, stateful=True)
    if ruled_out and settings.layout != "shuffled" and settings.stateful:
        for reset in RESETS:
            if reset != settings.reset:
                yield "reset", replace(settings, reset=reset)
    elif explanation.leaks and settings.reset != "sequence":
        yield "reset", replace(settings, reset="sequence")


def _fitting_batch_size(batch_size: int, sequences: int) -> int:
    """Find the number of lanes nearest to the batch size among those that the sequences fill evenly."""
    fitting = (n for n in range(1, max(batch_size, sequences) + 1) if sequences % n == 0 or n % sequences == 0)
    return min(fitting, key=lambda n: (abs(n - batch_size), n))
