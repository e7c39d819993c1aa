"""The claims of the abstract that rest on the main grid, each with the runs that would have refuted it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from study.measures.summaries import Summary
from study.report.claims import Claim, Refuter
from study.report.comparisons import Outcome
from study.report.words import rate, small

SLIGHT = 0.05  # memory gap under which the first symbol hardly changes the answer


def abstract_claims(
    claims: Sequence[Claim],
    compared: Mapping[str, Outcome],
    named: Mapping[str, Summary],
    windows: Sequence[Summary],
) -> list[Claim]:
    """Give the claims of the abstract.

    Parameters
    ----------
    claims : sequence of Claim
        Of the section, on some of which they rest.
    compared : mapping of str to Outcome
        As the section compares them.
    named : mapping of str to Summary
        The ``tutorial`` at its budget, ``lanes`` at batch size 2 and the longest, and rows ``in_order`` at 4.
    windows : sequence of Summary
        Whole windows, at the longest budget.

    Returns
    -------
    list of Claim
    """
    of = {claim.name: claim for claim in claims}
    tutorial, lanes, in_order = (named[name] for name in ("tutorial", "lanes", "in_order"))
    place, checked = compared["same_place"], of["rows_in_order"]
    worst = min((summary.solved for summary in windows), key=lambda solved: solved.share)
    gap = f"median memory gap {small(tutorial.gap)}"
    return [
        Claim(
            "take_home_four",
            checked.holds and place.ahead == "first" and of["lanes_barely"].holds,
            f"{place.test}. With rows in order: {checked.test}. Confident: {of['lanes_barely'].test}",
            Refuter(
                (lanes.config, in_order.config),
                "with the first symbol in the same place of the batch, no more seeds are right",
                place.test,
            ),
        ),
        Claim(
            "abstract_hardly_remembers",
            tutorial.gap < SLIGHT,
            f"{gap}, below {SLIGHT}",
            Refuter((tutorial.config,), f"a median memory gap of {SLIGHT} or more", gap),
        ),
        replace(
            of["all_windows"],
            name="take_home_do",
            refuter=Refuter(
                tuple(summary.config for summary in windows),
                "a layout or batch size in which some run fails",
                f"the fewest: {rate(worst)}",
            ),
        ),
    ]
