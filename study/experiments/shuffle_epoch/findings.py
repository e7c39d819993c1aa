"""Facts of the section on the order of presentation: what is right in the order of training, and what in any other."""

from __future__ import annotations

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.shuffle_epoch.configs import COUNTER, HABITS, LANES, ONE, OTHER_RATE, WINDOW
from study.experiments.shuffle_epoch.orders import Scored, budget, routes, scored
from study.models import MODELS
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small
from study.sequences.layouts import ORDERS
from study.training.rows import SCORING_EPOCHS

COLUMNS = (
    Column("network", 2.4, "left"),
    Column("reset after, order", 1.9, "left"),
    Column("updates", 1.1),
    Column("ceiling: trained and random order", 1.2),
    Column("right in order of training", 2.6),
    Column("within 0.25", 2.6),
    Column("right in random order", 2.4),
    Column("right with fresh state", 2.6),
    Column("memory gap: median", 1.1),
    Column("verdict", 1.3, "left"),
)
LEAKING = ("epoch", "fixed")  # the habit in which a counter is looked for
Key = tuple[str, float, str, str]


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found: dict[Key, Scored] = {
        (route, speed, *habit): scored(evidence, route, habit, speed)
        for route, speed in routes(evidence)
        for habit in HABITS[route]
    }
    plain = {(route, reset, order): one for (route, speed, reset, order), one in found.items() if speed != OTHER_RATE}
    windows = [plain[WINDOW, reset, order] for reset, order in HABITS[WINDOW]]
    unseen = [plain[ONE, "sequence", order] for order in ORDERS]
    return {
        "epochs": number(budget(evidence)),
        "updates": number(unseen[0].summary.updates),
        "scoring_epochs": number(SCORING_EPOCHS),
        "seeds": number(min(one.trained.n for one in found.values())),
        "counting": number(sum(one.counts for one in found.values())),
        "any_counting": any(one.counts for one in found.values()),
        "configurations": number(len(found)),
        "generalises": [_named(key) for key, one in found.items() if _needs_no_order(one) and key[2] != "sequence"],
        "windows": rate(min((one.trained for one in windows), key=lambda each: each.share)),
        "ahead": _ahead(unseen),
        "unseen_within": rate(max((one.summary.within for one in unseen), key=lambda each: each.share)),
        **{
            key: {
                reset: {order: _facts(plain[route, reset, order]) for r, order in HABITS[route] if r == reset}
                for reset, _ in HABITS[route]
            }
            for key, route in (("one", ONE), ("lanes", LANES), ("four", COUNTER))
        },
        "early": _facts(scored(evidence, ONE, LEAKING, epochs=TUTORIAL_EPOCHS)),
        "early_epochs": number(TUTORIAL_EPOCHS),
        "later": budget(evidence) > TUTORIAL_EPOCHS,
        "rate": f"{Config.learning_rate:g}",
        "other_rate": f"{OTHER_RATE:g}",
        "other": [
            {"reset": reset, "order": order} | _facts(one)
            for (route, speed, reset, order), one in found.items()
            if (route, speed) == (ONE, OTHER_RATE) and (reset, order) in {LEAKING, ("sequence", "fixed")}
        ],
        "table": Table("order", COLUMNS, [_row(key, one) for key, one in found.items()]),
    }


def _named(key: Key) -> str:
    route, speed, reset, order = key
    rest = f", learning rate {speed:g}" if speed == OTHER_RATE else ""
    return f"{route}{rest}, {'never reset' if reset == 'never' else 'reset after each ' + reset}, {order} order"


def _needs_no_order(one: Scored) -> bool:
    """Whether at least half of the seeds are right in the order of training, in random order and with a fresh state."""
    return min(one.trained.share, one.random.share, one.fresh.share) >= 1 / 2


def _ahead(unseen: list[Scored]) -> str:
    """Name the order that is right more often than the others beyond the intervals, where none of them can be seen."""
    leads = (
        one.config.order
        for one in unseen
        if all(one.trained.low > other.trained.high for other in unseen if other is not one)
    )
    return next(leads, "")


def _facts(found: Scored) -> Facts:
    return {
        "trained": rate(found.trained),
        "within": rate(found.summary.within),
        "random": rate(found.random),
        "fresh": rate(found.fresh),
        "alone": rate(found.alone),
        "ceiling": str(found.trained_ceiling),
        "random_ceiling": str(found.random_ceiling),
        "gap": small(found.summary.gap),
        "fresh_gap": small(found.fresh_gap),
        "counts": found.counts,
        "turned": found.summary.gap > 0 > found.fresh_gap,
    }


def _row(key: Key, found: Scored) -> tuple[str, ...]:
    route, speed, reset, order = key
    return (
        route + (f", learning rate {speed:g}" if speed == OTHER_RATE else ""),
        f"{reset}, {order}" if MODELS[found.config.model].carries_state else order,
        number(found.summary.updates),
        f"{found.trained_ceiling} and {found.random_ceiling}",
        rate(found.trained),
        rate(found.summary.within),
        rate(found.random),
        rate(found.fresh),
        small(found.summary.gap),
        found.verdict,
    )


def answer(evidence: Evidence) -> str:
    """Write the answer for the README."""
    found = facts(evidence)
    four = found["four"]["epoch"]["fixed"]
    first = (
        "It does if the state is not reset before each of them: a network can then count instead of remembering"
        if four["counts"]
        else "No network was found to count instead of remembering, even if the state is not reset before each of them"
    )
    return (
        f"**Does the order of the two sequences matter?** {first}. At batch size 4, where the first symbol cannot be "
        f"seen, {four['trained']} seeds are right in the order of training and {four['random']} in random order."
    )
