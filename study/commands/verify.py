"""``study verify``: replay traces of Keras with the engine of the study."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from study.commands.console import escaped
from study.errors import StudyError
from study.keras.traces import fingerprint, replay
from study.runs.backends import one_thread
from study.runs.store import KERAS_DIFFERENCES, Store
from study.training.learner import ENGINES, available_engine

EXAMPLES = """\
  study verify trace.npz                     replay one trace: largest difference in loss, weights, probabilities
  study verify traces/*.npz                  many; exit code 1 if one is beyond tolerance
  study verify --engine torch traces/*.npz   with the engine that the kernel is checked against
  study verify --results results --if-changed traces/*.npz
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--results", metavar="DIR", help="keep the differences in this folder, for the report")
    parser.add_argument(
        "--if-changed",
        action="store_true",
        help="replay only if the engine or a trace is another than when the differences in --results were kept",
    )
    parser.add_argument(
        "--engine",
        choices=list(ENGINES),
        help="what replays them; without it the engine that trains: kernel, or torch where Numba is missing",
    )
    parser.add_argument("traces", nargs="+", metavar="TRACE.npz", help="traces recorded from Keras")


def run(arguments: argparse.Namespace) -> int:
    """Replay all traces; exit code 1 if one differs beyond tolerance."""
    if arguments.if_changed and not arguments.results:
        raise StudyError("--if-changed needs the folder of kept differences; give it with --results")
    engine = arguments.engine or available_engine()
    if (
        arguments.if_changed
        and (kept := _still_valid(Path(arguments.results) / KERAS_DIFFERENCES, arguments.traces, engine)) is not None
    ):
        return _judge(kept, "unchanged since they were replayed: ")
    with one_thread():
        replays = [replay(path, engine) for path in arguments.traces]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("trace", "engine", "precision", "updates", "loss", "weights", "probabilities", "rounding", ""):
        table.add_column(heading, justify="left" if heading in ("trace", "") else "right", no_wrap=True)
    for one in replays:
        differences = (f"{value:.1e}" for value in (one.loss, one.weights, one.probabilities, one.rounding))
        table.add_row(
            escaped(one.name),
            one.engine,
            one.precision,
            f"{one.updates:,}",
            *differences,
            "agrees" if one.agrees else "DIFFERS",
        )
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    if arguments.results:
        store = Store(arguments.results)
        store.check_writable()
        rows = pd.DataFrame([asdict(one) for one in replays]).rename(columns={"name": "trace"})
        rows.assign(code=fingerprint(arguments.traces)).to_csv(
            store.root / KERAS_DIFFERENCES, index=False, float_format="%.3g"
        )
    return _judge([one.agrees for one in replays])


def _still_valid(kept: Path, traces: Sequence[str], engine: str) -> list[bool] | None:
    """Read which traces agreed, if what is kept is of these traces, of this engine and of this code."""
    try:
        differences = pd.read_csv(kept, dtype={"code": str})
        whole = sorted(differences["trace"]) == sorted(Path(trace).name for trace in traces)
        if whole and set(differences["engine"]) == {engine} and set(differences["code"]) == {fingerprint(traces)}:
            return [bool(agrees) for agrees in differences["agrees"]]
    except (OSError, ValueError, KeyError):  # none, damaged, or kept without its code: to be replayed
        pass
    return None


def _judge(agreeing: Sequence[bool], before: str = "") -> int:
    """Print how many traces agree; exit code 1 if not all do."""
    print(f"{before}{sum(agreeing)} of {len(agreeing)} traces agree")
    return 0 if all(agreeing) else 1
