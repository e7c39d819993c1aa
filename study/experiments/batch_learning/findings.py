"""Facts of the section on batch learning: updates after each row, sequence or epoch, by three clocks."""

from __future__ import annotations

from collections.abc import Mapping

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, LONG_UPDATES, REACHES
from study.experiments.batch_learning.moments import Curve, curve_of, moments, timesteps_an_epoch
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

KEYS = dict(zip(REACHES, ("carried", "window", "sequence"), strict=True))
CLOCKS = ("updates", "epochs", "timesteps")
RATE_KEYS = dict(zip(LEARNING_RATES, ("low", "high"), strict=True))
Key = tuple[str, str, float]


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    curves = {key: curve_of(evidence, *key) for key in moments()}
    readings = {
        "updates": min(LONG_UPDATES, *(curve.updates[-1] for curve in curves.values())),
        "epochs": TUTORIAL_EPOCHS,
        "timesteps": min(curve.timesteps[-1] for curve in curves.values()),
    }
    at = {clock: {key: curve.at(clock, readings[clock]) for key, curve in curves.items()} for clock in CLOCKS}
    return {
        "seeds": number(min(point.solved.n for point in at["updates"].values())),
        **{clock: number(reading) for clock, reading in readings.items()},
        "rates": " and ".join(f"{value:g}" for value in LEARNING_RATES),
        **{f"{name}_rate": f"{value:g}" for value, name in RATE_KEYS.items()},
        "enough": percent(ENOUGH),
        "threshold": threshold_in_words(point.solved.n for point in at["updates"].values()),
        "tried": number(len(curves)),
        "costs": {KEYS[key[0]]: number(timesteps_an_epoch(curve.config)) for key, curve in curves.items()},
        **{
            KEYS[reach]: {
                name: {clock: _moments(at[clock], reach, value) for clock in CLOCKS}
                | {"waits": _waits(curves, reach, value)}
                for value, name in RATE_KEYS.items()
            }
            for reach in REACHES
        },
        "within": _within(at["updates"]),
        "both_help": _where_more_are_right(at["updates"], "every epoch", "every sequence"),
        "one_helps": _where_more_are_right(at["updates"], "every sequence", "every row"),
        "quickest": {clock: _quickest(curves, clock) for clock in CLOCKS},
        "table": Table(
            "batch learning",
            _columns(readings),
            [_row(key, curve, {clock: at[clock][key] for clock in CLOCKS}) for key, curve in curves.items()],
        ),
    }


def _moments(found: Mapping[Key, Summary], reach: str, learning_rate: float) -> Facts:
    """What each moment of the update came to, and which leads beyond the intervals, if one does."""
    rates = {after: found[reach, after, learning_rate] for after in AFTER if (reach, after, learning_rate) in found}
    return {
        **{after.removeprefix("every "): rate(summary.solved) for after, summary in rates.items()},
        "updates": [number(summary.updates) for summary in rates.values()],
        "leader": _leader({after: summary.solved for after, summary in rates.items()}),
        "best": _best({after: summary.solved for after, summary in rates.items()}),
    }


def _where_more_are_right(found: Mapping[Key, Summary], one: str, other: str) -> list[str]:
    """List the learning rates at which one moment beats another beyond the intervals, in the tutorial's network."""
    reach = next(iter(REACHES))
    return [
        f"{value:g}"
        for value in LEARNING_RATES
        if found[reach, one, value].solved.low > found[reach, other, value].solved.high
    ]


def _leader(rates: Mapping[str, Rate]) -> str:
    """Name the moment whose interval lies above all others, or none."""
    leads = (
        after
        for after, found in rates.items()
        if all(found.low > other.high for name, other in rates.items() if name != after)
    )
    return next(leads, "")


def _best(rates: Mapping[str, Rate]) -> str:
    """Tell the greatest share, and after what it was found."""
    most = max(rates.values(), key=lambda found: found.share)
    return f"{rate(most)} after {' or '.join(after for after, found in rates.items() if found == most)}"


