"""Facts of the explorer: the choices it offers and the sequences it starts from, each from its definition."""

from __future__ import annotations

from study.presentation import LAYOUTS, ORDERS, RESETS
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.sequences.tasks import make_task


def facts(_evidence: Evidence) -> Facts:
    """Collect what the explorer's form needs; its answers are computed in the page.

    Parameters
    ----------
    _evidence : Evidence
        Not used: nothing here was measured.

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
    }
