"""Truncated back-propagation through several rows of carried state, with the updates of training row by row.

Frameworks stop the gradient at the row's own inputs; here it goes back through the last k rows of each lane, and
nothing else changes, so that what a gradient across rows does can be told from all that usually changes with it.

**What is differentiated.** Row j was computed with the weights w_j of its own update, from the state that the row
before left: s_j = F(w_j, x_j, s_{j-1}). Nothing is computed anew, so states, answers and losses are what they would
be with the same weights and k = 1. The gradient of row r's loss is the sum over its last k rows of dL_r/dw_j, each
taken through the rows between by the weights that those were computed with, and s_{r-k} a constant: how L_r changes
if the same small change is made to all of w_{r-k+1}, ..., w_r. With k = 1 it is the usual one. Computing the rows
anew with the newest weights would be a gradient too, but of other states than those that are carried.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from study.training.engines.automatic import Windows, fitting_window
from study.training.engines.network import Network
from study.training.engines.window import Window
from study.training.layers.base import State


class Row:
    """A row of all lanes, with the weights that it was computed with.

    Attributes
    ----------
    network : Network
        Its copy of the weights, and the memory of its part of the gradient.
    window : Window
        What was computed.
    inputs : Tensor
    last_only : bool
    goes_back : Tensor or None, shape (seed, lane, 1)
        1 where the row began with the state that the row before left, 0 where the state was reset; none = 1 for all.
    """

    window: Window
    inputs: Tensor
    last_only: bool
    goes_back: Tensor | None

    def __init__(self, network: Network) -> None:
        self.network = network
        self.windows: Windows = {}

    def compute(self, weights: Tensor, inputs: Tensor, state: State | None, *, last_only: bool) -> None:
        """Compute the row with a copy of the weights, and keep all that its way back needs."""
        self.network.weights.copy_(weights)
        self.window = fitting_window(self.windows, self.network, inputs, last_only=last_only)
        self.inputs, self.last_only = inputs, last_only
        self.window.forward(inputs, state)


class AcrossRows:
    """The last rows of a block, newest last, and the way back through them.

    Parameters
    ----------
    networks : sequence of Network
        One for each row that a gradient goes through, of the block's kind.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        self.free = [Row(network) for network in networks]
        self.rows: list[Row] = []

    def forward(self, weights: Tensor, inputs: Tensor, state: State | None, *, last_only: bool) -> Window:
        """Compute the next row; rows that nothing can reach any more are let go."""
        goes_back = self._goes_on(state)
        if state is None:
            self._let_go(len(self.rows))
        elif not self.free:
            self._let_go(1)
        row = self.free.pop()
        row.compute(weights, inputs, state, last_only=last_only)
        row.goes_back = goes_back
        self.rows.append(row)
        return row.window

    def _let_go(self, number: int) -> None:
        """Forget the oldest rows."""
        self.free += self.rows[:number]
        del self.rows[:number]

    def _goes_on(self, state: State | None) -> Tensor | None:
        """Find where a state is what the last row left; none where it is all so, or where there is no last row.

        It is asked of the numbers, so that it does not matter who reset the state, or put another in its place.
        """
        if state is None or not self.rows:
            return None
        left = self.rows[-1].window.layer.last
        if state is left:
            return None
        alike = [(one == other).all(-1, keepdim=True) for one, other in zip(state, left, strict=True)]
        found = alike[0]
        for other in alike[1:]:
            found = found & other
        return None if bool(found.all()) else found.to(left[0].dtype)

    def go_back(self, network: Network) -> None:
        """Collect the gradient in that of a network, after the newest row's window has gone back."""
        newest = self.rows[-1]
        network.gradient.copy_(newest.network.gradient)
        network.scattered = None  # no row of the kernel's gradient is known to be zero
        later, goes_back = newest.window.gradient_of_first, newest.goes_back
        for row in reversed(self.rows[:-1]):
            row.window.hand_back(later if goes_back is None else tuple(part * goes_back for part in later))
            network.gradients[0].add_(row.network.gradients[0])
            later, goes_back = row.window.gradient_of_first, row.goes_back

    def state_dict(self) -> list[dict[str, Any]]:
        """Copy the rows that the next row's gradient may reach: plain data and tensors."""
        return [
            {
                "weights": row.network.weights.clone(),
                "inputs": row.inputs.clone(),
                "first": [part.clone() for part in row.window.layer.first],
                "last_only": row.last_only,
                "goes_back": None if row.goes_back is None else row.goes_back.clone(),
            }
            for row in self.rows
        ]

    def load_state_dict(self, saved: Sequence[dict[str, Any]]) -> None:
        """Compute the rows again from what `state_dict` gave, to the same bits."""
        self._let_go(len(self.rows))
        for each in saved:
            row = self.free.pop()
            row.compute(each["weights"], each["inputs"], tuple(each["first"]), last_only=each["last_only"])
            row.goes_back = each["goes_back"]
            self.rows.append(row)
