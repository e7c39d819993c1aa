"""Facts of the section on fresh sequences: who learns them, after how many, and what that depends on."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

import pandas as pd

from study.config import Config
from study.experiments.fresh_sequences.configs import (
    ALIKE,
    DIRECT,
    JOINED,
    LENGTH,
    LENGTHS,
    MANY,
    PLANNED,
    STEPS,
    TUTORIAL,
    TWO,
    VARIED,
    WEIGHTED,
    WINDOW,
    Race,
    in_fixed_order,
    trained,
)
from study.measures.pairs import LEVEL, Paired, holm
from study.measures.statistics import Rate, censored_median
from study.measures.stop_rules import StopRule, make_stop_rule, sequences_to_success
from study.measures.summaries import CRITERIA
from study.report.claims import Claim
from study.report.comparisons import SameSeeds, ahead, comparisons_table, judge
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.tables import Column, Table
from study.report.words import number, p_value, rate

COLUMNS = (
    Column("sequences", "left"),
    Column("network", "left"),
    Column("budget"),
    Column("learnt (95 %)"),
    Column("sequences: median"),
    Column("middle half"),
    Column("updates: median"),
    Column("joined after"),
)
RACES = (
    Column("compared, on the same seeds", "left"),
    Column("what counts", "left"),
    Column("first"),
    Column("second"),
    Column("p"),
    Column("p after Holm"),
    Column("expected ahead", "left"),
    Column("ahead", "left"),
)


OPTIMISERS = {"adam": "Adam", "sgd": "SGD"}


@dataclass(frozen=True)
class Learnt:
    """What came of a network on its stream.

    Attributes
    ----------
    config : Config
    times : Series
        Sequences until each seed had learnt it; infinite if it had not within the budget.
    updates : float
        Weight updates of the median seed; infinite as the times are.
    joined : float
        Sequences after which the layer joined, the median; not a number where none does.
    """

    config: Config
    times: pd.Series[float]
    updates: float
    joined: float

    @property
    def rate(self) -> Rate:
        """Seeds that learnt it."""
        return Rate(int(self.times.map(isfinite).sum()), len(self.times))

    @property
    def median(self) -> float:
        """Median of the times, in which seeds that never learnt it count as longer."""
        return censored_median(self.times)


def learnt(evidence: Evidence, network: str) -> Learnt:
    """Read what came of a network."""
    config = trained(network, evidence.presets["fresh_sequences"])
    table = evidence.table(config)
    times = sequences_to_success(table, rule_of(config))
    last = table.groupby("seed").tail(1).set_index("seed")
    updates = last["updates"].astype(float).where(times.map(isfinite), float("inf"))
    joined = float(last["joined_after"].median()) if "joined_after" in last else float("nan")
    return Learnt(config, times, censored_median(updates), joined)


def rule_of(config: Config) -> StopRule:
    """Give the rule by which a configuration's stream counts as learnt."""
    rule = make_stop_rule(config.stop, dict(config.stop_options))
    assert rule is not None
    return rule


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found = {network: learnt(evidence, network) for network in [*TWO, *MANY]}
    pairs = {name: _pair(evidence, found, race) for name, race in PLANNED.items()}
    corrected = holm({name: pair.p for name, pair in pairs.items()})
    earlier = {name: _ahead(pair, corrected[name]) for name, pair in pairs.items()}
    steps, tutorial = (found[network].times.map(isfinite) for network in (STEPS, TUTORIAL))
    after = judge({"sgd_learns": SameSeeds(f"learnt: {STEPS} against {TUTORIAL}", steps, tutorial)})

    def test(name: str) -> str:
        pair, what = pairs[name], "learnt in one alone" if name == "order" else "earlier in"
        return (
            f"{what} {pair.first} and {pair.second} of {pair.n} seeds, exact sign test after Holm for {len(pairs)}: "
            f"p {p_value(corrected[name])}"
        )

    slowest = min((found[network] for network in (WINDOW, DIRECT, JOINED)), key=lambda each: each.rate.low)
    rule = rule_of(found[WEIGHTED].config)
    return {
        "count": number(rule.count),
        "within": str(rule.within),
        "budget": number(found[STEPS].config.sequences),
        "every": number(found[STEPS].config.judged_every),
        "random_every": number(found[WEIGHTED].config.judged_every),
        "length": number(LENGTH),
        "lengths": f"{LENGTHS[0]} to {LENGTHS[1]}",
        "tutorial": _told(found[TUTORIAL]),
        "steps": _told(found[STEPS]),
        "fixed": number(pairs["order"].rates[1].k),
        "window": _told(found[WINDOW]),
        "direct": _told(found[DIRECT]),
        "joined": _told(found[JOINED]),
        "rule": _told(found[WEIGHTED]),
        "alike": _told(found[ALIKE]),
        "varied": _told(found[VARIED]),
        "table": Table("fresh sequences", COLUMNS, [_row(name, each) for name, each in found.items()], heads=2),
        "races": Table(
            "planned races",
            RACES,
            [_race(PLANNED[name], pairs[name], corrected[name], earlier[name]) for name in PLANNED],
        ),
        "compared_after": comparisons_table(after),
        "claims": [
            ahead("sgd_learns", after["sgd_learns"]),
            Claim("chance_fewer", earlier["order"] == "second", test("order")),
            Claim("window_earlier", earlier["window"] == "first", test("window")),
            _reliable("windows_reliable", slowest),
            Claim("joining_later", earlier["joining"] == "second", test("joining")),
            _reliable("rule_learnt", found[WEIGHTED]),
            _reliable("lengths_learnt", found[VARIED]),
            Claim("weight_earlier", earlier["weight"] == "first", test("weight")),
        ],
    }


