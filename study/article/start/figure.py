"""Two pictures side by side: one memory that has seen all of a sequence, and four that have each seen one symbol."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from study.article.start.findings import FAILS, SPELLED, WORKS
from study.article.start.lanes import SEQUENCES, Lane, Picture, picture_of
from study.report.evidence import Evidence
from study.report.figures.colours import IN_ORDER, INK, MUTED, PAGE, TUTORIAL
from study.report.figures.shapes import NARROW, WIDE

NEEDS: tuple[str, ...] = ()  # it is drawn from the theory alone
ALT = (
    "Left, batch size 1: one memory has seen 3, 0, 1 and 2 when it must answer; it saw the first symbol. Right, batch "
    "size 4: four memories, each of which has seen one symbol. The one that must answer has seen 2 alone, and never "
    "saw the first symbol."
)
WIDTH = 9.6  # of a panel, in units of a lane
LEFT, RADIUS, STEP = 1.9, 0.33, 1.0


def draw(_: Evidence, narrow: bool = False) -> Figure:
    """Draw both pictures, side by side or one above the other, all symbols of one size."""
    pictures = [picture_of(size) for size in (WORKS, FAILS)]
    heights = [_height(picture) for picture in pictures]
    if narrow:
        size = (NARROW, NARROW / WIDTH * sum(heights))
        figure, panels = plt.subplots(2, 1, figsize=size, height_ratios=heights, layout="constrained")
    else:
        heights = [max(heights)] * 2
        size = (WIDE, WIDE / WIDTH / 2 * heights[0])
        figure, panels = plt.subplots(1, 2, figsize=size, layout="constrained")
    for panel, picture, height, colour in zip(panels, pictures, heights, (TUTORIAL, IN_ORDER), strict=True):
        panel.set(xlim=(0, WIDTH), ylim=(-height, 0), aspect="equal")
        panel.axis("off")
        _draw_picture(panel, picture, colour)
    return figure


def _height(picture: Picture) -> float:
    """Give the height of a picture, its title included, in units of a lane."""
    return len(picture.lanes) + 0.9


def _draw_picture(panel: Axes, picture: Picture, colour: str) -> None:
    """Draw the lanes of one batch size, one under the other."""
    count = len(picture.lanes)
    title = f"Batch size {picture.batch_size}: {SPELLED[count]} memor{'y' if count == 1 else 'ies'}"
    panel.text(0, -0.4, title, size=9, weight="bold", va="center", color=INK)
    for number, lane in enumerate(picture.lanes):
        _draw_lane(panel, -1.3 - number, number, lane, colour)


def _draw_lane(panel: Axes, height: float, number: int, lane: Lane, colour: str) -> None:
    """Draw a memory with the symbols that it has seen, and the question where it is the one asked."""
    strong = INK if lane.asked else MUTED
    panel.text(0, height, f"memory {number}", size=8, va="center", color=strong)
    width = STEP * len(lane.seen)
    box = FancyBboxPatch(
        (LEFT, height - 0.4), width, 0.8, boxstyle="round,pad=0,rounding_size=0.4", lw=1.2, ec=colour, fc="none"
    )
    panel.add_patch(box)
    for place, symbol in enumerate(lane.seen):
        first = symbol == SEQUENCES[0][0]
        middle = LEFT + STEP * (place + 0.5)
        panel.add_patch(Circle((middle, height), RADIUS, lw=0.8, ec=colour, fc=colour if first else PAGE))
        panel.text(
            middle,
            height,
            str(symbol),
            size=9,
            weight="bold",
            ha="center",
            va="center_baseline",
            color=PAGE if first else INK,
        )
    if lane.asked:
        end = LEFT + width
        panel.annotate(
            "", (end + 0.75, height), (end + 0.05, height), arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.2}
        )
        panel.text(end + 1.0, height, "?", size=11, weight="bold", ha="center", va="center_baseline", color=INK)
        said = f"{'saw' if lane.saw_first else 'never saw'} the {SEQUENCES[0][0]}"
        panel.text(end + 1.35, height, said, size=8.5, weight="bold", va="center_baseline", color=colour)
