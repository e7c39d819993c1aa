"""Claims: sentences of the report, each with the condition under which it may stand.

The sentence is written once, for people, in ``text.typ``; its condition over stored results stands in ``findings.py``.
Where the condition does not hold, page and paper strike the sentence out and say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from study.config import Config
from study.errors import StudyError
from study.measures.statistics import Rate
from study.report.words import rate
from study.runs.stand_in import stand_in


@dataclass(frozen=True)
class Refuter:
    """The runs that would change the mind of one who doubts a sentence, or of one who believes it.

    Attributes
    ----------
    configs : tuple of Config
        Their configurations.
    would : str
        What they would have shown if the sentence were wrong.
    came : str
        What came of them.
    """

    configs: tuple[Config, ...]
    would: str
    came: str


@dataclass(frozen=True)
class Claim:
    """The condition of one sentence.

    Attributes
    ----------
    name : str
        As in ``#claim("name")[...]`` of the text; unique in its section.
    holds : bool
        Whether the stored results support the sentence.
    test : str
        What was compared and how, such as "seeds solved at the longest budget: all"; for the table of claims.
    refuter : Refuter, optional
        What would have refuted it; every claim of the abstract has one.
    """

    name: str
    holds: bool
    test: str
    refuter: Refuter | None = None


def apart(name: str, more: Rate, less: Rate, what: str) -> Claim:
    """Claim that a share of some seeds lies above that of other seeds, their 95 % intervals of Wilson apart.

    The same seeds under two conditions are compared as pairs instead; see `study.report.comparisons`.

    Examples
    --------
    >>> apart("right", Rate(40, 50), Rate(4, 50), "seeds solved, one half against the other").holds
    True
    """
    test = f"{what}: {rate(more)} above {rate(less)}, 95 % intervals apart; these are different seeds, so no pairs"
    return Claim(name, more.low > less.high, test)


def as_facts(section: str, claims: Iterable[Claim]) -> dict[str, dict[str, Any]]:
    """Give the claims of a section by name, as plain data for its text.

    Raises
    ------
    StudyError
        If two claims have one name.
    """
    declared: dict[str, dict[str, Any]] = {}
    for claim in claims:
        if not isinstance(claim, Claim):
            raise StudyError(f"claims of section {section} hold {claim!r}; each is a Claim(name, holds, test)")
        if claim.name in declared:
            raise StudyError(f"claim {claim.name!r} is declared twice in section {section}; give one another name")
        declared[claim.name] = {"holds": bool(claim.holds), "test": claim.test, "refuter": _told(claim.refuter)}
    return declared


def _told(refuter: Refuter | None) -> dict[str, Any] | None:
    """Give what would refute a claim as plain data; configurations by the names of their folders in the results."""
    if refuter is None:
        return None
    runs = [stand_in(config).slug for config in refuter.configs]
    return {"runs": list(dict.fromkeys(runs)), "would": refuter.would, "came": refuter.came}


def require_sentences(facts: Mapping[str, Any], texts: Iterable[str]) -> None:
    """Raise a StudyError if a claim has a sentence in none of the texts.

    Parameters
    ----------
    facts : mapping
        Of all sections by name, each with its claims.
    texts : iterable of str
        Every Typst text of the report.
    """
    said = set().union(*map(_sentences, texts))
    for section, claims in _claims_of(facts).items():
        for name in claims:
            if f"{section}.{name}" not in said:
                raise StudyError(
                    f"claim {section}.{name} is declared and has no sentence; "
                    f'write #claim("{name}")[...] in the text of its section, or take the claim out'
                )


def _sentences(text: str) -> set[str]:
    """Name the claims of a Typst text as ``section.claim``; its `of` says whose claims a short name is for."""
    sections = dict(re.findall(r'#let \([\w-]+, ([\w-]+)\) = of\("(\w+)"\)', text))
    called = re.findall(r'#([\w-]*claim)\("([\w.]+)"\)', text)
    return {name if "." in name else f"{sections.get(call, '')}.{name}" for call, name in called}


def _claims_of(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Find the claims of each section that has any."""
    return {name: told["claims"] for name, told in facts.items() if isinstance(told, dict) and "claims" in told}


def unsupported(facts: Mapping[str, Any]) -> list[str]:
    """Name the claims that do not hold, as ``section.claim``."""
    return [
        f"{section}.{name}"
        for section, claims in _claims_of(facts).items()
        for name, one in claims.items()
        if not one["holds"]
    ]
