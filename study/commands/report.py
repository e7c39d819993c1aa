"""``study report``: build both reports from what is stored."""

from __future__ import annotations

import argparse

from study.commands.base import add_results
from study.commands.console import escaped
from study.experiments import contents
from study.report.build import build

EXAMPLES = """\
  study report                               reports/report.html and reports/report.pdf
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_results(parser)
    parser.add_argument("--output", default="reports", metavar="DIR", help="where to write (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Build both reports and print where they are."""
    for path in build(arguments.results, arguments.output, contents()):
        print(escaped(str(path)))
    return 0
