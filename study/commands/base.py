"""What a command is: a name, one line about it, and a module with its arguments, its examples and what it does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from study.errors import StudyError, require

DEFAULT_RESULTS = "results"
NEEDS = ("EXAMPLES", "add_arguments", "run")  # of a command's module


class CommandModule(Protocol):
    """The module behind a command."""

    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code."""


@dataclass(frozen=True)
class Command:
    """A command of the command line; its module is loaded when it is asked for, since some take seconds to load."""

    name: str
    summary: str
    module: str

    def load(self) -> CommandModule:
        """Load the module behind it; a StudyError says what it lacks."""
        try:
            module = import_module(self.module)
        except ModuleNotFoundError as error:
            if error.name != self.module:
                raise
            raise StudyError(f"command {self.name} has no module {self.module}; write it, or mend its line") from error
        require(module, NEEDS, f"command {self.module}")
        return cast("CommandModule", module)


def with_values(words: Sequence[str]) -> list[str]:
    """Keep argparse from taking a value such as ``-1,2`` for an option: a space before it makes it a value.

    Examples
    --------
    >>> with_values(["--sequences", "-1,2", "3,4", "--json"])
    ['--sequences', ' -1,2', '3,4', '--json']
    """
    return [f" {word}" if word.startswith("-") and word[1:2] != "-" and "," in word else word for word in words]


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that choose experiments, a preset and a results folder."""
    parser.add_argument("--experiment", metavar="NAME", help="one experiment (default: all)")
    parser.add_argument("--preset", default="standard", metavar="NAME", help="quick, standard (default) or full")
    add_results(parser)


def add_results(parser: argparse.ArgumentParser) -> None:
    """Declare the argument for the results folder."""
    parser.add_argument(
        "--results", default=DEFAULT_RESULTS, metavar="DIR", help="folder of results (default: %(default)s)"
    )
