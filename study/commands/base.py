"""What a command is: a name, one line about it, and a module with its arguments, its examples and what it does."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Protocol

DEFAULT_RESULTS = "results"


class CommandModule(Protocol):
    """The module behind a command."""

    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code."""


@dataclass(frozen=True)
class Command:
    """A command of the command line."""

    name: str
    summary: str
    module: CommandModule

    @property
    def examples(self) -> str:
        """Examples that the help text ends with."""
        return f"examples:\n{self.module.EXAMPLES}"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare its arguments."""
        self.module.add_arguments(parser)

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; returns the exit code."""
        return self.module.run(arguments)


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
