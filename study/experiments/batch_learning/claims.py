"""What the section on batch learning asserts, and the comparisons of the same seeds on which it rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, product

from study.experiment import Comparison
from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, REACHES
from study.experiments.batch_learning.curves import Curve, Key
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import Outcome, arm_of, judge, same_seeds, undecided
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH

CARRIED, WINDOW, SEQUENCE = REACHES
LOW, HIGH = LEARNING_RATES
ROW, WHOLE, EPOCH = AFTER
HALF = 0.5  # of the seeds
CLOCKS = ("updates", "epochs")  # by which times of the update are compared
Place = tuple[str, str, float]  # clock, kind of row, learning rate
At = Mapping[str, Mapping[Key, Summary]]  # by clock


@dataclass(frozen=True)
class Compared:
    """All pairs of update times, and kinds of rows in equal time, on the same seeds and corrected together.

    Attributes
    ----------
    outcomes : dict of str to Outcome
    """

    outcomes: dict[str, Outcome]

    @classmethod
    def made(cls, evidence: Evidence, at: At) -> Compared:
        """Compare them."""
        given = {}
        for clock in CLOCKS:
            for reach, value in product(REACHES, LEARNING_RATES):
                ends = {after: at[clock][reach, after, value] for after in AFTER if (reach, after, value) in at[clock]}
                for one, other in combinations(ends, 2):
                    what = f"{reach}, rate {value:g}, equal {clock}: update after {one} against {other}"
                    planned = Comparison(what, arm_of(ends[one]), arm_of(ends[other]))
                    given[_name((clock, reach, value), one, other)] = same_seeds(evidence, planned)
        best = {reach: soonest_right(at["timesteps"], reach, LOW) for reach in REACHES}
        for reach in (CARRIED, WINDOW):
            what = f"rate {LOW:g}, equal timesteps, the best time of the update: {SEQUENCE} against {reach}"
            planned = Comparison(what, arm_of(best[SEQUENCE]), arm_of(best[reach]))
            given[reach] = same_seeds(evidence, planned)
        return cls(judge(given))

    def of(self, place: Place, one: str, other: str) -> Outcome:
        """Give the outcome of one time of the update against another, which may stand the other way round."""
        return self.outcomes[_name(place, *sorted((one, other), key=list(AFTER).index))]

    def ahead(self, place: Place, first: str, others: Sequence[str]) -> bool:
        """Tell whether one time of the update is ahead of all others."""
        side = {other: "first" if _earlier(first, other) else "second" for other in others}
        return all(self.of(place, first, other).ahead == side[other] for other in others)

    def claim(self, name: str, place: Place, first: str, others: Sequence[str]) -> Claim:
        """Claim that one time of the update is ahead of all others."""
        return Claim(name, self.ahead(place, first, others), self.tests(place, first, others))

    def tests(self, place: Place, first: str, others: Sequence[str]) -> str:
        """Say what came of one time of the update against others."""
        return "; ".join(self.of(place, first, other).test for other in others)


def _name(place: Place, one: str, other: str) -> str:
    clock, reach, value = place
    return f"{clock}, {reach}, {value:g}: {one}, {other}"


def _earlier(one: str, other: str) -> bool:
    """Whether a time of the update is listed before another."""
    return list(AFTER).index(one) < list(AFTER).index(other)


def claims_on_update_times(compared: Compared, at: At) -> list[Claim]:
    """Claims on when the tutorial's network is updated."""
    best = surest(at["updates"])
    by_updates, by_epochs = (("updates", CARRIED, LOW), ("epochs", CARRIED, LOW))
    faster, faster_by_epochs = (("updates", CARRIED, HIGH), ("epochs", CARRIED, HIGH))
    others = {one: [other for other in AFTER if other != one] for one in AFTER}
    return [
        compared.claim("epoch_ahead", by_updates, EPOCH, others[EPOCH]),
        compared.claim("epoch_ahead_faster", faster, EPOCH, others[EPOCH]),
        Claim("few_sure", best.within.high < HALF, f"upper end of Wilson's 95 % interval below {HALF}"),
        Claim(
            "nobody_ahead_by_epochs",
            not any(compared.ahead(by_epochs, one, others[one]) for one in AFTER),
            "; ".join(compared.of(by_epochs, *pair).test for pair in combinations(AFTER, 2)),
        ),
        compared.claim("epoch_ahead_by_epochs", faster_by_epochs, EPOCH, others[EPOCH]),
        compared.claim("sequence_helps_faster", faster, WHOLE, (ROW,)),
        undecided("sequence_undecided", compared.of(by_updates, WHOLE, ROW)),
    ]