def _waits(curves: Mapping[Key, Curve], reach: str, learning_rate: float) -> list[Facts]:
    """How long each moment takes until enough of the seeds are right."""
    found = []
    for after in AFTER:
        if (reach, after, learning_rate) in curves:
            first = curves[reach, after, learning_rate].first(ENOUGH)
            found.append(
                {"after": after, "found": first is not None}
                | ({} if first is None else {"updates": number(first.updates), "epochs": number(first.epoch)})
            )
    return found


def _quickest(curves: Mapping[Key, Curve], clock: str) -> Facts:
    """Find what comes to enough of the seeds soonest by a clock."""
    waits = {}
    for key, curve in curves.items():
        first = curve.first(ENOUGH)
        if first is not None:
            waits[key] = getattr(curve, clock)[curve.points.index(first)]
    if not waits:
        return {"found": False}
    least = min(waits.values())
    names = [f"{reach}, {after}, learning rate {value:g}" for (reach, after, value), w in waits.items() if w == least]
    return {"found": True, "names": names, "reading": number(least)}


def _within(found: Mapping[Key, Summary]) -> Facts:
    """Tell how many of the tutorial's networks are right with a margin, at the better of the two learning rates."""
    best = max(
        (summary for (reach, _, _), summary in found.items() if KEYS[reach] == "carried"),
        key=lambda summary: (summary.within.share, summary.solved.share),
    )
    after = next(name for name, updates in AFTER.items() if updates * best.config.accumulate == AFTER["every row"])
    return {
        "after": after,
        "rate": f"{best.config.learning_rate:g}",
        "within": rate(best.within),
        "right": rate(best.solved),
        "gap": small(best.gap),
        "hair": best.solved.low > best.within.high,
    }


def _columns(readings: Mapping[str, int]) -> tuple[Column, ...]:
    updates, epochs, timesteps = (f"{number(readings[clock])} {clock}" for clock in CLOCKS)
    return (
        Column("row", 2.2, "left"),
        Column("update after", 1.5, "left"),
        Column("learning rate", 1.3),
        Column("ceiling", 1.2),
        Column(f"{updates}: epochs", 1.2),
        Column("right", 1.7),
        Column("within 0.25", 1.7),
        Column("memory gap: median", 1.2),
        Column(f"{epochs}: updates", 1.2),
        Column("right", 1.7),
        Column(f"{timesteps}: epochs", 1.5),
        Column("right", 1.7),
        Column(f"first {percent(ENOUGH)} right: updates", 1.2),
        Column("epochs", 1.2),
    )


def _row(key: Key, curve: Curve, at: Mapping[str, Summary]) -> tuple[str, ...]:
    reach, after, value = key
    updates, epochs, timesteps = (at[clock] for clock in CLOCKS)
    first = curve.first(ENOUGH)
    return (
        reach,
        after,
        f"{value:g}",
        str(updates.possible.ceiling.ambiguous),
        number(updates.epoch),
        rate(updates.solved),
        rate(updates.within),
        small(updates.gap),
        number(epochs.updates),
        rate(epochs.solved),
        number(timesteps.epoch),
        rate(timesteps.solved),
        "–" if first is None else number(first.updates),
        "–" if first is None else number(first.epoch),
    )


def answer(evidence: Evidence) -> str:
    """Write the answer for the README."""
    found = facts(evidence)
    carried = found["carried"]["low"]["updates"]
    leads = (
        f"Updating after {carried['leader']} leads, beyond the intervals"
        if carried["leader"]
        else "The intervals do not single one out"
    )
    return (
        f"**When to update the weights: after each row, each sequence or each epoch?** {leads}: after the same "
        f"{found['updates']} updates at learning rate {found['low_rate']}, {carried['row']} of the tutorial's networks "
        f"are right if updated after every row, {carried['epoch']} if updated after every epoch."
    )
