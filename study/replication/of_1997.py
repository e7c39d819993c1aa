"""What the tasks of Experiment 2 of Hochreiter and Schmidhuber (1997) share: methods, networks, rows, and controls."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from study.config import Config
from study.replication.verdicts import Published

TRIALS = 18
BUDGET = 5_000_000  # sequences after which a trial was given up
RTRL, BPTT, LSTM, CHUNKER = "RTRL", "BPTT", "LSTM", "chunker"
MODELS = {RTRL: "self_recurrent_1997", BPTT: "self_recurrent_1997", LSTM: "memory_cell_1997"}
NEW, PAPERS = "an LSTM of today, Adam", "the paper's network, Adam"
WEIGHT = 10  # of the last step in today's recipes, as a multiple of what all steps weigh together
GUESSED = (("limit", 100.0),)  # range of guessed weights, that of Hochreiter and Schmidhuber (1996)


class Row(NamedTuple):
    """A row of Table 2, or a sentence about Task 2b.

    Attributes
    ----------
    method : str
    p : int
        Inputs of a sequence; the lag.
    rates : tuple of float
        Learning rates: one, or the least and the greatest of a range.
    weights : int
    result : Published
    """

    method: str
    p: int
    rates: tuple[float, ...]
    weights: int
    result: Published

    @property
    def rate(self) -> str:
        """The learning rate, or the range, as printed."""
        return " to ".join(f"{rate:g}" for rate in self.rates)

    @property
    def name(self) -> str:
        """Name of the row, such as ``RTRL, p 10, rate 1 to 10``."""
        return f"{self.method}, p {self.p}, rate {self.rate}"


def base(method: str, p: int, task: str = "long_lag") -> Config:
    """Give the network of a method on Task 2a or 2b, judged at every step, without a budget."""
    return Config(
        task=task,
        task_options=(("lag", p - 1),) if task == "long_lag" else (("p", p),),
        model=MODELS[method],
        units=1,
        precision="float64",
        optimiser="sgd",
        loss="squared_error",
        initialisation="uniform_1997",
        stop="every_step",
        wiring=(("gradient", "bptt"), ("update", "sequence")) if method == BPTT else (),
    )


def guessing(config: Config) -> Config:
    """Draw all weights anew for every sequence in place of training; each guess is judged."""
    wiring = tuple(pair for pair in config.wiring if pair[0] != "gradient")
    return replace(
        config,
        wiring=(*wiring, ("learning", "guessing")),
        initialisation_options=GUESSED,
        judged_every=1,
        joins="",
        joins_options=(),
    )
