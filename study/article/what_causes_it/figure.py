"""Each explanation of why batch sizes 2, 4 and 8 fail: what was changed, and how many distinct runs are right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.causal.configs import CHANGES, HYPOTHESES
from study.experiments.causal.findings import Finding, findings, once
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.figures.colours import INK, MUTED, NO_GRADIENT, PAGE, POSSIBLE, RULED_OUT
from study.report.figures.shapes import panels
from study.report.figures.style import SMALLEST
from study.report.words import number

NEEDS = ("causal",)
ALT = (
    "A row for each explanation that was tried, then one for each cure. Horizontally the share of distinct runs at "
    "batch sizes 2, 4 and 8 that are right: filled in the layout of training, hollow asked row by row from a fresh "
    "state. The counts stand beside the marks, and the verdict in words and colour."
)
CURES = "lost state"  # the hypothesis whose changes are shown one by one
ROW, NARROW_ROW, REST = 0.235, 0.36, 0.55  # inches


class Line(NamedTuple):
    """What is shown of one explanation or cure: all distinct runs at batch sizes 2, 4 and 8 together."""

    label: str
    layout: Rate
    alone: Rate
    colour: str
    verdict: str


def draw(evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw a row for each explanation, and for each change that hands a row its own sequence."""
    lines = [_pooled(label, those) for label, those in _grouped(evidence).items() if those]
    figure, grid = panels(1, 1, (NARROW_ROW if narrow else ROW) * len(lines) + REST, narrow=narrow)
    panel = grid[0, 0]
    for place, line in enumerate(lines):
        _draw_line(panel, -place, line)
        (_name_above if narrow else _name_beside)(panel, -place, line)
    panel.set_yticks([-place for place in range(len(lines))], ["" if narrow else line.label for line in lines])
    panel.tick_params(axis="y", length=0)
    panel.grid(visible=False, axis="y")
    panel.set(xlim=(-0.03, 1.03), ylim=(0.6 - len(lines), 0.9 if narrow else 0.6), xlabel="share of runs")
    panel.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "", "1/2", "", "1"])
    return figure


def _grouped(evidence: Evidence) -> dict[str, list[Finding]]:
    """Gather the variations of each explanation, and of each cure by itself."""
    larger = [one for one in evidence.once(findings) if one.variation.batch_size > 1]
    excuses = {
        said: [one for one in larger if one.variation.change.hypothesis == name]
        for name, said in HYPOTHESES.items()
        if name != CURES
    }
    cures = [change for change in CHANGES if change.hypothesis == CURES]
    return excuses | {change.label: [one for one in larger if one.variation.change == change] for change in cures}


def _pooled(label: str, those: Sequence[Finding]) -> Line:
    """Count the runs of an explanation together, each computation once."""
    those = once(those)
    layout, alone = (
        Rate(sum(getattr(one.summary, name).k for one in those), sum(one.summary.solved.n for one in those))
        for name in ("solved", "fresh_solved")
    )
    if any(one.counts for one in those):
        return Line(label, layout, alone, MUTED, "by counting")
    if all(one.summary.possible.ruled_out for one in those):
        return Line(label, layout, alone, RULED_OUT, "ruled out")
    reached = all(one.summary.possible.gradient_reaches for one in those)
    return Line(
        label, layout, alone, *((POSSIBLE, "possible") if reached else (NO_GRADIENT, "no gradient across rows"))
    )


def _draw_line(panel: Axes, place: float, line: Line) -> None:
    """Draw both shares, without intervals: the runs of a seed share its initial weights."""
    for rate, aside, hollow in ((line.layout, 0.14, False), (line.alone, -0.14, True)):
        face = PAGE if hollow else line.colour
        panel.plot(rate.share, place + aside, "o", color=line.colour, markerfacecolor=face, zorder=2.5)


def _said(line: Line) -> str:
    """Write the runs that are right, and what is known before training."""
    return f"{number(line.layout.k)} of {number(line.layout.n)}, {line.verdict}"


def _name_beside(panel: Axes, place: float, line: Line) -> None:
    """Write what came of a row to its right."""
    panel.annotate(
        _said(line), (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
        va="center", size=SMALLEST, color=line.colour, annotation_clip=False,
    )  # fmt: skip


def _name_above(panel: Axes, place: float, line: Line) -> None:
    """Write what a row is above it, and what came of it where there is room beside its marks."""
    panel.text(0, place + 0.42, line.label, size=SMALLEST, va="center", color=INK)
    left = line.layout.share > 0.5
    where, align = (0.0, "left") if left else (1.0, "right")
    panel.text(where, place, _said(line), size=SMALLEST, va="center", ha=align, color=line.colour)
