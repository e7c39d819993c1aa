"""Facts of the section on Task 2b: which readings learn it without regularities on the way, and which do not."""

from __future__ import annotations

from study.experiments.hs1997_2a.configs import NEW
from study.experiments.hs1997_2a.published import LSTM, Row
from study.experiments.hs1997_2a.readings import END, ENTROPY, ERRORS, LOSS, RANGE, ZERO_ONE, said
from study.experiments.hs1997_2a.tables import (
    BESIDE,
    Races,
    beside,
    left_open_table,
    others_table,
    told,
    told_reading,
    told_row,
)
from study.experiments.hs1997_2a.trials import Judged, Trials, earlier, effects, trials_of
from study.experiments.hs1997_2b.configs import (
    AS_WRITTEN,
    BEST_KNOWN,
    GUESSING,
    OPEN,
    SLOW_RATE,
    controls,
    of_row,
    planned,
    readings_run,
    rows,
    slow,
    today,
    trained,
)
from study.measures.replication.verdicts import REPRODUCED
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number, rate

NEEDED = {(ERRORS, END), (LOSS, ENTROPY), (RANGE, ZERO_ONE)}  # settings without which no reading learns it


def judged(evidence: Evidence) -> dict[Row, Judged]:
    """Read every row that was run, under every reading."""
    preset = evidence.presets["hs1997_2b"]
    return {
        row: Judged(
            row.result,
            {reading: trials_of(evidence, of_row(row, reading, preset)) for reading in readings_run(row, preset)},
        )
        for row in rows(preset)
    }


def others(evidence: Evidence) -> dict[str, Trials]:
    """Read another rate, the controls and today's recipe, by name."""
    preset = evidence.presets["hs1997_2b"]
    named = slow(preset) | controls(preset) | today(preset)
    return {name: trials_of(evidence, [config]) for name, config in named.items()}


def races(evidence: Evidence) -> Races:
    """Read the planned comparisons whose readings were run."""
    preset, compared = evidence.presets["hs1997_2b"], {}
    stored, row = set(evidence.configs_of["hs1997_2b"]), rows(preset)[0]
    for name, race in planned().items():
        configs = [trained(LSTM, row.p, 1.0, reading, preset) for reading in (race.first, race.second)]
        if stored.issuperset(configs):
            first, second = (trials_of(evidence, [config]) for config in configs)
            what = f"{said(race.first, race.second)}, against {said(race.second, race.first)}"
            compared[name] = (what, earlier(first, second), race.expected)
    return Races(compared)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found, raced, rest = judged(evidence), races(evidence), others(evidence)
    cell = next(row for row in found if row.method == LSTM)
    of_cell = found[cell]
    run = {
        all_needed: [each for reading, each in of_cell.by_reading.items() if (set(reading) >= NEEDED) == all_needed]
        for all_needed in (True, False)
    }
    learnt = {all_needed: sum(each.rate.k > 0 for each in trials) for all_needed, trials in run.items()}
    units = [trials for row, each in found.items() if row != cell for trials in each.by_reading.values()]
    return {
        "cell": told_row(of_cell, AS_WRITTEN[LSTM]) | {"best": told_reading(of_cell, BEST_KNOWN)},
        "p": number(cell.p),
        "range": ZERO_ONE,
        "run_all": number(len(run[True])),
        "run_others": number(len(run[False])),
        "learnt_all": number(learnt[True]),
        "learnt_others": number(learnt[False]),
        "others": {"new": told(rest[NEW])},
        "slow": [told(rest[name]) | {"rate": f"{SLOW_RATE:g}"} for name in slow(evidence.presets["hs1997_2b"])],
        "table": Table(
            "hs1997_2b",
            BESIDE,
            [
                line
                for row, each in found.items()
                for line in beside(
                    f"{row.method}, p {row.p}, rate {row.rate}", row.weights, each, AS_WRITTEN[row.method], [BEST_KNOWN]
                )
            ],
        ),
        "left_open": left_open_table("2b", {"memory cell": (OPEN[LSTM], effects(OPEN[LSTM], [of_cell]))}),
        "races": raced.table("2b"),
        "others_table": others_table("2b", {(name, cell.p): each for name, each in rest.items()}),
        "claims": [
            Claim(
                "needed",
                len(run[True]) == learnt[True] > 0 and not learnt[False],
                f"readings with a success: {learnt[True]} of {len(run[True])} with all of these, {learnt[False]} of "
                f"{len(run[False])} others",
            ),
            Claim(
                "best_reproduces",
                of_cell.verdict(BEST_KNOWN).says == REPRODUCED,
                f"{rate(of_cell.by_reading[BEST_KNOWN].rate)}, ratio {of_cell.verdict(BEST_KNOWN).ratio:.2f}",
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
