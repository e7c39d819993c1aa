"""How often real Keras gets it right: the same configurations trained in Keras, counted as this study counts.

Which configurations, seeds and budgets, and how the counts are judged, was written down before the first run:

- `NAMED` and `FURTHER` were chosen before any of their rates in Keras was known, though of some the rates of another
  program were. Rates of `KNOWN` in Keras were known before the study's own; they are run anew, with
  the same seeds, so they check this program rather than the study.
- 100 seeds each, 0 to 99, from initial weights that Keras draws; at 250, 1,000 and 4,000 epochs; a seed counts if,
  asked row by row from a fresh state, it has both ambiguous rows right, and apart from that if all outputs are within
  0.25 of their targets.
- A count of Keras should lie within the 95 % interval of the stored rate. Both are counts of 100 seeds, so of two that
  have one and the same probability up to one in five lies outside by chance: how many of all are expected to is said
  beside how many do.
- So what decides is Fisher's exact test of each pair of counts, corrected by Holm for all of them: the rates agree if
  no corrected p is below 0.05.

Added after the first counts were known: the study's engine trains the same seeds from the weights that Keras drew. Only
rounding then sets the two apart (and, where rows are shuffled, the orders; so those are left out).

``python -m study.keras.rates`` runs them wherever Keras and TensorFlow are installed, and keeps the counts for the
report.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd

from study.config import Config
from study.errors import StudyError, unknown_name
from study.keras.program import Floats, answers_of, require_keras, versions
from study.measures.scoring import measures
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA
from study.sequences.configured import datasets_of
from study.training.rows import Answers

KERAS, HERE = "keras", "here"  # who trained: Keras, or the study's engine from the weights that Keras drew
KEPT = "keras_rates.csv"  # where a results folder keeps the counts
NUMBERS = ("epochs", "right", "within", "seeds")  # its columns of whole numbers
DIGEST = "digest"  # its last column
AGAIN = "restore the file, or delete it and count anew with 'python -m study.keras.rates'"
EPOCHS = (250, 1000, 4000)
SEEDS = range(100)

TUTORIAL = Config(epochs=EPOCHS[-1])
LANES = replace(TUTORIAL, batch_size=2, layout="interleaved")
SHUFFLED = replace(TUTORIAL, layout="shuffled")


def _sgd(config: Config, rate: float, momentum: float = 0.0) -> Config:
    options = (("momentum", momentum),) if momentum else ()
    return replace(config, optimiser="sgd", learning_rate=rate, optimiser_options=options)


def _rmsprop(config: Config, rate: float) -> Config:
    return replace(config, optimiser="rmsprop", learning_rate=rate)


def _softmax(config: Config) -> Config:
    return replace(config, loss="softmax_cross_entropy")


GRU, SIMPLE = (replace(TUTORIAL, model=f"stateful_{layer}") for layer in ("gru", "simple_rnn"))
NAMED: dict[str, Config] = {
    "momentum 0.9, rate 0.1": _sgd(TUTORIAL, 0.1, 0.9),
    "RMSprop, rate 0.01": _rmsprop(TUTORIAL, 0.01),
    "Adam, rate 0.01": replace(TUTORIAL, learning_rate=0.01),
    "Adam, softmax": _softmax(TUTORIAL),
    "SGD, rate 0.5, softmax": _softmax(_sgd(TUTORIAL, 0.5)),
    "Adam, 64 units": replace(TUTORIAL, units=64),
    "lanes, SGD, rate 0.5": _sgd(LANES, 0.5),
    "lanes, momentum 0.9, rate 0.1": _sgd(LANES, 0.1, 0.9),
    "lanes, Adam, softmax": _softmax(LANES),
}
FURTHER: dict[str, Config] = {
    "momentum 0.9, rate 0.01": _sgd(TUTORIAL, 0.01, 0.9),
    "RMSprop, rate 0.001": _rmsprop(TUTORIAL, 0.001),
    "lanes, Adam": LANES,
    "lanes, SGD, rate 0.1": _sgd(LANES, 0.1),
    "lanes, RMSprop, rate 0.01": _rmsprop(LANES, 0.01),
    "shuffled, Adam": SHUFFLED,
    "shuffled, SGD, rate 0.5": _sgd(SHUFFLED, 0.5),
    "GRU, Adam": GRU,
    "GRU, SGD, rate 0.5": _sgd(GRU, 0.5),
    "simple RNN, Adam": SIMPLE,
    "simple RNN, SGD, rate 0.5": _sgd(SIMPLE, 0.5),
}
KNOWN: dict[str, Config] = {
    "Adam": TUTORIAL,
    "SGD, rate 0.5": _sgd(TUTORIAL, 0.5),
    "SGD, rate 0.1": _sgd(TUTORIAL, 0.1),
}
CONFIGS = NAMED | FURTHER | KNOWN


@dataclass(frozen=True)
class Counted:
    """What came of a configuration at one budget, from initial weights that Keras drew.

    Attributes
    ----------
    name : str
        Its name in `CONFIGS`.
    config : str
        Its identity.
    by : {'keras', 'here'}
        Who trained: Keras, or the study's engine from the weights that Keras drew.
    epochs : int
    right : int
        Seeds with both ambiguous rows right.
    within : int
        Seeds with all outputs within 0.25 of their targets.
    seeds : int
        How many were run.
    versions : str
        Of Keras and of what it ran on.
    """

    name: str
    config: str
    by: str
    epochs: int
    right: int
    within: int
    seeds: int
    versions: str

    @property
    def digest(self) -> str:
        """Sum up the count, so that an edited one is not believed."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    @property
    def rates(self) -> dict[str, Rate]:
        """Both counts of the seeds, by the name of the criterion for networks as they are used."""
        return {"fresh_right": Rate(self.right, self.seeds), "fresh_within": Rate(self.within, self.seeds)}


