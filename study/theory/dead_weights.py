"""Weights that never receive a gradient, since the state that they are multiplied by is zero at every row."""

from __future__ import annotations

from dataclasses import dataclass

from study.sequences.layouts import Schedule
from study.theory.contexts import presented_orders


@dataclass(frozen=True)
class DeadWeights:
    """A block of weights that never receives a gradient; it stays as it was drawn.

    Attributes
    ----------
    name : str
        In the study's words.
    keras, pytorch : str
        Where it stands, with u units.
    """

    name: str
    keras: str
    pytorch: str


def dead_weights_of(schedule: Schedule, *, timesteps: int, stateful: bool) -> tuple[DeadWeights, ...]:
    """Name the weights whose gradient is a product with the previous state, where that is zero at every row."""
    always_zero = timesteps == 1 and (
        not stateful or all(schedule.in_order(order).reset_after.all() for order in presented_orders(schedule))
    )
    if not always_zero:
        return ()
    return (
        DeadWeights("recurrent kernel, all gates", "recurrent_kernel", "weight_hh_l0"),
        DeadWeights("forget gate: kernel", "kernel[:, u:2*u]", "weight_ih_l0[u:2*u]"),
        DeadWeights("forget gate: bias", "bias[u:2*u]", "bias_ih_l0[u:2*u], bias_hh_l0[u:2*u]"),
    )
