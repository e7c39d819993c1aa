"""Facts of the section on Task 2a: Table 2 beside ours, what the verdicts depend on, controls and today's recipes."""

from __future__ import annotations

from math import isfinite

import pandas as pd

from study.experiments.hs1997_2a.configs import (
    AS_WRITTEN,
    GUESSING,
    NEAR,
    NEW,
    OLD,
    ONE_STEP_UNIT,
    OPEN,
    SEEN_BEFORE,
    SMALL,
    WIDE,
    budget_of,
    controls,
    further,
    of_row,
    planned,
    readings_run,
    rows,
    today,
    trained,
)
from study.experiments.hs1997_2a.published import BUDGET, CHUNKER, LSTM, RTRL, TABLE_2, Row
from study.experiments.hs1997_2a.readings import FALL, JOINED_AFTER, WINDOW, Reading, said
from study.experiments.hs1997_2a.tables import (
    BESIDE,
    Races,
    beside,
    left_open_table,
    others_table,
    published_mean,
    told,
    told_reading,
    told_row,
)
from study.experiments.hs1997_2a.trials import Judged, Trials, earlier, effects, trials_of
from study.measures.replication.verdicts import CONTRADICTED, MARGIN, compatible
from study.report.claims import Claim, apart
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number, percent, rate

COMPARED = 100  # trials beside which the paper's 18 are set, to show how little they rule out
MOST = 0.5  # of the trials
SEEN_RACES = ("seen_1", "seen_4", "seen_10")
ALSO_SHOWN = {**SEEN_BEFORE, LSTM: WIDE}  # readings that are shown beside the paper as written, by method


def judged(evidence: Evidence) -> dict[Row, Judged]:
    """Read every row of Table 2 that was run, under every reading."""
    preset = evidence.presets["hs1997_2a"]
    return {
        row: Judged(
            row.result,
            {reading: trials_of(evidence, of_row(row, reading, preset)) for reading in readings_run(row, preset)},
        )
        for row in rows(preset)
    }


def others(evidence: Evidence) -> dict[tuple[str, int], Trials]:
    """Read further rates, the controls and today's recipes, by name and p."""
    preset = evidence.presets["hs1997_2a"]
    rates = {
        (f"{RTRL}, rate {rate:g}, {said(reading, AS_WRITTEN[RTRL])}", NEAR): config
        for (rate, reading), config in further(preset).items()
    }
    named = rates | controls(preset) | today(preset)
    return {name: trials_of(evidence, [config]) for name, config in named.items()}


def races(evidence: Evidence) -> Races:
    """Read the planned comparisons whose readings were run."""
    preset, compared = evidence.presets["hs1997_2a"], {}
    stored = set(evidence.configs_of["hs1997_2a"])
    for name, race in planned().items():
        p = NEAR if race.method == RTRL else next(row.p for row in rows(preset) if row.method == LSTM)
        configs = [trained(race.method, p, race.rate, reading, preset) for reading in (race.first, race.second)]
        if stored.issuperset(configs):
            first, second = (trials_of(evidence, [config]) for config in configs)
            differs = said(race.first, race.second)
            what = f"{race.method}, p {p}, rate {race.rate:g}: {differs}, against {said(race.second, race.first)}"
            compared[name] = (what, earlier(first, second), race.expected)
    return Races(compared)


