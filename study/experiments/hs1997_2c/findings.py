"""Facts of the section on Task 2c: Table 3 beside ours by what the hidden units see, and what else is open."""

from __future__ import annotations

from study.experiments.hs1997_2a.readings import said
from study.experiments.hs1997_2a.tables import (
    BESIDE,
    Races,
    beside,
    left_open_table,
    others_table,
    told,
    told_reading,
)
from study.experiments.hs1997_2a.trials import Judged, Trials, earlier, effects, trials_of
from study.experiments.hs1997_2c.configs import (
    ALL,
    AS_WRITTEN,
    BY_FEEDBACK,
    LONGEST_WAIT,
    NONE,
    OPEN,
    WITHIN,
    controls,
    planned,
    readings_run,
    rows,
    today,
    trained,
)
from study.experiments.hs1997_2c.configs import (
    beside as beside_configs,
)
from study.experiments.hs1997_2c.published import Row
from study.measures.replication.verdicts import REPRODUCED
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number


def judged(evidence: Evidence) -> dict[Row, Judged]:
    """Read every row of Table 3 that was run, by what the hidden units see."""
    preset = evidence.presets["hs1997_2c"]
    return {
        row: Judged(
            row.result,
            {reading: trials_of(evidence, [trained(row, reading, preset)]) for reading in readings_run(row, preset)},
        )
        for row in rows(preset)
    }


def with_more(evidence: Evidence, found: dict[Row, Judged]) -> dict[Row, Judged]:
    """Add the readings that were run at the smallest rows alone."""
    whole = {row: dict(each.by_reading) for row, each in found.items()}
    for (row, reading), config in beside_configs(evidence.presets["hs1997_2c"]).items():
        whole[row][reading] = trials_of(evidence, [config])
    return {row: Judged(row.result, readings) for row, readings in whole.items()}


def others(evidence: Evidence) -> dict[str, Trials]:
    """Read the controls and today's recipe, by name."""
    preset = evidence.presets["hs1997_2c"]
    return {name: trials_of(evidence, [config]) for name, config in (controls(preset) | today(preset)).items()}


def races(evidence: Evidence) -> Races:
    """Read the planned comparisons whose readings were run."""
    preset, compared = evidence.presets["hs1997_2c"], {}
    stored = set(evidence.configs_of["hs1997_2c"])
    for name, race in planned().items():
        configs = [trained(race.row, reading, preset) for reading in (race.first, race.second)]
        if stored.issuperset(configs):
            first, second = (trials_of(evidence, [config]) for config in configs)
            what = f"{race.row.name}: {said(race.first, race.second)}, against {said(race.second, race.first)}"
            compared[name] = (what, earlier(first, second), race.expected)
    return Races(compared)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found, raced, rest = judged(evidence), races(evidence), others(evidence)
    more = with_more(evidence, found)
    none = {row: each.verdict(BY_FEEDBACK[NONE]) for row, each in found.items()}
    whole = {row: each.verdict(AS_WRITTEN) for row, each in found.items() if AS_WRITTEN in each.by_reading}
    reproduced = [row for row, verdict in none.items() if verdict.says == REPRODUCED]
    ratios = [verdict.ratio for verdict in none.values()]
    return {
        "rows": number(len(found)),
        "reproduced": number(len(reproduced)),
        "least_ratio": number(min(ratios), 1),
        "most_ratio": number(max(ratios), 1),
        "rows_whole": number(len(whole)),
        "reproduced_whole": number(sum(verdict.says == REPRODUCED for verdict in whole.values())),
        "wait": number(LONGEST_WAIT),
        "within": f"{WITHIN:g}",
        "row": {
            f"q{row.q}_p{row.p}": {
                "none": told_reading(each, BY_FEEDBACK[NONE]),
                **({"all": told_reading(each, BY_FEEDBACK[ALL])} if BY_FEEDBACK[ALL] in each.by_reading else {}),
                "overall": each.overall,
            }
            for row, each in found.items()
        },
        "others": {name.replace(" ", "_").replace(",", ""): told(each) for name, each in rest.items()},
        "table": Table(
            "hs1997_2c",
            BESIDE,
            [
                line
                for row, each in found.items()
                for line in beside(f"q {row.q:,}, p {row.p:,}", row.weights, each, AS_WRITTEN, [BY_FEEDBACK[NONE]])
            ],
        ),
        "left_open": left_open_table("2c", {"cell blocks": (OPEN, effects(OPEN, list(more.values())))}),
        "races": raced.table("2c"),
        "others_table": others_table("2c", rest),
        "claims": [],
    }
