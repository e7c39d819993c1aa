"""Facts of the section on Task 2b: which readings learn it without regularities on the way, and which do not."""

from __future__ import annotations

from study.experiment import PRESETS
from study.experiments.hs1997_2b.configs import (
    AS_WRITTEN,
    BEST_KNOWN,
    EXPERIMENTS,
    GUESSING,
    OPEN,
    SLOW_RATE,
    controls,
    planned,
    rows,
    slow,
    table,
    today,
    trained,
)
from study.replication.of_1997 import LSTM, NEW, Row
from study.replication.readings import END, ENTROPY, ERRORS, EVERY, LOSS, MINUS_ONE, RANGE, ZERO_ONE
from study.replication.tables import (
    BESIDE,
    Races,
    beside,
    left_open_table,
    others_table,
    told,
    told_reading,
    told_row,
)
from study.replication.trials import Judged, Trials, effects, judge_rows, read_named
from study.replication.verdicts import REPRODUCED
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number, rate


def judged(evidence: Evidence) -> dict[Row, Judged]:
    """Read every row that was run, under every reading."""
    return judge_rows(evidence, table(evidence.presets["hs1997_2b"]))


def others(evidence: Evidence) -> dict[str, Trials]:
    """Read another rate, the controls and today's recipe, by name."""
    preset = evidence.presets["hs1997_2b"]
    return read_named(evidence, slow(preset) | controls(preset) | today(preset))


def _presets() -> Facts:
    """What the text says of the other presets."""
    full = PRESETS["full"]
    config = trained(LSTM, rows(full)[0].p, 1.0, AS_WRITTEN[LSTM], full)
    return {
        "quick": number(rows(PRESETS["quick"])[0].p),
        "trials": number(EXPERIMENTS[0].seeds(full, config)),
        "budget": number(config.sequences),
    }


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found, raced, rest = (
        judged(evidence),
        Races.run(evidence, "hs1997_2b", planned(evidence.presets["hs1997_2b"])),
        others(evidence),
    )
    cell = next(row for row in found if row.method == LSTM)
    of_cell = found[cell]
    learnt = {
        way: [reading for reading, each in of_cell.by_reading.items() if (ERRORS, way) in reading and each.rate.k]
        for way in (EVERY, END)
    }
    ways = {(LOSS, ENTROPY), (RANGE, ZERO_ONE)}
    units = [trials for row, each in found.items() if row != cell for trials in each.by_reading.values()]
    return {
        "presets": _presets(),
        "cell": told_row(of_cell, AS_WRITTEN[LSTM]) | {"best": told_reading(of_cell, BEST_KNOWN)},
        "p": number(cell.p),
        "rate": cell.rate,
        "budget": number(of_cell.by_reading[AS_WRITTEN[LSTM]].budget),
        "range": ZERO_ONE,
        "other_range": MINUS_ONE,
        "learnt_every": number(len(learnt[EVERY])),
        "learnt_end": number(len(learnt[END])),
        "run_every": number(sum((ERRORS, EVERY) in reading for reading in of_cell.by_reading)),
        "run_end": number(sum((ERRORS, END) in reading for reading in of_cell.by_reading)),
        "others": {"new": told(rest[NEW])},
        "slow": [told(rest[name]) | {"rate": f"{SLOW_RATE:g}"} for name in slow(evidence.presets["hs1997_2b"])],
        "table": Table(
            "hs1997_2b",
            BESIDE,
            [
                line
                for row, each in found.items()
                for line in beside(row.name, row.weights, each, AS_WRITTEN[row.method], [BEST_KNOWN])
            ],
        ),
        "left_open": left_open_table("2b", {"memory cell": (OPEN[LSTM], effects(OPEN[LSTM], [of_cell]))}),
        "races": raced.table("2b"),
        "others_table": others_table("2b", {(name, cell.p): each for name, each in rest.items()}),
        "claims": [
            Claim(
                "end_alone",
                len(learnt[END]) > 0 and not learnt[EVERY],
                f"readings with a success: {len(learnt[EVERY])} with errors at every step, {len(learnt[END])} at the "
                "end alone; written after the results",
            ),
            Claim(
                "best_reproduces",
                of_cell.verdict(BEST_KNOWN).says == REPRODUCED,
                f"{rate(of_cell.by_reading[BEST_KNOWN].rate)}, ratio {of_cell.verdict(BEST_KNOWN).ratio:.2f}",
            ),
            Claim(
                "range_matters",
                len(learnt[END]) > 0 and all(ways.issubset(reading) for reading in learnt[END]),
                f"readings with a success, but with another loss than {ENTROPY} or g not {ZERO_ONE}: "
                f"{sum(not ways.issubset(reading) for reading in learnt[END])}; written after the results",
            ),
            Claim("squares_slow", raced.ahead("loss") == "first", raced.test("loss")),
            Claim(
                "units_fail",
                bool(units) and not any(trials.rate.k for trials in units),
                f"{sum(trials.rate.n for trials in units)} trials of one unit, none with success",
            ),
            Claim("guessing_fails", not rest[GUESSING].rate.k, rate(rest[GUESSING].rate)),
        ],
    }
