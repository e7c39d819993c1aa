"""What is stored of trials of 1997: how far they are, how good, and what is inside cells and gates.

Judging is part of training there, since a trial ends with the judgement that it passes: `study.training.online.trials`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.sequences.encoding import NO_TARGET, Integers
from study.training.online.loop import answer_all
from study.training.online.memory import CELL_BLOCKS, LANES, MEMORY_CELL
from study.training.online.trials import Trial, Trials

SCORED = 100  # fresh sequences of the measures; of a task with its own sequences, each of them once
X, Y = -2, -1  # the columns of the two classes, from the end of the alphabet
Floats = npt.NDArray[np.float64]


def measure(trials: Trials) -> pd.DataFrame:
    """Measure the trials that still learn, and those that have succeeded since this was last called.

    Parameters
    ----------
    trials : Trials

    Returns
    -------
    DataFrame
        One row a trial: ``seed``, ``sequences``, ``updates``, ``training_loss`` (half the squared error, whatever the
        loss, mean over steps that have one since the last measurement), ``accuracy``, ``last_accuracy``,
        ``largest_error``, ``last_error`` and ``loss`` as `study.measures.judging.judge` has them (cell blocks answer at
        the last step alone, which is then all there is), with a test ``passed``, where a unit joins ``joined_after``,
        and of each cell or unit *j*

        - ``state_<j>_begin_x``, ``state_<j>_begin_y``: its state after the symbol that tells the class, for both;
        - ``state_<j>_end_x``, ``state_<j>_end_y``: after the last input;
        - ``in_gate_<j>_class``, ``in_gate_<j>_other``: the input gate at that symbol, and the mean over those after it;
        - ``out_gate_<j>_end``: the output gate after the last input, of cell blocks;
        - ``last_right``, ``last_wrong``: outputs of the right class and of the other one after the last input.
    """
    rows = [_row(trial) for trial in trials.trials if not trial.told_of]
    for trial in trials.trials:
        trial.told_of = trial.ended
    if not rows:
        return pd.DataFrame({"seed": np.array([], dtype=np.int32)})
    table = pd.DataFrame(rows)
    whole = ["seed", "sequences", "updates"]
    return table.astype({name: np.int32 if name in whole else np.float32 for name in table})


def _row(trial: Trial) -> dict[str, float]:
    """Measure one trial."""
    row: dict[str, float] = {"seed": trial.seed, "sequences": trial.sequences, "updates": trial.updates}
    sequences = trial.task.stream(trial.generator(), SCORED) if trial.task.varies else trial.asked
    answers, inside, steps = _answered(trial, sequences)
    row |= {"training_loss": trial.take_loss()} | _errors(trial, sequences, answers, steps)
    if trial.test.needed:
        row["passed"] = trial.passed
    if trial.joining is not None:
        row["joined_after"] = trial.joined_after if trial.joined_after >= 0 else np.nan
    return row | _inside(trial, sequences, inside, steps) | _classes(trial, sequences, answers, steps)


def _answered(trial: Trial, sequences: Integers) -> tuple[Floats, Floats, Integers]:
    """Answer sequences with weights as they are.

    Returns
    -------
    answers : ndarray, shape (sequence, step, symbol), or of cell blocks (sequence, 1, 2)
    inside : ndarray, shape (sequence, step, 6)
        States of both cells, input gates, output gates, as far as there are any.
    steps : ndarray of int, shape (sequence,)
        Pairs of each sequence.
    """
    told, count, longest = trial.told, len(sequences), sequences.shape[1] - 1
    blocks = told.network == CELL_BLOCKS
    kept = np.zeros((count, 1 if blocks else longest, told.width * LANES))
    inside = np.zeros((count, longest, 6))
    answer_all(told, trial.memory, sequences, trial.live, kept.ravel(), inside)
    steps = (sequences != NO_TARGET).sum(1) - 1
    return kept[..., : 2 if blocks else told.symbols], inside, steps


def _errors(trial: Trial, sequences: Integers, answers: Floats, steps: Integers) -> dict[str, float]:
    """Compare answers with what followed."""
    if trial.told.network == CELL_BLOCKS:
        targets = _kinds(trial, sequences[np.arange(len(sequences)), steps])[:, None]
    else:
        targets = sequences[:, 1:]
    wanted = targets[..., None] == np.arange(answers.shape[-1])
    right, errors = answers.argmax(-1) == targets, np.abs(answers - wanted).max(-1)
    likelihood = np.clip(np.where(wanted, answers, 1 - answers), 1e-12, None)
    return {
        "accuracy": right.mean(),
        "last_accuracy": right[:, -1].mean(),
        "largest_error": errors.max(),
        "last_error": errors[:, -1].max(),
        "loss": -np.log(likelihood).mean(),
    }


def _kinds(trial: Trial, columns: Integers) -> Integers:
    """Give the class of the symbols that tell it: 0 for x, 1 for y."""
    return columns - (trial.told.symbols + X)


def _inside(trial: Trial, sequences: Integers, inside: Floats, steps: Integers) -> dict[str, float]:
    """Look at states and gates."""
    network, every = trial.told.network, np.arange(len(sequences))
    told_at = 1 if network == CELL_BLOCKS else 0  # the step that tells the class
    kinds = _kinds(trial, sequences[:, told_at])
    after = np.arange(inside.shape[1]) > told_at
    after = after & (np.arange(inside.shape[1]) < steps[:, None])
    found: dict[str, float] = {}
    for cell in range(2 if network == CELL_BLOCKS else 1):
        name, ends = f"{cell + 1}", inside[every, steps - 1]
        for kind, letter in enumerate("xy"):
            found[f"state_{name}_begin_{letter}"] = _mean(inside[kinds == kind, told_at, cell])
            found[f"state_{name}_end_{letter}"] = _mean(ends[kinds == kind, cell])
        if network in (MEMORY_CELL, CELL_BLOCKS):
            found[f"in_gate_{name}_class"] = inside[:, told_at, 2 + cell].mean()
            found[f"in_gate_{name}_other"] = inside[:, :, 2 + cell][after].mean()
        if network == CELL_BLOCKS:
            found[f"out_gate_{name}_end"] = ends[:, 4 + cell].mean()
    return found


def _mean(values: Floats) -> float:
    """Give a mean; 0 of nothing, where a hundred sequences are all of one class."""
    return float(values.mean()) if len(values) else 0.0


def _classes(trial: Trial, sequences: Integers, answers: Floats, steps: Integers) -> dict[str, float]:
    """Give the mean outputs of the right and of the wrong class at the last step."""
    every = np.arange(len(sequences))
    kinds = _kinds(trial, sequences[every, steps])
    last: Any = answers[:, -1, X:]
    return {"last_right": last[every, kinds].mean(), "last_wrong": last[every, 1 - kinds].mean()}
