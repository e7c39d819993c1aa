"""Facts of the explorer: its choices, the sequences it starts from, and what was measured where no theorem decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields

from study.explain.odds import Odds
from study.presentation import LAYOUTS, ORDERS, RESETS
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.explorer.odds import odds_of
from study.sequences.tasks import make_task


def facts(evidence: Evidence) -> Facts:
    """Collect what the explorer needs; its answers are computed in the page.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    sequences = make_task("two_sequences").sequences(seed=0)
    return {
        "sequences": " ".join(",".join(str(symbol) for symbol in sequence) for sequence in sequences),
        "layouts": list(LAYOUTS),
        "resets": list(RESETS),
        "orders": list(ORDERS),
        "known": as_lists(odds_of(evidence)),
    }


def as_lists(odds: Sequence[Odds]) -> Facts:
    """Give odds as the page holds them: the fields once, and the values of each configuration."""
    return {"fields": [each.name for each in fields(Odds)], "odds": [list(astuple(each)) for each in odds]}