def mechanism(evidence: Evidence) -> dict[Reading, pd.DataFrame]:
    """Take what was measured inside the memory cell: of the trial as written that takes longest, or never succeeds, and
    of the earliest success under the closest reading.
    """
    preset, found = evidence.presets["hs1997_2a"], judged(evidence)
    row = next(row for row in found if row.method == LSTM)
    tables = {}
    for reading in dict.fromkeys((AS_WRITTEN[LSTM], found[row].closest)):
        times = found[row].by_reading[reading].times
        values, (config,) = times.to_numpy(), of_row(row, reading, preset)
        place = int(values.argmin() if reading != AS_WRITTEN[LSTM] else values.argmax())
        table = evidence.table(config)
        tables[reading] = table[table["seed"] == times.index[place][1]].sort_values("sequences")
    return tables


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset, found = evidence.presets["hs1997_2a"], judged(evidence)
    cell_row = next(row for row in found if row.method == LSTM)
    unit_rows = {row.rate: row for row in found if row.method == RTRL and row.p == NEAR}
    units, cell = {rate: found[row] for rate, row in unit_rows.items()}, found[cell_row]
    beyond = {key: trials_of(evidence, [config]) for key, config in further(preset).items()}
    raced, rest, first = races(evidence), others(evidence), next(iter(units.values()))
    longer = {
        name: Trials(pd.concat([trials.times for trials in fails]), fails[0].budget, fails[0].every)
        for name, fails in _longer(found).items()
    }
    inside = {reading: table.iloc[-1] for reading, table in mechanism(evidence).items()}
    return {
        "margin": f"{MARGIN:g}",
        "unit_p": number(NEAR),
        "rates": ", ".join(units),
        "cell_p": number(cell_row.p),
        "paper_p": number(next(row.p for row in TABLE_2 if row.method == LSTM)),
        "every_unit": number(budget_of(RTRL, NEAR, preset).every),
        "every_cell": number(budget_of(LSTM, cell_row.p, preset).every),
        "plateau": f"less than {percent(FALL)} in {number(WINDOW)} sequences",
        "later": number(JOINED_AFTER),
        "first": told_row(first, AS_WRITTEN[RTRL]),
        "compatible": "{} to {}".format(*compatible(first.published.succeeded, COMPARED)),
        "compared": number(COMPARED),
        "unit": {
            f"rate_{rate}": told_row(each, AS_WRITTEN[RTRL]) | {"before": told_reading(each, SEEN_BEFORE[RTRL])}
            for rate, each in units.items()
        },
        "longer": {name: told(each) for name, each in longer.items()},
        "longest_run": "longest" in longer,
        "paper_budget": number(BUDGET),
        "middle_p": number(SMALL),
        "cell": told_row(cell, AS_WRITTEN[LSTM]) | {"wide": told_reading(cell, WIDE)},
        "since_joining": number(_since_joining(cell), 1),
        "beyond": [
            told(each) | {"rate": f"{rate:g}"}
            for (rate, reading), each in beyond.items()
            if reading == AS_WRITTEN[RTRL]
        ][-1:],
        "inside": {
            "written": _state(inside[AS_WRITTEN[LSTM]]),
            "closest": _state(inside.get(cell.closest, inside[AS_WRITTEN[LSTM]])),
        },
        "others": {name: told(rest[network, cell_row.p]) for name, network in (("new", NEW), ("old", OLD))},
        "table": _table(found),
        "left_open": left_open_table(
            "2a",
            {
                "one unit": (OPEN[RTRL], effects(OPEN[RTRL], list(units.values()))),
                "memory cell": (OPEN[LSTM], effects(OPEN[LSTM], [cell])),
            },
        ),
        "races": raced.table("2a"),
        "others_table": others_table("2a", rest),
        "claims": [
            Claim("seen_decides", all(raced.ahead(name) == "first" for name in SEEN_RACES), raced.tests(SEEN_RACES)),
            _mostly_not(units, cell, longer),
            _rate_helps(units),
            *(_never(name, each) for name, each in longer.items()),
            *_cell_claims(cell, inside),
            Claim(
                "counted_from_joining",
                1 / MARGIN <= _since_joining(cell) <= MARGIN,
                f"mean of the closest reading less {number(cell.by_reading[cell.closest].joined)} sequences, as a "
                f"multiple of the paper's: {_since_joining(cell):.2f}; not planned",
            ),
            _never("guessing", rest[GUESSING, cell_row.p]),
            _one_step(rest[ONE_STEP_UNIT, NEAR], list(units.values())[-1].by_reading[SEEN_BEFORE[RTRL]]),
            _sooner("today_learns", rest[NEW, cell_row.p], cell),
            _sooner("old_cells_learn", rest[OLD, cell_row.p], cell),
        ],
    }


def _longer(found: dict[Row, Judged]) -> dict[str, list[Trials]]:
    """Collect the trials of one unit with longer sequences, under all readings: p up to `SMALL`, and above."""
    longer = {row: each for row, each in found.items() if row.method != LSTM and row.p > NEAR}
    parts = {"middle": [row for row in longer if row.p <= SMALL], "longest": [row for row in longer if row.p > SMALL]}
    return {
        name: [trials for row in part for trials in longer[row].by_reading.values()]
        for name, part in parts.items()
        if part
    }


