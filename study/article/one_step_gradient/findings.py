"""Facts of the section on the gradient of one row: that the race decides, from what two experiments claim."""

from __future__ import annotations

from study.experiments.erasure import findings as erasure
from study.experiments.interventions import findings as interventions
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence

NEEDED = ("interventions", "erasure")
RESTS_ON = ("take_home_one", "adam_erases", "sgd_keeps", "right_is_the_race")  # claims of these experiments


def facts(evidence: Evidence) -> Facts:
    """Collect what the section claims of both experiments together.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    if not evidence.has(*NEEDED):
        return {}
    told = [evidence.once(each.facts) for each in (interventions, erasure)]
    claims = {claim.name: claim for each in told for claim in each["claims"]}
    rests = [claims[name] for name in RESTS_ON]
    test = "; ".join(claim.test for claim in rests)
    return {"end": told[0]["end"], "claims": [Claim("race_decides", all(claim.holds for claim in rests), test)]}
