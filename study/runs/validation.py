"""Whether a stored file holds what its name and its metadata say: one check for all that read results.

A file that was edited, cut or moved would otherwise be shown as if it had been computed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from study.config import Config
from study.errors import StudyError
from study.experiment import scored_at
from study.measures.probe_columns import columns_of
from study.measures.statistics import ROUNDING
from study.runs.judgements import fault_of_judgements, streamed_columns
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.encoding import Integers
from study.sequences.streams import streamed_task, updates_of
from study.sequences.tasks import make_task

OF_UPDATES = ("training_loss", "gradient_")  # not a number before training
OF_AMBIGUOUS_ROWS = ("ambiguous_accuracy", "memory_gap")  # not a number where the data have no such rows
AT_MOST_ONE = (
    "accuracy",
    "right",
    "known",
    "largest_error",
    "last_error",
    "forget_gate",
    "in_gate",
    "out_gate",
    "last_right",
    "last_wrong",
    "memory_gap",
)  # by a part of their name

NOT_MEASURED = {"seed", "epoch", "updates", "budget", *Config().settings()} - {"loss"}

Column = npt.NDArray[np.float64]  # of shape (measures, 1)


class DamagedResultError(StudyError):
    """A stored file that cannot be read, or does not hold what it should; `path` is where it lies."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"result {path} is damaged ({reason}); 'study run' sets it aside and computes it anew")


def validate(path: Path, config: Config, table: pa.Table, metadata: Mapping[str, Any]) -> None:
    """Raise a DamagedResultError unless a file is whole and of its configuration.

    Parameters
    ----------
    path : Path
        Of the file; its name gives the first and the last seed.
    config : Config
        Whose folder it lies in, as `study.runs.stand_in` gives it.
    table : pyarrow.Table
        Its whole content; not a DataFrame, since hundreds are read in a row and Pandas is much slower here.
    metadata : mapping
        With its ``seeds`` and the settings of its ``config``.
    """
    if fault := find_fault(path, config, table, metadata):
        raise DamagedResultError(path, fault)


def find_fault(path: Path, config: Config, table: pa.Table, metadata: Mapping[str, Any]) -> str:
    """Say what is wrong with a file, for the arguments of `validate`; empty if nothing is."""
    for name in ("config", "seed", config.clock, "updates"):
        if name not in table.column_names:
            return f"it has no column {name}"
        column = table.column(name)
        if column.null_count or (name != "config" and not pa.types.is_integer(column.type)):
            return f"its column {name} is not of {'names' if name == 'config' else 'whole numbers'} throughout"
    for name in streamed_columns(config) if config.streams else columns_of(config.probe):
        if name not in table.column_names or not _is_number(table.schema.field(name).type):
            return f"it has no column {name} of numbers"
    seeds, counts, updates = (table.column(name).to_numpy() for name in ("seed", config.clock, "updates"))
    return (
        _fault_of_settings(config, table, metadata)
        or _fault_of_seeds(path, seeds, metadata)
        or (fault_of_judgements(config, table) if config.streams else _fault_of_checkpoints(config, seeds, counts))
        or _fault_of_updates(config, counts, updates)
        or _fault_of_values(config, table)
    )


def settings_of(config: Config) -> dict[str, Any]:
    """Give a configuration's settings as they stand in a file, lists as text."""
    return {name: json.dumps(v) if isinstance(v, tuple) else v for name, v in config.settings().items()}


def seeds_named(seeds: Sequence[int]) -> str:
    """Name a job's seeds in a file name, for example ``seeds_00000-00099``."""
    return f"seeds_{seeds[0]:05d}-{seeds[-1]:05d}"


def _fault_of_settings(config: Config, table: pa.Table, metadata: Mapping[str, Any]) -> str:
    """Compare the identity, which holds the version too, and every setting; one added later has its default."""
    if (identities := table.column("config").unique().to_pylist()) != [config.identity]:
        held = ", ".join(map(str, identities)) or "none"
        return f"it holds configuration {held}, and its folder is that of configuration {config.identity}"
    kept, defaults, columns = metadata.get("config"), settings_of(Config()), set(_measured(table.schema))
    if not isinstance(kept, dict):
        return "its metadata name no configuration"
    for name, value in settings_of(config).items():
        if (said := kept.get(name, defaults[name])) != value:
            return f"its metadata say {name} {said!r}, and its configuration has {value!r}"
        column = "budget" if name == config.budget else name
        if column in columns or column not in table.column_names:
            continue
        if table.column(column).unique().to_pylist() != [value]:
            return f"its column {column} is not {value!r} throughout, as in its configuration"
    return ""


