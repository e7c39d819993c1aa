"""Facts of the abstract and of the main results: what is possible, and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.main_grid.abstract import abstract_claims
from study.experiments.main_grid.appendix import alike
from study.experiments.main_grid.configs import BATCH_SIZES, WHOLE
from study.experiments.main_grid.times import first_solved, times
from study.experiments.main_grid.windows import whole
from study.experiments.tutorial.figure import without_memory
from study.measures.statistics import SAMPLING
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import (
    Outcome,
    SameSeeds,
    ahead,
    arm_of,
    comparisons_table,
    judge,
    same_seeds,
    seeds_of,
)
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.labels import KINDS, kind
from study.report.tables import Column, Table
from study.report.words import counted, mean, number, percent, rate, small
from study.runs.stand_in import stand_in
from study.theory.explanation import NO_GRADIENT_ACROSS_ROWS, SOLVABLE

MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss", "training_loss")
NEAR = 0.05  # share of the floor within which a loss counts as that of a network without memory
BRIEF = {SOLVABLE: "possible, a gradient reaches it", NO_GRADIENT_ACROSS_ROWS: "possible, no gradient across rows"}
TUTORIAL, LANES = (1, "consecutive"), (2, "interleaved")  # batch size and layout of the two that the text follows
IN_ORDER = {"model": "stateful_lstm", "timesteps": 1, "layout": "consecutive", "batch_size": 4}
SHORT = dict(zip(KINDS, ("MLP", "stateless", "whole window", "stateful"), strict=True))


def facts(evidence: Evidence) -> Facts:
    """Collect what the answer names.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    configs = evidence.longest("main_grid")
    budgets = sorted({TUTORIAL_EPOCHS} | {config.epochs for config in configs})
    at_tutorial = [evidence.summary(config, TUTORIAL_EPOCHS) for config in configs]
    at_end = [evidence.summary(config) for config in configs]
    compared = _comparisons(evidence, at_tutorial, at_end)
    everything = list(dict.fromkeys([*at_tutorial, *at_end]))
    claims = [
        *_claims(evidence, at_tutorial, at_end, compared),
        *_claims_of_tutorial_and_lanes(evidence, compared),
    ]
    return {
        "runs": number(sum({stand_in(s.config): s.solved.n for s in at_end}.values())),
        "seeds": number(min(summary.solved.n for summary in at_end)),
        "epochs": number(TUTORIAL_EPOCHS),
        "units": number(Config().units),
        "learning_rate": f"{Config().learning_rate:g}",
        "budgets": ", ".join(number(budget) for budget in budgets),
        "memoryless": _ruled_out([s for s in everything if kind(s.config) in KINDS[:2]]),
        "consecutive": _ruled_out([s for s in everything if _in_order(s.config)]),
        "tutorial": _told(_budgets(evidence, *TUTORIAL)),
        "lanes": _told(_budgets(evidence, *LANES)),
        "whole": whole([s for s in at_end if kind(s.config) == KINDS[2]]),
        "whole_early": whole([s for s in at_tutorial if kind(s.config) == KINDS[2]]),
        "shuffled": [
            {
                "ceiling": str(s.possible.ceiling.ambiguous),
                "accuracy": number(s.accuracy.value, 3),
            }
            for s in _shuffled(at_tutorial)
        ],
        "in_use": counted(_shuffled(at_tutorial)[0].fresh_solved),
        "unlearnt": _unlearnt(at_tutorial),
        "standard_errors": str(SAMPLING),
        "table": _table(evidence, configs),
        **times(evidence),
        "ever": number(int(_ever(evidence).sum())),
        "near": percent(NEAR),
        "chance": str(at_tutorial[0].possible.ceiling.chance),
        "compared_after": comparisons_table(compared),
        "claims": [*claims, *_abstract(evidence, claims, compared, at_end)],
    }


