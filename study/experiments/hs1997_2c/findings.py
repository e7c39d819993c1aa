"""Facts of the section on Task 2c: Table 3 beside ours by what the hidden units see, and what else is open."""

from __future__ import annotations

from study.experiment import PRESETS
from study.experiments.hs1997_2c.configs import (
    ALL,
    AS_WRITTEN,
    BY_FEEDBACK,
    CELLS,
    CHEAP,
    EXPERIMENTS,
    GUESSING,
    JUDGED,
    LONGEST_WAIT,
    NONE,
    OPEN,
    SHORTER_WAIT,
    SMALL_LIMIT,
    SMALLER,
    controls,
    planned,
    rows,
    table,
    today,
    trained,
)
from study.experiments.hs1997_2c.configs import (
    beside as beside_configs,
)
from study.experiments.hs1997_2c.published import TABLE_3, Row
from study.measures.pairs import LEVEL
from study.replication.of_1997 import NEW, PAPERS
from study.replication.readings import changed
from study.replication.tables import (
    BESIDE,
    Races,
    beside,
    left_open_table,
    others_table,
    told,
)
from study.replication.trials import Judged, Trials, earlier, effects, judge_rows, read_named, trials_of
from study.replication.verdicts import MARGIN, REPRODUCED
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number, p_value, rate
from study.sequences.tasks.distractors import STOPS

UNITS, OUTPUTS = 6, 4  # hidden units as sources and as targets, and weights of the outputs
OTHER_SYMBOLS = 4  # beside the distractors
PRINTED_EXTRA = 14  # of the expected length, in the paper


def judged(evidence: Evidence) -> dict[Row, Judged]:
    """Read every row of Table 3 that was run, by what the hidden units see."""
    return judge_rows(evidence, table(evidence.presets["hs1997_2c"]))


def with_more(evidence: Evidence, found: dict[Row, Judged]) -> dict[Row, Judged]:
    """Add the readings that were run at the smallest rows alone."""
    whole = {row: dict(each.by_reading) for row, each in found.items()}
    for (row, reading), config in beside_configs(evidence.presets["hs1997_2c"]).items():
        whole[row][reading] = trials_of(evidence, [config])
    return {row: Judged(row.result, readings) for row, readings in whole.items()}


def others(evidence: Evidence) -> dict[str, Trials]:
    """Read the controls and today's recipe, by name."""
    preset = evidence.presets["hs1997_2c"]
    return read_named(evidence, controls(preset) | today(preset))


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found, raced, rest = (
        judged(evidence),
        Races.run(evidence, "hs1997_2c", planned(evidence.presets["hs1997_2c"])),
        others(evidence),
    )
    more = with_more(evidence, found)
    none = {row: each.verdict(BY_FEEDBACK[NONE]) for row, each in found.items()}
    whole = {row: each.verdict(AS_WRITTEN) for row, each in found.items() if AS_WRITTEN in each.by_reading}
    reproduced = [row for row, verdict in none.items() if verdict.says == REPRODUCED]
    failed = [each.by_reading[BY_FEEDBACK[NONE]] for row, each in found.items() if row not in reproduced]
    least = [each.mean_at_least / row.result.mean for row, each in zip(_others(found, reproduced), failed, strict=True)]
    far = {row: each for row, each in found.items() if row.q > TABLE_3[1].q and BY_FEEDBACK[CELLS] in each.by_reading}
    ratios = [verdict.ratio for verdict in none.values()]
    return {
        "presets": _presets(),
        "rows": number(len(found)),
        "reproduced": number(len(reproduced)),
        "others_reproduced": ", ".join(f"q = {row.q:,} and p = {row.p:,}" for row in _others(found, reproduced)),
        "others_share": ", ".join(f"{each.rate.k} of {each.rate.n}" for each in failed),
        "others_least": ", ".join(number(each, 1) for each in least),
        "all_reproduced": len(reproduced) == len(found),
        "small_limit": f"{SMALL_LIMIT:g}",
        "second": f"q = p = {TABLE_3[1].q:,}",
        "least_ratio": number(min(ratios), 1),
        "most_ratio": number(max(ratios), 1),
        "rows_whole": number(len(whole)),
        "wait": number(LONGEST_WAIT),
        "shorter_wait": number(SHORTER_WAIT),
        "fewer_weights": number(UNITS * UNITS),
        "ways_out": _ways_out(found, far),
        "weights_formula": f"{UNITS} (p + {OTHER_SYMBOLS + UNITS}) + {OUTPUTS}",
        "printed_extra": number(PRINTED_EXTRA),
        "true_extra": number(true_extra()),
        "smallest_mean": number(next(iter(found)).result.mean),
        "others": {
            "papers": told(rest[PAPERS]) | {"every": number(rest[PAPERS].every)},
            **({"new": told(rest[NEW])} if NEW in rest else {}),
        },
        "today": NEW in rest,
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
        "others_table": others_table("2c", {(name, next(iter(found)).p): each for name, each in rest.items()}),
        "claims": [
            Claim(
                "whole_fails",
                not any(verdict.says == REPRODUCED for verdict in whole.values()),
                "rows reproduced as written: none of those run",
            ),
            Claim(
                "means_within",
                max(ratios) <= MARGIN and min(ratios) >= 1 / MARGIN,
                f"means of successful trials as multiples of the paper's: {min(ratios):.2f} to {max(ratios):.2f}",
            ),
            Claim("none_reproduces", len(reproduced) >= len(found) - 1, f"{len(reproduced)} of {len(found)} rows"),
            *(Claim(f"{name}_race", raced.ahead(name) == "first", raced.test(name)) for name in ("feedback", "cells")),
            *([_mean_of_all(least)] if least else []),
            *([Claim("ways_out_small", *_fail_beyond(far))] if far else []),
            Claim("small_undecided", _no_success(raced, "small"), raced.test("small")),
            Claim("smaller_helps", *_smaller(found)),
            Claim("truncated_earlier", raced.ahead("gradient") == "second", raced.test("gradient")),
            Claim("test_size", *_shorter_tests(more)),
            Claim("guessing_fails", not rest[GUESSING].rate.k, rate(rest[GUESSING].rate)),
            Claim(
                "adam_faster",
                rest[PAPERS].mean.high < next(iter(found)).result.mean,
                f"mean {rest[PAPERS].spread}, 95 % interval below the paper's mean",
            ),
        ],
    }


