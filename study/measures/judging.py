"""How well a stream is learnt, on sequences that are drawn for the judgement alone, with the weights frozen.

All judging of streams is done here, the measures of the table and whether a seed has succeeded, but for the networks of
1997: they are judged while they learn, and measured by `study.measures.trials`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from study.measures.stop_rules import StopRule
from study.randomness import stream
from study.sequences.encoding import NO_TARGET, Integers
from study.sequences.streams import pairs_of
from study.sequences.tasks.base import Task
from study.training.streamed.trainer import Streams, StreamTrainer, stacked_by_seed

SCORED = 100  # fresh sequences of the measures, and of each further draw of a judgement
Floats = npt.NDArray[np.float64]


def judge(streams: Streams, rule: StopRule | None) -> pd.DataFrame:
    """Measure the seeds that are still trained, and end those that have succeeded.

    Sequences of a judgement are drawn from a stream of the seed and the moment, which no training draws from.

    Parameters
    ----------
    streams : Streams
    rule : StopRule or None
        None: no seed ends before the budget.

    Returns
    -------
    DataFrame
        One row a seed: ``seed``, ``sequences``, ``updates``, ``training_loss`` (mean since the last judgement),

        - ``accuracy``, ``last_accuracy``: share of all steps, and of last steps, where the right symbol has the
          greatest probability, in `SCORED` fresh sequences;
        - ``largest_error``, ``last_error``: largest error of an output in them, at any step and at the last;
        - ``loss``: as `study.measures.scoring.measures` has it, mean over steps;
        - ``passed``: with a rule, how many sequences in a row passed it before the first that did not, the rule's
          ``count`` at most, which is success;
        - ``joined_after``: where a layer joins, after how many sequences it did; not a number if it has not.
    """
    return pd.concat([_judge(trainer, rule) for trainer in streams.trainers if not trainer.ended.all()] or [_nobody()])


def _nobody() -> pd.DataFrame:
    """Give the table of no seed."""
    return pd.DataFrame({"seed": np.array([], dtype=np.int32)})


def _judge(trainer: StreamTrainer, rule: StopRule | None) -> pd.DataFrame:
    """Judge the seeds of a trainer."""
    live = ~trainer.ended
    generators = [
        stream("judging", seed, trainer.sequences // trainer.config.judged_every) if wanted else None
        for seed, wanted in zip(trainer.seeds, live, strict=True)
    ]
    drawn = _draw(trainer.task, generators)
    answers = trainer.answer(drawn)
    columns = _measures(answers, drawn, softmax=trainer.config.softmax)
    if rule is not None:
        passed = _passed(trainer, rule, generators, answers, drawn)
        columns["passed"] = passed.astype(np.float64)
        trainer.ended |= passed == rule.count
    if trainer.joining is not None:
        columns["joined_after"] = np.full(len(live), trainer.joined_after if trainer.joined_after >= 0 else np.nan)
    table = pd.DataFrame({"training_loss": trainer.take_loss(), **columns}).astype(np.float32)
    table.insert(0, "updates", np.int32(trainer.updates))
    table.insert(0, "sequences", np.int32(trainer.sequences))
    table.insert(0, "seed", np.asarray(trainer.seeds, dtype=np.int32))
    return table[live]


def _draw(task: Task, generators: Sequence[np.random.Generator | None]) -> Integers:
    """Draw sequences for each seed, shape (seeds, `SCORED`, symbols); nothing for seeds without a generator."""
    nothing = np.full((SCORED, 2), NO_TARGET, dtype=np.int64)
    return stacked_by_seed([nothing if each is None else task.stream(each, SCORED) for each in generators])


def _measures(answers: Floats, drawn: Integers, *, softmax: bool) -> dict[str, Floats]:
    """Compare answers, shape (seeds, sequences, steps, outputs), with what followed; one value a seed."""
    targets = pairs_of(drawn)[1]
    scored, last = targets != NO_TARGET, _last_steps(targets)
    wanted = targets[..., None] == np.arange(answers.shape[-1])
    right = answers.argmax(-1) == targets
    errors = np.abs(answers - wanted).max(-1)
    likelihood = (answers * wanted).sum(-1, keepdims=True) if softmax else np.where(wanted, answers, 1 - answers)
    losses = -np.log(np.clip(likelihood, 1e-12, None)).mean(-1)
    steps = np.maximum(scored.sum((1, 2)), 1)
    return {
        "accuracy": (right & scored).sum((1, 2)) / steps,
        "last_accuracy": (right & last).sum((1, 2)) / targets.shape[1],
        "largest_error": (errors * scored).max((1, 2)),
        "last_error": (errors * last).max((1, 2)),
        "loss": (losses * scored).sum((1, 2)) / steps,
    }


def _last_steps(targets: Integers) -> npt.NDArray[np.bool_]:
    """Mark the last step of each sequence, shape as `targets`: (..., steps)."""
    scored = targets != NO_TARGET
    following = np.concatenate([scored[..., 1:], np.zeros_like(scored[..., :1])], -1)
    return np.asarray(scored & ~following)


def _passed(
    trainer: StreamTrainer,
    rule: StopRule,
    generators: Sequence[np.random.Generator | None],
    answers: Floats,
    drawn: Integers,
) -> npt.NDArray[np.int64]:
    """Count for each seed the sequences in a row that pass, beginning with those drawn already; see `judge`.

    Seeds drop out at their first failure, so only a seed that succeeds is asked all of them. Of a task's own sequences
    each is asked once: if all pass, so will any number drawn of them.
    """
    passed = np.zeros(len(drawn), dtype=np.int64)
    going = np.array([each is not None for each in generators])
    for first in range(0, rule.count, SCORED):
        if first:
            drawn = _draw(trainer.task, [each if on else None for each, on in zip(generators, going, strict=True)])
            answers = trainer.answer(drawn)
        hits = _hits(rule, answers, drawn)[:, : rule.count - first]
        in_a_row = np.where(hits.all(1), hits.shape[1], hits.argmin(1))
        passed += np.where(going, in_a_row, 0)
        going &= hits.all(1)
        if not first and going.any() and not trainer.task.varies:
            every = going & _all_own_pass(trainer, rule)
            passed[every], going = rule.count, going & ~every
        if not going.any():
            break
    return passed


def _all_own_pass(trainer: StreamTrainer, rule: StopRule) -> npt.NDArray[np.bool_]:
    """Tell for each seed whether each of its task's own sequences passes."""
    own = stacked_by_seed([trainer.task.own_columns()] * len(trainer.seeds))
    return np.asarray(_hits(rule, trainer.answer(own), own).all(1))


def _hits(rule: StopRule, answers: Floats, drawn: Integers) -> npt.NDArray[np.bool_]:
    """Tell which sequences pass, shape (seeds, sequences)."""
    targets = pairs_of(drawn)[1]
    errors = np.abs(answers - (targets[..., None] == np.arange(answers.shape[-1]))).max(-1)
    errors = np.where(targets == NO_TARGET, 0.0, errors)
    return rule.passes(errors, (errors * _last_steps(targets)).max(-1))
