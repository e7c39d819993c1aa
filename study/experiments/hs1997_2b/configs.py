"""Task 2b of Hochreiter and Schmidhuber (1997) under every reading below, before which pilot programs were run.

Judged at the end of a sequence alone, as in the paper; the rule for "reproduced" is that of `hs1997_2a`. All but one
race was written down before the runs of this experiment, and after pilot programs of 18 trials, which had success only
with an error at the end alone: with cross-entropy and a cell from the start, or at a lower rate.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import Experiment, Preset
from study.experiments.hs1997_2b.published import TEXT
from study.replication.of_1997 import BPTT, LSTM, NEW, PAPERS, RTRL, TRIALS, WEIGHT, Row, base, guessing
from study.replication.plan import Race, Table, listed
from study.replication.readings import (
    END,
    ENTROPY,
    ERROR_SIGNALS,
    ERRORS,
    EVERY,
    JOINING,
    JOININGS,
    LOSS,
    LOSSES,
    PLATEAU,
    RANGE,
    RANGES,
    SEEN,
    SEES,
    START,
    Open,
    Reading,
    changed,
    first_reading,
    one_by_one,
    read_as,
    readings_of,
)

OPEN: dict[str, Open] = {
    LSTM: {
        ERRORS: ERROR_SIGNALS,
        LOSS: LOSSES,
        JOINING: {name: JOININGS[name] for name in (PLATEAU, START)},
        SEES: SEEN,
        RANGE: RANGES,
    },
    RTRL: {ERRORS: ERROR_SIGNALS},
    BPTT: {ERRORS: ERROR_SIGNALS},
}
AS_WRITTEN = {method: first_reading(left_open) for method, left_open in OPEN.items()}
READINGS = {
    LSTM: [
        *one_by_one(OPEN[LSTM], AS_WRITTEN[LSTM], keep=(ERRORS,)),
        *(reading for reading in readings_of(OPEN[LSTM]) if (ERRORS, END) in reading),
    ],
    RTRL: readings_of(OPEN[RTRL]),
    BPTT: readings_of(OPEN[BPTT]),
}
BEST_KNOWN = changed(AS_WRITTEN[LSTM], {ERRORS: END, LOSS: ENTROPY, JOINING: START})  # of the pilot programs
SLOW_RATE = 0.1  # at which squared error learns it at last
QUICK_P = 10

GUESSING, ONE_STEP = "random weights", "gradient of one step"


def trained(method: str, p: int, rate: float, reading: Reading, preset: Preset) -> Config:
    """Give the configuration of a method under a reading."""
    long = 200_000 if preset.name == "full" else 25_000 if preset.long else 10_000  # the LSTM's mean is 5,680
    config = replace(
        base(method, p, "random_middle"),
        learning_rate=rate,
        sequences=long,
        judged_every=100,
        stop="last_step",
    )
    return read_as(config, OPEN[method], reading)


def rows(preset: Preset) -> list[Row]:
    """List what is run: the LSTM and what fails, in short presets the LSTM with p = 10 alone."""
    return list(TEXT) if preset.long else [TEXT[0]._replace(p=QUICK_P)]


def readings_run(row: Row, preset: Preset) -> list[Reading]:
    """List the readings of a row; in short presets two."""
    return READINGS[row.method] if preset.long else [AS_WRITTEN[row.method], BEST_KNOWN]


def table(preset: Preset) -> Table:
    """List what is run of each row: a configuration for each reading, or for each end of a range of rates."""
    return {
        row: {
            reading: [trained(row.method, row.p, rate, reading, preset) for rate in row.rates]
            for reading in readings_run(row, preset)
        }
        for row in rows(preset)
    }


def slow(preset: Preset) -> dict[str, Config]:
    """Give squared error at a rate that is not the paper's, over a budget that is long enough to see it learn."""
    if not preset.long:
        return {}
    reading = changed(BEST_KNOWN, {LOSS: next(iter(LOSSES))})
    config = trained(LSTM, 100, SLOW_RATE, reading, preset)
    return {"half the squares at rate 0.1": replace(config, sequences=600_000, judged_every=1_000)}


def controls(preset: Preset) -> dict[str, Config]:
    """Give random weights, a gradient of one step, and the paper's cell under Adam."""
    p = rows(preset)[0].p
    best = trained(LSTM, p, 1.0, BEST_KNOWN, preset)
    errors = (("errors", "last_step"),)
    return {
        GUESSING: replace(guessing(best), sequences=6_000),  # the paper's mean, roughly
        ONE_STEP: replace(best, wiring=(*errors, ("gradient", "one_step"))),
        PAPERS: replace(best, optimiser="adam", learning_rate=0.1),
    }


def today(preset: Preset) -> dict[str, Config]:
    """Give an LSTM of today with Adam, whose last step is weighted."""
    p = rows(preset)[0].p
    lstm = Config(
        task="random_middle",
        task_options=(("p", p),),
        model="stateless_lstm",
        timesteps=p,
        targets="every",
        initialisation_options=(("forget_bias", 7.0),),
        learning_rate=0.01,
        last_step_weight=float(WEIGHT * p),
        sequences=5_000 if preset.long else 2_000,
        judged_every=100,
        stop="last_step",
    )
    return {NEW: lstm}


def race(first: Reading, second: Reading, expected: str, preset: Preset) -> Race:
    """Compare two readings of the memory cell."""
    p = rows(preset)[0].p
    one, other = (trained(LSTM, p, 1.0, reading, preset) for reading in (first, second))
    return Race("", first, second, expected, (one, other))


def planned(preset: Preset) -> dict[str, Race]:
    """List all comparisons that are tested, Holm's correction over all of them.

    That of errors was replaced after the results: planned with a cell from the start, whose reading with an error at
    every step is not among those that are run.
    """
    best, later = BEST_KNOWN, changed(BEST_KNOWN, {JOINING: PLATEAU})
    asked = {
        "errors": (later, changed(later, {ERRORS: EVERY}), "first"),
        "loss": (best, changed(best, {LOSS: next(iter(LOSSES))}), "first"),
        "joining": (best, later, "neither"),
    }
    return {name: race(*each, preset) for name, each in asked.items()}


class Experiment2B(Experiment):
    """The LSTM under all readings, what fails, controls and today's recipe."""

    name = "hs1997_2b"
    question = "Does the memory cell of 1997 learn sequences without local regularities, as the paper says?"

    def configs(self, preset: Preset) -> list[Config]:
        """List every configuration once."""
        return listed(table(preset), slow(preset), controls(preset), today(preset))

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give 18 trials as in the paper, half at each end of a range of rates, and 9 to readings that are neither as
        written nor the best known.
        """
        if not preset.long:
            return 4
        if preset.name == "full":
            return 100
        p = rows(preset)[0].p
        shown = [trained(LSTM, p, 1.0, reading, preset) for reading in (AS_WRITTEN[LSTM], BEST_KNOWN)]
        more = (slow(preset), controls(preset), today(preset))
        whole = [*shown, *(each for named in more for each in named.values())]
        return TRIALS if config in whole else TRIALS // 2


EXPERIMENTS = (Experiment2B(),)