def _claims(
    evidence: Evidence,
    at_tutorial: Sequence[Summary],
    at_end: Sequence[Summary],
    compared: Mapping[str, Outcome],
) -> list[Claim]:
    """Judge the sentences on all configurations of a kind."""
    everything = [*at_tutorial, *at_end]
    blind = [s.solved.k for s in everything if kind(s.config) in KINDS[:2]]
    in_order = [s.solved for s in everything if _in_order(s.config)]
    windows = [s.solved for s in at_end if kind(s.config) == KINDS[2]]
    shuffled = _shuffled(everything)
    below = [(s.config.batch_size, s.epoch) for s in everything if _below_one_half(s)]
    return [
        Claim("no_memory", not any(blind), "runs solved, any budget: none; a check of the exact ceiling"),
        Claim(
            "rows_in_order",
            not any(solved.k for solved in in_order),
            "runs solved at batch sizes 2, 4 and 8, any budget: none; a check of the exact ceiling",
        ),
        Claim(
            "feed_forward",
            _feed_forward(evidence, [s.config for s in at_end]) == ["4", "8"],
            "measures in the layout of training at shared checkpoints, stateful against stateless LSTM: equal bits "
            "at batch sizes 4 and 8 and at no other",
        ),
        Claim(
            "all_windows",
            all(solved.k == solved.n for solved in windows),
            "seeds solved in each layout and at each batch size, longest budget: all",
        ),
        ahead("not_the_batch_size", compared["not_the_batch_size"]),
        Claim(
            "shuffled_below",
            all(s.accuracy.high < s.possible.ceiling.ambiguous for s in shuffled if s.config.batch_size < WHOLE),
            "mean ambiguous accuracy at batch sizes 1 and 2, both budgets: 95 % interval of Student below the ceiling",
        ),
        Claim(
            "shuffled_in_use",
            shuffled[0].differs_in_use and shuffled[0].fresh_solved.k > 0,
            "ceiling of use above that of training, and some seeds right in order from a fresh state",
        ),
        Claim(
            "too_short",
            bool(below) and set(below) == {(BATCH_SIZES[-1], TUTORIAL_EPOCHS)},
            "configurations with ceiling 1/2 whose mean is lower: all of batch size 8 at the tutorial's budget",
        ),
        Claim(
            "never_in_order",
            not np.isfinite(first_solved(evidence, evidence.find("main_grid", **IN_ORDER))).any(),
            "seeds solved at any checkpoint after the start: none",
        ),
    ]


def _comparisons(evidence: Evidence, at_tutorial: Sequence[Summary], at_end: Sequence[Summary]) -> dict[str, Outcome]:
    """Make the comparisons of the section, all on the same seeds and corrected together."""
    (first, last), (_, lanes) = _budgets(evidence, *TUTORIAL), _budgets(evidence, *LANES)
    in_order = [s for s in (*at_tutorial, *at_end) if _in_order(s.config)]
    seen = [s for s in at_end if s.config.batch_size > 1 and (_is_lanes(s.config) or kind(s.config) == KINDS[2])]
    fewest, most = min(seen, key=lambda s: s.solved.low), max(in_order, key=lambda s: s.solved.high)
    ends = f"{first.epoch} against {number(last.epoch)} epochs"
    (_, in_lanes), (_, at_four) = (_budgets(evidence, 4, layout) for layout in ("interleaved", "consecutive"))
    planned = {
        "same_place": Comparison(
            "batch size 4, solved: one sequence per lane against rows in order", arm_of(in_lanes), arm_of(at_four)
        ),
        "more_is_worse": Comparison(f"the tutorial's layout, solved: {ends}", arm_of(first), arm_of(last)),
        "barely_right": Comparison(
            f"the tutorial's layout, {first.epoch} epochs: solved against within 0.25",
            arm_of(first),
            arm_of(first, "within"),
        ),
        "lanes_barely": Comparison(
            f"one sequence per lane, {number(lanes.epoch)} epochs: solved against within 0.25",
            arm_of(lanes),
            arm_of(lanes, "within"),
        ),
        "not_the_batch_size": Comparison(
            "batch sizes 2, 4 and 8, solved: one sequence per lane or whole windows (the fewest) against rows in order "
            "(the most)",
            arm_of(fewest),
            arm_of(most),
        ),
    }
    given = {name: same_seeds(evidence, each) for name, each in planned.items()}
    given["right_and_lost"] = SameSeeds(
        f"the tutorial's layout, solved: at some checkpoint against the last, {number(last.epoch)} epochs",
        _ever(evidence),
        seeds_of(evidence, arm_of(last)),
    )
    return judge(given)


