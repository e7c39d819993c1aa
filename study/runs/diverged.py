"""Runs that diverged: seeds whose loss is not a number any more, kept apart from results with when it happened.

They are no fault of the job, whose other seeds are stored; the same run would diverge again, so it is not tried again.
Whoever sums results up counts them as not solved.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from study.config import Config
from study.experiment import scored_at
from study.measures.probe_columns import columns_of
from study.runs.judgements import streamed_columns


def diverged_in(config: Config, table: pd.DataFrame) -> dict[int, int]:
    """Find the seeds whose loss is not a number after training, and when it first was none.

    Parameters
    ----------
    config : Config
    table : DataFrame
        As `study.runs.compute.compute` gives it.

    Returns
    -------
    dict of int to int
        Epoch, or sequences of a stream, by seed, ascending. Before training it would be another fault.
    """
    if "loss" not in table.columns:
        return {}
    lost = table[~np.isfinite(table["loss"].to_numpy(dtype=np.float64))].sort_values(config.clock)
    first = lost.drop_duplicates("seed").sort_values("seed")
    pairs = zip(first["seed"].tolist(), first[config.clock].tolist(), strict=True)
    return {seed: moment for seed, moment in pairs if moment > 0}


def said_of(config: Config, moments: dict[int, int]) -> str:
    """Say which seeds diverged, and when, a line each."""
    clock = "epoch" if config.clock == "epoch" else "sequence"
    lines = [
        f"seed {seed} diverged: its loss is not a number at {clock} {moment:,}" for seed, moment in moments.items()
    ]
    return "\n".join(lines)


def with_diverged(config: Config, table: pd.DataFrame | None, seeds: set[int]) -> pd.DataFrame:
    """Add rows without numbers for seeds that diverged, so that they meet no criterion wherever seeds are counted.

    Parameters
    ----------
    config : Config
    table : DataFrame or None
        Of the other seeds; none if all diverged.
    seeds : set of int

    Returns
    -------
    DataFrame
        With a row for each of the seeds and each checkpoint; of a stream, for the end of the budget.
    """
    if not seeds:
        assert table is not None
        return table
    moments = [config.sequences] if config.streams else list(scored_at(config))
    if table is None:
        names = streamed_columns(config) if config.streams else columns_of(config.probe)
        table = pd.DataFrame({name: pd.Series(dtype=float) for name in ("seed", config.clock, "updates", *names)})
    updates = table.groupby(config.clock)["updates"].max().reindex(moments, fill_value=0)
    rows = [(seed, moment, updates[moment]) for seed in sorted(seeds) for moment in moments]
    added = pd.DataFrame(rows, columns=["seed", config.clock, "updates"]).reindex(columns=table.columns)
    if table.empty:
        return added
    return pd.concat([table, added]).sort_values(["seed", config.clock], ignore_index=True)
