"""The command `study bench`: arguments in, table out; `study.bench.timing` measures."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from study.bench.table import checks
from study.errors import StudyError

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
    from study.bench.timing import measure, table  # noqa: PLC0415  (loads what trains, which may be compiled first)

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
