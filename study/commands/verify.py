"""``study verify``: replay traces of Keras with the engine of the study."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

import pandas as pd
from rich.console import Console
from rich.table import Table

from study.backends import one_thread
from study.store import Store
from study.verify import KEPT, replay

EXAMPLES = """\
  study verify trace.npz                     replay one trace: largest difference in loss, weights, probabilities
  study verify traces/*.npz                  many; exit code 1 if one is beyond tolerance
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--results", metavar="DIR", help="keep the differences in this folder, for the report")
    parser.add_argument("traces", nargs="+", metavar="TRACE.npz", help="traces recorded from Keras")


def run(arguments: argparse.Namespace) -> int:
    """Replay all traces; exit code 1 if one differs beyond tolerance."""
    with one_thread():
        found = [replay(path) for path in arguments.traces]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("trace", "precision", "updates", "loss", "weights", "probabilities", ""):
        table.add_column(heading, justify="left" if heading in ("trace", "") else "right", no_wrap=True)
    for one in found:
        differences = (f"{value:.1e}" for value in (one.loss, one.weights, one.probabilities))
        table.add_row(one.name, one.precision, f"{one.updates:,}", *differences, "agrees" if one.agrees else "DIFFERS")
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    if arguments.results:
        store = Store(arguments.results)
        store.check_writable()
        pd.DataFrame([asdict(one) for one in found]).rename(columns={"name": "trace"}).to_csv(
            store.root / KEPT, index=False, float_format="%.3g"
        )
    agreeing = sum(one.agrees for one in found)
    console.print(f"{agreeing} of {len(found)} traces agree", highlight=False)
    return 0 if agreeing == len(found) else 1
