"""Which lane each input goes through, and what the rows of 2 have seen when they are asked."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from study.report.evidence import Evidence
from study.report.figures.colours import FAINT, IN_ORDER, INK, MUTED, ONE_PER_LANE, PAGE, TUTORIAL
from study.report.figures.shapes import panels
from study.report.figures.style import SMALLEST
from study.sequences.tasks import make_task
from study.theory.explanation import Explanation, Settings, explain
from study.theory.lanes import Slot

NEEDS: tuple[str, ...] = ()  # it is drawn from the theory alone
SHOWN = (  # title, colour, batch size, layout, and where it stands on a phone
    ("batch size 1", TUTORIAL, 1, "consecutive", (0, 0)),
    ("batch size 2,\nrows in order", IN_ORDER, 2, "consecutive", (0, -4.6)),
    ("batch size 4,\nrows in order", IN_ORDER, 4, "consecutive", (0, -10.2)),
    ("batch size 2,\none sequence\nper lane", ONE_PER_LANE, 2, "interleaved", (9.5, -4.6)),
)
BOX, RESET = 0.9, 0.35  # of a place of width 1: the box, and the gap where the state is reset
BESIDE, BETWEEN, ABOVE = 2.2, 2.4, 1.9  # room for the names of lanes, between pictures, and for a title
LANES = 4  # the most that are shown
ALT = (
    "Four pictures of lanes as lines of boxes, one box for each input. At batch size 1 the one lane has 3, 0, 1 and 2, "
    "then 4, 0, 1 and 2: the rows of 2 have seen the first symbol. At batch size 2 in order, lane 1 has 0 and 2 in "
    "both sequences, and at batch size 4 lane 3 has 2 alone. With one sequence per lane at batch size 2, one lane has "
    "3, 0, 1 and 2 and the other 4, 0, 1 and 2."
)


def draw(_: Evidence, *, narrow: bool = False) -> Figure:
    """Draw a picture for each way to lay the rows out: in a line, or on a phone in two columns."""
    sequences = make_task("two_sequences").sequences(seed=0)
    known = [explain(sequences, Settings(batch_size=size, layout=layout)) for _, _, size, layout, _ in SHOWN]
    figure, grid = panels(1, 1, 3.1 if narrow else 1.35, narrow=narrow)
    panel, left = grid[0, 0], 0.0
    for each, (title, colour, _size, _layout, on_phone) in zip(known, SHOWN, strict=True):
        left = _draw_lanes(panel, each, colour, title, on_phone if narrow else (left, 0.0)) + BETWEEN
    bottom = min(on_phone[1] for *_, on_phone in SHOWN) if narrow else 0.0
    right = 19 if narrow else left - BETWEEN + 0.2
    panel.set(xlim=(-0.1, right), ylim=(bottom - LANES - 0.6, ABOVE), aspect="equal", xticks=[], yticks=[])
    panel.axis("off")
    return figure


def _draw_lanes(panel: Axes, known: Explanation, colour: str, title: str, origin: tuple[float, float]) -> float:
    """Draw the boxes of a layout, filled where an ambiguous row can rest on them; gives where the picture ends."""
    slots = [slot for slot in known.slots if slot.epoch == 0 and slot.row is not None]
    resets = sorted({slot.batch for slot in slots if slot.reset_after})
    seen = {(slot.batch, slot.lane) for asked in slots if asked.ambiguous for slot in _seen(asked, slots, resets)}
    left, top = origin[0] + BESIDE, origin[1]
    end = left
    for slot in slots:
        across = left + slot.batch + RESET * sum(batch < slot.batch for batch in resets)
        shown = (slot.batch, slot.lane) in seen
        edge, line = (INK, 1.8) if slot.ambiguous else (colour if shown else FAINT, 0.8)
        face = colour if shown else PAGE
        box = (across, top - slot.lane - BOX / 2)
        panel.add_patch(Rectangle(box, BOX, BOX, facecolor=face, edgecolor=edge, linewidth=line, zorder=2))
        panel.text(
            across + BOX / 2, top - slot.lane, str(slot.context[-1]), ha="center", va="center_baseline", zorder=3,
            color=PAGE if shown else INK,
        )  # fmt: skip
        end = max(end, across + BOX)
    lanes = 1 + max(slot.lane for slot in slots)
    for lane in range(lanes):
        panel.text(left - 0.25, top - lane, f"lane {lane}", size=SMALLEST, ha="right", va="center", color=MUTED)
    panel.text(left, top + 0.6, title, weight="bold", va="bottom", color=INK)
    panel.text(left, top - lanes - 0.1, f"ceiling {known.ceiling.ambiguous}", size=SMALLEST, va="center", color=INK)
    return end


def _seen(asked: Slot, slots: Sequence[Slot], resets: Sequence[int]) -> list[Slot]:
    """List the slots of a lane since its last reset, up to the one asked."""
    start = max((batch + 1 for batch in resets if batch < asked.batch), default=0)
    return [slot for slot in slots if slot.lane == asked.lane and start <= slot.batch <= asked.batch]
