"""How often real Keras is right beside how often this study's engine is, judged as `study.keras.rates` declares it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from study.config import Config
from study.keras.rates import CONFIGS, FURTHER, KEPT, KNOWN, NAMED, read
from study.measures.pairs import LEVEL, holm
from study.measures.statistics import Rate, fisher, outside_by_chance
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, p_value, rate

COLUMNS = (
    Column("configuration", 2.4, "left"),
    Column("epochs", 0.8),
    Column("right: Keras", 1),
    Column("right: here (95 %)", 2),
    Column("p", 0.9),
    Column("within 0.25: Keras", 1.1),
    Column("within 0.25: here (95 %)", 2),
    Column("p", 0.9),
)
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
    """

    name: str
    epochs: int
    criterion: str
    keras: Rate
    here: Rate

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
    compared = [
        Beside(one.name, one.epochs, criterion, share, here[criterion])
        for one in counted
        if (here := _stored(evidence, CONFIGS[one.name], one.epochs))
        for criterion, share in one.rates.items()
    ]
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
        "least_p": p_value(min(corrected.values())),
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


def _told_apart(seeds: int, tests: int) -> int | None:
    """Find the least count that the test, corrected for so many, tells from half of the seeds, if there is one."""
    half = Rate(seeds // 2, seeds)
    return next((k for k in range(half.k, seeds + 1) if tests * fisher(half, Rate(k, seeds)) < LEVEL), None)


def _table(name: str, compared: Iterable[Beside]) -> Table:
    """Lay out one row a configuration and budget."""
    rows: dict[tuple[str, int], list[str]] = {}
    for one in compared:
        row = rows.setdefault((one.name, one.epochs), [one.name, number(one.epochs)])
        keras = f"{number(one.keras.k)}{', outside' if one.outside else ''}"
        row += [keras, rate(one.here), p_value(one.p).removeprefix("= ")]
    return Table(name, COLUMNS, [*rows.values()], heads=2)
