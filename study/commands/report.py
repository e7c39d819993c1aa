"""``study report``: build both reports from what is stored, and serve them to this machine where that is asked for."""

from __future__ import annotations

import argparse
import sys

from study.article import contents
from study.commands.base import add_results
from study.commands.console import escaped
from study.errors import StudyError
from study.report.build import Built, build
from study.report.notices import NO_EVIDENCE
from study.report.serving import State, follow, served, state_of

EXAMPLES = """\
  study report                               reports/report.html and reports/report.pdf
  study report --serve                       and open http://127.0.0.1:8000/report.html; built anew with the results
"""
NAMED = 3  # claims struck out that are named; the table of all claims has the others


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_results(parser)
    parser.add_argument("--output", default="reports", metavar="DIR", help="where to write (default: %(default)s)")
    parser.add_argument(
        "--serve", action="store_true", help="serve it to this machine alone, and build it anew when results change"
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="with --serve: where (default: %(default)s; 0: any that is free)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Build both reports; print where they are, and which claims these results do not support."""
    if not arguments.serve:
        _build(arguments)
        return 0
    with served(arguments.output, arguments.port) as address:

        def state() -> State:
            return state_of(arguments.results, apart=arguments.output)

        before = state()
        _build(arguments)
        print(f"{address}  (stop with Ctrl-C)", flush=True)
        try:
            follow(state, before, lambda: _build_again(arguments))
        except KeyboardInterrupt:
            print("stopped")
    return 0


def _build(arguments: argparse.Namespace) -> None:
    built = build(arguments.results, arguments.output, contents())
    for path in built.paths:
        print(escaped(str(path)), flush=True)
    if built.unsupported:
        print(_struck(built), file=sys.stderr)


def _struck(built: Built) -> str:
    """Say in one line which claims are struck out, however many they are."""
    number, first = len(built.unsupported), ", ".join(built.unsupported[:NAMED])
    said = f"{number} claim{'s' * (number > 1)} not supported by these results, struck out in the report: {first}"
    if number > NAMED:
        said += f" and {number - NAMED} more, in its table of all claims"
    expected = f"; with preset {NO_EVIDENCE}, which is no evidence, that is expected" if built.quick else ""
    return said + expected


def _build_again(arguments: argparse.Namespace) -> None:
    """Build anew; where that fails, say why and keep on serving what there is."""
    try:
        _build(arguments)
    except (StudyError, OSError) as error:  # results change while they are read
        print(f"not built anew: {error}", file=sys.stderr)
