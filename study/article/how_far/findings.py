"""Facts of the section on how far it carries: that a recipe with whole sequences is reliable in each of three ways."""

from __future__ import annotations

from study.experiments.alphabets import findings as alphabets
from study.experiments.long_sequences import findings as long_sequences
from study.experiments.random_sequences import findings as random_sequences
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence

NEEDS = ("alphabets", "long_sequences", "random_sequences", "batch_learning", "shuffle_epoch", "fresh_sequences")
RESTS_ON = {  # by experiment, its claim that a recipe with whole sequences is reliable
    "alphabets": (alphabets.facts, "recipe"),
    "long_sequences": (long_sequences.facts, "all_rows"),
    "random_sequences": (random_sequences.facts, "rule_from_many"),
}


def facts(evidence: Evidence) -> Facts:
    """Collect what the section claims of three experiments together.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    if not evidence.has(*NEEDS):
        return {"needs": list(NEEDS)}
    rests = [claim for find, name in RESTS_ON.values() for claim in evidence.once(find)["claims"] if claim.name == name]
    test = "; ".join(claim.test for claim in rests)
    return {"needs": list(NEEDS), "claims": [Claim("carries", all(claim.holds for claim in rests), test)]}