def _fault_of_seeds(path: Path, seeds: Integers, metadata: Mapping[str, Any]) -> str:
    """Compare the seeds in the table, in the metadata and in the name."""
    held = np.unique(seeds).tolist()
    if not held or held != metadata.get("seeds"):
        return f"its {len(held)} seeds are not those that its metadata name"
    return "" if path.stem == seeds_named(held) else f"it holds {seeds_named(held)}, which is not its name"


def _fault_of_checkpoints(config: Config, seeds: Integers, epochs: Integers) -> str:
    """Find a seed that is not scored exactly once at each checkpoint."""
    wanted = scored_at(config)
    if other := set(np.unique(epochs).tolist()) - set(wanted):
        return f"it is scored at epoch {min(other)}, which is no checkpoint of its configuration"
    named, rows = np.unique(seeds, return_inverse=True)
    times = np.zeros((len(named), len(wanted)), dtype=int)
    np.add.at(times, (rows, np.searchsorted(wanted, epochs)), 1)
    if (times == 1).all():
        return ""
    seed, place = np.argwhere(times != 1)[0]
    return f"seed {named[seed]} is scored {times[seed, place]} times at epoch {wanted[place]}"


def _fault_of_updates(config: Config, counts: Integers, updates: Integers) -> str:
    """Compare the weight updates with those that the layout makes in so many epochs, or sequences of a stream."""
    steps = _steps(config)
    made = counts.astype(np.int64) // (config.batch_size if config.streams else 1) * steps // config.accumulate
    wrong = np.flatnonzero(updates != made)
    if not steps or not len(wrong):
        return ""
    return f"it has {updates[wrong[0]]} updates at {config.clock} {counts[wrong[0]]} instead of {made[wrong[0]]}"


def _fault_of_values(config: Config, table: pa.Table) -> str:
    """Find a number that is missing or impossible."""
    names = _measured(table.schema)
    values = np.array([table.column(name).to_numpy() for name in names], dtype=np.float64)  # (measure, row)
    wrong = ~np.isfinite(values)
    guessed = dict(config.wiring).get("learning") == "guessing"  # nothing is trained then
    untrained = (table.column(config.clock).to_numpy() == 0) | guessed
    for place, name in enumerate(names):
        if name.startswith(OF_UPDATES):
            wrong[place, untrained] = False
        if name == "joined_after":
            wrong[place, np.isnan(values[place])] = False
        if name.endswith(OF_AMBIGUOUS_ROWS) and wrong[place].any() and _may_lack_ambiguous_rows(config):
            wrong[place, np.isnan(values[place])] = False
    least, most = _bounds(tuple(names))
    wrong |= (values < least - ROUNDING) | (values > most + ROUNDING)
    if not wrong.any():
        return ""
    place, row = np.argwhere(wrong)[0]
    seed, moment = (table.column(name)[int(row)] for name in ("seed", config.clock))
    return f"{names[place]} is {values[place, row]:g} for seed {seed} at {config.clock} {moment}"


def numbers_of(config: Config, schema: pa.Schema) -> list[str]:
    """List the columns of a file that hold numbers and are no settings: what was measured, of which seed and when."""
    measured = {"seed", config.clock, "updates", *_measured(schema)}
    return [name for name in schema.names if name in measured]


def _measured(schema: pa.Schema) -> list[str]:
    """List the columns with all numbers that are not settings; ``loss`` can be either."""
    return [field.name for field in schema if field.name not in NOT_MEASURED and _is_number(field.type)]


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


@cache
def _bounds(names: tuple[str, ...]) -> tuple[Column, Column]:
    """Give the least and the greatest possible value of each measure; a gap, a margin and a state can be negative."""
    least = [
        -1.0 if name.endswith("memory_gap") else -np.inf if name == "margin" or name.startswith("state_") else 0.0
        for name in names
    ]
    most = [1.0 if any(part in name for part in AT_MOST_ONE) else np.inf for name in names]
    return np.array(least)[:, None], np.array(most)[:, None]


@cache
def _steps(config: Config) -> int:
    """Count the batches of an epoch, or of a group of a stream's sequences; 0 where they differ."""
    if config.streams:
        return updates_of(config, streamed_task(config))
    schedule = schedule_of(config, datasets_of(config, [0])[0])
    alike = len(set(schedule.lengths)) == 1 or schedule.order == "fixed"
    return len(schedule.epoch().rows) if alike else 0


@cache
def _may_lack_ambiguous_rows(config: Config) -> bool:
    """Whether the data of some seed may have no input that several symbols follow."""
    varies = make_task(config.task, dict(config.task_options)).varies
    return varies or not datasets_of(config, [0])[0].ambiguous.any()
