"""From a plan to stored results: what is missing is computed, and kept as each unit of work ends.

The driver alone reads and writes files; workers compute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from study.config import Cell
from study.errors import StudyError
from study.models import find_model
from study.runs.backends import Backend, Outcome, Unit
from study.runs.provenance import provenance
from study.runs.stand_in import computed_as
from study.runs.store import Store
from study.runs.validation import DamagedResultError
from study.sequences.configured import datasets_of, schedule_of

UNIT_SECONDS = 120  # a unit is kept when it ends, so it should not take much longer
UNIT_SEEDS = 100  # seeds trained side by side: enough to hide the start of operations, few enough to stay in cache


@dataclass
class Plan:
    """What a run has to do.

    Attributes
    ----------
    units : list of Unit
        What is missing.
    seeds_wanted, seeds_present : int
        Over all cells.
    repairs : list of str
        What was set aside because it was damaged, one line each.
    """

    units: list[Unit] = field(default_factory=list)
    seeds_wanted: int = 0
    seeds_present: int = 0
    repairs: list[str] = field(default_factory=list)


def make_plan(cells: Sequence[Cell], seeds: int | Mapping[Cell, int], store: Store) -> Plan:
    """Find out what is missing; damaged files are set aside and named.

    Parameters
    ----------
    cells : sequence of Cell
    seeds : int or mapping of Cell to int
        Each cell needs seeds 0 to ``seeds - 1``.
    store : Store

    Returns
    -------
    Plan

    Raises
    ------
    StudyError
        If a cell does not fit together.
    """
    plan = Plan()
    for cell, wanted in seeds_wanted(cells, seeds).items():
        find_model(cell.model)  # so that a mistyped name is refused here, not after the other cells
        dataset = datasets_of(cell, [0])[0]
        schedule = schedule_of(cell, dataset)
        for path in store.units(cell):
            try:
                store.read_unit(cell, path)
            except DamagedResultError as damage:
                aside = store.set_aside(path)
                plan.repairs.append(f"set aside as {aside.name} and computed anew: {damage}")
        present = store.seeds(cell) & set(range(wanted))
        missing = sorted(set(range(wanted)) - present)
        plan.seeds_wanted += wanted
        plan.seeds_present += len(present)
        updates = cell.epochs * len(schedule.epoch().rows)
        of_one = _cost(cell, updates, UNIT_SEEDS, dataset.features) / UNIT_SEEDS
        size = max(1, min(UNIT_SEEDS, int(UNIT_SECONDS / max(of_one, 1e-9))))
        for first in range(0, len(missing), size):
            part = tuple(missing[first : first + size])
            plan.units.append(Unit(cell, part, _cost(cell, updates, len(part), dataset.features)))
    return plan


def seeds_wanted(cells: Iterable[Cell], seeds: int | Mapping[Cell, int]) -> dict[Cell, int]:
    """Say how many seeds of which cells a run has to see to: those that coincide once, with the most that one needs.

    Parameters
    ----------
    cells : iterable of Cell
    seeds : int or mapping of Cell to int
        For all cells, or for each.

    Returns
    -------
    dict of Cell to int
        Keys are cells as `study.runs.compute.computed_as` gives them.
    """
    found: dict[Cell, int] = {}
    for cell in cells:
        wanted = seeds if isinstance(seeds, int) else seeds[cell]
        found[computed_as(cell)] = max(wanted, found.get(computed_as(cell), 0))
    return found


def run_plan(plan: Plan, store: Store, backend: Backend, report: Callable[[Outcome], None]) -> int:
    """Compute and keep all units of a plan.

    Parameters
    ----------
    plan : Plan
    store : Store
    backend : Backend
    report : callable
        Told of each outcome after it is kept.

    Returns
    -------
    int
        Number of units that failed; their tracebacks are kept apart and they are tried again next time.
    """
    origin, failed = provenance(), 0
    for computed in backend.run(plan.units):
        outcome = _keep(computed, store, origin)
        failed += outcome.table is None
        report(outcome)
    return failed


def _keep(outcome: Outcome, store: Store, origin: Mapping[str, str]) -> Outcome:
    """Write a result or a failure; a result that would be refused when it is read is a failure too.

    If it were kept, each run would set it aside and compute it again.
    """
    unit = outcome.unit
    if outcome.table is not None:
        try:
            store.write(unit.cell, outcome.table, {**origin, "seconds": round(outcome.seconds, 3)})
        except StudyError as refused:
            outcome = replace(outcome, table=None, failure=str(refused))
    if outcome.table is None:
        store.write_failure(unit.cell, unit.seeds, outcome.failure)
    return outcome


def _cost(cell: Cell, updates: int, seeds: int, features: int) -> float:
    """Guess the seconds a unit takes, for the order of work and the time left; measured on one core of a server."""
    if cell.model == "mlp":  # scikit-learn, one seed after the other
        return updates * seeds * 190e-6
    larger = float((cell.units / 20) ** 1.5)
    steps = 250e-6 + 3e-6 * seeds * larger
    steps += cell.timesteps * (120e-6 + 0.6e-6 * seeds * (cell.batch_size + 1) * larger)
    steps += 20e-9 * seeds * cell.timesteps * cell.batch_size * features  # outputs at each step, for large alphabets
    drawing = 15e-6 * seeds * cell.epochs if cell.layout == "shuffled" or cell.order == "random" else 0.0
    return updates * steps + drawing
