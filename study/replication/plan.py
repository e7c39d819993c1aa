"""What a replication runs: published rows under readings, races between readings, and other networks by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from study.config import Config
from study.replication.readings import Reading

Table = Mapping[Any, Mapping[Reading, list[Config]]]  # by published row and reading; several where it has several rates


class Race(NamedTuple):
    """A comparison on the same seeds: which reading succeeds earlier, a trial without success counting as later.

    Attributes
    ----------
    where : str
        Of which row, in words; empty where a task has one alone.
    first, second : Reading
    expected : str
        ``first``, ``second`` or ``neither``.
    configs : tuple of Config
        Of the first and of the second.
    """

    where: str
    first: Reading
    second: Reading
    expected: str
    configs: tuple[Config, Config]


def listed(table: Table, *named: Mapping[Any, Config]) -> list[Config]:
    """List every configuration once: those of a table, and others by name."""
    of_rows = (config for row in table.values() for configs in row.values() for config in configs)
    return list(dict.fromkeys([*of_rows, *(config for others in named for config in others.values())]))
