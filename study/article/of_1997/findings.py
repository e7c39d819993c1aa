"""Facts of the section on the paper of 1997: whether its numbers come out, and under which reading."""

from __future__ import annotations

from study.experiments.hs1997_2a import findings as task_2a
from study.experiments.hs1997_2b import findings as task_2b
from study.experiments.hs1997_2c import findings as task_2c
from study.replication.verdicts import MARGIN, REPRODUCED
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import number

TASKS = {"hs1997_2a": task_2a.facts, "hs1997_2b": task_2b.facts, "hs1997_2c": task_2c.facts}
RESTS_ON = ("cell_as_written", "best_reproduces", "whole_fails", "none_reproduces")  # claims of these experiments


def facts(evidence: Evidence) -> Facts:
    """Collect what the section says of the three tasks together.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    stored = evidence.has(*TASKS)
    claims = [_as_written(evidence)] if stored else []
    return {"stored": stored, "margin": number(MARGIN), "claims": claims}


def _as_written(evidence: Evidence) -> Claim:
    """Claim that no task comes out as written, and two of them under a reading of what is left open."""
    told = {name: evidence.once(find) for name, find in TASKS.items()}
    rests = [claim for each in told.values() for claim in each["claims"] if claim.name in RESTS_ON]
    written = told["hs1997_2b"]["cell"]["written"]["says"]
    holds = all(claim.holds for claim in rests) and written != REPRODUCED
    return Claim("as_written", holds, "; ".join(claim.test for claim in rests) + f"; Task 2b as written: {written}")
