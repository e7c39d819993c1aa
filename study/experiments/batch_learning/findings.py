"""Facts of the section on batch learning: updates after each row, sequence or epoch, by three clocks."""

from __future__ import annotations

from collections.abc import Mapping

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.batch_learning.claims import (
    EPOCH,
    LOW,
    SEQUENCE,
    WHOLE,
    Compared,
    claims_on_rows,
    claims_on_update_times,
    most,
    soonest,
    surest,
)
from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, LONG_UPDATES, REACHES
from study.experiments.batch_learning.curves import Curve, Key, curve_keys, curve_of, timesteps_an_epoch
from study.measures.summaries import Summary
from study.report.comparisons import comparisons_table
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import counted, number, p_value, percent, rate, small

KEYS = dict(zip(REACHES, ("carried", "window", "sequence"), strict=True))
CLOCKS = ("updates", "epochs", "timesteps")
RATE_KEYS = dict(zip(LEARNING_RATES, ("low", "high"), strict=True))


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    curves = {key: curve_of(evidence, *key) for key in curve_keys()}
    readings = {
        "updates": min(LONG_UPDATES, *(curve.updates[-1] for curve in curves.values())),
        "epochs": TUTORIAL_EPOCHS,
        "timesteps": min(curve.timesteps[-1] for curve in curves.values()),
    }
    at = {clock: {key: curve.at(clock, readings[clock]) for key, curve in curves.items()} for clock in CLOCKS}
    compared = Compared.made(evidence, at)
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
                name: {clock: _by_update_time(at[clock], reach, value) for clock in CLOCKS}
                | {"first": _first(curves, reach, value)}
                for value, name in RATE_KEYS.items()
            }
            for reach in REACHES
        },
        "sure": _sure(at["updates"]),
        "soonest": {clock: _soonest(curves, clock) for clock in CLOCKS},
        "table": Table(
            "batch learning",
            _columns(readings),
            [_row(key, curve, {clock: at[clock][key] for clock in CLOCKS}) for key, curve in curves.items()],
        ),
        "compared": number(len(compared.outcomes)),
        "sequences_p": p_value(compared.of(("epochs", SEQUENCE, LOW), WHOLE, EPOCH).corrected),
        "compared_after": comparisons_table(compared.outcomes),
        "claims": [*claims_on_update_times(compared, at), *claims_on_rows(compared, curves, at)],
    }


def _by_update_time(ends: Mapping[Key, Summary], reach: str, learning_rate: float) -> Facts:
    """The results of each time of the update, and the best of them."""
    summaries = {after: ends[reach, after, learning_rate] for after in AFTER if (reach, after, learning_rate) in ends}
    return {
        **{after.removeprefix("every "): counted(summary.solved) for after, summary in summaries.items()},
        "made": {after.removeprefix("every "): number(summary.updates) for after, summary in summaries.items()},
        "most": counted(most([summary.solved for summary in summaries.values()])),
    }


def _first(curves: Mapping[Key, Curve], reach: str, learning_rate: float) -> Facts:
    """How long each time of the update takes until enough seeds are right; a dash where the budget is too short."""
    times = {}
    for after in AFTER:
        if (reach, after, learning_rate) in curves:
            first = curves[reach, after, learning_rate].first(ENOUGH)
            times[after.removeprefix("every ")] = {
                "updates": "–" if first is None else number(first.updates),
                "epochs": "–" if first is None else number(first.epoch),
            }
    return times


def _soonest(curves: Mapping[Key, Curve], clock: str) -> Facts:
    """Name what comes to enough of the seeds soonest by a clock."""
    keys = soonest(curves, clock)
    names = [f"{reach}, update after {after}, learning rate {value:g}" for reach, after, value in keys]
    first = curves[keys[0]].first(ENOUGH) if keys else None
    reading = "–" if first is None else number(getattr(curves[keys[0]], clock)[curves[keys[0]].points.index(first)])
    return {"names": " and ".join(names) or "none", "reading": reading}


def _sure(ends: Mapping[Key, Summary]) -> Facts:
    """Tell of the tutorial's network that is most often right with a margin, and when it updates."""
    best = surest(ends)
    after = next(name for name, updates in AFTER.items() if updates * best.config.accumulate == AFTER["every row"])
    return {
        "after": after,
        "rate": f"{best.config.learning_rate:g}",
        "within": counted(best.within),
        "right": counted(best.solved),
        "gap": small(best.gap),
    }


def _columns(readings: Mapping[str, int]) -> tuple[Column, ...]:
    updates, epochs, timesteps = (f"{number(readings[clock])} {clock}" for clock in CLOCKS)
    return (
        Column("row", "left"),
        Column("update after", "left"),
        Column("learning rate"),
        Column("ceiling"),
        Column(f"{updates}: epochs", paper=False),
        Column(f"{updates}: right"),
        Column(f"{updates}: within 0.25"),
        Column(f"{updates}: memory gap, median", paper=False),
        Column(f"{epochs}: updates", paper=False),
        Column(f"{epochs}: right"),
        Column(f"{timesteps}: epochs", paper=False),
        Column(f"{timesteps}: right"),
        Column(f"first {percent(ENOUGH)} right: updates"),
        Column("epochs", paper=False),
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
    numbers = facts(evidence)
    carried = numbers["carried"]["low"]["updates"]
    return (
        "**When to update the weights: after each row, each sequence or each epoch?** After the same "
        f"{numbers['updates']} updates at learning rate {numbers['low_rate']}, {carried['row']['rate']} of the "
        f"tutorial's networks are right if updated after every row, {carried['epoch']['rate']} if updated after "
        "every epoch. Counted in epochs, it depends on the learning rate."
    )
