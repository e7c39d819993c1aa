"""What a recurrent layer is: one step; and where its way back is derived by hand, the memory of one window of seeds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input  # gradient * y * (1 - y), y the sigmoid's output
tanh_backward = torch.ops.aten.tanh_backward.grad_input  # gradient * (1 - y * y), y the tanh's output

# Elements: torch computes what its vector loops leave over (up to two AVX-512 vectors) with other code, whose sigmoid
# and tanh have other last bits. Memory filled up to a multiple of this has no remainder, so a seed's bits do not
# depend on its place in the block.
WHOLE_VECTORS = 32

Arrays = dict[str, npt.NDArray[Any]]
Empty = Callable[..., Tensor]
Product = Callable[..., Tensor]
State = tuple[Tensor, ...]  # hidden state, and cell state where there is one, each (seed, lane, unit)


def whole_vectors(elements: int) -> int:
    """Round a number of elements up to whole vectors."""
    return -(-elements // WHOLE_VECTORS) * WHOLE_VECTORS


class Steps:
    """Memory of one quantity at every timestep, each step contiguous and filled up to whole vectors.

    Parameters
    ----------
    empty : callable
        Makes a tensor of zeros of the shape given.
    timesteps : int
    shape : tuple of int
        Shape at one step: (seed, lane, width).

    Attributes
    ----------
    all : Tensor, shape (timestep, seed, lane, width)
    at : list of Tensor, each (seed, lane, width)
    flat : list of Tensor, one-dimensional
        The same memory with its filling, for functions whose bits depend on the place.
    """

    def __init__(self, empty: Empty, timesteps: int, shape: tuple[int, ...]) -> None:
        used = int(np.prod(shape))
        memory = empty(timesteps, whole_vectors(used))
        self.flat = list(memory)
        self.all = memory[:, :used].view(timesteps, *shape)
        self.at = list(self.all)

    def block(self, number: int, units: int) -> tuple[Tensor, list[Tensor]]:
        """See one block of `units` columns: at all steps, and step by step."""
        part = self.all[..., number * units : (number + 1) * units]
        return part, list(part)


class Layer(ABC):
    """A recurrent layer: one step from state to state, and a few facts; autograd does the rest.

    A subclass in `study.training.layers.LAYERS` can be trained by its name. `Recurrence` adds a way back derived
    by hand, which is faster.

    Attributes
    ----------
    gates : int
        Blocks of `unit` columns in the layer's matrix.
    drawn : int
        Blocks of columns that an initialiser draws.
    states : int
        Tensors that are carried from step to step, the hidden state first.
    gate_names : tuple of str
        Names of the blocks that are drawn, as a configuration's `frozen` knows them; none where there is one block.
    biases : int
        Rows of biases: 2 where a block from the inputs and one from the state have each their own.
    input_block, forget_block : int or None
        Blocks whose biases initialisers set.
    by_hand : bool
        Whether the way back is derived by hand.
    """

    gates: ClassVar[int]
    drawn: ClassVar[int]
    states: ClassVar[int] = 1
    gate_names: ClassVar[tuple[str, ...]] = ()
    biases: ClassVar[int] = 1
    input_block: ClassVar[int | None] = None
    forget_block: ClassVar[int | None] = None
    by_hand: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def step(cls, x: Tensor, state: State, recurrent: Product) -> State:
        """Advance by one step.

        Parameters
        ----------
        x : Tensor, shape (seed, lane, gates * unit)
            What the gates receive from the inputs and the biases.
        state : tuple of Tensor, each (seed, lane, unit)
        recurrent : callable
            ``recurrent(h)`` is what all gates receive from h by way of the recurrent kernel, and ``recurrent(h, k)``
            what those of block k do.

        Returns
        -------
        tuple of Tensor
            The state after the step.
        """

    @classmethod
    def arrange(cls, weights: Arrays) -> Arrays:
        """Bring weights as they are drawn into the layer's columns."""
        return weights

    @classmethod
    def untrained(cls, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> list[Tensor]:
        """Pick the parts of (seed, row, column) matrices that are zero by construction and stay so."""
        del kernel, recurrent, bias
        return []


class Recurrence(Layer):
    """A layer whose way back is derived by hand: the memory of all timesteps of one window, and what fills it.

    All views are made once: in networks this small, making a view costs as much as the arithmetic on it. Backwards,
    everything that does not depend on later steps is computed for the whole window at once (`differentiate`), so
    that the loop over steps has little left to do.

    Parameters
    ----------
    empty : callable
        Makes a tensor of zeros of the shape given.
    hidden : sequence of Tensor, timesteps + 1 of shape (seed, lane, unit)
        Hidden state before each step and after the last; `forward` writes it.

    Attributes
    ----------
    keeps_z : bool
        Whether every step has memory of its own for ``z``; otherwise all share that of one.
    z : Steps of width gates * unit
        Inputs of the gates, which `forward` turns into the gates.
    z_at : list of Tensor, each (seed, lane, gates * unit)
        Where the caller writes the inputs of the gates of each step, before the step.
    first, last : tuple of Tensor
        What is carried from window to window, the hidden state first.
    through_time : bool
        Whether the loss reaches earlier steps by way of the recurrent kernel.
    later : tuple of Tensor, each (seed, lane, unit)
        Once prepared: gradient, by way of later steps, of what is carried beside the hidden state; the caller sets it
        before the last step, and `backward` brings it one step back.
    """

    by_hand = True
    through_time = True
    keeps_z = True
    later: tuple[Tensor, ...] = ()

    def __init__(self, empty: Empty, hidden: Sequence[Tensor]) -> None:
        self.hidden, self.timesteps = list(hidden), len(hidden) - 1
        self.seeds, self.lanes, self.units = hidden[0].shape
        self.used = self.seeds * self.lanes * self.units
        self.whole = whole_vectors(self.used)
        kept = self.timesteps if self.keeps_z else 1
        self.z = Steps(empty, kept, (self.seeds, self.lanes, self.gates * self.units))
        self.z_at = self.z.at * (self.timesteps // kept)
        self.first: tuple[Tensor, ...] = (hidden[0],)
        self.last: tuple[Tensor, ...] = (hidden[-1],)

    def _steps(self, empty: Empty, blocks: int = 1, extra: int = 0) -> Steps:
        return Steps(empty, self.timesteps + extra, (self.seeds, self.lanes, blocks * self.units))

    def _shaped(self, memory: Tensor) -> Tensor:
        """See whole vectors, the last axis, as (seed, lane, unit)."""
        return memory[..., : self.used].view(*memory.shape[:-1], self.seeds, self.lanes, self.units)

    def _by_gate(self, columns: Tensor) -> Tensor:
        """See (seed, lane, gate * unit) as (gate, seed, lane, unit)."""
        return columns.view(*columns.shape[:-1], -1, self.units).movedim(-2, 0)

    @abstractmethod
    def forward(self, t: int) -> None:
        """Advance by step `t`: from ``z[t]`` and the state before it to the state after it."""

    @abstractmethod
    def prepare(self, empty: Empty, dz: Tensor, dh: Tensor) -> None:
        """Make what only the way back needs, once.

        Parameters
        ----------
        empty : callable
            As for the constructor.
        dz : Tensor, shape (seed, timestep, lane, gates * unit)
            Where the gradient of ``z`` will be built.
        dh : Tensor, shape (whole,)
            Where `backward` finds the gradient of the hidden state: (seed, lane, unit), filled up to whole vectors.
        """

    @abstractmethod
    def differentiate(self) -> None:
        """Compute the derivatives of the gates at all steps, which `backward` multiplies."""

    @abstractmethod
    def backward(self, t: int) -> Tensor | None:
        """Finish ``dz[:, t]``, given the gradient of the hidden state after step `t`; called from the last step down.

        Returns
        -------
        Tensor or None, shape (seed, lane, unit)
            The part of the gradient of the hidden state before the step that does not pass the recurrent kernel.
        """
