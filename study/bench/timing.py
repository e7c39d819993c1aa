"""`study bench`: how long one training run takes, the engine beside a loop as most people write it and the floor.

Cases are timed in turn and repeatedly, in one process and one thread, by the time of the processor, since the same
code can take 1.4 times as long a minute later. What uses all cores is measured as a whole, once in every repetition.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from study.bench.aims import run_checks
from study.bench.cases import Case, tutorial_cases, window_cases
from study.bench.peers import jax_cases, keras_cases
from study.bench.table import HEADINGS, Check, Timing, checks, rows, said_of
from study.bench.wholes import Whole, wholes
from study.errors import StudyError
from study.runs.provenance import processor

PEERS = ("keras", "jax")
EXAMPLES = """\
  study bench --quick                        fewer repetitions, no windows of 1,000 steps
  study bench --output results/bench.json    keep them where the report finds them
  study bench --json > bench.json            all measurements as data
  study bench --peer keras                   Keras' fit and train_on_batch beside it, where it is installed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `study bench` takes."""
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON instead of a table")
    parser.add_argument("--output", type=Path, help="write the measurements as JSON to this file too")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and no windows of 1,000 steps")
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
    measurements = measure(quick=arguments.quick, peers=arguments.peer)
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


def measure(*, quick: bool = False, peers: tuple[str, ...] | list[str] = ()) -> dict[str, Any]:
    """Time everything in turn.

    Parameters
    ----------
    quick : bool, default False
        Fewer repetitions, and no windows of 1,000 steps.
    peers : sequence of str
        Frameworks to time too, of `PEERS`.

    Returns
    -------
    dict
        ``machine`` (processor, versions), ``timings`` (a list of `study.bench.table.Timing` as dicts), ``whole`` (a
        list of `study.bench.table.Check` as dicts).

    Raises
    ------
    StudyError
        If a peer is not installed.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        cases = [*tutorial_cases(), *window_cases(quick=quick)]
        if "keras" in peers:
            cases += keras_cases()
        if "jax" in peers:
            cases += jax_cases(quick=quick)
        tasks = wholes()
        times, seconds = _in_turn(cases, tasks, repetitions=3 if quick else 9)
    finally:
        torch.set_num_threads(threads)
    timings = [
        Timing(c.what, c.timesteps, c.batch_size, c.seeds, c.updates, statistics.median(taken) * 1e3, min(taken) * 1e3)
        for c, taken in zip(cases, times, strict=True)
    ]
    as_a_whole = [Check(w.what, w.value(repeats), w.unit, w.aim) for w, repeats in zip(tasks, seconds, strict=True)]
    whole = [asdict(check) for check in (*run_checks(timings), *as_a_whole)]
    return {"machine": _machine(), "timings": [asdict(timing) for timing in timings], "whole": whole}


def _in_turn(
    cases: list[Case], tasks: list[Whole], repetitions: int
) -> tuple[list[list[float]], list[list[tuple[float, ...]]]]:
    """Time everything once in each repetition, after one to warm up; cases in seconds for one update of one seed."""
    times: list[list[float]] = [[] for _ in cases]
    seconds: list[list[tuple[float, ...]]] = [[] for _ in tasks]
    for case in cases:
        case.work()
    for _ in range(repetitions):
        for case, taken in zip(cases, times, strict=True):
            begin = time.process_time()
            case.work()
            taken.append((time.process_time() - begin) / case.updates / case.seeds)
        for task, repeats in zip(tasks, seconds, strict=True):
            repeats.append(task.measure())
    return times, seconds


def _machine() -> dict[str, str]:
    """Say what was measured on."""
    return {
        "processor": processor(),
        "processors": str(os.cpu_count()),
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
