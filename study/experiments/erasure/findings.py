"""Facts of the section on erasure: what is left of the first symbol, how it is read, what an early epoch foretells."""

from __future__ import annotations

from dataclasses import replace
from math import log2

import pandas as pd

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.erasure.configs import (
    ADAM,
    EARLY,
    FITTED,
    OPTIMISERS,
    RULES,
    SGD,
    TESTED,
    TRACE,
    UNITS,
    USUAL,
    probed,
)
from study.experiments.erasure.rules import Tested, judged_rules
from study.measures.pairs import LEVEL
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, p_value, rate, small

COLUMNS = (
    Column("optimiser", "left"),
    Column("units"),
    Column("epochs"),
    Column("trace"),
    Column("halved every (epochs)"),
    Column("readout"),
    Column("margin"),
    Column("twice the offset"),
    Column("right (95 %)"),
)
RULE_COLUMNS = (
    Column("rule", "left"),
    Column("threshold"),
    Column("succeed above it"),
    Column("succeed below it"),
    Column("predicted rightly (95 %)"),
    Column("by the commoner outcome"),
    Column("p after Holm"),
)
IN_WORDS = {"margin": "margin", TRACE: "trace", "right": "right", "within": "within 0.25"}


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["erasure"]
    tables = {(o, units): evidence.table(probed(o, units, preset)) for o in OPTIMISERS for units in UNITS}
    adam, sgd = tables[ADAM, USUAL], tables[SGD, USUAL]
    rules = judged_rules(evidence)
    end = int(adam["epoch"].max())
    return {
        "seeds": number(min(table["seed"].nunique() for table in tables.values())),
        "units": number(USUAL),
        "end": number(end),
        "adam": _told(adam),
        "sgd": _told(sgd),
        "wide": {"units": number(UNITS[-1]), **_told(tables[ADAM, UNITS[-1]])},
        "widths": [_width(tables[ADAM, units], units) for units in UNITS],
        "foretold_at": number(EARLY),
        "fitted": f"{FITTED[0]} to {FITTED[-1]}",
        "tested": f"{TESTED[0]} to {TESTED[-1]}",
        "rules": Table("rules", RULE_COLUMNS, [_rule_row(each) for each in rules.values()]),
        "rule": {name: _rule_told(rules.get(name)) for name in RULES},
        "table": Table(
            "erasure", COLUMNS, [row for key, table in tables.items() for row in _rows(key, table)], heads=3
        ),
        "claims": [
            _most("adam_erases", _changed(adam, TRACE, fall=True), "the trace falls"),
            _most("sgd_keeps", _changed(sgd, TRACE, fall=False), "the trace grows"),
            _most("sgd_reads", _changed(sgd, "readout", fall=False), "the readout grows"),
            Claim(
                "adam_reads_little",
                _factor(adam, "readout") < _factor(sgd, "readout"),
                "readout at the end over that before training, median over seeds: less under Adam",
            ),
            Claim(
                "right_is_the_race",
                all(_agree(table, epoch) for table in tables.values() for epoch in sorted(set(table["epoch"]))),
                "every seed, width, optimiser and checkpoint that is right: margin above twice the offset",
            ),
            Claim(
                "wide_starts_higher",
                _start(tables, UNITS[0]) < _start(tables, USUAL) < _start(tables, UNITS[-1]),
                "trace before training, median over seeds: it grows with the units",
            ),
            _most("wide_keeps", _changed(tables[ADAM, UNITS[-1]], TRACE, fall=False), "the trace grows"),
            *(_foretells(f"foretold_{name}", rules.get(name)) for name in ("adam", "sgd")),
            _not_foretold("not_foretold_adam_later", rules.get("adam_later")),
        ],
    }


def _at(table: pd.DataFrame, epoch: int) -> pd.DataFrame:
    return table[table["epoch"] == epoch].set_index("seed")


