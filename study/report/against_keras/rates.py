"""How often real Keras is right beside how often this study's engine is, judged as `study.keras.rates` declares it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from study.config import Config
from study.keras.rates import CONFIGS, FURTHER, HERE, KEPT, KERAS, KNOWN, NAMED, Counted, read
from study.measures.pairs import LEVEL, holm
from study.measures.statistics import Rate, fisher, outside_by_chance
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, p_value, rate

COLUMNS = (
    Column("configuration", "left"),
    Column("epochs"),
    Column("right: Keras"),
    Column("right: same start"),
    Column("right: here (95 %)"),
    Column("right: p"),
    Column("within 0.25: Keras"),
    Column("within 0.25: same start"),
    Column("within 0.25: here (95 %)"),
    Column("within 0.25: p"),
)
OUTSIDE = "†"  # beside a count of Keras that lies outside the interval
CRITERIA = ("fresh_right", "fresh_within")  # of networks as they are used
GROUPS: dict[str, Mapping[str, Config]] = {"named": NAMED, "further": FURTHER, "known": KNOWN}


@dataclass(frozen=True)
class Beside:
    """A share of Keras' seeds and one of this study's, at one budget.

    Attributes
    ----------
    name : str
        Of the configuration, in `CONFIGS`.
    epochs : int
    criterion : str
        In `CRITERIA`.
    keras, here : Rate
    same_start : Rate or None
        This study's engine on Keras' seeds, from the weights that Keras drew; none where that was not run.
    """

    name: str
    epochs: int
    criterion: str
    keras: Rate
    here: Rate
    same_start: Rate | None = None

    @property
    def p(self) -> float:
        """Fisher's exact test; these are different seeds, so no pairs."""
        return fisher(self.here, self.keras)

    @property
    def outside(self) -> bool:
        """Whether Keras' share lies outside the interval of the stored one."""
        return not self.here.low <= self.keras.share <= self.here.high


def facts(evidence: Evidence) -> Facts:
    """Collect what the section says of rates; nothing but that there are none where no counts are kept."""
    counted = read(evidence.store.root / KEPT)
    compared = _compared(evidence, counted)
    if not compared:
        return {"counted": False, "claims": []}
    corrected = holm({f"{one.name}, {one.epochs}, {one.criterion}": one.p for one in compared})
    return {
        "counted": True,
        "versions": "; ".join(dict.fromkeys(one.versions for one in counted)),
        "seeds": number(min(one.seeds for one in counted)),
        "configurations": number(len({one.name for one in compared})),
        **_inside(compared),
        **{name: _inside([one for one in compared if one.name in group]) for name, group in GROUPS.items()},
        "same_start": _same_start(compared),
        "least_p": p_value(min(corrected.values())),
        "mark": OUTSIDE,
        "told_apart": number(told) if (told := _told_apart(compared[0].here.n, len(compared))) else "",
        "table": _table("rates of Keras, named", [one for one in compared if one.name in NAMED]),
        "others": _table("rates of Keras, others", [one for one in compared if one.name not in NAMED]),
        "claims": [
            Claim(
                "rates_agree",
                min(corrected.values()) >= LEVEL,
                f"seeds right and within 0.25 in Keras and here, {number(len(compared))} pairs of counts; Fisher's "
                f"exact test, Holm over {number(len(compared))}: least p {p_value(min(corrected.values()))}",
            )
        ],
    }


def _compared(evidence: Evidence, counted: Iterable[Counted]) -> list[Beside]:
    """Put each share of Keras beside the stored one, and beside that from the same initial weights."""
    by = {(one.by, one.name, one.epochs): one.rates for one in counted}
    return [
        Beside(name, epochs, criterion, share, here[criterion], by.get((HERE, name, epochs), {}).get(criterion))
        for (who, name, epochs), shares in by.items()
        if who == KERAS and (here := _stored(evidence, CONFIGS[name], epochs))
        for criterion, share in shares.items()
    ]


def _stored(evidence: Evidence, config: Config, epochs: int) -> dict[str, Rate]:
    """Look up the stored shares of a configuration at a budget; none where it is not shown or not trained so long."""
    longer = [
        each
        for configs in evidence.configs_of.values()
        for each in configs
        if each.epochs >= epochs and replace(each, epochs=config.epochs) == config
    ]
    if not longer:
        return {}
    summary = evidence.summary(max(longer, key=lambda each: each.epochs), epochs)
    return dict(zip(CRITERIA, (summary.fresh_solved, summary.fresh_within), strict=True))


def _inside(compared: Iterable[Beside]) -> Facts:
    """Count how many of Keras' shares lie within the intervals, and how many are expected to lie outside."""
    listed = list(compared)
    return {
        "counts": number(len(listed)),
        "inside": number(sum(not one.outside for one in listed)),
        "outside": number(sum(one.outside for one in listed)),
        "by_chance": number(sum(outside_by_chance(one.here, one.keras) for one in listed), 1),
        "below": number(sum(one.p < LEVEL for one in listed)),
    }


def _same_start(compared: Iterable[Beside]) -> Facts:
    """Count how often both come to the same count from the same initial weights, and how far they come apart."""
    apart = {one: abs(one.keras.k - one.same_start.k) for one in compared if one.same_start}
    least = min((one.epochs for one in apart), default=0)
    early = [value for one, value in apart.items() if one.epochs == least]
    return {
        "counts": number(len(apart)),
        "equal": number(sum(not value for value in apart.values())),
        "most": number(max(apart.values(), default=0)),
        "early_epochs": number(least),
        "early_counts": number(len(early)),
        "early_equal": number(sum(not value for value in early)),
        "early_most": number(max(early, default=0)),
    }


def _told_apart(seeds: int, tests: int) -> int | None:
    """Find the least count that the test, corrected for so many, tells from half of the seeds, if there is one."""
    half = Rate(seeds // 2, seeds)
    return next((k for k in range(half.k, seeds + 1) if tests * fisher(half, Rate(k, seeds)) < LEVEL), None)


def _table(name: str, compared: Iterable[Beside]) -> Table:
    """Lay out one row a configuration and budget."""
    rows: dict[tuple[str, int], list[str]] = {}
    for one in compared:
        row = rows.setdefault((one.name, one.epochs), [one.name, number(one.epochs)])
        same = number(one.same_start.k) if one.same_start else "–"
        keras = f"{number(one.keras.k)}{OUTSIDE if one.outside else ''}"
        row += [keras, same, rate(one.here), p_value(one.p).removeprefix("=\u00a0")]
    return Table(name, COLUMNS, [*rows.values()], heads=2)
