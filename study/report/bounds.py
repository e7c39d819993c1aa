"""No result above its exact ceiling is shown: no weights at all can get there, so the file is at fault.

Each configuration is checked when the report first reads it, so nothing is shown unchecked, whatever the experiment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from study.config import Config
from study.errors import StudyError
from study.measures.statistics import ROUNDING, exceeds
from study.measures.summaries import deciding, possible
from study.models import MODELS
from study.report.words import number
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.tasks import make_task

SHARES = {"ambiguous_accuracy": "ambiguous", "accuracy": "overall"}  # measure: the ceiling it has
FLOOR_ROUNDING = 1e-5  # losses near the floor are means of single-precision logarithms


class Bound(NamedTuple):
    """The best that a measure can be.

    Attributes
    ----------
    ceiling : Fraction
    by_chance : bool
        Whether it holds only on average, as in random layouts; otherwise it holds for every run.
    """

    ceiling: Fraction
    by_chance: bool


def bounds_of(config: Config, columns: Iterable[str]) -> dict[str, Bound]:
    """Give the ceilings of the measures in a configuration's table, in each of the layouts in which it is scored.

    Parameters
    ----------
    config : Config
    columns : iterable of str
        Of the table; those without a known ceiling are left out.

    Returns
    -------
    dict of str to Bound
        By column.
    """
    return {
        f"{prefix}{measure}": Bound(getattr(possible(layout).ceiling, kind), config.streams or _by_chance(layout))
        for prefix, layout in _scored(config).items()
        for measure, kind in SHARES.items()
        if f"{prefix}{measure}" in columns
    }


def floors_of(config: Config, columns: Iterable[str]) -> dict[str, float]:
    """Give the lowest errors possible; only for layouts without chance and data that all seeds share.

    Parameters
    ----------
    config : Config
    columns : iterable of str
        Of the table.

    Returns
    -------
    dict of str to float
        By column: the loss floor, and 1/2 for the largest error where two equal contexts have different targets.
    """
    floors: dict[str, float] = {}
    for prefix, layout in () if config.streams else _scored(config).items():
        if not _by_chance(layout) and not make_task(config.task, dict(config.task_options)).varies:
            ceiling = possible(layout).ceiling
            floors[f"{prefix}loss"] = ceiling.loss_floor
            floors[f"{prefix}largest_error"] = 0.5 if ceiling.overall < 1 else 0.0
    return {name: least for name, least in floors.items() if name in columns}


def _scored(config: Config) -> dict[str, Config]:
    """Give the layouts in which a configuration is scored, by the prefix of their columns.

    A stream of a task's own sequences shows a row what they show it one after the other: the whole sequence, but for
    single steps without state. Of sequences that a task makes up as it goes no ceiling is known.
    """
    if config.streams:
        task = make_task(config.task, dict(config.task_options))
        whole = MODELS[config.model].carries_state or config.timesteps > 1
        model = "stateful_lstm" if whole else "stateless_lstm"
        return {} if task.varies else {"": Config(task=config.task, task_options=config.task_options, model=model)}
    decides = deciding(config)
    return {
        "": decides,
        "fresh_": replace(decides, batch_size=1, layout="consecutive", reset="sequence", order="fixed"),
        "random_": replace(decides, order="random"),
    }


def _by_chance(config: Config) -> bool:
    return MODELS[config.model].carries_state and schedule_of(config, datasets_of(config, [0])[0]).draws


def refuse_above_ceiling(store: Store, config: Config, table: pd.DataFrame) -> None:
    """Raise a StudyError if a configuration's runs are better, or err less, than any network can.

    Parameters
    ----------
    store : Store
        Where the table comes from, so that the file can be named.
    config : Config
    table : DataFrame
        As `study.runs.store.Store.read` gives it.
    """
    for name, bound in bounds_of(config, table.columns).items():
        moment = _first_above(table, config.clock, name, bound)
        if moment is not None:
            runs = table[table[config.clock] == moment]
            mean, most = number(runs[name].mean(), 3), number(runs[name].max(), 3)
            file = _file_of(store, config, runs, name, bound)
            raise StudyError(
                f"result {file} cannot be right: at {config.clock} {number(moment)} the mean of {name} is {mean}, the "
                f"greatest {most}, and the exact ceiling is {bound.ceiling}; delete that file and compute it anew with "
                "'study run'"
            )
    _refuse_below_floor(store, config, table)


def _refuse_below_floor(store: Store, config: Config, table: pd.DataFrame) -> None:
    """Raise a StudyError if a run errs less than any network can."""
    for name, least in floors_of(config, table.columns).items():
        below = table[name].to_numpy() < least - FLOOR_ROUNDING
        if not below.any():
            continue
        seed, epoch, value = table[below].iloc[0][["seed", "epoch", name]]
        files = zip(store.files(config), store.provenance(config), strict=True)
        path = next(path for path, origin in files if seed in origin["seeds"])
        raise StudyError(
            f"result {path} cannot be right: at epoch {number(epoch)} the {name} of seed {number(seed)} is "
            f"{value:.4f}, and no network can have less than {least:.4f}; delete that file and compute it anew with "
            "'study run'"
        )


def _first_above(table: pd.DataFrame, clock: str, name: str, bound: Bound) -> int | None:
    """Find the first checkpoint at which a measure lies above its ceiling; none if it never does."""
    ceiling, moments, values = float(bound.ceiling), table[clock].to_numpy(), table[name].to_numpy()
    for moment in np.unique(moments[values > ceiling + ROUNDING]):
        if not bound.by_chance or exceeds(table.loc[moments == moment, name], ceiling):
            return int(moment)
    return None


def _file_of(store: Store, config: Config, runs: pd.DataFrame, name: str, bound: Bound) -> Path:
    """Find the file of a configuration with the run that is too good; by chance, that with the greatest mean."""
    values = runs.set_index("seed")[name]

    def too_good(file: tuple[Path, dict[str, Any]]) -> float:
        held = values.reindex(file[1]["seeds"])
        return float(held.mean() if bound.by_chance else held.max())

    return max(zip(store.files(config), store.provenance(config), strict=True), key=too_good)[0]
