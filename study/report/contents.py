"""What a report is made of: a body of a few pages, appendices that hold the evidence, and the figures.

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
        Given the evidence, writes the section's answer for ``docs/answers.md``: one line of Markdown, every number in
        it from the results.
    rests_on : tuple of str, default ()
        Experiments whose results it shows where they are stored; what is said of their gaps is said of its tables.
    """

    name: str
    facts: Callable[..., Facts]
    text: Path
    experiment: str = ""
    answer: Callable[..., str] | None = None
    rests_on: tuple[str, ...] = ()


class FigureOf(NamedTuple):
    """A figure, the experiments it needs, and what it shows in words for those who cannot see it."""

    draw: Callable[..., Figure]
    needs: tuple[str, ...]
    alt: str
    script: str


def figure_of(module: ModuleType, needs: tuple[str, ...]) -> FigureOf:
    """Take a figure from the module that draws it with ``draw`` and describes it in ``ALT``.

    Parameters
    ----------
    module : module
    needs : tuple of str
        Experiments without which it is not drawn.
    """
    script = Path(str(module.__file__)).relative_to(ROOT).as_posix()
    require(module, ("draw", "ALT"), script)
    return FigureOf(module.draw, needs, module.ALT, script)


@dataclass(frozen=True)
class Appendix:
    """A part of what follows the body; its sections stand under one heading, or for themselves where it has none.

    Attributes
    ----------
    name : str
        By which the text refers to it; used where it has a title.
    title : str
        Empty for sections that are appendices of their own.
    sections : tuple of Section
    """

    name: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Contents:
    """Everything in a report, in its order.

    Attributes
    ----------
    experiments : mapping of str to Experiment
    sections, tables : tuple of Section
        Of the experiments: what each shows, and the tables of all its configurations.
    figures : mapping of str to FigureOf
    body : tuple of Section, default ()
        The pages that everybody reads; the first stands beside the abstract.
    appendices : tuple of Appendix, default ()
        What follows it.
    included : tuple of Section, default ()
        What texts of the body include by themselves.
    """

    experiments: Mapping[str, Experiment]
    sections: tuple[Section, ...]
    tables: tuple[Section, ...]
    figures: Mapping[str, FigureOf]
    body: tuple[Section, ...] = ()
    appendices: tuple[Appendix, ...] = ()
    included: tuple[Section, ...] = ()

    @property
    def listed(self) -> tuple[Section, ...]:
        """Every section, in the order of the report."""
        told = (section for appendix in self.appendices for section in appendix.sections)
        return (*self.body, *self.included, *told)
