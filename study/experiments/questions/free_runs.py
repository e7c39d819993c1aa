"""How long networks stay right when they are fed their own predictions, both sequences together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.experiments.questions.configs import PASSES
from study.measures.probe_columns import MOST_GENERATED
from study.measures.statistics import Rate
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import counted, number, rate

RUN_COLUMNS = (
    Column("trained as", "left"),
    Column("run", "left"),
    Column("epochs"),
    Column("own sequence right"),
    Column("next after the last right"),
    Column(f"right for {MOST_GENERATED} predictions"),
    Column("median"),
)
NAMES = {  # by which the text calls them; whole windows run in two ways
    "tutorial": "the tutorial",
    "never": "never reset, fixed order",
    "windows": "windows_whole windows",
    "stepwise": "whole windows",
    "whole": "whole sequence a row",
    "several": f"{PASSES} passes a row",
}


@dataclass(frozen=True)
class FreeRuns:
    """Free runs of a configuration at one checkpoint; a run counts as right as long as both sequences are.

    Attributes
    ----------
    own, following, everything : Rate
        Runs right to the end of their own sequence, at the first prediction after it, and for all predictions.
    median : float
        Predictions until the first wrong one.
    """

    own: Rate
    following: Rate
    everything: Rate
    median: float


def right_runs(runs: pd.DataFrame, prefix: str = "") -> FreeRuns:
    """Sum up free runs at one checkpoint.

    Parameters
    ----------
    runs : DataFrame
        One row a seed, with the columns of `study.measures.probes.generation`.
    prefix : str
        In front of the columns' names.

    Returns
    -------
    FreeRuns
    """
    seeds = right_seeds(runs, prefix)
    own, following, everything = (
        Rate(int(seeds[name].sum()), len(seeds)) for name in ("own", "following", "everything")
    )
    return FreeRuns(own, following, everything, float(_shortest(runs, f"{prefix}from_first").median()))


def right_seeds(runs: pd.DataFrame, prefix: str = "") -> pd.DataFrame:
    """Tell of each seed how long both of its free runs are right; parameters as of `right_runs`.

    Returns
    -------
    DataFrame
        One row a run, indexed as they are; columns ``own``, ``following`` and ``everything``, as in `FreeRuns`.
    """
    first, last = (_shortest(runs, f"{prefix}{start}") for start in ("from_first", "after_last"))
    right = {"own": first >= WHOLE, "following": last >= 1, "everything": first == MOST_GENERATED}
    return pd.DataFrame(right)


def _shortest(runs: pd.DataFrame, start: str) -> pd.Series[float]:
    """Give the predictions until the first wrong one of the two sequences."""
    return runs[[f"{start}_1", f"{start}_2"]].min(axis=1)


def seeds_at_the_end(evidence: Evidence, configs: Mapping[str, Config]) -> dict[str, pd.DataFrame]:
    """Tell of each seed, which is the index, how it runs freely at the longest budget, by the text's names."""
    seeds = {}
    for name, label in NAMES.items():
        prefix, plain = ("windows_", label.removeprefix("windows_")) if label not in configs else ("", label)
        table = evidence.table(configs[plain])
        seeds[name] = right_seeds(table[table["epoch"] == configs[plain].epochs].set_index("seed"), prefix)
    return seeds


def free_runs(evidence: Evidence, configs: Mapping[str, Config]) -> dict[tuple[str, str, int], FreeRuns]:
    """Sum up all free runs by label (with a prefix where windows are shifted), way of running, and ascending epochs."""
    by_label = {}
    for label, config in configs.items():
        table = evidence.table(config)
        for epoch in sorted({TUTORIAL_EPOCHS, config.epochs}):
            runs = table[table["epoch"] == epoch]
            for prefix, how in (("", "one input at a time"), ("windows_", f"windows of {config.timesteps}")):
                if f"{prefix}from_first_1" in runs:
                    by_label[f"{prefix}{label}", how, epoch] = right_runs(runs, prefix)
    return by_label


def at_the_end(by_label: Mapping[tuple[str, str, int], FreeRuns]) -> dict[str, FreeRuns]:
    """Keep the longest budget of each, by the name that the text uses."""
    last = {label: runs for (label, _, _), runs in by_label.items()}  # epochs ascend, so the longest is kept
    return {name: last[label] for name, label in NAMES.items()}


def free_facts(by_label: Mapping[tuple[str, str, int], FreeRuns]) -> Facts:
    """What the text says of networks that run freely."""
    rows = [
        (
            label.removeprefix("windows_"), how, number(epoch), rate(runs.own), rate(runs.following),
            rate(runs.everything), number(runs.median, 0 if runs.median.is_integer() else 1),
        )
        for (label, how, epoch), runs in by_label.items()
    ]  # fmt: skip
    return {
        "table": Table("running freely", RUN_COLUMNS, rows),
        "most": number(MOST_GENERATED),
        "passes": number(PASSES),
        "trained_steps": number(PASSES * WHOLE),
        **{
            name: {"own": counted(runs.own), "next": counted(runs.following), "all": counted(runs.everything)}
            for name, runs in at_the_end(by_label).items()
        },
    }
