"""The answer in one paragraph, for the end of a run: what the results say so far, and how sure one may be of it."""

from __future__ import annotations

from pathlib import Path

from study.article.start.findings import facts
from study.experiments.main_grid.configs import MainGrid
from study.report.contents import Contents
from study.report.evidence import Evidence
from study.report.notices import NO_EVIDENCE
from study.runs.store import Store

GRID = MainGrid.name  # the experiment on which the answer rests


def in_brief(results: str | Path) -> str:
    """Write the answer that results give.

    Parameters
    ----------
    results : str or Path
        Folder of stored results.

    Returns
    -------
    str
        One paragraph. Where the main grid is not stored whole, it says so and what computes the rest.
    """
    contents = Contents(experiments={GRID: MainGrid()}, sections=(), tables=(), figures={})
    evidence = Evidence(Store(results), contents)
    if not evidence.has(GRID):
        lacking = "".join(f" ({each.said})" for each in evidence.incomplete)
        return f"No answer yet: it rests on {GRID}, which is not stored whole{lacking}; compute it with 'study run'."
    told = facts(evidence)
    counted = "; ".join(f"{each['fed']}: {each['right']} after {each['epochs']} epochs" for each in told["outcomes"])
    doubt = f" Preset {NO_EVIDENCE} is no evidence: too few seeds, too few epochs." if _quick(evidence) else ""
    return (
        f"Answer: {told['sentence']} What to do: make the sequence so far one row; 'study why --batch-size 4' shows "
        f"how. Networks that were right: {counted}.{doubt}"
    )


def _quick(evidence: Evidence) -> bool:
    """Whether what is shown of the main grid is of the preset that is no evidence."""
    return evidence.presets[GRID].name == NO_EVIDENCE
