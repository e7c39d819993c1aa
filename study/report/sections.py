"""What a section is: the facts its text may name, its tables, and whether it can be shown.

The text stands in the Typst file of the same name; every number in it is looked up in the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from study.report.evidence import Evidence

Facts = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A section of the report.

    Attributes
    ----------
    name : str
        Of its Typst file in ``study/report/sections``.
    facts : callable
        Finds all that the text names, as finished strings, truth values and tables.
    experiment : str
        What must be stored for it; empty if nothing.
    answer : callable, optional
        Writes the section's answer for the README: one line of Markdown, every number in it from the results.
    """

    name: str
    facts: Callable[[Evidence], Facts]
    experiment: str = ""
    answer: Callable[[Evidence], str] | None = None