def _presets() -> Facts:
    """What the text says of the other presets, and of how many trials each row has."""
    quick, standard, full = (PRESETS[name] for name in ("quick", "standard", "full"))
    far = TABLE_3[-1]
    few = next(row for row in TABLE_3 if row.q > CHEAP)
    experiment = EXPERIMENTS[0]
    return {
        "quick": number(rows(quick)[0].q),
        "standard": number(experiment.seeds(standard, trained(far, BY_FEEDBACK[NONE], standard))),
        "few": number(experiment.seeds(standard, trained(few, AS_WRITTEN, standard))),
        "cheap": number(CHEAP),
        "trials": number(experiment.seeds(full, trained(far, AS_WRITTEN, full))),
    }


def _others(found: dict[Row, Judged], reproduced: list[Row]) -> list[Row]:
    """List the rows that are not reproduced."""
    return [row for row in found if row not in reproduced]


def _mean_of_all(least: list[float]) -> Claim:
    """Claim that in the rows that are not reproduced the mean of all trials is beyond the margin."""
    told = ", ".join(f"{ratio:.2f}" for ratio in least)
    return Claim("mean_of_all", min(least) > MARGIN, f"at least, as multiples of the paper's: {told}")


def _ways_out(found: dict[Row, Judged], far: dict[Row, Judged]) -> Facts:
    """What the text says of hidden units that see the cells alone, and of smaller initial weights."""
    second = found.get(TABLE_3[1])
    cells = second.by_reading[BY_FEEDBACK[CELLS]].rate if second else None
    pooled = {way: [each.by_reading[BY_FEEDBACK[way]].rate for each in far.values()] for way in (CELLS, SMALLER)}
    told = {way: f"{sum(each.k for each in rates)} of {sum(each.n for each in rates)}" for way, rates in pooled.items()}
    return {
        "run": bool(far),
        "second": f"{cells.k} of {cells.n}" if cells else "–",
        "ratio": number(second.verdict(BY_FEEDBACK[CELLS]).ratio, 1) if second else "–",
        "cells": told[CELLS],
        "smaller": told[SMALLER],
    }


def _fail_beyond(far: dict[Row, Judged]) -> tuple[bool, str]:
    """Tell whether no row beyond the second is reproduced with the cells alone or smaller initial weights."""
    verdicts = [each.verdict(BY_FEEDBACK[way]).says for each in far.values() for way in (CELLS, SMALLER)]
    return REPRODUCED not in verdicts, f"rows beyond {TABLE_3[1].name}, either way: none reproduced"


def _no_success(raced: Races, name: str) -> bool:
    """Whether a comparison was run and neither of its readings has a success."""
    if name not in raced.compared:
        return False
    _, pair, _ = raced.compared[name]
    return not pair.first and not pair.second and not pair.both


def _smaller(found: dict[Row, Judged]) -> tuple[bool, str]:
    """Tell whether smaller initial weights everywhere help where hidden units see each other; this was not planned."""
    row = list(found.values())[-1] if len(found) < len(TABLE_3) else found[TABLE_3[1]]
    whole, smaller = (row.by_reading.get(BY_FEEDBACK[way]) for way in (ALL, SMALLER))
    if whole is None or smaller is None:
        return False, "not run in this preset"
    pair = earlier(smaller, whole)
    test = f"earlier in {pair.first} and {pair.second} of {pair.n} trials, exact sign test: p {p_value(pair.p)}"
    return pair.p < LEVEL and pair.first > pair.second, f"{test}; not planned"


def _shorter_tests(found: dict[Row, Judged]) -> tuple[bool, str]:
    """Tell whether a network passes earlier the fewer sequences are judged, all hidden units seeing each other."""
    row = next(iter(found.values()))
    tests = [changed(AS_WRITTEN, {JUDGED: count}) for count in OPEN[JUDGED]]
    if not set(tests) <= set(row.by_reading):
        return False, "not run in this preset"
    means = [row.by_reading[reading].mean.value for reading in tests]
    return means == sorted(means, reverse=True), f"means {', '.join(map(number, means))}, from the longest test on"


def true_extra() -> int:
    """Work out how many symbols beyond q a sequence has on average: four, and the geometric wait for the trigger."""
    return 4 + round((1 - STOPS) / STOPS)
