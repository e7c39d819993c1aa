"""Where jobs are computed: in this process, or in several; both give the same numbers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from study.config import Config
from study.errors import StudyError
from study.runs.unfinished import kept_at
from study.training.kernel.kept import KERNEL, is_kept
from study.wiring import wired

ONLINE = KERNEL.parent / "online"  # what trains the networks of 1997
_LASTING = ExitStack()  # what a worker holds for as long as it lives


@dataclass(frozen=True)
class Job:
    """Some seeds of a configuration that are computed together, and roughly how long it takes compared with others.

    If it has a path, it is saved there while it is computed; see `study.runs.unfinished`.
    """

    config: Config
    seeds: tuple[int, ...]
    cost: float
    kept: Path | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a job: a table, or the traceback of its failure.

    Attributes
    ----------
    job : Job
    table : DataFrame or None
    seconds : float
        How long it took.
    failure : str
        Traceback; empty if it succeeded.
    reason : str
        The same in one line.
    diverged : int
        Seeds that were kept apart because they diverged.
    """

    job: Job
    table: pd.DataFrame | None
    seconds: float
    failure: str = ""
    reason: str = ""
    diverged: int = 0


class Backend(Protocol):
    """Computes jobs on `workers` processes and hands outcomes back as they end, in any order."""

    workers: int

    def run(self, jobs: Sequence[Job]) -> Iterator[Outcome]:
        """Compute all jobs."""


class Serial:
    """One job after the other, in this process."""

    workers = 1

    def run(self, jobs: Sequence[Job]) -> Iterator[Outcome]:
        """Compute all jobs in order."""
        with one_thread():
            for job in jobs:
                with interruptible():
                    outcome = work(job)
                yield outcome


class Processes:
    """Several processes with one thread each; networks this small gain nothing from more threads.

    A job whose worker dies is computed once more after all others, alone: where memory runs out, the
    system may end a worker for what its neighbours took. A job whose worker dies again has failed.

    Parameters
    ----------
    workers : int
        Number of processes.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def run(self, jobs: Sequence[Job]) -> Iterator[Outcome]:
        """Compute all jobs, the most expensive first; when interrupted, end the workers at once."""
        suspects: list[Job] = []
        with closing(_compute_all(sorted(jobs, key=lambda job: -job.cost), self.workers)) as outcomes:
            for outcome in outcomes:
                if isinstance(outcome, _Died):
                    suspects.append(outcome.job)
                else:
                    yield outcome
        yield from _compute_all(suspects, 1)


class _Died(Outcome):
    """A job whose worker ended before it did."""


class _Worker:
    """A process that computes one job at a time, with a connection of its own: if it dies, no other is disturbed."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()  # so that the connection ends when the process does

    def begin(self, job: Job) -> None:
        """Hand it a job."""
        self.job = job
        with suppress(OSError):  # it has died meanwhile, as `outcome` will find
            self.connection.send(job)

    def outcome(self) -> Outcome:
        """Take what became of its job."""
        try:
            outcome: Outcome = self.connection.recv()
        except (EOFError, OSError):
            self.process.join(5)
            reason = (
                f"the worker process ended (exit code {self.process.exitcode}) before the job did, also with no "
                "other beside it; -9 is how a system ends processes when it is out of memory"
            )
            return _Died(self.job, None, 0.0, reason, reason)
        return outcome

    def end(self) -> None:
        """End it at once, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _compute_all(jobs: Sequence[Job], workers: int) -> Generator[Outcome]:
    """Compute jobs in order; a worker that died is replaced."""
    waiting = deque(jobs)
    busy: dict[Any, _Worker] = {}  # by connection
    ready: list[_Worker] = []  # without a job yet

    def hand_out(worker: _Worker) -> None:
        busy[worker.connection] = worker
        worker.begin(waiting.popleft())

    try:
        for _ in range(min(workers, len(jobs))):
            ready.append(_Worker())
        if len(ready) > 1 and not all(map(is_kept, _compiled_for(jobs))):
            _compile_once(ready, jobs)
        while ready:
            hand_out(ready.pop())
        while busy:
            for connection in wait(list(busy)):
                worker = busy[connection]
                outcome = worker.outcome()
                del busy[connection]
                died = isinstance(outcome, _Died)
                if died or not waiting:
                    worker.end()
                if waiting:  # before the outcome is kept, so that no worker waits for it
                    hand_out(_Worker() if died else worker)
                yield outcome
    finally:
        for worker in (*ready, *busy.values()):
            worker.end()


def _compiled_for(jobs: Sequence[Job]) -> set[Path]:
    """List the folders whose compiled code the jobs need."""
    configs = [job.config for job in jobs if job.config.engine == "kernel"]
    return {ONLINE if wired(config.model) else KERNEL for config in configs}


def _compile_once(workers: list[_Worker], jobs: Sequence[Job]) -> None:
    """Let the last worker train a little of each model, and guess a little where weights are guessed.

    What it compiles is kept for all the others, which load their libraries meanwhile. What fails here fails again as a
    job, and is said there.
    """
    compiled = [job for job in jobs if job.config.engine == "kernel"]
    for job in {(job.config.model, dict(job.config.wiring).get("learning")): job for job in compiled}.values():
        config = job.config
        budget: dict[str, Any] = {"sequences": config.judged_every} if config.streams else {"epochs": 1}
        workers[-1].begin(Job(replace(config, probe="", **budget), job.seeds[:1], 0.0))
        if isinstance(workers[-1].outcome(), _Died):
            workers[-1].end()
            workers[-1] = _Worker()


def _serve(connection: Any) -> None:
    """Be a worker: compute what is sent until the driver is gone."""
    prepare_worker()
    with suppress(EOFError, OSError):
        while True:
            connection.send(work(connection.recv()))


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
    """End this process when the driver is gone for whatever reason: nobody would take its results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def work(job: Job) -> Outcome:
    """Compute one job; a failure comes back as an outcome, not as an exception."""
    from study.runs.compute import compute  # noqa: PLC0415  (so that the driver starts without waiting for torch)

    started = time.perf_counter()
    try:
        with kept_at(job.kept):
            table = compute(job.config, job.seeds)
    except (Exception, SystemExit) as error:  # whatever it is, the other jobs go on
        return Outcome(job, None, time.perf_counter() - started, traceback.format_exc(), _in_one_line(error))
    return Outcome(job, table, time.perf_counter() - started)


def _in_one_line(error: BaseException) -> str:
    """Say what went wrong, and where unless it is a mistake whose message says all."""
    said = " ".join(str(error).split())
    if isinstance(error, StudyError):
        return said
    frames = traceback.extract_tb(error.__traceback__)
    place = [frame for frame in frames if "/study/" in Path(frame.filename).as_posix()][-1]
    return f"{type(error).__name__}: {said} ({Path(place.filename).name}, line {place.lineno})"


class _Interrupted(BaseException):
    """An interrupt that no library catches as a KeyboardInterrupt."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Make an interrupt end what runs, whatever it is.

    A model may train by a library that catches KeyboardInterrupt, stops the epoch at hand, and goes on as if it were
    whole; scikit-learn's MLPClassifier does.
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
