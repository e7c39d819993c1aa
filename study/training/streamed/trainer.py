"""Training on streams: each sequence is drawn fresh, a seed ends when it is told to, and a layer may join on the way.

It knows nothing of judging: `study.measures.judging` asks for answers, and ends the seeds that have succeeded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from study.errors import StudyError
from study.sequences.encoding import Integers
from study.sequences.joining import make_joining
from study.sequences.streams import Stream, stacked, streamed_task
from study.training.batches import gather_pays
from study.training.frozen import LAYER, frozen_masks
from study.training.initialisers import Weights
from study.training.learner import Learner, make_learner
from study.training.loop import Recurrent, drawn_weights, settings_for
from study.training.settings import Settings
from study.training.streamed.batches import StreamBatches

if TYPE_CHECKING:
    from study.config import Config

SIDE_BY_SIDE = 32  # seeds trained together: a block goes on until its last seed ends, so few are best
FED_TOGETHER = 100  # sequences between two chances to save; it changes no weight
HELD = (LAYER, "dense_kernel")  # what a network lacks until its recurrent layer joins


class Streams:
    """All seeds of a job, in blocks.

    Seeds whose sequences differ in length step by step, or whose layer joins at a time of its own, are trained one at a
    time, so that none waits for another, and none's bits depend on another.

    Parameters
    ----------
    model : Recurrent
    config : Config
    seeds : sequence of int
    """

    def __init__(self, model: Recurrent, config: Config, seeds: Sequence[int]) -> None:
        least, most = streamed_task(config).lengths
        alone = bool(config.joins) or (config.timesteps == 1 and least != most)
        size = 1 if alone else SIDE_BY_SIDE
        self.trainers = [StreamTrainer(model, config, seeds[k : k + size]) for k in range(0, len(seeds), size)]

    def train_to(self, sequences: int, *, between: Callable[[], None] | None = None) -> None:
        """Train until each seed has met so many sequences in all, or has ended; `between` is called now and then."""
        for trainer in self.trainers:
            trainer.train_to(sequences, between=between)

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on."""
        return {"trainers": [trainer.state_dict() for trainer in self.trainers]}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""
        for trainer, own in zip(self.trainers, saved["trainers"], strict=True):
            trainer.load_state_dict(own)


