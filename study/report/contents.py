"""What a report is made of: experiments, the sections and appendices that tell them, and the figures.

It is handed to whoever builds a report, so that the report's frame knows of no experiment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from study.errors import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from study.experiment import Experiment

Facts = dict[str, Any]
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Section:
    """A section of the report.

    Attributes
    ----------
    name : str
        By which other sections refer to it.
    facts : callable
        Given the evidence, finds all that the text names, as finished strings, truth values and tables.
    text : Path
        The Typst file; every number in it is looked up in the facts.
    experiment : str
        What must be stored for it; empty if nothing.
    answer : callable, optional
        Given the evidence, writes the section's answer for the README: one line of Markdown, every number in it from
        the results.
    """

    name: str
    facts: Callable[..., Facts]
    text: Path
    experiment: str = ""
    answer: Callable[..., str] | None = None


class FigureOf(NamedTuple):
    """A figure, what it needs, and what it shows in words for those who cannot see it."""

    draw: Callable[..., Figure]
    experiment: str
    alt: str
    script: str


def figure_of(module: ModuleType, experiment: str) -> FigureOf:
    """Take a figure from the module that draws it with ``draw`` and describes it in ``ALT``."""
    script = Path(str(module.__file__)).relative_to(ROOT).as_posix()
    require(module, ("draw", "ALT"), script)
    return FigureOf(module.draw, experiment, module.ALT, script)


@dataclass(frozen=True)
class Contents:
    """Everything that experiments add to a report, in its order.

    Attributes
    ----------
    experiments : mapping of str to Experiment
    sections, appendices : tuple of Section
    figures : mapping of str to FigureOf
    """

    experiments: Mapping[str, Experiment]
    sections: tuple[Section, ...]
    appendices: tuple[Section, ...]
    figures: Mapping[str, FigureOf]
