"""Facts of the section on the cause: what each change to the baseline did, and which explanation is left standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.causal.configs import (
    ACCUMULATED,
    ACCUMULATED_LONGER,
    AS_MANY_UPDATES,
    HYPOTHESES,
    LANES,
    ONE_RESET,
    WINDOWS,
    Change,
    Variation,
    variations,
)
from study.experiments.main_grid.findings import by_a_hair
from study.measures.statistics import Rate
from study.measures.summaries import Summary, explain_config
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate
from study.runs.stand_in import stand_in

COLUMNS = (
    Column("explanation", 2, "left"),
    Column("changes tried", 3.4, "left"),
    Column("runs", 0.8),
    Column("solved in the layout", 1),
    Column("solved by memory", 1),
    Column("stands", 0.8),
)


@dataclass(frozen=True)
class Finding:
    """What came of a variation.

    Attributes
    ----------
    variation : Variation
    summary : Summary
        At the variation's budget.
    own : Fraction
        Ceiling on the ambiguous rows for what the lane has seen of the row's own sequence: memory without counting.
    leaked : Fraction
        Ceiling on the ambiguous rows of position or order beside the row's own input alone; 0 if nothing leaks.
    gap : float
        Median memory gap, row by row.
    """

    variation: Variation
    summary: Summary
    own: Fraction
    leaked: Fraction
    gap: float

    @property
    def counts(self) -> bool:
        """Whether a network that counts batches can solve it, and need not remember the first symbol."""
        return self.leaked == 1

    @property
    def remembers(self) -> bool:
        """Whether some seed solved it where nothing but the row's own sequence gives the label away."""
        return self.own == 1 and not self.leaked and self.summary.solved.k > 0

    @property
    def verdict(self) -> str:
        """What the summary says, unless counting can do it."""
        if not self.counts:
            return self.summary.verdict
        solved, row_by_row = self.summary.solved, self.summary.fresh_solved
        return f"position or order gives the label away: {solved.k} seeds in the layout, {row_by_row.k} row by row"


def findings(evidence: Evidence) -> list[Finding]:
    """Read what came of all variations."""
    found = []
    for variation in variations(evidence.presets["causal"]):
        config = variation.config
        table = evidence.table(config)
        known = explain_config(config)
        found.append(
            Finding(
                variation,
                evidence.summary(config, variation.epochs),
                known.own,
                max((leak.with_it for leak in known.leaks), default=Fraction(0)),
                float(table.loc[table["epoch"] == variation.epochs, "fresh_memory_gap"].median()),
            )
        )
    return found


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found = findings(evidence)
    larger = [one for one in found if one.variation.batch_size > 1]
    by_hypothesis = {name: [one for one in larger if one.variation.change.hypothesis == name] for name in HYPOTHESES}
    standing = [text for name, text in HYPOTHESES.items() if any(one.remembers for one in by_hypothesis[name])]
    counting = [one for one in larger if one.counts]
    ruled_out = [one for one in found if one.summary.possible.ruled_out]
    return {
        "seeds": number(min(one.summary.solved.n for one in found)),
        "variations": number(len(found)),
        "chance": str(found[0].summary.possible.ceiling.chance),
        "hypotheses": Table(
            "explanations",
            COLUMNS,
            [
                _judged(text, by_hypothesis[name])
                for name, text in HYPOTHESES.items()
                if name != "none" and by_hypothesis[name]
            ],
        ),
        "standing": standing,
        "ruled_out": _pooled(ruled_out),
        "counting": _pooled(counting),
        "random_ceiling": str(
            max(
                one.summary.possible.ceiling.ambiguous
                for one in larger
                if one.variation.config.order == "random" or one.variation.config.layout == "shuffled"
            )
        ),
        "counting_alone": [
            {
                "solved": rate(one.summary.solved),
                "row_by_row": rate(one.summary.fresh_solved),
                "counts": _counts(one),
            }
            for one in found
            if one.counts and one.variation.batch_size == 1 and one.variation.change == ONE_RESET
        ],
        "same_updates": _told(larger, AS_MANY_UPDATES),
        "few_updates": _told(larger, ACCUMULATED),
        "equal_updates": _told(larger, ACCUMULATED_LONGER),
        "few_suffice": any(one.summary.solved.k for one in larger if one.variation.change == ACCUMULATED)
        and not any(one.summary.solved.k for one in larger if one.variation.change == AS_MANY_UPDATES),
        "by_a_hair": _told([one for one in larger if by_a_hair(one.summary)], LANES),
        "epochs": number(TUTORIAL_EPOCHS),
        "counted": _counted(counting),
        "lanes": _told(larger, LANES),
        "windows": _told(larger, WINDOWS),
    }