def _reliable(name: str, each: Learnt) -> Claim:
    """Claim that nearly all seeds learnt it."""
    return Claim(name, each.rate.share >= ENOUGH, f"seeds that learnt it: {rate(each.rate)}, at least {ENOUGH:.0%}")


def _pair(evidence: Evidence, found: dict[str, Learnt], race: Race) -> Paired:
    """Compare two networks seed by seed: which is earlier, or against the fixed order, which learns at all."""
    first = found[race.first].times
    if race.second:
        second = found[race.second].times.reindex(first.index)
        return Paired.by_seed(first < second, second < first)
    runs = evidence.table(in_fixed_order(evidence.presets["fresh_sequences"]))
    ever = CRITERIA["within"](runs).groupby(runs["seed"]).any()
    return Paired.by_seed(first.map(isfinite), ever)


def _ahead(pair: Paired, corrected: float) -> str:
    """Say which is ahead; empty where the seeds do not decide it."""
    if corrected >= LEVEL:
        return ""
    return "first" if pair.first > pair.second else "second"


def _told(each: Learnt) -> Facts:
    """Write what the text says of a network."""
    return {
        "k": number(each.rate.k),
        "n": number(each.rate.n),
        "median": _time(each.median, each),
        "joined": number(each.joined),
        "training": f"{OPTIMISERS[each.config.optimiser]} {each.config.learning_rate:g}",
    }


def _time(value: float, each: Learnt) -> str:
    """Write a number of sequences, or that it is more than the budget."""
    return number(value) if isfinite(value) else f"> {number(each.config.sequences)}"


def _row(network: str, each: Learnt) -> tuple[str, ...]:
    early, late = (float(each.times.quantile(part, interpolation="higher")) for part in (0.25, 0.75))
    return (
        "random" if network in MANY else "the two",
        network,
        number(each.config.sequences),
        rate(each.rate),
        _time(each.median, each),
        f"{_time(early, each)} to {_time(late, each)}",
        number(each.updates) if isfinite(each.updates) else "–",
        number(each.joined),
    )


def _race(race: Race, pair: Paired, corrected: float, ahead: str) -> tuple[str, ...]:
    return (
        f"{race.first}, against {race.second or 'the same in fixed order'}",
        "learnt earlier" if race.second else "learnt, in one alone",
        number(pair.first),
        number(pair.second),
        p_value(pair.p).removeprefix("=\u00a0"),
        p_value(corrected).removeprefix("=\u00a0"),
        race.expected,
        ahead or "undecided",
    )
