"""The paper's tables beside ours: sequences until success, as written and under the closest reading."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.hs1997_2a import configs as configs_2a
from study.experiments.hs1997_2a.findings import judged as judged_2a
from study.experiments.hs1997_2b import configs as configs_2b
from study.experiments.hs1997_2b.findings import judged as judged_2b
from study.experiments.hs1997_2c import configs as configs_2c
from study.experiments.hs1997_2c.findings import judged as judged_2c
from study.replication.readings import Reading
from study.replication.trials import Judged, Trials
from study.report.evidence import Evidence
from study.report.figures.colours import INK, LINES, PAGE
from study.report.figures.shapes import panels
from study.report.figures.style import label_plainly
from study.report.figures.telling import tell
from study.report.words import number, rate

NEEDS = ("hs1997_2a", "hs1997_2b", "hs1997_2c")
ALT = (
    "A row for each row of the paper's tables in which it has a success or a budget. Horizontally the sequences until "
    "success on a logarithmic scale: a filled circle is the paper's mean, a hollow square ours as written, a filled "
    "diamond ours under the reading that comes closest. A triangle to the right is a budget within which no trial "
    "succeeded."
)
ROW, REST = 0.175, 0.75  # inches
ASIDE = 0.24  # of ours, from the paper's


class Mark(NamedTuple):
    """How a kind of result is drawn: how far from the middle of its row, as which mark, in which colours."""

    aside: float
    mark: str
    colour: str
    face: str


PAPER, AS_WRITTEN, CLOSEST = (
    Mark(0, "o", INK, INK), Mark(ASIDE, "s", LINES[2], PAGE), Mark(-ASIDE, "D", LINES[1], LINES[1])
)  # fmt: skip


class Line(NamedTuple):
    """A row of one of the paper's tables, with the reading as written."""

    label: str
    judged: Judged
    written: Reading


def draw(evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw all rows that were run."""
    lines = list(_lines(evidence))
    figure, grid = panels(1, 1, ROW * len(lines) + REST, narrow=narrow)
    panel = grid[0, 0]
    for place, line in enumerate(lines):
        _draw_line(panel, -place, line)
    panel.set_yticks([-place for place in range(len(lines))], [line.label for line in lines])
    panel.tick_params(axis="y", length=0)
    panel.set(xscale="log", xlabel="sequences until success", ylim=(0.4 - len(lines), 0.7))
    panel.grid(visible=False, axis="y")
    label_plainly(panel.xaxis)
    for label, look in (("the paper", PAPER), ("ours, as written", AS_WRITTEN), ("ours, closest", CLOSEST)):
        panel.plot([], [], look.mark, color=look.colour, markerfacecolor=look.face, label=label)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


def _lines(evidence: Evidence) -> Iterator[Line]:
    """Give the rows of the three tasks that were run."""
    for row, each in evidence.once(judged_2a).items():
        written = configs_2a.AS_WRITTEN[row.method]
        yield Line(f"2a: {row.method}, p {row.p}, rate {row.rate}", each, written)
    for row, each in evidence.once(judged_2b).items():
        yield Line(f"2b: {row.method}, p {row.p}", each, configs_2b.AS_WRITTEN[row.method])
    for distracted, each in evidence.once(judged_2c).items():
        yield Line(f"2c: q {distracted.q:,}, p {distracted.p:,}", each, configs_2c.AS_WRITTEN)


def _draw_line(panel: Axes, place: float, line: Line) -> None:
    """Draw the paper's mean or budget, and ours."""
    published = line.judged.published
    succeeded = isfinite(published.mean)
    time = published.mean if succeeded else published.budget
    _draw(panel, place, PAPER, time, f"the paper, {line.label}: {rate(published.succeeded)}", succeeded=succeeded)
    shown = {"ours, as written": (line.written, AS_WRITTEN)}
    if line.judged.closest != line.written:
        shown["ours, closest reading"] = (line.judged.closest, CLOSEST)
    for name, (reading, look) in shown.items():
        if trials := line.judged.by_reading.get(reading):
            words = f"{name}, {line.label}: {rate(trials.rate)}"
            _draw(panel, place, look, _time(trials), words, succeeded=bool(trials.rate.k))


def _time(trials: Trials) -> float:
    """Give the mean of the trials that succeeded, or the budget where none did."""
    return trials.mean.value if trials.rate.k else trials.budget


def _draw(panel: Axes, place: float, look: Mark, time: float, words: str, *, succeeded: bool) -> None:
    """Draw one time, or a budget as a triangle that points right."""
    if isfinite(time):
        mark, face = (look.mark, look.face) if succeeded else (">", PAGE)
        (drawn,) = panel.plot(
            time, place + look.aside, mark, color=look.colour, markerfacecolor=face, markersize=4, linestyle="none"
        )
        tell(drawn, [f"{words}, {'mean' if succeeded else 'none within'} {number(time)}"])