def count(name: str, by: str = KERAS, seeds: Sequence[int] = SEEDS, epochs: Sequence[int] = EPOCHS) -> list[Counted]:
    """Train a configuration from initial weights of Keras and count at each budget.

    Parameters
    ----------
    name : str
        In `CONFIGS`.
    by : {'keras', 'here'}, default 'keras'
        Who trains.
    seeds : sequence of int, optional
    epochs : sequence of int, optional
        Ascending.

    Returns
    -------
    list of Counted
        One a budget.

    Raises
    ------
    StudyError
        If there is no such name, or Keras is not installed.
    """
    if name not in CONFIGS:
        raise unknown_name("configuration", name, CONFIGS)
    config = CONFIGS[name]
    answers = TRAINED[by](config, seeds, epochs)
    return [
        Counted(name, config.identity, by, epoch, *judged(config, answers[epoch]), len(seeds), versions())
        for epoch in epochs
    ]


def _here(config: Config, seeds: Sequence[int], epochs: Sequence[int]) -> dict[int, Floats]:
    from study.keras.same_start import answers_here  # noqa: PLC0415  (so that the report needs no torch)

    return answers_here(config, seeds, epochs)


TRAINED = {KERAS: answers_of, HERE: _here}


def judged(config: Config, answers: Floats) -> tuple[int, int]:
    """Count the seeds that are right, and those within 0.25, as the study counts its own.

    Parameters
    ----------
    config : Config
    answers : ndarray, shape (seeds, rows, outputs)
        Of networks in use: row by row, from a fresh state before each sequence.

    Returns
    -------
    tuple of int
    """
    rows = np.arange(answers.shape[1])[None]
    measured = measures(Answers(answers, rows, np.zeros_like(rows), config.softmax), datasets_of(config, [0]))
    met = [CRITERIA[name] for name in ("right", "within")]
    right, within = (int(each.met(measured[each.measure].astype(np.float64)).sum()) for each in met)
    return right, within


def keep(counted: Iterable[Counted], path: Path) -> None:
    """Write counts to a file; what it holds of others stays, unless their configurations are others now."""
    new = list(counted)
    of, order = {(one.name, one.by) for one in new}, wanted()
    new += [one for one in read(path) if (one.name, one.by) not in of]
    new.sort(key=lambda one: (order.index((one.name, one.by)), one.epochs))
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(one), DIGEST: one.digest} for one in new]
    beside = path.with_name(f".{path.name}.new")
    pd.DataFrame(rows).to_csv(beside, index=False, lineterminator="\n")
    beside.replace(path)


def read(path: Path) -> list[Counted]:
    """Read the kept counts of configurations as they are now; others do not count. None where nothing is kept.

    Raises
    ------
    StudyError
        If the file is damaged, or a count is not as it was written.
    """
    if not path.exists():
        return []
    names = [field.name for field in fields(Counted)]
    types = {name: "int64" if name in NUMBERS else "str" for name in (*names, DIGEST)}
    try:
        kept = pd.read_csv(path, dtype=types)
        counted = [Counted(*row) for row in kept[names].itertuples(index=False, name=None)]
        digests = list(kept[DIGEST])
    except (ValueError, KeyError) as error:
        raise StudyError(f"{path} is damaged; {AGAIN}") from error
    for one, digest in zip(counted, digests, strict=True):
        if one.digest != digest:
            raise StudyError(f"{path} is damaged: {one.name!r} at {one.epochs} epochs was edited; {AGAIN}")
    return [one for one in counted if one.name in CONFIGS and CONFIGS[one.name].identity == one.config]


def wanted() -> list[tuple[str, str]]:
    """List what is to be counted: every configuration in Keras, and here too unless its orders are drawn."""
    here = [name for name, config in CONFIGS.items() if config.layout != "shuffled"]
    return [*((name, KERAS) for name in CONFIGS), *((name, HERE) for name in here)]


def main(arguments: list[str] | None = None) -> int:
    """Train all configurations that are not kept yet; keep each when it is done."""
    parser = argparse.ArgumentParser(prog="python -m study.keras.rates", description="Count how often Keras is right.")
    parser.add_argument("--results", default="results", metavar="DIR", help="keep the counts in this folder")
    path = Path(parser.parse_args(arguments).results) / KEPT
    try:
        require_keras()
        done = {(one.name, one.by) for one in read(path)}
    except StudyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, by in wanted():
        if (name, by) not in done:
            counted = count(name, by)
            keep(counted, path)
            shown = ", ".join(f"{one.epochs:,}: {one.right} ({one.within})" for one in counted)
            print(f"{name}, by {by}: {shown} of {len(SEEDS)} right (within 0.25)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
