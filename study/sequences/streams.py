"""Streams of fresh sequences: how far one is, how it is cut into windows, and which configurations can be fed by one.

The stream of a seed depends on the task and the seed alone: not on the model, the batch size, or when it is judged.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from study.config import Config
from study.errors import StudyError
from study.randomness import stream
from study.sequences.encoding import NO_TARGET, PADDING, Integers
from study.sequences.layouts import listed
from study.sequences.tasks import make_task
from study.sequences.tasks.base import Task
from study.wiring import make_wiring, wired

DRAWN_TOGETHER = 1000  # sequences drawn in one call; part of what a seed means
ALL_STORED = 100  # judgements that are all stored; of more, a few in each decade are


class Stream:
    """The sequences of one seed, one after the other.

    Parameters
    ----------
    task : Task
    seed : int
    """

    def __init__(self, task: Task, seed: int) -> None:
        self.task, self.generator = task, stream("data", seed)
        self._draw()

    def _draw(self) -> None:
        """Draw the next sequences, and keep the state before, so that they can be drawn again."""
        self.before, self.taken = self.generator.bit_generator.state, 0
        self.drawn = self.task.stream(self.generator, DRAWN_TOGETHER)

    def take(self, count: int) -> Integers:
        """Take the next sequences, shape (count, symbols of the longest), as `Task.stream` gives them."""
        parts = []
        while count:
            if self.taken == len(self.drawn):
                self._draw()
            parts.append(self.drawn[self.taken : self.taken + count])
            self.taken += len(parts[-1])
            count -= len(parts[-1])
        return stacked(parts)

    def state_dict(self) -> dict[str, Any]:
        """Say how far the stream is: plain data."""
        return {"before": self.before, "taken": self.taken}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.generator.bit_generator.state = saved["before"]
        self._draw()
        self.taken = saved["taken"]


def stacked(parts: list[Integers]) -> Integers:
    """Put sequences under each other, the shorter ones filled up at their ends.

    Examples
    --------
    >>> stacked([np.array([[3, 1, 3]]), np.array([[2, 2]])])
    array([[ 3,  1,  3],
           [ 2,  2, -1]])
    """
    longest = max(part.shape[1] for part in parts)
    if len(parts) == 1:
        return parts[0]
    whole = np.full((sum(map(len, parts)), longest), NO_TARGET)
    first = 0
    for part in parts:
        whole[first : first + len(part), : part.shape[1]] = part
        first += len(part)
    return whole


def pairs_of(columns: Integers) -> tuple[Integers, Integers]:
    """Split sequences into inputs and the symbols that follow.

    Parameters
    ----------
    columns : ndarray of int, shape (..., symbols)

    Returns
    -------
    inputs, targets : ndarray of int, shape (..., symbols - 1)
        `PADDING` and `NO_TARGET` after the last pair of a shorter sequence.

    Examples
    --------
    >>> inputs, targets = pairs_of(np.array([[3, 0, 3], [4, 4, -1]]))
    >>> inputs.tolist(), targets.tolist()
    ([[3, 0], [4, -1]], [[0, 3], [4, -1]])
    """
    targets = columns[..., 1:]
    return np.where(targets == NO_TARGET, PADDING, columns[..., :-1]), targets


def streamed_task(config: Config) -> Task:
    """Make the task of a configuration that streams, and refuse a configuration that no stream can feed.

    In a stream a batch is `batch_size` sequences, one a lane, and the state is reset after each. A row is one step, or
    a window that holds the longest sequence.

    Parameters
    ----------
    config : Config

    Returns
    -------
    Task

    Raises
    ------
    StudyError
    """
    task = make_task(config.task, dict(config.task_options))
    longest = task.lengths[1]
    if config.layout != ("interleaved" if config.batch_size > 1 else "consecutive"):
        raise StudyError(
            f"layout {config.layout} with batch size {config.batch_size}: a stream has one sequence a lane; use "
            "interleaved, or consecutive with batch size 1"
        )
    if (config.reset, config.order) != ("sequence", "fixed"):
        raise StudyError(
            f"reset {config.reset} and order {config.order}: a stream resets after each sequence, and its order is "
            "that of drawing; leave both at sequence and fixed"
        )
    if config.timesteps > 1 and config.targets != "every":
        raise StudyError(f"targets {config.targets} with timesteps {config.timesteps}: in a stream use every")
    if config.timesteps > 1 and (longest is None or config.timesteps < longest - 1):
        fitting = "no window holds its sequences" if longest is None else f"or {longest - 1}, for whole sequences"
        raise StudyError(f"timesteps is {config.timesteps}; a stream of {config.task} needs 1, {fitting}")
    lanes, budget = config.batch_size, config.sequences
    if config.judged_every < 1 or budget % config.judged_every or config.judged_every % lanes:
        divisors = [n for n in range(1, budget + 1) if budget % n == 0 and n % lanes == 0]
        raise StudyError(
            f"judged_every is {config.judged_every}; it must divide the budget of {budget} sequences and be a multiple "
            f"of the batch size, {lanes}: {listed(divisors) if divisors else 'change the budget'}"
        )
    if config.probe:
        raise StudyError(f"probe {config.probe} cannot be used on a stream; it needs a budget in epochs")
    return task


def updates_of(config: Config, task: Task) -> int:
    """Count the weight updates to a group of `batch_size` sequences of a stream; 0 where their lengths differ."""
    least, most = task.lengths
    if config.timesteps > 1 or once_a_sequence(config):
        return 1
    return least - 1 if least == most else 0


def once_a_sequence(config: Config) -> bool:
    """Whether a network of 1997 changes its weights once a sequence."""
    chosen = make_wiring(config.model, config.wiring)
    return wired(config.model) and (
        chosen.get("update") != "step" or chosen["learning"] == "guessing" or chosen["errors"] == "last_step"
    )


def judged_at(config: Config) -> range:
    """List after how many sequences a stream is judged, if it does not end before.

    Examples
    --------
    >>> list(judged_at(Config(sequences=300, judged_every=100)))
    [0, 100, 200, 300]
    """
    return range(0, config.sequences + 1, config.judged_every)


def stored_at(config: Config) -> tuple[int, ...]:
    """List the judgements of a stream that are stored even if they do not end it.

    All of them, or where they are more than `ALL_STORED` the first from each of 1, 2, 5, 10, 20, 50, ... sequences on.

    Examples
    --------
    >>> stored_at(Config(sequences=3000, judged_every=15))
    (0, 15, 30, 60, 105, 210, 510, 1005, 2010, 3000)
    """
    every, budget = config.judged_every, config.sequences
    if len(judged_at(config)) <= ALL_STORED + 1:
        return tuple(judged_at(config))
    wanted = [digit * 10**power for power in range(len(str(budget))) for digit in (1, 2, 5)]
    few = {-(-moment // every) * every for moment in wanted if moment < budget}
    return tuple(sorted({0, *few, budget}))
