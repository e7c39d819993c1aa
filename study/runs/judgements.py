"""Whether a stored table of a stream holds the judgements it should: each seed's, up to its success or the budget."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from study.config import Config
from study.measures.stop_rules import make_stop_rule
from study.sequences.streams import judged_at, stored_at

MEASURES = ("training_loss", "accuracy", "last_accuracy", "largest_error", "last_error", "loss")

CLASSES, STATES = ("last_right", "last_wrong"), ("begin_x", "begin_y", "end_x", "end_y")
INSIDE = {  # of the networks of 1997
    "self_recurrent_1997": (*(f"state_1_{when}" for when in STATES), *CLASSES),
    "memory_cell_1997": (*(f"state_1_{when}" for when in STATES), "in_gate_1_class", "in_gate_1_other", *CLASSES),
    "cell_blocks_1997": (
        *(f"state_{cell}_{when}" for cell in (1, 2) for when in STATES),
        *(f"{gate}_{cell}_{when}" for cell in (1, 2) for gate, when in (("in_gate", "class"), ("in_gate", "other"))),
        "out_gate_1_end",
        "out_gate_2_end",
        *CLASSES,
    ),
}


def streamed_columns(config: Config) -> tuple[str, ...]:
    """List the measures that a table has, as `study.measures.judging.judge` and `study.measures.trials` give them."""
    more = INSIDE.get(config.model, ())
    return (*MEASURES, *(["passed"] if config.stop else []), *(["joined_after"] if config.joins else []), *more)


def fault_of_judgements(config: Config, table: pa.Table) -> str:
    """Find a seed whose stored judgements are not all those up to its success, or else up to the end of the budget.

    Parameters
    ----------
    config : Config
    table : pyarrow.Table
        With the columns ``seed`` and ``sequences``, in any order of rows, and those of `streamed_columns`.

    Returns
    -------
    str
        What is wrong; empty if nothing is.
    """
    wanted, rule = np.array(stored_at(config)), make_stop_rule(config.stop, dict(config.stop_options))
    seeds, counts = (table.column(name).to_numpy() for name in ("seed", "sequences"))
    passed = table.column("passed").to_numpy() if rule else np.zeros(len(seeds))
    if rule and (passed > rule.count).any():
        return f"passed is {passed.max():g}, and the rule judges {rule.count} sequences"
    if "joined_after" in table.column_names and (table.column("joined_after").to_numpy() > counts).any():
        return "joined_after lies after the judgement that knows of it"
    succeeded = passed == rule.count if rule else np.zeros(len(seeds), dtype=bool)
    for seed in np.unique(seeds):
        own = np.argsort(counts[seeds == seed], kind="stable")
        at, success = counts[seeds == seed][own], succeeded[seeds == seed][own]
        if success[:-1].any():
            return f"seed {seed} is judged after its success"
        if at[-1] not in judged_at(config) or not np.array_equal(at[:-1], wanted[wanted < at[-1]]):
            return f"seed {seed} is not judged once every {config.judged_every} sequences"
        if not success[-1] and at[-1] < config.sequences:
            return f"seed {seed} ends after {at[-1]} of {config.sequences} sequences without success"
    return ""
