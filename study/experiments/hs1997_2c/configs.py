"""Task 2c of Hochreiter and Schmidhuber (1997) under every reading below, before which pilot programs were run.

The rule for "reproduced" is that of `hs1997_2a`. What is here was written down before the runs of this experiment, and
after pilot programs from which "inputs alone" comes: they reached every row of Table 3 with hidden units that do
not see each other, and hardly any with those that do, as the paper's count of weights implies. One reading, `SMALLER`,
was added after the first results: the pilot programs drew all weights from a smaller range, and `SMALL` those among
hidden units alone.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import Experiment, Preset
from study.experiments.hs1997_2c.published import TABLE_3, TRIALS, Row
from study.replication.of_1997 import NEW, PAPERS, guessing
from study.replication.plan import Race, Table, listed
from study.replication.readings import (
    ENTROPY,
    LOSS,
    LOSSES,
    WHOLE,
    Open,
    Reading,
    Way,
    changed,
    first_reading,
    read_as,
)

FEEDBACK, GRADIENT, JUDGED = "hidden units see", "gradient", "judged on"
SMALL_LIMIT = 0.02  # of initial weights, in place of 0.2
ALL, CELLS, NONE = "all units", "the cells", "inputs alone"
SMALL, SMALLER = f"all, from their weights within {SMALL_LIMIT}", f"all, from any weights within {SMALL_LIMIT}"
TRUNCATED, FULL = "truncated", "in full"
TESTS = (10_000, 1_000, 100)
WITHIN = 0.2  # largest error of an output
OPEN: Open = {  # the first way of each is the paper as written
    FEEDBACK: {
        ALL: Way(),
        SMALL: Way(fields=(("initialisation_options", (("recurrent_limit", SMALL_LIMIT),)),)),
        SMALLER: Way(fields=(("initialisation_options", (("limit", SMALL_LIMIT),)),)),
        CELLS: Way((("feedback", "cells"),)),
        NONE: Way((("feedback", "none"),)),
    },
    LOSS: LOSSES,
    GRADIENT: {TRUNCATED: Way(), FULL: Way((("gradient", "full"),))},
    JUDGED: {
        f"{count:,} sequences": Way(fields=(("stop_options", (("count", count), ("within", WITHIN))),))
        for count in TESTS
    },
}
AS_WRITTEN = first_reading(OPEN)
BY_FEEDBACK = {way: changed(AS_WRITTEN, {FEEDBACK: way}) for way in OPEN[FEEDBACK]}
LONGEST_WAIT, SHORTER_WAIT = 5, 3  # budgets, as multiples of the paper's mean; beyond 2 a mean is not reproduced
CHEAP, FEW = 100, 4  # q up to which a trial takes a second or two; trials of a reading that may fail, beyond
QUICK_BUDGET = 60_000

GUESSING, ONE_STEP = "random weights", "gradient of one step"


def trained(row: Row, reading: Reading, preset: Preset) -> Config:
    """Give the configuration of a row under a reading; beyond `CHEAP` one that may fail waits a shorter time."""
    long = preset.name == "full" or row.q <= CHEAP or (FEEDBACK, NONE) in reading
    wait = LONGEST_WAIT if long else SHORTER_WAIT
    config = Config(
        task="distractors",
        task_options=(("p", row.p), ("q", row.q)),
        model="cell_blocks_1997",
        units=2,
        precision="float64",
        optimiser="sgd",
        learning_rate=0.01,
        initialisation="uniform_1997",
        sequences=wait * int(row.result.mean) if preset.long else QUICK_BUDGET,
        judged_every=1_000,
        stop="last_step",
    )
    return read_as(config, OPEN, reading)


def rows(preset: Preset) -> list[Row]:
    """List the rows of Table 3 that are run: all, in short presets the first."""
    return list(TABLE_3) if preset.long else [TABLE_3[0]]


def readings_run(row: Row, preset: Preset) -> list[Reading]:
    """List the readings of a row by what the hidden units see: all, but at q/p above 1 the last alone.

    In the full preset all of every row; in short presets as written and the last.
    """
    if not preset.long:
        return [BY_FEEDBACK[ALL], BY_FEEDBACK[NONE]]
    return list(BY_FEEDBACK.values()) if row.q == row.p or preset.name == "full" else [BY_FEEDBACK[NONE]]


def table(preset: Preset) -> Table:
    """List what is run of the rows of Table 3, by what the hidden units see."""
    return {
        row: {reading: [trained(row, reading, preset)] for reading in readings_run(row, preset)} for row in rows(preset)
    }


def beside(preset: Preset) -> dict[tuple[Row, Reading], Config]:
    """Give what else is open at the smallest rows: the loss, the gradient, and how many sequences are judged."""
    if not preset.long:
        return {}
    first, second = TABLE_3[:2]
    none, whole = BY_FEEDBACK[NONE], AS_WRITTEN
    asked = [
        *((row, changed(none, {LOSS: loss})) for row in (first, second) for loss in (WHOLE, ENTROPY)),
        *((first, changed(whole, {LOSS: loss})) for loss in (WHOLE, ENTROPY)),
        *((row, changed(whole, {GRADIENT: FULL})) for row in (first, second)),
        *((first, changed(each, {JUDGED: count})) for each in (none, whole) for count in list(OPEN[JUDGED])[1:]),
    ]
    return {(row, reading): trained(row, reading, preset) for row, reading in asked}


def controls(preset: Preset) -> dict[str, Config]:
    """Give random weights, a gradient of one step, and the paper's cells under Adam, at the smallest row.

    Adam's rate is the best of four on two pilot trials, of seeds from 10,000 on, as in the other tasks.
    """
    config = trained(TABLE_3[0], BY_FEEDBACK[NONE], preset)
    none = config.wiring
    return {
        GUESSING: replace(guessing(config), sequences=int(TABLE_3[0].result.mean)),
        ONE_STEP: replace(config, wiring=(*none, ("gradient", "one_step"))),
        PAPERS: replace(config, optimiser="adam", learning_rate=0.01),
    }


def today(preset: Preset) -> dict[str, Config]:
    """Give an LSTM of today with Adam at the smallest row, whose windows need a longest sequence."""
    row = TABLE_3[0]
    longest, lanes = row.q + 104, 8  # of 40,000 sequences one would be longer
    lstm = Config(
        task="distractors",
        task_options=(("longest", longest), ("p", row.p), ("q", row.q)),
        model="stateless_lstm",
        timesteps=longest - 1,
        targets="every",
        batch_size=lanes,
        layout="interleaved",
        initialisation_options=(("forget_bias", 7.0),),
        learning_rate=0.01,
        last_step_weight=10.0 * longest,
        sequences=16_000,
        judged_every=800,
        stop="last_step",
        stop_options=(("within", WITHIN),),
    )
    return {NEW: lstm} if preset.long else {}


def race(row: Row, first: Reading, second: Reading, expected: str, preset: Preset) -> Race:
    """Compare two readings of a row."""
    one, other = (trained(row, reading, preset) for reading in (first, second))
    return Race(row.name, first, second, expected, (one, other))


def planned(preset: Preset) -> dict[str, Race]:
    """List all comparisons that are tested, Holm's correction over all of them."""
    first, second = TABLE_3[:2]
    none, whole = BY_FEEDBACK[NONE], AS_WRITTEN
    asked = {
        "feedback": (second, none, whole, "first"),
        "cells": (second, BY_FEEDBACK[CELLS], whole, "first"),
        "small": (second, BY_FEEDBACK[SMALL], whole, "first"),
        "loss": (first, changed(none, {LOSS: WHOLE}), none, "first"),
        "gradient": (first, changed(whole, {GRADIENT: FULL}), whole, "neither"),
    }
    return {name: race(*each, preset) for name, each in asked.items()}


class Experiment2C(Experiment):
    """Rows of Table 3 x what hidden units see; loss, gradient and judging at the smallest; controls; today's recipe."""

    name = "hs1997_2c"
    question = "Are the numbers of Table 3 of Hochreiter and Schmidhuber (1997) reproduced, and what do they hang on?"

    def configs(self, preset: Preset) -> list[Config]:
        """List every configuration once."""
        return listed(table(preset), beside(preset), controls(preset), today(preset))

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give 20 trials as in the paper; a few where they are long and the hidden units see each other."""
        if not preset.long:
            return 4
        if preset.name == "full":
            return 100
        if config.model != "cell_blocks_1997":
            return TRIALS // 2
        long = dict(config.task_options)["q"] > CHEAP
        return FEW if long and ("feedback", "none") not in config.wiring else TRIALS


EXPERIMENTS = (Experiment2C(),)
