"""Tables that the three tasks share: ours beside the paper's, what is open and its effect, races, other networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from study.measures.pairs import LEVEL, Paired, holm
from study.replication.plan import Race
from study.replication.readings import Open, Reading, said
from study.replication.trials import Effect, Judged, Trials, earlier, trials_of
from study.replication.verdicts import Published
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, p_value, rate

BESIDE = (
    Column("row", "left"),
    Column("weights", paper=False),
    Column("paper: successful (95 %)"),
    Column("paper: mean"),
    Column("reading", "left"),
    Column("ours: successful (95 %)"),
    Column("ours: mean (least to greatest)"),
    Column("ratio"),
    Column("p", paper=False),
    Column("this reading", "left"),
    Column("over all readings", "left"),
)
LEFT_OPEN = (
    Column(""),
    Column("network", "left"),
    Column("what is open", "left"),
    Column("ways that were run", "left"),
    Column("pairs of readings"),
    Column("verdict differs"),
    Column("successes differ by up to"),
    Column("means by a factor up to"),
)
RACES = (
    Column("compared, trial by trial", "left"),
    Column("first earlier"),
    Column("second earlier"),
    Column("trials"),
    Column("p"),
    Column("p after Holm"),
    Column("expected ahead", "left"),
    Column("ahead", "left"),
)
OTHERS = (
    Column("network", "left"),
    Column("p"),
    Column("budget"),
    Column("successful (95 %)"),
    Column("mean (least to greatest)"),
)


def published_mean(published: Published) -> str:
    """Write a published mean, or that there is none within the budget."""
    return number(published.mean) if isfinite(published.mean) else f">\u00a0{number(published.budget)}"


def beside(
    label: str, weights: int, judged: Judged, written: Reading, planned: Sequence[Reading] = ()
) -> list[tuple[str, ...]]:
    """Write a published row with ours: as written, the readings that were planned to be shown, and the closest.

    The closest is marked as chosen afterwards unless it is one of the others.
    """
    rows: list[tuple[str, ...]] = []
    shown = [reading for reading in dict.fromkeys((written, *planned)) if reading in judged.by_reading]
    for reading in dict.fromkeys((*shown, judged.closest)):
        found, trials = judged.verdict(reading), judged.by_reading[reading]
        paper = (label, number(weights), rate(judged.published.succeeded), published_mean(judged.published))
        rows.append(
            (
                *(paper if not rows else ("",) * len(paper)),
                said(reading, written) + ("" if reading in shown else " (chosen afterwards)"),
                rate(trials.rate),
                trials.spread,
                number(found.ratio, 2) if isfinite(found.ratio) else "–",
                _p(found.p),
                found.says,
                "" if rows else f"{judged.overall} ({number(len(judged.by_reading))})",
            )
        )
    return rows


def left_open_table(task: str, asked: Mapping[str, tuple[Open, Mapping[str, Effect]]]) -> Table:
    """Number what the paper leaves open in a task, with its effect; by network: what is open, and the effects."""
    told = [
        (
            network,
            name,
            "; ".join(ways),
            number(found[name].pairs),
            number(found[name].decides),
            f"{number(100 * found[name].share)} points",
            number(found[name].factor, 1),
        )
        for network, (left_open, found) in asked.items()
        for name, ways in left_open.items()
        if found[name].pairs
    ]
    rows = [(number(place), *row) for place, row in enumerate(told, 1)]
    return Table(f"left open in {task}", LEFT_OPEN, rows, heads=3)


def told(trials: Trials) -> Facts:
    """What a text says of trials."""
    return {
        "k": number(trials.rate.k),
        "n": number(trials.rate.n),
        "mean": number(trials.mean.value),
        "budget": number(trials.budget),
        "joined": number(trials.joined),
    }


def told_reading(judged: Judged, reading: Reading) -> Facts:
    """What a text says of a reading: its trials, and how they compare with the published row."""
    found = judged.verdict(reading)
    return {**told(judged.by_reading[reading]), "ratio": number(found.ratio, 1), "says": found.says}


def told_row(judged: Judged, written: Reading) -> Facts:
    """What a text says of a published row: as written, closest, and over all readings."""
    solved = [reading for reading, each in judged.by_reading.items() if each.rate.k == each.rate.n]
    return {
        "paper_k": number(judged.published.succeeded.k),
        "paper_n": number(judged.published.succeeded.n),
        "paper_mean": number(judged.published.mean),
        "written": told_reading(judged, written),
        "closest": told_reading(judged, judged.closest) | {"name": said(judged.closest, written)},
        "readings": number(len(judged.by_reading)),
        "reproducing": number(len(judged.reproducing)),
        "solved": number(len(solved)),
        "overall": judged.overall,
    }


class Races:
    """All planned comparisons of a task, corrected for their number.

    Parameters
    ----------
    compared : mapping of str to (str, Paired, str)
        By name: what is compared in words, the trials, and which was expected ahead.
    """

    def __init__(self, compared: Mapping[str, tuple[str, Paired, str]]) -> None:
        self.compared = dict(compared)
        self.corrected = holm({name: pair.p for name, (_, pair, _) in compared.items()})

    @classmethod
    def run(cls, evidence: Evidence, experiment: str, planned: Mapping[str, Race]) -> Races:
        """Read the planned races of an experiment whose readings were run."""
        compared, stored = {}, set(evidence.configs_of[experiment])
        for name, race in planned.items():
            if stored.issuperset(race.configs):
                first, second = (trials_of(evidence, [config]) for config in race.configs)
                where = f"{race.where}: " if race.where else ""
                what = f"{where}{said(race.first, race.second)}, against {said(race.second, race.first)}"
                compared[name] = (what, earlier(first, second), race.expected)
        return cls(compared)

    def ahead(self, name: str) -> str:
        """Which is ahead, ``first`` or ``second``; empty where the trials do not decide it, or were not run."""
        if name not in self.compared or self.corrected[name] >= LEVEL:
            return ""
        pair = self.compared[name][1]
        return "first" if pair.first > pair.second else "second"

    def test(self, name: str) -> str:
        """What was compared and how, with its result, for the table of claims."""
        if name not in self.compared:
            return "not run in this preset"
        what, pair, _ = self.compared[name]
        return (
            f"{what}: earlier in {pair.first} and {pair.second} of {pair.n} trials, exact sign test after Holm for "
            f"{len(self.compared)}: p {p_value(self.corrected[name])}"
        )

    def tests(self, names: Sequence[str]) -> str:
        """The same of several, those that were run."""
        return "; ".join(self.test(name) for name in names if name in self.compared)

    def table(self, task: str) -> Table:
        """List all of them."""
        rows = [
            (
                what,
                number(pair.first),
                number(pair.second),
                number(pair.n),
                _p(pair.p),
                _p(self.corrected[name]),
                expected,
                self.ahead(name) or ("undecided" if pair.first or pair.second else "no success in either"),
            )
            for name, (what, pair, expected) in self.compared.items()
        ]
        return Table(f"planned races in {task}", RACES, rows)


def others_table(task: str, found: Mapping[tuple[str, int], Trials]) -> Table:
    """List networks that the paper does not have: controls and today's recipes, by name and p."""
    rows = [(name, number(p), number(each.budget), rate(each.rate), each.spread) for (name, p), each in found.items()]
    return Table(f"other networks in {task}", OTHERS, rows)


def _p(value: float) -> str:
    """Write a p-value that no line breaks after its sign."""
    return p_value(value).removeprefix("=\u00a0")
