"""What the section on batch learning asserts, and the comparisons of the same seeds on which it rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, REACHES
from study.experiments.batch_learning.curves import Curve, Key, right_seeds
from study.measures.pairs import LEVEL, Paired, holm
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH

CARRIED, WINDOW, SEQUENCE = REACHES
LOW, HIGH = LEARNING_RATES
ROW, WHOLE, EPOCH = AFTER
HALF = 0.5  # of the seeds
PAIRED = f"McNemar's exact test on the same seeds, corrected by Holm for all pairs of update times: p below {LEVEL:g}"
At = Mapping[str, Mapping[Key, Summary]]  # by clock


def claims_on_update_times(evidence: Evidence, at: At) -> list[Claim]:
    """Claims on when the tutorial's network is updated."""

    def ahead(first: str, others: Sequence[str], learning_rate: float, clock: str) -> bool:
        return _ahead(evidence, at[clock], (CARRIED, learning_rate), first, others)

    best = surest(at["updates"])
    return [
        Claim("epoch_ahead", ahead(EPOCH, (ROW, WHOLE), LOW, "updates"), PAIRED),
        Claim("epoch_ahead_faster", ahead(EPOCH, (ROW, WHOLE), HIGH, "updates"), PAIRED),
        Claim("few_sure", best.within.high < HALF, f"upper end of Wilson's 95 % interval below {HALF}"),
        Claim(
            "nobody_ahead_by_epochs",
            not any(ahead(one, [other for other in AFTER if other != one], LOW, "epochs") for one in AFTER),
            f"no moment ahead of both others; {PAIRED}",
        ),
        Claim("epoch_ahead_by_epochs", ahead(EPOCH, (ROW, WHOLE), HIGH, "epochs"), PAIRED),
        Claim("sequence_helps_faster", ahead(WHOLE, (ROW,), HIGH, "updates"), PAIRED),
        Claim("sequence_undecided", not ahead(WHOLE, (ROW,), LOW, "updates"), f"not so: {PAIRED}"),
    ]


def claims_on_rows(evidence: Evidence, curves: Mapping[Key, Curve], at: At) -> list[Claim]:
    """Claims on rows that hold the first symbol, beside those of the tutorial."""
    holding = {key: summary for key, summary in at["updates"].items() if key[0] != CARRIED}
    by_time = {
        (reach, value): most([s.solved for (r, _, v), s in at["timesteps"].items() if (r, v) == (reach, value)])
        for reach in REACHES
        for value in LEARNING_RATES
    }
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
        Claim(
            "windows_want_updates",
            _ahead(evidence, at["epochs"], (WINDOW, LOW), ROW, (EPOCH,)),
            PAIRED,
        ),
        Claim(
            "sequences_want_updates",
            _ahead(evidence, at["epochs"], (SEQUENCE, LOW), WHOLE, (EPOCH,)),
            PAIRED,
        ),
        Claim(
            "sequences_first_by_time",
            all(by_time[SEQUENCE, LOW].low > by_time[reach, LOW].high for reach in (CARRIED, WINDOW)),
            "the most of each kind of row: Wilson's 95 % interval above both others",
        ),
        Claim(
            "holding_all_by_time",
            all(by_time[reach, HIGH].k == by_time[reach, HIGH].n for reach in (WINDOW, SEQUENCE)),
            "seeds right, the most of each kind of row: all",
        ),
        Claim(
            "soonest_hold_it",
            all(keys and all(reach != CARRIED and value == HIGH for reach, _, value in keys) for keys in first),
            f"first checkpoint with {ENOUGH:.0%} of the seeds right, by each clock; no interval",
        ),
    ]


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


def _ahead(
    evidence: Evidence, ends: Mapping[Key, Summary], row: tuple[str, float], first: str, others: Sequence[str]
) -> bool:
    """Whether one time of the update is ahead of others in the same seeds, corrected for all pairs of times."""
    reach, value = row
    right = {
        after: right_seeds(evidence, ends[reach, after, value]) for after in AFTER if (reach, after, value) in ends
    }
    names = list(right)
    pairs = {
        (one, other): Paired.by_seed(right[one], right[other])
        for place, one in enumerate(names)
        for other in names[place + 1 :]
    }
    corrected = holm({f"{one}, {other}": pair.p for (one, other), pair in pairs.items()})
    for other in others:
        key = (first, other) if (first, other) in pairs else (other, first)
        pair = pairs[key]
        more = pair.first > pair.second if key[0] == first else pair.second > pair.first
        if not more or corrected[", ".join(key)] >= LEVEL:
            return False
    return True