def _ends(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The runs before training and at the longest budget, by seed."""
    return _at(table, 0), _at(table, int(table["epoch"].max()))


def _changed(table: pd.DataFrame, column: str, *, fall: bool) -> Rate:
    """Count the seeds in which a measure falls, or grows, from before training to the longest budget."""
    before, after = (moment[column] for moment in _ends(table))
    changed = after < before if fall else after > before
    return Rate(int(changed.sum()), len(changed))


def _factor(table: pd.DataFrame, column: str) -> float:
    """How many times larger a measure is at the end than before training: median over seeds."""
    before, after = (moment[column] for moment in _ends(table))
    return float((after / before).median())


def _agree(table: pd.DataFrame, epoch: int) -> bool:
    """Whether every seed that is right has a margin above twice its offset, but for rounding."""
    seeds = _at(table, epoch)
    right = seeds[CRITERIA["last_right"](seeds)]
    return bool((right["margin"] > 2 * right["offset"] - 1e-4).all())


def _start(tables: dict[tuple[str, int], pd.DataFrame], units: int) -> float:
    return float(_at(tables[ADAM, units], 0)[TRACE].median())


def _told(table: pd.DataFrame) -> Facts:
    """What the text says of an optimiser at the usual width."""
    before, after = _ends(table)
    right = CRITERIA["right"](after)
    return {
        "before": small(float(before[TRACE].median())),
        "after": small(float(after[TRACE].median())),
        "readout_before": small(float(before["readout"].median())),
        "readout_after": small(float(after["readout"].median())),
        "k": number(int(right.sum())),
        "n": number(len(right)),
    }


def _width(table: pd.DataFrame, units: int) -> Facts:
    return {"units": number(units), "trace": small(float(_at(table, 0)[TRACE].median()))}


def _rows(key: tuple[str, int], table: pd.DataFrame) -> list[tuple[str, ...]]:
    """Write a configuration before training, at the tutorial's budget and beyond."""
    optimiser, units = key
    last = int(table["epoch"].max())
    rows: list[tuple[str, ...]] = []
    for epoch in sorted({0, TUTORIAL_EPOCHS, 1000, last}):
        if epoch <= last:
            seeds = _at(table, epoch)
            right = CRITERIA["right"](seeds)
            medians = {name: float(seeds[name].median()) for name in (TRACE, "readout", "margin", "offset")}
            rows.append(
                (optimiser, number(units), number(epoch), small(medians[TRACE]), _half_life(table, epoch),
                 small(medians["readout"]), small(medians["margin"]), small(2 * medians["offset"]),
                 rate(Rate(int(right.sum()), len(right))))
            )  # fmt: skip
    return rows


def _half_life(table: pd.DataFrame, epoch: int) -> str:
    """Epochs in which the median trace halves, between an epoch and half of it; a dash where it does not fall."""
    scored = sorted(set(table["epoch"]))
    earlier = max((each for each in scored if each <= epoch / 2), default=0)
    if earlier == epoch:
        return "–"
    before, after = (float(_at(table, each)[TRACE].median()) for each in (earlier, epoch))
    return number((epoch - earlier) / log2(before / after)) if 0 < after < before else "–"


def _most(name: str, seeds: Rate, what: str) -> Claim:
    """Claim that something happens in most seeds."""
    return Claim(name, seeds.low > 0.5, f"seeds in which {what}, {rate(seeds)}: 95 % interval above 1/2")


def _foretells(name: str, tested: Tested | None) -> Claim:
    """Claim that more of the tested seeds above the threshold succeed than of those below it."""
    if tested is None:
        return Claim(name, False, "the seeds to test on, or the epochs, are not stored")
    holds = tested.above.share > tested.below.share and tested.corrected < LEVEL
    return Claim(
        name,
        holds,
        f"tested seeds that succeed, above the threshold {tested.above.k} of {tested.above.n}, below it "
        f"{tested.below.k} of {tested.below.n}: Fisher's exact test, Holm over {len(RULES)} rules, "
        f"p {p_value(tested.corrected)}",
    )


def _not_foretold(name: str, tested: Tested | None) -> Claim:
    """Claim that the tested seeds do not decide whether a rule foretells anything."""
    shown = _foretells(name, tested)
    return replace(shown, holds=tested is not None and tested.corrected >= LEVEL)


def _rule_told(tested: Tested | None) -> Facts:
    names = ("above_k", "above_n", "below_k", "below_n", "right", "n", "commoner", "p")
    if tested is None:
        return dict.fromkeys(names, "–")
    above, below = tested.above, tested.below
    values = (above.k, above.n, below.k, below.n, tested.right.k, tested.right.n, tested.commoner.k)
    return dict(zip(names, (*map(number, values), p_value(tested.corrected)), strict=True))


def _rule_row(tested: Tested) -> tuple[str, ...]:
    """Write a rule and how it fared."""
    rule, above, below = tested.rule, tested.above, tested.below
    what = (
        f"{rule.optimiser}: {IN_WORDS[rule.quantity]} at epoch {rule.early} foretells {IN_WORDS[rule.criterion]} at "
        f"epoch {number(rule.late)}"
    )
    return (
        what,
        small(tested.threshold),
        f"{above.k} of {above.n}",
        f"{below.k} of {below.n}",
        rate(tested.right),
        f"{tested.commoner.k} of {tested.commoner.n}",
        p_value(tested.corrected).removeprefix("=\u00a0"),
    )