def _claims_of_tutorial_and_lanes(evidence: Evidence, compared: Mapping[str, Outcome]) -> list[Claim]:
    """Judge the sentences on the tutorial itself and on one sequence per lane."""
    (_, last), (lanes, lanes_last) = _budgets(evidence, *TUTORIAL), _budgets(evidence, *LANES)
    half = f"seeds solved at {number(lanes_last.epoch)} epochs, {rate(lanes_last.solved)}: 95 % interval above 1/2"
    return [
        ahead("barely_right", compared["barely_right"]),
        ahead("more_is_worse", compared["more_is_worse"]),
        Claim(
            "loss_of_no_memory",
            _is_near(last.loss, without_memory(last.config).loss_floor),
            f"median loss within {percent(NEAR)} of the lowest without memory",
        ),
        Claim("most_lanes", lanes_last.epoch > lanes.epoch and lanes_last.solved.low > 0.5, half),
        ahead("lanes_barely", compared["lanes_barely"]),
        ahead("right_and_lost", compared["right_and_lost"]),
    ]


def _abstract(
    evidence: Evidence, claims: Sequence[Claim], compared: Mapping[str, Outcome], at_end: Sequence[Summary]
) -> list[Claim]:
    """Judge the sentences of the abstract."""
    named = {
        "tutorial": _budgets(evidence, *TUTORIAL)[0],
        "lanes": _budgets(evidence, *LANES)[1],
        "in_order": _budgets(evidence, 4, "consecutive")[1],
    }
    windows = [s for s in at_end if kind(s.config) == KINDS[2]]
    return abstract_claims(claims, compared, named, windows)


def _ever(evidence: Evidence) -> pd.Series[bool]:
    """Tell of each seed of the tutorial's configuration whether it was solved at some checkpoint after the start."""
    config = _budgets(evidence, *TUTORIAL)[1].config
    seeds = sorted(evidence.table(config)["seed"].unique())
    return pd.Series(np.isfinite(first_solved(evidence, config)), index=seeds, dtype=bool)


def _columns(*, longer: bool) -> list[Column]:
    """List the columns of the main table; those of the longest budget only where there is a longer one."""
    return [
        Column("network", "left"),
        Column("layout", "left"),
        Column("batch"),
        Column("ceiling"),
        Column(f"solved at {TUTORIAL_EPOCHS} (95 %)"),
        Column("gap"),
        *([Column("solved at the longest")] if longer else []),
        Column("within 0.25"),
        *([Column("gap")] if longer else []),
        Column("verdict", "left"),
    ]


def _table(evidence: Evidence, configs: Sequence[Config]) -> Table:
    """Write the main table: each configuration at both budgets, if it has two."""
    longer = any(config.epochs > TUTORIAL_EPOCHS for config in configs)
    rows = []
    for config, layouts, batch_sizes in alike(configs):
        first, last = (evidence.summary(config, budget) for budget in (TUTORIAL_EPOCHS, None))
        measured = [rate(first.solved), small(first.gap)]
        measured += [rate(last.solved), rate(last.within), small(last.gap)] if longer else [rate(last.within)]
        ceiling = str(first.possible.ceiling.ambiguous)
        rows.append(
            (SHORT[kind(config)], layouts, batch_sizes, ceiling, *measured, BRIEF.get(first.judgement, first.judgement))
        )
    return Table("main grid", _columns(longer=longer), _once(rows))


