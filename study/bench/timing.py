"""How long one training run takes, the engine beside a loop as most people write it and the floor.

Cases are timed in turn and repeatedly, in one process and one thread, by the time of the processor, since the same
code can take 1.4 times as long a minute later. What uses all cores is measured as a whole, once in every repetition.
"""

from __future__ import annotations

import os
import platform
import sys
from contextlib import ExitStack
from dataclasses import asdict
from statistics import median
from typing import Any

import numpy as np
import torch
from rich.table import Table

from study.bench.aims import row_checks, run_checks
from study.bench.cases import Case, tutorial_cases, window_cases
from study.bench.online import online_wholes
from study.bench.peers import interpreter_with_jax, jax_cases, keras_cases, plain_cases
from study.bench.table import HEADINGS, Check, Timing, rows, said_of
from study.bench.wholes import Whole, wholes
from study.config import VERSION
from study.runs.provenance import processor


def measure(
    *,
    quick: bool = False,
    peers: tuple[str, ...] | list[str] = (),
    rounds: int = 9,
    jax_python: str = sys.executable,
) -> dict[str, Any]:
    """Time everything in turn.

    Parameters
    ----------
    quick : bool, default False
        No windows of 1,000 steps.
    peers : sequence of str
        Frameworks to time too: keras, jax.
    rounds : int, default 9
        How often everything is timed, after once to warm up.
    jax_python : str
        The interpreter that has JAX.

    Returns
    -------
    dict
        ``machine`` (processor, versions), ``timings`` (a list of `study.bench.table.Timing` as dicts), ``whole`` (a
        list of `study.bench.table.Check` as dicts).

    Raises
    ------
    StudyError
        If a peer is not installed or its process ends, or JAX does not train as the kernel does.
    """
    if "jax" in peers:
        jax_python = interpreter_with_jax(jax_python)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ExitStack() as processes:
            cases = [*tutorial_cases(), *window_cases(quick=quick)]
            cases += processes.enter_context(plain_cases(quick=quick))
            if "keras" in peers:
                cases += keras_cases()
            if "jax" in peers:
                cases += processes.enter_context(jax_cases(jax_python, quick=quick))
            times = _in_turn(sorted(cases, key=_shape), rounds)
        whole = [_measured(task, rounds=3 if quick else 5) for task in (*wholes(), *online_wholes())]
    finally:
        torch.set_num_threads(threads)
    timings = [
        Timing(case.what, *_shape(case), case.updates, median(taken), min(taken), tuple(taken)) for case, taken in times
    ]
    return {
        "machine": _machine(),
        "timings": [asdict(timing) for timing in timings],
        "whole": [asdict(check) for check in (*run_checks(timings), *row_checks(timings), *whole)],
    }


def _shape(case: Case) -> tuple[int, int, int]:
    """Sort by what is compared."""
    return case.timesteps, case.batch_size, case.seeds


def _in_turn(cases: list[Case], rounds: int) -> list[tuple[Case, list[float]]]:
    """Time everything in rounds, after one to warm up; milliseconds of one update of one seed."""
    times: list[tuple[Case, list[float]]] = [(case, []) for case in cases]
    for number in range(rounds + 1):
        for case, taken in times:
            seconds = case.seconds()
            if number > 0:
                taken.append(seconds / case.updates / case.seeds * 1e3)
    return times


def _measured(task: Whole, rounds: int) -> Check:
    """Measure something as a whole some times."""
    return Check(task.what, task.value([task.measure() for _ in range(rounds)]), task.unit, task.aim)


def _machine() -> dict[str, str]:
    """Say what was measured on."""
    return {
        "processor": processor(),
        "processors": str(os.cpu_count()),
        "version": str(VERSION),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def table(measurements: dict[str, Any]) -> Table:
    """Lay the measurements out for the terminal; see `study.bench.table.rows`."""
    laid = Table(title=said_of(measurements["machine"]))
    for name in HEADINGS:
        laid.add_column(name, justify="left" if name == "what" else "right")
    for row in rows(measurements):
        laid.add_row(*row)
    return laid