class StreamTrainer:
    """Some seeds of one configuration that are trained side by side, each on its own stream.

    Until the recurrent layer joins it is frozen and no output sees it, so the network is one of outputs that see the
    inputs. Then the outputs are given their initial weights of it, drawn from the seed's stream as ever, and the
    optimiser begins anew: moments belong to a network, and this is another one.

    Parameters
    ----------
    model : Recurrent
    config : Config
    seeds : sequence of int
        One alone where a layer joins.

    Attributes
    ----------
    learner : Learner
    sequences, updates : int
        How many each seed has met, and weight updates made.
    ended : ndarray of bool, shape (seeds,)
        Which seeds are trained no more; what becomes of their weights after that is not looked at.
    joined_after : int
        Sequences after which the layer joined; -1 if it has not, or was there from the start.
    """

    def __init__(self, model: Recurrent, config: Config, seeds: Sequence[int]) -> None:
        self.config, self.seeds, self.carry = config, list(seeds), model.carries_state
        self.task = streamed_task(config)
        self.streams = [Stream(self.task, seed) for seed in seeds]
        symbols = self.task.whole_alphabet
        self.weights = drawn_weights(model, config, len(symbols), seeds)
        self.settings = settings_for(model, config, self.weights[0], symbols)
        self.joining = make_joining(config.joins, dict(config.joins_options))
        self.learner = self._make_learner(self.settings, self.weights)
        if self.joining is not None:
            self._hold_out()
        least, most = self.task.lengths
        columns = self.learner.feeds_columns
        self.maker = StreamBatches(
            self.learner.features,
            config.batch_size,
            most - 1 if config.timesteps > 1 and most is not None else None,
            self.learner.dtype,
            columns=gather_pays(self.learner.features, config.timesteps) if columns is None else columns,
            last_step_weight=config.last_step_weight,
            alike=least == most,
        )
        self.sequences, self.batches, self.joined_after = 0, 0, -1
        self.ended = np.zeros(len(seeds), dtype=bool)
        self.loss = Running(len(seeds))  # since the last judgement
        self.window, self.window_before = Running(len(seeds)), np.full(len(seeds), np.nan)

    def _make_learner(self, settings: Settings, weights: Sequence[Weights]) -> Learner:
        return make_learner(settings, weights, engine=self.config.engine)

    def _hold_out(self) -> None:
        """Begin without the recurrent layer."""
        config = self.config
        if not config.sees_inputs or config.accumulate > 1 or len(self.seeds) > 1:
            raise StudyError(
                f"joins {config.joins} with sees_inputs {config.sees_inputs} and accumulate {config.accumulate}: until "
                "the layer joins, outputs must see the inputs; set sees_inputs to True and accumulate to 1"
            )
        if self.joining is None or self.joining.window % config.batch_size:
            raise StudyError(f"the window of joins must be a multiple of the batch size, {config.batch_size}")
        (drawn,) = self.weights
        held = frozen_masks((*config.frozen, *HELD), self.settings.layer, drawn, self.task.whole_alphabet)
        without = drawn | {"dense_kernel": np.zeros_like(drawn["dense_kernel"])}
        self.learner = self._make_learner(replace(self.settings, frozen=held), [without])

    def _join(self) -> None:
        """Let the recurrent layer join, with what the outputs have learnt meanwhile."""
        (drawn,) = self.weights
        learnt = self.learner.export()
        kept = {name: learnt[name][0] for name in ("dense_bias", "direct_kernel") if name in drawn}
        self.learner, self.joined_after = self._make_learner(self.settings, [drawn | kept]), self.sequences

    def train_to(self, sequences: int, *, between: Callable[[], None] | None = None) -> None:
        """Train until each seed has met so many sequences in all; not at all if all have ended.

        Parameters
        ----------
        sequences : int
            A multiple of the batch size.
        between : callable, optional
            Called whenever all can be saved.
        """
        while self.sequences < sequences and not self.ended.all():
            count = min(self._fed_together(), sequences - self.sequences)
            if self.joining is not None and self.joined_after < 0:
                count = min(count, self.joining.window - self.sequences % self.joining.window)
            drawn = stacked_by_seed([each.take(count) for each in self.streams])
            batches = self.maker.batches(drawn)
            losses = self.learner.run_epoch(batches, carry=self.carry, with_loss=True)
            self.sequences, self.batches = self.sequences + count, self.batches + len(batches)
            self.loss.add(losses, len(batches))
            self._look(losses, len(batches))
            if between is not None:
                between()

    def _fed_together(self) -> int:
        """Count the sequences that are fed in one call: whole groups."""
        return max(1, FED_TOGETHER // self.config.batch_size) * self.config.batch_size

    def _look(self, losses: npt.NDArray[np.float64], batches: int) -> None:
        """At the end of a window of sequences, let the layer join if it is due."""
        if self.joining is None or self.joined_after >= 0:
            return
        self.window.add(losses, batches)
        if self.sequences % self.joining.window == 0:
            now = self.window.mean
            if self.joining.due(float(self.window_before[0]), float(now[0])):
                self._join()
            self.window, self.window_before = Running(len(self.seeds)), now

    @property
    def updates(self) -> int:
        """Weight updates made."""
        return self.batches // self.config.accumulate

    def take_loss(self) -> npt.NDArray[np.float64]:
        """Give the mean loss of the updates since this was last asked, each before its update; shape (seeds,)."""
        taken, self.loss = self.loss.mean, Running(len(self.seeds))
        return taken

    @torch.inference_mode()
    def answer(self, drawn: Integers) -> npt.NDArray[np.float64]:
        """Answer fresh sequences, each in a lane of its own from a zero state, without changing a weight.

        Parameters
        ----------
        drawn : ndarray of int, shape (seeds, sequences, symbols)

        Returns
        -------
        ndarray, shape (seeds, sequences, steps, outputs)
            Probabilities.
        """
        self.learner.reset_state()
        whole = self.maker.steps is not None
        answers = [
            self.learner.predict(inputs, carry=self.carry, last_only=not whole)
            for inputs in self.maker.inputs_of(drawn)
        ]
        self.learner.reset_state()  # as after each group of sequences
        found = torch.cat(answers, 1).double().numpy()  # (seed, step, lane, output)
        return np.asarray(found.transpose(0, 2, 1, 3)[:, :, : drawn.shape[2] - 1])

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on: plain data and tensors.

        Returns
        -------
        dict
            The learner's own, how far each stream is, what was counted and averaged so far, which seeds have ended, and
            when the layer joined.
        """
        return {
            "learner": self.learner.state_dict(),
            "streams": [each.state_dict() for each in self.streams],
            "sequences": self.sequences,
            "batches": self.batches,
            "joined_after": self.joined_after,
            "ended": self.ended.tolist(),
            "loss": self.loss.state_dict(),
            "window": self.window.state_dict(),
            "window_before": self.window_before.tolist(),
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave to a trainer made alike, bit for bit."""
        if saved["joined_after"] >= 0 and self.joined_after < 0:
            self._join()
        self.learner.load_state_dict(saved["learner"])
        for each, own in zip(self.streams, saved["streams"], strict=True):
            each.load_state_dict(own)
        self.sequences, self.batches = saved["sequences"], saved["batches"]
        self.joined_after, self.ended = saved["joined_after"], np.array(saved["ended"])
        self.loss, self.window = Running.of(saved["loss"]), Running.of(saved["window"])
        self.window_before = np.array(saved["window_before"])


class Running:
    """A mean of losses that is added to batch by batch, for each seed."""

    def __init__(self, seeds: int) -> None:
        self.total, self.number = np.zeros(seeds), 0

    def add(self, means: npt.NDArray[np.float64], number: int) -> None:
        """Add the mean of some batches, shape (seeds,), and how many they were."""
        self.total, self.number = self.total + number * means, self.number + number

    @property
    def mean(self) -> npt.NDArray[np.float64]:
        """The mean so far; not a number of nothing."""
        return np.asarray(self.total / self.number if self.number else np.full(len(self.total), np.nan))

    def state_dict(self) -> dict[str, Any]:
        """Give all of it, as plain data."""
        return {"total": self.total.tolist(), "number": self.number}

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Running:
        """Make it of what `state_dict` gave."""
        made = cls(len(saved["total"]))
        made.total, made.number = np.array(saved["total"]), saved["number"]
        return made


def stacked_by_seed(drawn: Sequence[Integers]) -> Integers:
    """Put the sequences of all seeds side by side, shape (seed, sequence, symbol)."""
    together = stacked(list(drawn))
    return together.reshape(len(drawn), -1, together.shape[1])
