"""Facts of the second section: what a coin would get, and that training often stays below the ceiling."""

from __future__ import annotations

from fractions import Fraction

from study.experiment import TUTORIAL_EPOCHS
from study.measures.summaries import possible
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.words import percent, rate

TUTORIAL = {"model": "stateful_lstm", "layout": "consecutive", "batch_size": 1}
AMBIGUOUS = 2  # rows in the tutorial's sequences
COIN = Fraction(1, 2**AMBIGUOUS)


def facts(evidence: Evidence) -> Facts:
    """Collect what no experiment says by itself.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    claims = [_not_reached(evidence)] if evidence.has("main_grid") else []
    return {"coin": str(COIN), "enough": percent(ENOUGH), "claims": claims}


def _not_reached(evidence: Evidence) -> Claim:
    """Claim that batch size 1 may be right and is not reliably so, early or late."""
    config = evidence.find("main_grid", **TUTORIAL)
    solved = [evidence.summary(config, epoch).solved for epoch in (TUTORIAL_EPOCHS, None)]
    holds = possible(config).ceiling.ambiguous == 1 and all(each.high < ENOUGH for each in solved)
    test = f"ceiling 1; seeds right early and late, {' and '.join(map(rate, solved))}: below {percent(ENOUGH)}"
    return Claim("not_reached", holds, test)
