"""``study table``: one table of the report, as data or for a text of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from study.article.tables import find, names
from study.commands.base import add_results
from study.commands.console import escaped
from study.errors import StudyError
from study.report.tables.export import FORMATS, write

EXAMPLES = """\
  study table                                names of all tables, with how many rows they have
  study table main_grid                      the main table as CSV
  study table optimisers.comparisons --format latex -o comparisons.tex
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="which table (default: list their names)")
    parser.add_argument("--format", choices=FORMATS, help="default: as the file's name ends, or csv")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: standard output)")
    add_results(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write one table, or list the names of all."""
    if arguments.name is None:
        for name, table in names(arguments.results).items():
            print(escaped(f"{name:40s} {len(table.rows):4d} rows: {' | '.join(table.headings)}"))
        return 0
    text = write(find(arguments.name, arguments.results), arguments.format or _named(arguments.output))
    if arguments.output is None:
        print(text, end="")
        return 0
    try:
        Path(arguments.output).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StudyError(f"{arguments.output} cannot be written ({error.strerror}); give another with -o") from error
    print(escaped(arguments.output))
    return 0


def _named(output: str | None) -> str:
    """Tell the format by how a file's name ends; CSV where that says nothing."""
    ending = Path(output or "").suffix.removeprefix(".").lower()
    return "latex" if ending == "tex" else ending if ending in FORMATS else "csv"
