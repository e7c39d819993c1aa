"""Rows that no network can tell apart: it has seen the same before each, and their targets differ."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from study.sequences.encoding import EncodedDataset
from study.theory.contexts import Context, HistoryNumbers, Occurrence, Window
from study.theory.lanes import MOST_INPUTS, symbols_of


@dataclass(frozen=True)
class Confusion:
    """Rows that reach the network with one and the same visible context, and have different targets.

    Attributes
    ----------
    rows : tuple of int
    targets : tuple
        Target of each row.
    context : tuple
        What has been seen, as in `Slot`; one example where there are several.
    contexts : int
        Number of contexts in which exactly these rows are confused.
    """

    rows: tuple[int, ...]
    targets: tuple[Hashable, ...]
    context: tuple[Hashable, ...]
    contexts: int


def confusions_of(
    seen: Sequence[Occurrence], dataset: EncodedDataset, numbers: HistoryNumbers[Window]
) -> Iterator[Confusion]:
    """Group the rows by visible context, and the contexts by the rows that look alike in them."""
    groups: dict[Context, dict[int, Occurrence]] = {}
    for each in seen:
        groups.setdefault(each.context, {})[each.row] = each
    alike: dict[tuple[int, ...], list[Occurrence]] = {}
    for rows in groups.values():
        if len({each.target for each in rows.values()}) > 1:
            alike.setdefault(tuple(sorted(rows)), []).append(next(iter(rows.values())))
    for group, examples in sorted(alike.items()):
        first = examples[0]
        windows = [*numbers.read(first.history.since_reset, MOST_INPUTS // dataset.timesteps), first.context[-1]]
        yield Confusion(
            rows=group,
            targets=tuple(dataset.symbols[dataset.targets[row, -1]] for row in group),
            context=symbols_of(windows, dataset),
            contexts=len(examples),
        )
