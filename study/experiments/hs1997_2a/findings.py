"""Facts of the section on Task 2a: Table 2 beside ours, what the verdicts depend on, controls and today's recipes."""

from __future__ import annotations

from study.experiments.hs1997_2a.configs import (
    AS_WRITTEN,
    OPEN,
    SEEN_BEFORE,
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
from study.experiments.hs1997_2a.published import CHUNKER, LSTM, RTRL, TABLE_2, Row
from study.experiments.hs1997_2a.readings import FALL, JOINED_AFTER, WINDOW, said
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
from study.measures.replication.verdicts import MARGIN, compatible
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number, percent, rate

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


def others(evidence: Evidence) -> dict[str, Trials]:
    """Read the controls and today's recipes, by name."""
    preset = evidence.presets["hs1997_2a"]
    return {name: trials_of(evidence, [config]) for name, config in (controls(preset) | today(preset)).items()}


def races(evidence: Evidence) -> Races:
    """Read the planned comparisons whose readings were run."""
    preset, compared = evidence.presets["hs1997_2a"], {}
    stored = set(evidence.configs_of["hs1997_2a"])
    for name, race in planned().items():
        p = 4 if race.method == RTRL else next(row.p for row in rows(preset) if row.method == LSTM)
        configs = [trained(race.method, p, race.rate, reading, preset) for reading in (race.first, race.second)]
        if stored.issuperset(configs):
            first, second = (trials_of(evidence, [config]) for config in configs)
            differs = said(race.first, race.second)
            what = f"{race.method}, p {p}, rate {race.rate:g}: {differs}, against {said(race.second, race.first)}"
            compared[name] = (what, earlier(first, second), race.expected)
    return Races(compared)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset, found = evidence.presets["hs1997_2a"], judged(evidence)
    cell = next(row for row in found if row.method == LSTM)
    units = [row for row in found if row.method == RTRL and row.p == 4]
    raced, rest = races(evidence), others(evidence)
    beyond = {key: trials_of(evidence, [config]) for key, config in further(preset).items()}
    return {
        "margin": f"{MARGIN:g}",
        "every_unit": number(budget_of(RTRL, 4, preset).every),
        "every_cell": number(budget_of(LSTM, cell.p, preset).every),
        "cell_p": number(cell.p),
        "window": number(WINDOW),
        "fall": percent(FALL),
        "later": number(JOINED_AFTER),
        "compatible": "{} to {}".format(*compatible(TABLE_2[0].result.succeeded, 100)),
        "unit": {
            f"rate_{row.rate}": told_row(found[row], AS_WRITTEN[RTRL])
            | {"before": told_reading(found[row], SEEN_BEFORE[RTRL])}
            for row in units
        },
        "beyond": {
            f"rate_{rate:g}_{'written' if reading == AS_WRITTEN[RTRL] else 'before'}": told(each)
            for (rate, reading), each in beyond.items()
        },
        "cell": told_row(found[cell], AS_WRITTEN[LSTM]) | {"wide": told_reading(found[cell], WIDE)},
        "others": {name.replace(" ", "_").replace(",", ""): told(each) for name, each in rest.items()},
        "table": _table(found),
        "left_open": left_open_table(
            "2a",
            {
                "one unit": (OPEN[RTRL], effects(OPEN[RTRL], [found[row] for row in units])),
                "memory cell": (OPEN[LSTM], effects(OPEN[LSTM], [found[cell]])),
            },
        ),
        "races": raced.table("2a"),
        "others_table": others_table("2a", rest),
        "claims": [],
    }


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
