"""``study figure``: one figure of the report, for a text or slides of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import shorten

from study.article.figures import find, names
from study.commands.base import add_results
from study.commands.console import escaped
from study.errors import StudyError
from study.report.figures.saving import ENDINGS, write

EXAMPLES = """\
  study figure                               names of all figures, with what they show
  study figure does_it_happen                writes does_it_happen.svg into this folder
  study figure tutorial -o tutorial.pdf      SVG, PNG or PDF, as the file's name ends
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="which figure (default: list their names)")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write (default: NAME.svg in this folder)")
    parser.add_argument("--narrow", action="store_true", help="the variant for phones, where there is one")
    add_results(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write one figure and say what it shows, or list the names of all."""
    if arguments.name is None:
        for name, each in names().items():
            print(escaped(f"{name:20s} {shorten(each.alt, 96, placeholder=' …')}"))
        return 0
    output = Path(arguments.output or f"{arguments.name}.svg")
    if output.suffix.lower() not in ENDINGS:
        raise StudyError(f"{output} ends in none of {', '.join(ENDINGS)}; give such a file with -o")
    write(find(arguments.name, arguments.results, narrow=arguments.narrow), output)
    print(escaped(f"{output}\n{names()[arguments.name].alt}"))
    return 0
