"""What the answers to readers' questions assert, each with its condition; its first letter is the question's."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.questions.free_runs import FreeRuns, seeds_at_the_end
from study.experiments.questions.losses import LossAt
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import Outcome, SameSeeds, ahead, arm_of, judge, same_seeds
from study.report.evidence import Evidence

FEW, HALF = 0.25, 0.5  # of the seeds
NEAR = 0.01  # of a loss floor
SAME = 1e-5  # most that two computations of one thing come apart
NOBODY = "seeds right: none; a check of the exact ceiling"
ROW_OF_TARGETS = ("n_right", "n_within")  # comparisons of question N
Configs = Mapping[str, Mapping[str, Config]]


def compared_seeds(evidence: Evidence, configs: Configs) -> dict[str, Outcome]:
    """Compare, on the same seeds, what questions B, F, H, I and N ask of; corrected together."""
    networks = _summaries(evidence, configs)
    tutorial, whole = _at_the_tutorials_budget(evidence, configs)
    one, two = (networks[f"stateful, batch size {size}"] for size in (1, 2))
    every = networks["4 timesteps, a target at each"]
    counting = arm_of(networks["stateful, batch size 1, reset after each epoch"])
    planned = {
        "b_whole_row": Comparison(
            "right: a whole sequence a row against the tutorial", arm_of(whole), arm_of(tutorial)
        ),
        "f_two": Comparison("2 timesteps, right: batch size 2 against 1", arm_of(two), arm_of(one)),
        "f_not_sure": Comparison(
            "2 timesteps, batch size 2: right against within 0.25", arm_of(two), arm_of(two, "within")
        ),
        "n_right": Comparison(
            "right: a target at each of 4 timesteps against the tutorial", arm_of(every), arm_of(tutorial)
        ),
        "n_within": Comparison("the same, within 0.25", arm_of(every, "within"), arm_of(tutorial, "within")),
        "h_counts": Comparison(
            "0→1 and 0→2, right: in the order of training against random order",
            counting,
            counting._replace(criterion="random_right"),
        ),
    }
    given = {name: same_seeds(evidence, each) for name, each in planned.items()}
    return judge({**given, **_free(seeds_at_the_end(evidence, configs["running freely"]))})


def _free(seeds: Mapping[str, pd.DataFrame]) -> dict[str, SameSeeds]:
    """Compare how networks run freely."""
    tutorial, windows, stepwise = (seeds[name] for name in ("tutorial", "windows", "stepwise"))
    return {
        "i_windows": SameSeeds(
            "running freely, own sequences right: whole windows against the tutorial", windows["own"], tutorial["own"]
        ),
        "i_stepwise": SameSeeds(
            "whole windows, own sequences right: fed as windows against one input at a time",
            windows["own"],
            stepwise["own"],
        ),
        "i_forgetful": SameSeeds(
            "running freely, next after the last right: the tutorial against whole windows",
            tutorial["following"],
            windows["following"],
        ),
    }


def _summaries(evidence: Evidence, configs: Configs) -> dict[str, Summary]:
    """Sum up all but the networks that run freely, by label."""
    return {
        label: evidence.summary(config)
        for group, labelled in configs.items()
        if group != "running freely"
        for label, config in labelled.items()
    }


def _at_the_tutorials_budget(evidence: Evidence, configs: Configs) -> tuple[Summary, Summary]:
    """Sum up the tutorial, and a whole sequence a row."""
    free = configs["running freely"]
    tutorial, whole = (
        evidence.summary(free[label], TUTORIAL_EPOCHS) for label in ("the tutorial", "whole sequence a row")
    )
    return tutorial, whole


def claims_on_training(evidence: Evidence, configs: Configs, compared: Mapping[str, Outcome]) -> list[Claim]:
    """Claims on layouts, windows, rows and one input with two answers: questions A to H, and N.

    Parameters
    ----------
    evidence : Evidence
    configs : mapping
        Of the section, by question and label.
    compared : mapping of str to Outcome
        As `compared_seeds` gives it.
    """
    networks = _summaries(evidence, configs)
    tutorial, _ = _at_the_tutorials_budget(evidence, configs)
    blind = [networks[label] for label in ("1 timestep", "2 timesteps", "3 timesteps")]
    four = networks["stateful, batch size 4"]
    pairs = [evidence.summary(config) for config in configs["one input, two answers"].values()]
    confused = networks["stateless, batch size 2"]
    every = networks["4 timesteps, a target at each"]
    return [
        Claim("a_nobody", _none(networks["batch size 4, rows in order"]), NOBODY),
        ahead("b_whole_row", compared["b_whole_row"]),
        Claim("f_nobody", _none(networks["stateless"], four), NOBODY),
        ahead("f_two", compared["f_two"]),
        ahead("f_not_sure", compared["f_not_sure"]),
        Claim("g_nobody", _none(*blind), NOBODY),
        Claim("g_all", _all(networks["4 timesteps"]), "seeds right: all"),
        Claim("g_every", _all(every), "seeds right: all"),
        Claim("h_nobody", _none(*(pair for pair in pairs if pair.possible.ruled_out)), NOBODY),
        Claim("h_rests", _rests(confused), f"median loss within {NEAR:.0%} of the loss floor"),
        ahead("h_counts", compared["h_counts"]),
        Claim(
            "n_whole_row",
            all(compared[name].ahead == "first" for name in ROW_OF_TARGETS) and _fewer(every, tutorial),
            f"after fewer updates; {'; '.join(compared[name].test for name in ROW_OF_TARGETS)}",
        ),
    ]


def claims_on_use(
    evidence: Evidence,
    configs: Mapping[str, Config],
    free: Mapping[str, FreeRuns],
    difference: float,
    compared: Mapping[str, Outcome],
) -> list[Claim]:
    """Claims on running freely and on other batch sizes: questions I and K."""
    in_order = evidence.summary(configs["batch size 4, rows in order"])
    nobody = (in_order.solved, in_order.fresh_solved, in_order.fresh_within)
    tutorial, windows, several = (free[name] for name in ("tutorial", "windows", "several"))
    return [
        ahead("i_windows", compared["i_windows"]),
        ahead("i_stepwise", compared["i_stepwise"]),
        Claim("i_beyond", windows.following.high < HALF, f"upper end of Wilson's 95 % interval below {HALF}"),
        ahead("i_forgetful", compared["i_forgetful"]),
        Claim("i_not_apart", tutorial.everything.high < FEW, f"upper end of Wilson's 95 % interval below {FEW}"),
        Claim("i_passes", several.everything.low > HALF, f"lower end of Wilson's 95 % interval above {HALF}"),
        Claim("k_same", difference < SAME, f"all measures of all seeds at all checkpoints, less than {SAME:g} apart"),
        Claim("k_nobody", all(rate.k == 0 for rate in nobody), "seeds right, or within 0.25: none"),
    ]


def claims_on_loss(first: LossAt, last: LossAt) -> list[Claim]:
    """Claims on the printed loss: question M."""
    return [
        Claim("m_above", first.worse.k == first.worse.n, "loss above the floor of a network without memory: all seeds"),
        Claim(
            "m_falls",
            last.median < first.median and last.right.k <= first.right.k,
            "median loss lower, and no more seeds with every row right; no interval",
        ),
    ]


def _none(*summaries: Summary) -> bool:
    return all(summary.solved.k == 0 for summary in summaries)


def _all(summary: Summary) -> bool:
    return summary.solved.k == summary.solved.n


def _rests(summary: Summary) -> bool:
    floor = summary.possible.ceiling.loss_floor
    return abs(summary.loss - floor) <= NEAR * floor


def _fewer(one: Summary, other: Summary) -> bool:
    return one.updates < other.updates
