"""Trials of Experiment 2 of 1997: each learns from its own stream, and ends when its frozen weights pass the test.

The paper judges on 10,000 successive random sequences. Where a task has few sequences of its own, all of them are
asked, each once, after every `judged_every` sequences; that one of two is never drawn in 10,000 has the probability
2^-9999. Other tasks are asked fresh sequences until one fails or enough have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from study.randomness import stream
from study.sequences.encoding import NO_TARGET, Integers
from study.sequences.joining import make_joining
from study.sequences.streams import Stream, streamed_task, updates_of
from study.training.online.loop import guess, passing, train
from study.training.online.memory import (
    CELL_BLOCKS,
    LANES,
    UNITS,
    Memory,
    draw_weights,
    limits_of,
    make_memory,
    make_told,
    places_of,
)
from study.training.online.together import put_together, side_by_side
from study.wiring import make_wiring

if TYPE_CHECKING:
    from study.config import Config

FED_TOGETHER = 1000  # sequences between two chances to save
ASKED_TOGETHER = 20  # fresh sequences that are drawn at once for a judgement


class Criterion(NamedTuple):
    """What frozen weights must pass.

    Attributes
    ----------
    within : float
        The largest error allowed.
    needed : int
        Sequences that must pass; where it is 0, nothing is ever passed.
    last_only : bool
        Whether only their last steps are asked.
    """

    within: float
    needed: int
    last_only: bool


class Trials:
    """All trials of a job, which learn beside each other; see `study.training.online.together`.

    Parameters
    ----------
    config : Config
    seeds : sequence of int
    test : Criterion
    """

    def __init__(self, config: Config, seeds: Sequence[int], test: Criterion) -> None:
        self.trials = [Trial(config, seed, test) for seed in seeds]
        self.config, self.test, self.told, self.asked = config, test, self.trials[0].told, self.trials[0].asked
        self.most = side_by_side(self.told)
        self._put_together([trial.memory for trial in self.trials])
        self.sequences = np.empty(0, dtype=np.int64)

    def _put_together(self, memories: Sequence[Memory]) -> None:
        """Give each trial its row of common memory, with as much history as the one with the longest sequence has."""
        longest = max((memory.history for memory in memories), key=len)
        self.whole, parts = put_together([memory._replace(history=longest) for memory in memories])
        for trial, part in zip(self.trials, parts, strict=True):
            trial.memory = part

    def train_to(self, sequences: int, *, between: Callable[[], None] | None = None) -> None:
        """Train until each trial has met so many sequences, or has succeeded; `between` is called now and then."""
        for trial in self.trials:
            trial.judge_first()
        while learning := self._furthest_behind(sequences):
            count = min(self.trials[place].before_a_look(sequences) for place in learning)
            if self.trials[0].guessing:
                for place in learning:
                    self.trials[place].guess(count)
            else:
                self._train(learning, count)
            if between is not None:
                between()

    def _furthest_behind(self, sequences: int) -> list[int]:
        """List the places of some trials that have met the fewest sequences, none where all have met as many as asked;
        where others have met more, they do not overtake these.
        """
        left = [place for place, trial in enumerate(self.trials) if not trial.ended and trial.sequences < sequences]
        fewest = min((self.trials[place].sequences for place in left), default=0)
        return [place for place in left if self.trials[place].sequences == fewest][: self.most]

    def _train(self, learning: list[int], count: int) -> None:
        """Let some trials learn from their next sequences, and judge them where it is time to."""
        test, asked = self.test, self.asked if self.test.needed else _nothing()
        drawn = [self.trials[place].stream.take(count) for place in learning]
        self._make_room(max(sequences.shape[1] for sequences in drawn))
        rows, learnt = np.zeros((2, len(self.trials)), dtype=np.int64)
        rows[learning] = range(len(learning))
        train(
            self.told, self.whole, np.array(learning), self._beside(drawn), rows,
            np.array([trial.live for trial in self.trials]), self.trials[learning[0]].sequences,
            self.config.judged_every, asked, test.last_only, test.within, learnt,
        )  # fmt: skip
        for place in learning:
            self.trials[place].has_learnt(int(learnt[place]) or count, passed=bool(learnt[place]))

    def _beside(self, drawn: list[Integers]) -> Integers:
        """Put the sequences of some trials beside each other, shape (trial, sequence, symbol)."""
        if len(drawn) == 1:
            return drawn[0][None]
        shape = len(drawn), len(drawn[0]), max(sequences.shape[1] for sequences in drawn)
        if self.sequences.size < prod(shape):
            self.sequences = np.empty(prod(shape), dtype=np.int64)
        beside = self.sequences[: prod(shape)].reshape(shape)
        for own, sequences in zip(beside, drawn, strict=True):
            own[:, : sequences.shape[1]] = sequences
            own[:, sequences.shape[1] :] = NO_TARGET
        return beside

    def _make_room(self, longest: int) -> None:
        """Let history hold the longest sequence."""
        if self.whole.history.size and self.whole.history.shape[1] < 4 * LANES * longest:
            room = np.zeros(4 * LANES * longest)
            self._put_together([trial.memory._replace(history=room) for trial in self.trials])

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on."""
        return {"trials": [trial.state_dict() for trial in self.trials]}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""
        for trial, own in zip(self.trials, saved["trials"], strict=True):
            trial.load_state_dict(own)