def _counted(found: Sequence[Finding]) -> Facts:
    """How many of the variations that counting can solve are solved in their layout by more seeds than row by row."""
    apart = [one for one in found if _counts(one)]
    return {
        "apart": number(len(_once(apart))),
        "of": number(len(_once(found))),
        "any": bool(apart),
        "at_four": any(one.variation.batch_size == 4 for one in apart),
    }


def _counts(one: Finding) -> bool:
    """Whether fewer seeds are right row by row than in the layout, by more than the intervals allow."""
    return one.summary.fresh_solved.high < one.summary.solved.low


def _told(found: Sequence[Finding], change: Change) -> list[Facts]:
    """What the text says of one change, batch sizes that one computation stands for together.

    Nothing where the preset leaves it out.
    """
    tried = [one for one in found if one.variation.change == change]
    told = []
    for first in _once(tried[::-1])[::-1]:
        alike = [one for one in tried if _computed(one) == _computed(first)]
        told.append(
            {
                "batch": ", ".join(str(one.variation.batch_size) for one in alike),
                "sizes": "sizes" if len(alike) > 1 else "size",
                "updates": number(first.summary.updates),
                "solved": rate(first.summary.solved),
                "within": rate(first.summary.within),
            }
        )
    return told


def _computed(one: Finding) -> tuple[object, int]:
    """What its runs are, and when they are read."""
    return stand_in(one.variation.config), one.variation.epochs


def _pooled(found: Sequence[Finding]) -> Facts:
    """Several variations together; intervals would not be honest, as their seeds are the same.

    Runs that stand for two variations are counted once.
    """
    found = _once(found)
    solved = [one.summary.solved for one in found]
    return {
        "any": bool(found),
        "variations": number(len(found)),
        "runs": number(sum(one.n for one in solved)),
        "solved": number(sum(one.k for one in solved)),
        "none_solved": not any(one.k for one in solved),
        "least": rate(min(solved, key=_share)) if solved else "",
        "most": rate(max(solved, key=_share)) if solved else "",
        "row_by_row": number(sum(one.summary.fresh_solved.k for one in found)),
        "within": number(sum(one.summary.fresh_within.k for one in found)),
        "where": ", ".join(sorted({f"{one.variation.change.label} ({one.variation.batch_size})" for one in found})),
    }


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Keep one of each set of variations that the same runs stand for."""
    return list({_computed(one): one for one in found}.values())


def is_own(one: Finding) -> bool:
    """Whether its runs are its own, and not those of a simpler layout."""
    return stand_in(one.variation.config) == one.variation.config


def _share(found: Rate) -> float:
    return found.share


def _judged(text: str, found: Sequence[Finding]) -> tuple[str, ...]:
    """Write one explanation and how it fared; solved by memory means that counting could not have done it."""
    found = _once(found)
    remembered = [one for one in found if one.own == 1 and not one.leaked]
    return (
        text,
        "; ".join(dict.fromkeys(one.variation.change.label for one in found)),
        number(sum(one.summary.solved.n for one in found)),
        number(sum(one.summary.solved.k for one in found)),
        number(sum(one.summary.solved.k for one in remembered)),
        "yes" if any(one.remembers for one in found) else "no",
    )
