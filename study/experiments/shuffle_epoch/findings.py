"""Facts of the section on the order of presentation: what is right in the order of training, and what in any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.shuffle_epoch.configs import COUNTER, HABITS, LANES, ONE, OTHER_RATE, WINDOW
from study.experiments.shuffle_epoch.three_orders import OTHERWISE, Scored, budget, compared, counts, routes, scored
from study.models import MODELS
from study.presentation import ORDERS
from study.report.claims import Claim
from study.report.comparisons import Outcome, ahead, comparisons_table, told, undecided
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import counted, number, rate, small
from study.training.rows import SCORING_EPOCHS

COLUMNS = (
    Column("network", "left"),
    Column("reset after, order", "left"),
    Column("updates"),
    Column("ceiling: trained and random order"),
    Column("right in order of training"),
    Column("within 0.25"),
    Column("right in random order"),
    Column("right with fresh state"),
    Column("memory gap: median"),
    Column("verdict", "left"),
)
USUAL = Config.learning_rate
LEAKING = ("epoch", "fixed")  # the habit in which a counter is looked for
FEW = 0.25  # of the seeds
COUNTED = (
    "more seeds right in the order of training than in both other ways of asking, on the same seeds (McNemar, Holm)"
)
Key = tuple[str, float, str, str]


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    scores: dict[Key, Scored] = {
        (route, speed, *habit): scored(evidence, route, habit, speed)
        for route, speed in routes(evidence)
        for habit in HABITS[route]
    }
    plain = {(route, reset, order): one for (route, speed, reset, order), one in scores.items() if speed != OTHER_RATE}
    faster = {(reset, order): one for (_, speed, reset, order), one in scores.items() if speed == OTHER_RATE}
    early = scored(evidence, ONE, LEAKING, epochs=TUTORIAL_EPOCHS)
    names = {key: _named(*key) for key in scores}
    started = f"{names[ONE, USUAL, *LEAKING]}, after {number(TUTORIAL_EPOCHS)} epochs"
    pairs = compared(evidence, {**{names[key]: one for key, one in scores.items()}, started: early})
    counting = {key for key in scores if counts(pairs, names[key])}
    return {
        "epochs": number(budget(evidence)),
        "updates": number(plain[ONE, "sequence", "fixed"].summary.updates),
        "scoring_epochs": number(SCORING_EPOCHS),
        "seeds": number(min(one.trained.n for one in scores.values())),
        "units": number(Config.units),
        "rate": f"{Config.learning_rate:g}",
        "counting": number(len(counting)),
        "configurations": number(len(scores)),
        **{
            key: {
                reset: {order: _facts(plain[route, reset, order]) for r, order in HABITS[route] if r == reset}
                for reset, _ in HABITS[route]
            }
            for key, route in (("one", ONE), ("lanes", LANES), ("four", COUNTER))
        },
        "early": {"epochs": number(TUTORIAL_EPOCHS), **_facts(early)},
        "pair": _pair_facts(pairs, USUAL),
        "faster": _faster(faster, pairs) if faster else {},
        "compared_after": comparisons_table(pairs),
        "table": Table("order", COLUMNS, [_row(key, one, counts=key in counting) for key, one in scores.items()]),
        "claims": [
            *_counting(pairs, started),
            *_without_reset(scores, plain, counting),
            *_unseen(plain, pairs),
            *(_faster_claims(pairs) if faster else []),
        ],
    }


def _counting(pairs: Mapping[str, Outcome], started: str) -> list[Claim]:
    """Claims on networks that learnt the order: where, and how soon."""
    counting = {
        "counts_one": _named(ONE, USUAL, *LEAKING),
        "counts_early": started,
        "counts_lanes": _named(LANES, USUAL, "never", "fixed"),
    }
    return [_counts_claim(name, pairs, asked) for name, asked in counting.items()]


def _counts_claim(name: str, pairs: Mapping[str, Outcome], asked: str) -> Claim:
    """Claim that a network counts; `asked` is its name in the comparisons."""
    return Claim(name, counts(pairs, asked), "; ".join(pairs[f"{asked}: {other}"].test for other in OTHERWISE))


def _without_reset(
    scores: Mapping[Key, Scored], plain: Mapping[tuple[str, str, str], Scored], counting: Collection[Key]
) -> list[Claim]:
    """Claims on what was learnt with the order, and that nothing else was learnt there."""
    one, four = plain[ONE, *LEAKING], plain[COUNTER, *LEAKING]
    never = plain[ONE, "never", "fixed"]
    without_reset = [each for (_, _, reset, _), each in scores.items() if reset != "sequence"]
    return [
        Claim("leans_wrong", one.summary.gap > 0 > one.fresh_gap, "signs of the two median memory gaps"),
        Claim("alternating_nobody", plain[ONE, "epoch", "alternating"].trained.k == 0, "seeds right: none"),
        Claim(
            "four_nobody", plain[COUNTER, "sequence", "fixed"].trained.k == 0, "seeds right: none, as the ceiling says"
        ),
        Claim(
            "counts_four",
            (COUNTER, USUAL, *LEAKING) in counting and four.random.k == 0,
            f"{COUNTED}; in random order none",
        ),
        Claim("never_few", never.trained.high < FEW, f"upper end of Wilson's 95 % interval below {FEW}"),
        Claim("some_count", bool(counting), f"{COUNTED}; in at least one configuration"),
        Claim(
            "nothing_generalises",
            not any(_needs_no_order(each) for each in without_reset),
            "shares of seeds right in the order of training, in random order and with a fresh state: one below 1/2",
        ),
    ]


def _unseen(plain: Mapping[tuple[str, str, str], Scored], pairs: Mapping[str, Outcome]) -> list[Claim]:
    """Claims on orders that no network can see."""
    windows = [plain[WINDOW, reset, order] for reset, order in HABITS[WINDOW]]
    return [
        ahead("fixed_ahead", pairs[f"fixed, random, {USUAL:g}"]),
        ahead("fixed_ahead_of_alternating", pairs[f"fixed, alternating, {USUAL:g}"]),
        Claim(
            "nobody_sure",
            all(plain[ONE, "sequence", order].summary.within.k == 0 for order in ORDERS),
            "seeds with every output within 0.25 of its target, in every order: none",
        ),
        Claim(
            "windows_alike",
            all(one.trained.k == one.trained.n for one in windows),
            "seeds right in every order: all",
        ),
    ]


def _faster_claims(pairs: Mapping[str, Outcome]) -> list[Claim]:
    """Claims at the larger learning rate."""
    return [
        _counts_claim("counts_faster", pairs, _named(ONE, OTHER_RATE, *LEAKING)),
        undecided("faster_undecided", pairs[f"fixed, random, {OTHER_RATE:g}"]),
    ]


def _faster(faster: Mapping[tuple[str, str], Scored], pairs: Mapping[str, Outcome]) -> Facts:
    """What came of the larger learning rate."""
    return {
        "rate": f"{OTHER_RATE:g}",
        "epoch": _facts(faster[LEAKING]),
        "fixed": counted(faster["sequence", "fixed"].trained),
        "random": counted(faster["sequence", "random"].trained),
        "pair": _pair_facts(pairs, OTHER_RATE),
    }


def _pair_facts(pairs: Mapping[str, Outcome], rate: float) -> Facts:
    """What the text says of fixed order beside each of the others."""
    return {other: told(pairs[f"fixed, {other}, {rate:g}"]) for other in ORDERS if other != "fixed"}


def _needs_no_order(one: Scored) -> bool:
    """Whether at least half of the seeds are right in the order of training, in random order and with a fresh state."""
    return min(one.trained.share, one.random.share, one.fresh.share) >= 1 / 2


def _facts(score: Scored) -> Facts:
    return {
        "trained": counted(score.trained),
        "random": counted(score.random),
        "fresh": counted(score.fresh),
        "alone": counted(score.alone),
        "ceiling": str(score.trained_ceiling),
        "random_ceiling": str(score.random_ceiling),
        "gap": small(score.summary.gap),
        "fresh_gap": small(score.fresh_gap),
    }


def _named(route: str, speed: float, reset: str, order: str) -> str:
    """Name a configuration in the comparisons."""
    return f"{route}, reset after {reset}, {order} order, rate {speed:g}".replace("after never", "never")


def _row(key: Key, score: Scored, *, counts: bool) -> tuple[str, ...]:
    route, speed, reset, order = key
    return (
        route + (f", learning rate {speed:g}" if speed == OTHER_RATE else ""),
        f"{reset}, {order}" if MODELS[score.config.model].carries_state else order,
        number(score.summary.updates),
        f"{score.trained_ceiling} and {score.random_ceiling}",
        rate(score.trained),
        rate(score.summary.within),
        rate(score.random),
        rate(score.fresh),
        small(score.summary.gap),
        score.verdict(counts=counts),
    )


def answer(evidence: Evidence) -> str:
    """Write the answer for the README."""
    four = facts(evidence)["four"]["epoch"]["fixed"]
    return (
        "**Does the order of the two sequences matter?** It does if the state is not reset before each of them: a "
        "network can then count instead of remembering. At batch size 4, where the first symbol cannot be seen, "
        f"{four['trained']['rate']} seeds are right in the order of training and {four['random']['rate']} in random "
        "order."
    )
