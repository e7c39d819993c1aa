"""Where the state at the start of a call came from: told by comparing it with the states after earlier calls.

States are compared bit by bit, so a state that was scaled, averaged or learned counts as something else. Where several
calls left the same, as saturated units do, it is the lane's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from study.watching.calls import Array, Call

ZERO = "zero"
OWN = "own"
OTHER_LANE = "another lane"
OUTSIDE = "outside training"
EARLIER = "earlier"
ELSE = "something else"
NOT_KNOWN = "not known"


class Source(NamedTuple):
    """Where a state came from.

    Attributes
    ----------
    kind : str
        ``zero``; ``own``: what the lane's last training call left; ``another lane``: what that call left in another
        lane; ``outside training``: what a validation or prediction call left since; ``earlier``: what an earlier call
        left; ``something else``; ``not known``.
    call, lane : int or None
        The call and the lane that left it.
    """

    kind: str
    call: int | None = None
    lane: int | None = None


def sources_of(calls: Sequence[Call]) -> list[list[Source]]:
    """Tell for every call and lane where its state came from.

    Parameters
    ----------
    calls : sequence of Call
        In the order in which they happened. If none of them belongs to training, all are taken as if they did.

    Returns
    -------
    list of lists of Source
        For each call, one for each lane.
    """
    training = [call.training for call in calls]
    if not any(training):
        training = [True] * len(calls)
    left = _Left(calls, training, {})
    sources: list[list[Source]] = []
    last_training: int | None = None
    for number, call in enumerate(calls):
        nearest = [each for each in (last_training, number - 1) if each is not None and each >= 0]
        sources.append([left.source(lane, call.state, nearest) for lane in range(len(call.inputs))])
        left.keep(number)
        if training[number]:
            last_training = number
    return sources


class _Left(NamedTuple):
    """The states that calls have left, and the last call and lane that left each."""

    calls: Sequence[Call]
    training: Sequence[bool]
    by: dict[bytes, tuple[int, int]]

    def keep(self, number: int) -> None:
        """Keep what a call left."""
        after = self.calls[number].after
        for lane, state in enumerate([] if after is None else after):
            self.by[state.tobytes()] = (number, lane)

    def source(self, lane: int, state: Array | None, nearest: Sequence[int]) -> Source:
        """Tell where the state of one lane came from; `nearest` are the last call of training and the last one."""
        if state is None:
            return Source(NOT_KNOWN)
        own = state[lane]
        if not own.any():
            return Source(ZERO)
        for number in nearest:
            after = self.calls[number].after
            if after is not None and lane < len(after) and np.array_equal(after[lane], own):
                return Source(OWN if self.training[number] else OUTSIDE, number, lane)
        if own.tobytes() not in self.by:
            return Source(ELSE)
        number, other = self.by[own.tobytes()]
        if not self.training[number]:
            return Source(OUTSIDE, number, other)
        return Source(OTHER_LANE if number == nearest[0] and other != lane else EARLIER, number, other)