def claims_on_rows(compared: Compared, curves: Mapping[Key, Curve], at: At) -> list[Claim]:
    """Claims on rows that hold the first symbol, beside those of the tutorial."""
    holding = {key: summary for key, summary in at["updates"].items() if key[0] != CARRIED}
    in_time = {reach: soonest_right(at["timesteps"], reach, HIGH).solved for reach in (WINDOW, SEQUENCE)}
    first = [soonest(curves, clock) for clock in at]
    return [
        Claim("holding_all", all(each.solved.k == each.solved.n for each in holding.values()), "seeds right: all"),
        Claim(
            "gathering_saves_updates",
            all(_falls(curves, reach, "updates") for reach in (WINDOW, SEQUENCE)),
            f"updates until {ENOUGH:.0%} of the seeds are right: fewer, the more is gathered; no interval",
        ),
        Claim(
            "gathering_costs_epochs",
            all(_falls(curves, reach, "epochs", -1) for reach in (WINDOW, SEQUENCE)),
            f"epochs until {ENOUGH:.0%} of the seeds are right: more, the more is gathered; no interval",
        ),
        compared.claim("windows_want_updates", ("epochs", WINDOW, LOW), ROW, (EPOCH,)),
        undecided("sequences_undecided", compared.of(("epochs", SEQUENCE, LOW), WHOLE, EPOCH)),
        Claim(
            "sequences_first_by_time",
            all(compared.outcomes[reach].ahead == "first" for reach in (CARRIED, WINDOW)),
            "; ".join(compared.outcomes[reach].test for reach in (CARRIED, WINDOW)),
        ),
        Claim(
            "holding_all_by_time",
            all(solved.k == solved.n for solved in in_time.values()),
            "seeds right, the most of each kind of row: all",
        ),
        Claim(
            "soonest_hold_it",
            all(keys and all(reach != CARRIED and value == HIGH for reach, _, value in keys) for keys in first),
            f"first checkpoint with {ENOUGH:.0%} of the seeds right, by each clock; no interval",
        ),
    ]


def soonest_right(ends: Mapping[Key, Summary], reach: str, learning_rate: float) -> Summary:
    """Give the time of the update at which most seeds of a kind of row are right."""
    alike = [summary for (kind, _, value), summary in ends.items() if (kind, value) == (reach, learning_rate)]
    return max(alike, key=lambda summary: summary.solved.share)


def most(rates: Sequence[Rate]) -> Rate:
    """Give the greatest share."""
    return max(rates, key=lambda rate: rate.share)


def surest(ends: Mapping[Key, Summary]) -> Summary:
    """Find the tutorial's network that is most often right with a margin."""
    carried = [summary for (reach, _, _), summary in ends.items() if reach == CARRIED]
    return max(carried, key=lambda summary: (summary.within.share, summary.solved.share))


def soonest(curves: Mapping[Key, Curve], clock: str) -> list[Key]:
    """Find what gets enough of the seeds right soonest by a clock; empty if nothing does."""
    waits = {}
    for key, curve in curves.items():
        first = curve.first(ENOUGH)
        if first is not None:
            waits[key] = getattr(curve, clock)[curve.points.index(first)]
    return [key for key, wait in waits.items() if wait == min(waits.values())]


def _falls(curves: Mapping[Key, Curve], reach: str, clock: str, sign: int = 1) -> bool:
    """Whether updating less often takes less of a clock (more, if the sign is -1) until enough seeds are right."""
    firsts = [curves[reach, after, LOW].first(ENOUGH) for after in AFTER if (reach, after, LOW) in curves]
    readings = [sign * (first.updates if clock == "updates" else first.epoch) for first in firsts if first is not None]
    return len(readings) == len(firsts) and all(b < a for a, b in pairwise(readings))
