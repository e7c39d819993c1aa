"""``study report``: build both reports from what is stored."""

from __future__ import annotations

import argparse
import sys

from study.article import contents
from study.commands.base import add_results
from study.commands.console import escaped
from study.report.build import build

EXAMPLES = """\
  study report                               reports/report.html and reports/report.pdf
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_results(parser)
    parser.add_argument("--output", default="reports", metavar="DIR", help="where to write (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Build both reports; print where they are, and which claims these results do not support."""
    built = build(arguments.results, arguments.output, contents())
    for path in built.paths:
        print(escaped(str(path)))
    if built.unsupported:
        number = len(built.unsupported)
        said = f"{number} claim{'s' * (number > 1)} not supported by these results, struck out in the report"
        print(f"{said}: {', '.join(built.unsupported)}", file=sys.stderr)
    return 0