def _mostly_not(units: dict[str, Judged], cell: Judged, longer: dict[str, Trials]) -> Claim:
    """Claim that no reading gives a row with successes, and that with longer sequences none succeeds."""
    reproducing = [len(each.reproducing) for each in (*units.values(), cell)]
    solved = sum(each.rate.k for each in longer.values())
    return Claim(
        "mostly_not",
        not any(reproducing) and bool(longer) and not solved,
        f"readings that are not contradicted: {', '.join(map(number, reproducing[:-1]))} of the rows of {RTRL} with "
        f"p = {NEAR}, {number(reproducing[-1])} of the memory cell's; successes of longer ones: {number(solved)}",
    )


def _rate_helps(units: dict[str, Judged]) -> Claim:
    """Claim that one unit succeeds more often as written at the highest rate of the table than at the lowest."""
    written = [each.by_reading[AS_WRITTEN[RTRL]].rate for each in units.values()]
    return apart("rate_helps", written[-1], written[0], "successes as written, at the highest and at the lowest rate")


def _cell_claims(cell: Judged, inside: dict[Reading, pd.Series[float]]) -> list[Claim]:
    """Judge what is said of the memory cell."""
    written, closest = (inside[reading] for reading in (AS_WRITTEN[LSTM], cell.closest))
    return [
        Claim(
            "cell_as_written",
            cell.verdict(AS_WRITTEN[LSTM]).says == CONTRADICTED,
            f"as written {rate(cell.by_reading[AS_WRITTEN[LSTM]].rate)} against {rate(cell.published.succeeded)}: "
            f"{cell.verdict(AS_WRITTEN[LSTM]).says}",
        ),
        Claim(
            "state_drifts",
            _drift(written) > _drift(closest),
            f"largest state at the end of a sequence: {_state(written)} against {_state(closest)}",
        ),
    ]


def _since_joining(cell: Judged) -> float:
    """Give the closest reading's mean as a multiple of the paper's, counted from when the cell joins."""
    trials = cell.by_reading[cell.closest]
    return (trials.mean.value - (trials.joined if isfinite(trials.joined) else 0)) / cell.published.mean


def _sooner(name: str, trials: Trials, cell: Judged) -> Claim:
    """Claim that most trials succeed, and those sooner than the paper's."""
    return Claim(
        name,
        trials.rate.low > MOST and trials.mean.high < cell.published.mean,
        f"{rate(trials.rate)}, 95 % interval above {percent(MOST)}; mean {trials.spread}, its 95 % interval below the "
        "paper's mean",
    )


def _never(name: str, trials: Trials) -> Claim:
    """Claim that no trial succeeds."""
    return Claim(f"{name}_fails", not trials.rate.k, f"{rate(trials.rate)} within {number(trials.budget)} sequences")


def _one_step(one: Trials, whole: Trials) -> Claim:
    """Claim that with a gradient of one step no trial succeeds, and with the whole one every trial."""
    test = f"{rate(one.rate)} with a gradient of one step, {rate(whole.rate)} with the whole one"
    return Claim("one_step_fails", not one.rate.k and whole.rate.k == whole.rate.n, test)


def _drift(inside: pd.Series[float]) -> float:
    """Give the size of the state at the end of a sequence, the larger of both."""
    return max(abs(float(inside[f"state_1_end_{kind}"])) for kind in "xy")


def _state(inside: pd.Series[float]) -> str:
    return number(_drift(inside), 1)


def _table(found: dict[Row, Judged]) -> Table:
    """Set Table 2 beside ours; the chunker's row has the paper's numbers alone."""
    lines = []
    for row in TABLE_2:
        label = f"{row.method}, p {row.p}, rate {row.rate}"
        if row in found:
            lines += beside(label, row.weights, found[row], AS_WRITTEN[row.method], [ALSO_SHOWN[row.method]])
        elif row.method == CHUNKER:
            result = row.result
            lines.append(
                (label, number(row.weights), rate(result.succeeded), published_mean(result), "not built", *["–"] * 6)
            )
    return Table("hs1997_2a", BESIDE, lines)
