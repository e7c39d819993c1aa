"""Facts of the section on Task 2a: Table 2 beside ours, what the verdicts depend on, controls and today's recipes."""

from __future__ import annotations

from math import isfinite, nan

import pandas as pd

from study.experiment import PRESETS
from study.experiments.hs1997_2a.configs import (
    AS_WRITTEN,
    EXPERIMENTS,
    GUESSING,
    NEAR,
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
    rows,
    table,
    today,
    trained,
)
from study.experiments.hs1997_2a.published import TABLE_2
from study.replication.of_1997 import BUDGET, CHUNKER, LSTM, NEW, RTRL, Row
from study.replication.readings import (
    ENTROPY,
    FALL,
    JOINED_AFTER,
    JOINING,
    LOSS,
    MINUS_ONE,
    SEEN,
    SEES,
    START,
    WINDOW,
    Reading,
    changed,
    said,
)
from study.replication.tables import (
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
from study.replication.trials import Judged, Trials, effects, judge_rows, read_named, trials_of
from study.replication.verdicts import CONTRADICTED, MARGIN, compatible
from study.report.claims import Claim, apart
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Table
from study.report.words import number, percent, rate

COMPARED = 100  # trials beside which the paper's 18 are set, to show how little they rule out
MOST = 0.5  # of the trials
SEEN_RACES = ("seen_1", "seen_4", "seen_10")
ENTROPY_START = changed(AS_WRITTEN[LSTM], {LOSS: ENTROPY, JOINING: START})  # chosen after the results
ALSO_SHOWN = {**SEEN_BEFORE, LSTM: WIDE}  # readings that are shown beside the paper as written, by method


def judged(evidence: Evidence) -> dict[Row, Judged]:
    """Read every row of Table 2 that was run, under every reading."""
    return judge_rows(evidence, table(evidence.presets["hs1997_2a"]))


def others(evidence: Evidence) -> dict[tuple[str, int], Trials]:
    """Read further rates, the controls and today's recipes, by name and p."""
    preset = evidence.presets["hs1997_2a"]
    rates = {
        (f"{RTRL}, rate {rate:g}, {said(reading, AS_WRITTEN[RTRL])}", NEAR): config
        for (rate, reading), config in further(preset).items()
    }
    return read_named(evidence, rates | controls(preset) | today(preset))


def mechanism(evidence: Evidence) -> dict[Reading, pd.DataFrame]:
    """Take what was measured inside the memory cell: of the trial as written that takes longest, or never succeeds, and
    of the earliest success under the closest reading; trials that diverged are left out.
    """
    preset, found = evidence.presets["hs1997_2a"], judged(evidence)
    row = next(row for row in found if row.method == LSTM)
    tables = {}
    for reading in dict.fromkeys((AS_WRITTEN[LSTM], found[row].closest)):
        (config,) = of_row(row, reading, preset)
        times = found[row].by_reading[reading].times
        times = times[~times.index.get_level_values(1).isin(list(evidence.store.diverged(config)))]
        values = times.to_numpy()
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
    raced, rest, first = (
        Races.run(evidence, "hs1997_2a", planned(evidence.presets["hs1997_2a"])),
        others(evidence),
        next(iter(units.values())),
    )
    longer = {
        name: Trials(pd.concat([trials.times for trials in fails]), fails[0].budget, fails[0].every)
        for name, fails in _longer(found).items()
    }
    inside = Inside(evidence, cell_row, cell)
    main, shown, other = (
        number(EXPERIMENTS[0].seeds(preset, trained(method, p, 1.0, reading, preset)))
        for method, p, reading in (
            (RTRL, NEAR, AS_WRITTEN[RTRL]),
            (LSTM, cell_row.p, AS_WRITTEN[LSTM]),
            (LSTM, cell_row.p, changed(WIDE, {SEES: list(SEEN)[-1]})),
        )
    )
    return {
        "margin": f"{MARGIN:g}",
        "presets": _presets(),
        "unit_p": number(NEAR),
        "rates": ", ".join(units),
        "cell_p": number(cell_row.p),
        "paper_p": number(next(row.p for row in TABLE_2 if row.method == LSTM)),
        "every_unit": number(budget_of(RTRL, NEAR, preset).every),
        "every_cell": number(budget_of(LSTM, cell_row.p, preset).every),
        "plateau": f"less than {percent(FALL)} in {number(WINDOW)} sequences",
        "later": number(JOINED_AFTER),
        "trials": {"main": main, "shown": shown, "other": other},
        "wide": MINUS_ONE,
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
        "cell": told_row(cell, AS_WRITTEN[LSTM])
        | {
            "partly": number(sum(0 < each.rate.k < each.rate.n for each in cell.by_reading.values())),
        },
        "since_joining": number(_since_joining(cell), 1),
        "beyond": [
            told(each) | {"rate": f"{rate:g}"}
            for (rate, reading), each in beyond.items()
            if reading == AS_WRITTEN[RTRL]
        ][-1:],
        "inside": inside.facts(),
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
            *_unit_claims(units, cell),
            *(_never(name, each) for name, each in longer.items()),
            *([_no_evidence(units, longer["longest"])] if "longest" in longer else []),
            *_cell_claims(cell),
            *inside.claims(),
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


def _presets() -> Facts:
    """What the text says of the other presets."""
    quick, full = PRESETS["quick"], PRESETS["full"]
    longest = max((row for row in rows(full) if row.method == RTRL), key=lambda row: row.p)
    config = trained(RTRL, longest.p, 1.0, AS_WRITTEN[RTRL], full)
    return {
        "quick": " and ".join(number(p) for p in sorted({row.p for row in rows(quick)})),
        "trials": number(EXPERIMENTS[0].seeds(full, config)),
        "longest": number(longest.p),
        "budget": number(config.sequences),
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


def _unit_claims(units: dict[str, Judged], cell: Judged) -> list[Claim]:
    """Judge what is said of one unit at the table's rates, and of the whole table."""
    reproducing = [set(each.reproducing) for each in units.values()]
    written = [each.by_reading[AS_WRITTEN[RTRL]].rate for each in units.values()]
    return [
        Claim(
            "mostly_not",
            not any(reproducing) and cell.verdict(AS_WRITTEN[LSTM]).says == CONTRADICTED,
            f"readings that reproduce each row of one unit: {', '.join(number(len(each)) for each in reproducing)}; "
            f"the memory cell as written: {cell.verdict(AS_WRITTEN[LSTM]).says}",
        ),
        apart("rate_helps", written[-1], written[0], "successes as written, at the highest and at the lowest rate"),
    ]


def _no_evidence(units: dict[str, Judged], longest: Trials) -> Claim:
    """Claim that as written no trial that succeeds in the end does so within the budget of the longest sequences."""
    times = pd.concat([each.by_reading[AS_WRITTEN[RTRL]].times for each in units.values()])
    early = int((times <= longest.budget).sum())
    test = f"as written with p = {number(NEAR)}: {early} of {len(times)} within {number(longest.budget)} sequences"
    return Claim("longest_no_evidence", not early and bool(times.map(isfinite).any()), test)


class Inside:
    """How large the state of the memory cell is at the end of a sequence, the larger of both, in every trial.

    Parameters
    ----------
    evidence : Evidence
    row : Row
        The memory cell's.
    cell : Judged
    """

    def __init__(self, evidence: Evidence, row: Row, cell: Judged) -> None:
        self.evidence, self.row, self.cell = evidence, row, cell

    def ends(self, reading: Reading, *, first: bool = False) -> tuple[float, float]:
        """Give the least and the greatest over trials, at their last judgement or before training."""
        if reading not in self.cell.by_reading:
            return nan, nan
        (config,) = of_row(self.row, reading, self.evidence.presets["hs1997_2a"])
        table = self.evidence.table(config).dropna(subset=["state_1_end_x", "state_1_end_y"])
        trials = table.sort_values("sequences").groupby("seed")[["state_1_end_x", "state_1_end_y"]]
        sizes = (trials.first() if first else trials.last()).abs().max(axis=1)
        return float(sizes.min()), float(sizes.max())

    def fast(self) -> list[Reading]:
        """List the readings under which all trials succeed, sooner than the rule lets pass."""
        readings = self.cell.by_reading.items()
        return [
            reading
            for reading, each in readings
            if each.rate.k == each.rate.n and self.cell.verdict(reading).ratio < 1 / MARGIN
        ]

    def facts(self) -> Facts:
        """Collect what the section names."""
        return {
            "written": _from_to(self.ends(AS_WRITTEN[LSTM])),
            "closest": _from_to(self.ends(self.cell.closest)),
            "wide": _from_to(self.ends(WIDE)),
            "begins": _from_to(self.ends(ENTROPY_START, first=True)),
            "crossed": ENTROPY_START in self.cell.by_reading,
            "fast": [told(self.cell.by_reading[reading]) for reading in self.fast()],
        }

    def claims(self) -> list[Claim]:
        """Judge what is said of the state."""
        written, closest, wide = (self.ends(each) for each in (AS_WRITTEN[LSTM], self.cell.closest, WIDE))
        begins = self.ends(ENTROPY_START, first=True)
        fast = {changed(ENTROPY_START, {SEES: sees}) for sees in SEEN}
        never = self.cell.by_reading[WIDE].rate
        drifts = Claim(
            "state_drifts",
            written[0] > closest[1],
            f"larger state of both sequences at the end, over all trials: {_from_to(written)} as written, "
            f"{_from_to(closest)} in the closest reading",
        )
        if ENTROPY_START not in self.cell.by_reading:
            return [drifts]
        return [
            drifts,
            Claim(
                "not_drift_alone",
                wide[1] < written[0] and not never.k and begins[0] > written[1] and ENTROPY_START in self.fast(),
                f"g {MINUS_ONE}: {_from_to(wide)}, {rate(never)}; {said(ENTROPY_START, AS_WRITTEN[LSTM])}: "
                f"{_from_to(begins)} before training, all trials succeed",
            ),
            Claim("two_fast", set(self.fast()) == fast, f"all trials, mean below {1 / MARGIN:g} of the paper's"),
        ]


def _from_to(ends: tuple[float, float]) -> str:
    """Write a range with one decimal."""
    return " to ".join(dict.fromkeys(number(end, 1) for end in ends))


def _cell_claims(cell: Judged) -> list[Claim]:
    """Judge what is said of the memory cell as written."""
    return [
        Claim(
            "cell_as_written",
            cell.verdict(AS_WRITTEN[LSTM]).says == CONTRADICTED,
            f"as written {rate(cell.by_reading[AS_WRITTEN[LSTM]].rate)} against {rate(cell.published.succeeded)}: "
            f"{cell.verdict(AS_WRITTEN[LSTM]).says}",
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


def _table(found: dict[Row, Judged]) -> Table:
    """Set Table 2 beside ours; the chunker's row has the paper's numbers alone."""
    lines = []
    for row in TABLE_2:
        label = row.name
        if row in found:
            lines += beside(label, row.weights, found[row], AS_WRITTEN[row.method], [ALSO_SHOWN[row.method]])
        elif row.method == CHUNKER:
            result = row.result
            lines.append(
                (label, number(row.weights), rate(result.succeeded), published_mean(result), "not built", *["–"] * 6)
            )
    return Table("hs1997_2a", BESIDE, lines)
