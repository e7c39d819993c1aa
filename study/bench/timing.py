"""`study bench`: how long one training run takes, the engine beside a loop as most people write it and the floor.

Cases are timed in turn and repeatedly, in one process and one thread, by the time of the processor, since the same
code can take 1.4 times as long a minute later. What uses all cores is measured as a whole, once in every repetition.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from study.bench.aims import row_checks, run_checks
from study.bench.cases import Case, tutorial_cases, window_cases
from study.bench.peers import interpreter_with_jax, jax_cases, keras_cases, plain_cases
from study.bench.table import HEADINGS, Check, Timing, checks, rows, said_of
from study.bench.wholes import Whole, wholes
from study.config import VERSION
from study.errors import StudyError
from study.runs.provenance import processor

PEERS = ("keras", "jax")
EXAMPLES = """\
  study bench --quick                        fewer repetitions, no windows of 1,000 steps
  study bench --output results/bench.json    keep them where the report finds them
  study bench --json > bench.json            all measurements as data
  study bench --peer keras                   Keras' fit and train_on_batch beside it, where it is installed
  study bench --peer jax --jax-python other/bin/python    JAX beside it, of an environment of its own
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `study bench` takes."""
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON instead of a table")
    parser.add_argument("--output", type=Path, help="write the measurements as JSON to this file too")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and no windows of 1,000 steps")
    parser.add_argument("--rounds", type=int, help="how often everything is timed (default: 9, with --quick 3)")
    parser.add_argument(
        "--jax-python",
        default=sys.executable,
        metavar="PYTHON",
        help="the interpreter that has JAX (default: this one)",
    )
    parser.add_argument("--peer", action="append", default=[], choices=PEERS, help="time this framework too")


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print the table.

    Parameters
    ----------
    arguments : Namespace
        As `add_arguments` declares.

    Returns
    -------
    int
        Exit code.
    """
    if arguments.output and not arguments.output.parent.is_dir():
        raise StudyError(f"folder {arguments.output.parent} does not exist; make it, or give another with --output")
    if arguments.rounds is not None and arguments.rounds < 1:
        raise StudyError(f"--rounds is {arguments.rounds}; it must be 1 or more")
    rounds = arguments.rounds or (3 if arguments.quick else 9)
    measurements = measure(quick=arguments.quick, peers=arguments.peer, rounds=rounds, jax_python=arguments.jax_python)
    text = json.dumps(measurements, indent=1)
    if arguments.output:
        arguments.output.write_text(text + "\n")
    if arguments.json:
        print(text)
    else:
        console = Console(width=None if sys.stdout.isatty() else 120)
        console.print(table(measurements))
        for what, value, aim in checks(measurements):
            console.print(f"{what}: {value} ({aim})")
    return 0


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
        Frameworks to time too, of `PEERS`.
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
        whole = [_measured(task, rounds=3 if quick else 5) for task in wholes()]
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