class Trial:
    """One network that learns on line.

    Parameters
    ----------
    config : Config
        Of a model in `study.wiring.NETWORKS`.
    seed : int
    test : Criterion

    Attributes
    ----------
    told, memory
        As compiled code takes them.
    sequences : int
        How many were met.
    passed : int
        How many sequences in a row passed at the last judgement; of a task's own sequences, all that the test counts if
        each passes, otherwise 0.
    ended : bool
        Whether it has succeeded, and learns no more.
    joined_after : int
        Sequences after which the hidden unit joined; -1 if it has not, or was there from the start.
    told_of : bool
        Whether its success is stored already, which is for whoever stores it to say.
    """

    def __init__(self, config: Config, seed: int, test: Criterion) -> None:
        self.config, self.seed, self.test, self.task = config, seed, test, streamed_task(config)
        self.stream = Stream(self.task, seed)
        self.told = make_told(config, len(self.task.whole_alphabet))
        self.limits = limits_of(config)
        self.drawn = draw_weights(self.told, seed, **self.limits)
        self.memory = make_memory(self.told, self.drawn, self.stream.drawn.shape[1])
        self.joining = make_joining(config.joins, dict(config.joins_options))
        self.readout = places_of(self.told)["readout"].ravel()
        if self.joining is not None:
            self.memory.weights[self.readout] = 0
        self.asked = _nothing() if self.task.varies else self.task.own_columns()
        self.guessing = make_wiring(config.model, config.wiring)["learning"] == "guessing"
        self.random = stream("initialisation", seed).integers(2**64, size=1, dtype=np.uint64)
        self.sequences, self.passed, self.judged_at, self.joined_after = 0, 0, -1, -1
        self.ended = self.told_of = False
        self.losses = np.zeros(2)  # of the window at hand, before it was last read
        self.window, self.window_before = np.zeros(2), np.nan

    @property
    def live(self) -> bool:
        """Whether the hidden unit is part of the network."""
        return self.joining is None or self.joined_after >= 0

    @property
    def updates(self) -> int:
        """Weight updates made."""
        return self.sequences * updates_of(self.config, self.task)

    def judge_first(self) -> None:
        """Judge it before it has learnt anything."""
        if self.judged_at < 0:
            self.judge()

    def before_a_look(self, sequences: int) -> int:
        """Count the sequences until something has to be looked at from outside, or until so many are met in all."""
        ends = [FED_TOGETHER, sequences - self.sequences]
        if self.test.needed and self.task.varies:
            ends.append(self.config.judged_every - self.sequences % self.config.judged_every)
        if self.joining is not None and not self.live:
            ends.append(self.joining.window - self.sequences % self.joining.window)
        return min(ends)

    def has_learnt(self, count: int, *, passed: bool) -> None:
        """Note that it has learnt from so many sequences, and whether it has passed the test after the last of them."""
        self.sequences += count
        if passed:
            self._succeed()
        elif self.test.needed and self.sequences % self.config.judged_every == 0:
            self.judge()
        self._look()

    def guess(self, count: int) -> None:
        """Draw new weights for each of the next sequences; those that pass it are judged at once."""
        drawn = self.stream.take(count)
        places = np.concatenate([where.ravel() for where in self._guessed().values()])
        first, limit = 0, self.limits["limit"]
        while first < len(drawn) and not self.ended:
            made, passes = guess(
                self.told, self.memory, drawn[first:], places, limit, self.random, self.test.last_only,
                self.test.within,
            )  # fmt: skip
            first += made
            self.sequences += made
            if passes and self.test.needed:
                self.judge()
        if not self.ended:
            self.passed, self.judged_at = 0, self.sequences

    def _guessed(self) -> dict[str, Any]:
        """Give the places of all weights that are drawn: not of those that hidden units do not have."""
        places = places_of(self.told)
        if self.told.network == CELL_BLOCKS:
            places["recurrent"] = places["recurrent"][self.told.source : UNITS]
        return places

    def judge(self) -> None:
        """Ask the test, with weights as they are; it succeeds if all passes."""
        self.judged_at, test = self.sequences, self.test
        if not test.needed:
            return
        if not self.task.varies:
            self.passed = test.needed * (self._passing(self.asked) == len(self.asked))
        else:
            generator = self.generator()
            self.passed = 0
            while self.passed < test.needed:
                drawn = self.task.stream(generator, ASKED_TOGETHER)[: test.needed - self.passed]
                found = self._passing(drawn)
                self.passed += found
                if found < len(drawn):
                    return
        if self.passed == test.needed:
            self._succeed()

    def _passing(self, sequences: Integers) -> int:
        return int(passing(self.told, self.memory, sequences, self.live, self.test.last_only, self.test.within))

    def _succeed(self) -> None:
        self.ended, self.passed, self.judged_at = True, self.test.needed, self.sequences

    def generator(self) -> np.random.Generator:
        """Open the stream of what is asked at this moment, which no training draws from."""
        return stream("judging", self.seed, self.sequences // self.config.judged_every)

    def _look(self) -> None:
        """At the end of a window of sequences, let the hidden unit join if it is due."""
        if self.joining is None or self.live:
            return
        if self.sequences % self.joining.window == 0:
            total, number = self.memory.sums - self.window
            now = float(total / number)
            if self.joining.due(self.window_before, now):
                self._join()
            self.window, self.window_before = self.memory.sums.copy(), now

    def _join(self) -> None:
        """Give the outputs their initial weights of the hidden unit; an optimiser's moments begin anew."""
        self.memory.weights[self.readout] = self.drawn[self.readout]
        self.memory.first[:] = self.memory.second[:] = 0
        self.memory.powers[:] = 1
        self.joined_after = self.sequences

    def take_loss(self) -> float:
        """Give the mean over the steps since this was last asked of half the squared error, each before its update."""
        total, number = self.memory.sums - self.losses
        self.losses = self.memory.sums.copy()
        return float(total / number) if number else float("nan")

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on: plain data and tensors."""
        import torch  # noqa: PLC0415  (so that trials need no torch unless they are saved)

        kept = {name: getattr(self.memory, name) for name in ("weights", "first", "second", "powers", "sums")}
        return {
            "memory": {name: torch.from_numpy(values.copy()) for name, values in kept.items()},
            "stream": self.stream.state_dict(),
            "random": int(self.random[0]),
            "losses": self.losses.tolist(),
            "window": self.window.tolist(),
            **{name: getattr(self, name) for name in PLAIN},
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave to a trial made alike, bit for bit."""
        for name, values in saved["memory"].items():
            getattr(self.memory, name)[:] = values.numpy()
        self.stream.load_state_dict(saved["stream"])
        self.random[0] = saved["random"]
        self.losses, self.window = np.array(saved["losses"]), np.array(saved["window"])
        for name in PLAIN:
            setattr(self, name, saved[name])


PLAIN = ("sequences", "passed", "judged_at", "joined_after", "ended", "told_of", "window_before")


def _nothing() -> Integers:
    return np.zeros((0, 2), dtype=np.int64)
