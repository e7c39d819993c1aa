"""How a block of seeds is trained: everything but the weights it starts from and the rows it is fed.

It is one value, so that every learner understands the same settings by the same names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from study.errors import StudyError
from study.training.frozen import Masks


@dataclass(frozen=True)
class Settings:
    """What a learner is told beside its weights.

    Attributes
    ----------
    layer : str, default 'lstm'
        Name in `study.training.layers.LAYERS`.
    optimiser : str, default 'adam'
        Name in `study.training.optimisers.OPTIMISERS`.
    learning_rate : float, default 0.001
    loss : str, default 'cross_entropy'
        Name in `study.training.losses.LOSSES`; it decides between logistic and softmax outputs too.
    accumulate : int, default 1
        Batches to one weight update: gradients are averaged, state is carried in between.
    dtype : torch.dtype, default float32
    device : str, default 'cpu'
    optimiser_options : sequence of (str, value), default ()
        Of the optimiser, by name; those left out have the optimiser's defaults.
    frozen : dict of ndarray of bool, optional
        By weight, which elements training leaves as they are; see `study.training.frozen.frozen_masks`.
    stop_gradient : bool, default False
        Whether a window's gradient stops between its steps: the forward pass is the same bit for bit, and each step's
        own error trains the weights at that step alone.
    gradient_rows : int, default 1
        Rows that the gradient of a row's loss goes back through, the row's own included; see
        `study.training.engines.across_rows`. With 1, carried state is a constant.
    """

    layer: str = "lstm"
    optimiser: str = "adam"
    learning_rate: float = 1e-3
    loss: str = "cross_entropy"
    accumulate: int = 1
    dtype: torch.dtype = torch.float32
    device: str = "cpu"
    optimiser_options: Sequence[tuple[str, Any]] = ()
    frozen: Masks | None = None
    stop_gradient: bool = False
    gradient_rows: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if self.gradient_rows < 1:
            raise StudyError(
                f"gradient_rows is {self.gradient_rows}; it must be 1 or more, the row's own included: "
                "1 lets no gradient cross rows"
            )
        if self.stop_gradient and self.gradient_rows > 1:
            raise StudyError(
                f"stop_gradient with gradient_rows {self.gradient_rows}: a gradient that stops between steps crosses "
                "no row; choose one of the two"
            )