def _once(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Write a network once whose numbers are the same in every layout and at every batch size."""
    by_network: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        by_network.setdefault(row[0], []).append(row)
    return [
        row
        for network, those in by_network.items()
        for row in ([(network, "each", "each", *those[0][3:])] if len({one[3:] for one in those}) == 1 else those)
    ]


def _feed_forward(evidence: Evidence, configs: Sequence[Config]) -> list[str]:
    """Batch sizes at which the stateful network's stored numbers are the stateless one's, bit for bit."""
    sizes = []
    for config in configs:
        if not (_is_stateful(config) and config.layout == "consecutive"):
            continue
        like = {name: getattr(config, name) for name in ("timesteps", "layout", "batch_size")}
        twin = evidence.find("main_grid", model="stateless_lstm", **like)
        ours, theirs = (evidence.table(one).set_index(["seed", "epoch"])[list(MEASURES)] for one in (config, twin))
        shared = ours.index.intersection(theirs.index)
        if len(shared) and ours.loc[shared].equals(theirs.loc[shared]):
            sizes.append(str(config.batch_size))
    return sizes


def _shuffled(summaries: Sequence[Summary]) -> list[Summary]:
    """Choose the stateful networks trained on shuffled rows."""
    return [s for s in summaries if _is_stateful(s.config) and s.config.layout == "shuffled"]


def _is_stateful(config: Config) -> bool:
    return config.model == "stateful_lstm"


def _in_order(config: Config) -> bool:
    """Whether it is the stateful network with rows in order and several lanes."""
    return _is_stateful(config) and config.layout == "consecutive" and config.batch_size > 1


def _is_lanes(config: Config) -> bool:
    return _is_stateful(config) and config.layout == "interleaved"


def _ruled_out(summaries: Sequence[Summary]) -> Facts:
    """Say how far configurations got whose ceiling is below 1; a run counts once, whatever budgets it is read at."""
    by_config: dict[Config, list[Summary]] = {}
    for summary in summaries:
        by_config.setdefault(stand_in(summary.config), []).append(summary)
    solved = sum(max(summary.solved.k for summary in budgets) for budgets in by_config.values())
    return {
        "configurations": number(len(by_config)),
        "runs": number(sum(budgets[0].solved.n for budgets in by_config.values())),
        "solved": number(solved),
        "highest_mean": number(max(summary.accuracy.value for summary in summaries), 3),
        "ceiling": str(max(summary.possible.ceiling.ambiguous for summary in summaries)),
    }


def budget_facts(summary: Summary) -> Facts:
    """What the text says of a configuration at one budget."""
    unremembered = without_memory(summary.config).loss_floor
    return {
        "epochs": number(summary.epoch),
        "updates": number(summary.updates),
        "rows": number(summary.rows_seen),
        "solved": rate(summary.solved),
        "k": number(summary.solved.k),
        "n": number(summary.solved.n),
        "share": percent(summary.solved.share),
        "all_right": rate(summary.all_right),
        "all_right_k": number(summary.all_right.k),
        "within": rate(summary.within),
        "within_k": number(summary.within.k),
        "gap": small(summary.gap),
        "gap_high": small(summary.gap_high),
        "loss": number(summary.loss, 4),
        "floor": number(summary.possible.ceiling.loss_floor, 4),
        "accuracy": mean(summary.accuracy),
        "blind_floor": number(unremembered, 4),
        "near_blind_floor": _is_near(summary.loss, unremembered),
    }


def _is_near(loss: float, floor: float) -> bool:
    """Whether a loss counts as that of the best without memory."""
    return abs(loss - floor) <= NEAR * floor


def _budgets(evidence: Evidence, batch_size: int, layout: str) -> tuple[Summary, Summary]:
    """Sum up a stateful configuration at the tutorial's budget and at its longest."""
    config = evidence.find("main_grid", model="stateful_lstm", timesteps=1, batch_size=batch_size, layout=layout)
    return evidence.summary(config, TUTORIAL_EPOCHS), evidence.summary(config)


def _told(budgets: tuple[Summary, Summary]) -> Facts:
    """What the text says of them."""
    return dict(zip(("tutorial", "longest"), map(budget_facts, budgets), strict=True))


def _below_one_half(summary: Summary) -> bool:
    """Whether a mean is below a ceiling of one half: in some seeds neither answer is learnt yet."""
    return summary.accuracy.value < summary.possible.ceiling.ambiguous == Fraction(1, 2)


def _unlearnt(at_tutorial: Sequence[Summary]) -> Facts:
    """The lowest mean where one half can always be had, and the updates that the largest batch makes."""
    halves = [s for s in at_tutorial if s.possible.ceiling.ambiguous == Fraction(1, 2)]
    largest = next(s for s in halves if _in_order(s.config) and s.config.batch_size == BATCH_SIZES[-1])
    return {
        "lowest": number(min(s.accuracy.value for s in halves), 3),
        "updates": number(largest.updates),
    }
