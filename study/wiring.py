"""The networks of Experiment 2 of 1997, and the choices that the paper leaves open or that later readers vary.

Hochreiter and Schmidhuber (1997) name tasks, units and rates, not every detail of wiring and of the gradient. Each
detail is a named choice here, so that a configuration says which reading of the paper it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from study.errors import StudyError, unknown_name

Choices = dict[str, tuple[Any, ...]]

UPDATES: Choices = {"update": ("step", "sequence")}
SEEN: Choices = {"outputs_see": ("same_step", "step_before"), "errors": ("every_step", "last_step")}
RANGES: Choices = {"g": ((0, 1), (-1, 1), (-2, 2))}
LEARNING: Choices = {"learning": ("descent", "guessing")}

# By network, the values of each choice; the first is taken where a configuration says nothing.
NETWORKS: dict[str, Choices] = {
    "self_recurrent_1997": {"gradient": ("rtrl", "bptt", "one_step"), **UPDATES, **SEEN, **LEARNING},
    "memory_cell_1997": {"gradient": ("exact", "one_step"), **UPDATES, **SEEN, **RANGES, **LEARNING},
    "cell_blocks_1997": {
        "gradient": ("truncated", "full", "one_step"),
        "feedback": ("all", "cells", "none"),
        **LEARNING,
    },
}
MEANINGS = {
    "gradient": "how far an error goes back: rtrl and exact all the way, carried forward; bptt and full all the way, "
    "backward; truncated as in the paper, which stops at the inputs of cell and gates; one_step not at all",
    "update": "whether weights change after every step or after every sequence",
    "outputs_see": "whether outputs see the hidden unit of the same step or of the step before",
    "errors": "whether every step has an error, or the last one alone",
    "g": "the range of what a cell is fed",
    "feedback": "which hidden units the hidden units see: all six, the two cells, or none",
    "learning": "descent by the gradient, or guessing: new weights for every sequence",
}


def wired(model: str) -> bool:
    """Whether a model is one of these networks."""
    return model in NETWORKS


def make_wiring(model: str, options: Sequence[tuple[str, Any]] = ()) -> dict[str, Any]:
    """Give every choice of a network, those left out as they are by default.

    Parameters
    ----------
    model : str
        Name in `NETWORKS`; any other model has no choices.
    options : sequence of (str, value), default ()

    Returns
    -------
    dict of str to value

    Raises
    ------
    StudyError
        If a choice or its value is unknown, or two do not fit together.

    Examples
    --------
    >>> make_wiring("cell_blocks_1997", [("feedback", "none")])
    {'gradient': 'truncated', 'feedback': 'none', 'learning': 'descent'}
    """
    known = NETWORKS.get(model, {})
    chosen = {name: values[0] for name, values in known.items()}
    for name, value in options:
        if name not in known:
            raise unknown_name(f"wiring of model {model}", name, known or ["none, leave it out"])
        if value not in known[name]:
            raise StudyError(
                f"wiring {name} of model {model} is {value!r}; known: {', '.join(map(str, known[name]))} "
                f"({MEANINGS[name]})"
            )
        chosen[name] = value
    if chosen.get("gradient") == "bptt" and chosen["update"] == "step":
        raise StudyError(
            "wiring gradient bptt with update step: the way back begins at a sequence's end; use update sequence, "
            "or gradient rtrl"
        )
    return chosen
