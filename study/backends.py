"""Where units of work are computed: in this process, or in several; both give the same numbers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from study.cell import Cell
from study.errors import StudyError

_LASTING = ExitStack()  # what a worker holds for as long as it lives


@dataclass(frozen=True)
class Unit:
    """A unit of work: some seeds of a cell, and roughly how long it takes compared with others."""

    cell: Cell
    seeds: tuple[int, ...]
    cost: float


@dataclass(frozen=True)
class Outcome:
    """What became of a unit: a table, or the traceback of its failure.

    Attributes
    ----------
    unit : Unit
    table : DataFrame or None
    seconds : float
        How long it took.
    failure : str
        Traceback; empty if it succeeded.
    """

    unit: Unit
    table: pd.DataFrame | None
    seconds: float
    failure: str = ""


class Backend(Protocol):
    """Computes units on `workers` processes and hands outcomes back as they end, in any order."""

    workers: int

    def run(self, units: Sequence[Unit]) -> Iterator[Outcome]:
        """Compute all units."""


class Serial:
    """One unit after the other, in this process."""

    workers = 1

    def run(self, units: Sequence[Unit]) -> Iterator[Outcome]:
        """Compute all units in order."""
        with one_thread():
            for unit in units:
                with interruptible():
                    outcome = work(unit)
                yield outcome


class Processes:
    """Several processes with one thread each; networks this small gain nothing from more threads.

    Parameters
    ----------
    workers : int
        Number of processes.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, units: Sequence[Unit]) -> Iterator[Outcome]:
        """Compute all units, the dearest first; when interrupted, end the workers at once."""
        waiting = sorted(units, key=lambda unit: -unit.cost)
        before = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            min(self.workers, len(units)), multiprocessing.get_context("spawn"), initializer=prepare_worker
        )
        try:
            # Few units are handed out at a time: a worker that dies takes only those with it.
            running: dict[Future[Outcome], Unit] = {}
            while waiting or running:
                while waiting and len(running) < self.workers:
                    unit = waiting.pop(0)
                    running[pool.submit(work, unit)] = unit
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    unit = running.pop(future)
                    error = future.exception()
                    if error is None:
                        yield future.result()
                    else:
                        yield Outcome(unit, None, 0.0, f"the worker process ended before the unit did: {error!r}")
                        pool, running, waiting = self._renew(pool, running, waiting)
        finally:
            for child in set(multiprocessing.active_children()) - before:
                child.terminate()
            pool.shutdown(wait=False, cancel_futures=True)

    def _renew(
        self, pool: ProcessPoolExecutor, running: dict[Future[Outcome], Unit], waiting: list[Unit]
    ) -> tuple[ProcessPoolExecutor, dict[Future[Outcome], Unit], list[Unit]]:
        """Start new workers after one has died; what the others were at is handed out again."""
        pool.shutdown(wait=False, cancel_futures=True)
        fresh = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), initializer=prepare_worker)
        return fresh, {}, [*running.values(), *waiting]


def choose_backend(workers: int | None) -> Backend:
    """Pick the backend for a number of workers (none given: one for each core)."""
    count = _cores() if workers is None else workers
    if count < 1:
        raise StudyError(f"workers is {count}; it must be 1 or more, the number of processes")
    return Serial() if count == 1 else Processes(count)


def _cores() -> int:
    """Count the cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def prepare_worker() -> None:
    """Set a fresh process up: one thread, and interrupts left to the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _LASTING.enter_context(one_thread())
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the driver is gone, however it went: nobody would take its results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def work(unit: Unit) -> Outcome:
    """Compute one unit; a failure comes back as an outcome, not as an exception."""
    from study.compute import compute  # noqa: PLC0415  (so that the driver starts without waiting for torch)

    started = time.perf_counter()
    try:
        table = compute(unit.cell, unit.seeds)
    except Exception:  # whatever it is, the other units go on
        return Outcome(unit, None, time.perf_counter() - started, traceback.format_exc())
    return Outcome(unit, table, time.perf_counter() - started)


class _Interrupted(BaseException):
    """An interrupt that nobody takes for a KeyboardInterrupt."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Make an interrupt end what runs, whatever it is.

    scikit-learn's MLP catches KeyboardInterrupt, stops the epoch at hand, and goes on as if it were whole.
    """
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield  # interrupts are ignored, or not ours
        return

    def interrupt(*_: object) -> None:
        raise _Interrupted

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except _Interrupted:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold numerical libraries to one thread for a while."""
    import torch  # noqa: PLC0415  (as in `work`)
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  (as in `work`)

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(threads)
