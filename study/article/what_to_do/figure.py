"""The tutorial's program and the changes that are recommended, at each batch size."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.article.dots import Setting, draw_settings, height_of
from study.experiments.one_line_changes.configs import BATCH_SIZES, Change
from study.experiments.one_line_changes.findings import choices, together
from study.experiments.one_line_changes.judged import Results, ceiling_of, judge_all, keeps_rows
from study.report.evidence import Evidence
from study.report.figures import colours
from study.report.figures.shapes import panels

NEEDS = ("one_line_changes",)
ALT = (
    "A panel for each batch size, 1, 2 and 4. In each, a row for the tutorial's program as it is, for the best single "
    "line, and for the best pair or three lines that leave one symbol a row: share of seeds right, filled, and within "
    "0.25, hollow, with 95 per cent intervals. Grey where no weights can get there."
)
LABELS = ("as it is", "best line that\nkeeps the rows", "two lines, and\nlanes above 1", "whole sequence\nas one row")


def draw(evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw a panel for each batch size, at the earlier budget."""
    results = judge_all(evidence)
    figure, grid = panels(1, len(BATCH_SIZES), 1.25 * height_of(len(LABELS)), narrow=narrow, sharey=True)
    for panel, size in zip(grid.ravel().tolist(), BATCH_SIZES, strict=True):
        draw_settings(panel, _settings(results, size, evidence))
        panel.set(title=f"batch size {size}", xlabel="share of seeds")
    return figure


def _settings(results: Results, size: int, evidence: Evidence) -> list[Setting]:
    """Take what is recommended at a batch size."""
    chosen = choices(results, size)
    several = chosen["kept_pair"] if size == BATCH_SIZES[0] else chosen["kept_three"]
    shown = (Change((), size), chosen["kept_line"], several, chosen["line"])
    return [_setting(label, each, results, evidence) for label, each in zip(LABELS, shown, strict=True)]


def _setting(label: str, change: Change, results: Results, evidence: Evidence) -> Setting:
    """Count all seeds of a change at the earlier budget."""
    early = results[change][0]
    possible = ceiling_of(change, evidence) == 1
    return Setting(label, _colour(change), together(early.right), together(early.within), possible)


def _colour(change: Change) -> str:
    """Give the colour of how a change feeds the network."""
    if not keeps_rows(change):
        return colours.WINDOWS
    if any(line.lifts_the_ceiling for line in change.lines):
        return colours.ONE_PER_LANE
    return colours.TUTORIAL if change.batch_size == 1 else colours.IN_ORDER
