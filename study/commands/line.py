"""The command line: ``study run``, ``report``, ``why``, ``verify``, ``status`` and ``bench``.

A user's mistake is one line on standard error and exit code 2; results are never lost to it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from study.commands import COMMANDS
from study.commands.base import with_values
from study.commands.console import degrade_gracefully
from study.errors import StudyError
from study.runs.provenance import own_version


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print the message and leave with exit code 2."""
        self.exit(2, f"{self.prog}: {message}; see '{self.prog} --help'\n")


def make_parser(words: Sequence[str]) -> Parser:
    """Build the parser of all commands; those that the words do not name are known by name alone, and not loaded."""
    parser = Parser(
        prog="study",
        description="Why does a stateful LSTM with batch size 4 not converge?",
        epilog="start with:  study why --batch-size 4",
    )
    parser.add_argument("--version", action="version", version=f"study {own_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        sub = commands.add_parser(
            command.name,
            help=command.summary,
            description=command.summary[0].upper() + command.summary[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if command.name in words:
            module = command.load()
            sub.epilog = f"examples:\n{module.EXAMPLES}"
            module.add_arguments(sub)
            sub.set_defaults(run=module.run, refuse=sub.error)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after ``study``; those of this process if left out.

    Returns
    -------
    int
        Exit code: 0 done, 1 a check failed or jobs failed, 2 a mistake in the input, 130 interrupted.
    """
    degrade_gracefully()
    words = with_values(sys.argv[1:] if arguments is None else arguments)
    try:
        parsed, unknown = make_parser(words).parse_known_args(words)
        if unknown:  # said by the command's own parser, whose help has the options
            parsed.refuse(f"unknown argument{'s' * (len(unknown) > 1)} {' '.join(unknown)}")
        code: int = parsed.run(parsed)
    except StudyError as error:
        print(f"study {words[0]}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted; what was finished is kept, and the same command goes on from there", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe has gone, as with `study ... | head`
        sys.stderr.close()
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
