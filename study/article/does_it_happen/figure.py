"""How often training reaches what the ceiling allows: a handful of settings, early and late."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.article.does_it_happen.findings import COIN, TUTORIAL
from study.article.dots import Setting, draw_settings, height_of, setting_of
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.experiments.one_line_changes.configs import BATCH_SIZES
from study.experiments.one_line_changes.findings import choices
from study.experiments.one_line_changes.judged import judge_all
from study.report.evidence import Evidence
from study.report.figures import colours
from study.report.figures.marks import chance
from study.report.figures.shapes import panels

NEEDS = ("main_grid",)
ALT = (
    "Two panels with a row for each setting: without memory, rows in order at batch size 4, the tutorial, one sequence "
    "per lane, the whole sequence as one row, and the tutorial with two lines changed. Left after the tutorial's "
    "epochs, right after the longest training: the share of seeds that are right, as a filled mark, and that have "
    "every output within 0.25, as a hollow one, with 95 per cent intervals. Grey where no weights can get there."
)
SHOWN = (
    ("no memory, batch size 1", colours.NO_MEMORY, {**TUTORIAL, "model": "stateless_lstm", "timesteps": 1}),
    ("rows in order, batch size 4", colours.IN_ORDER, {**TUTORIAL, "batch_size": 4}),
    ("the tutorial, batch size 1", colours.TUTORIAL, TUTORIAL),
    ("one per lane, batch size 2", colours.ONE_PER_LANE, {**TUTORIAL, "layout": "interleaved", "batch_size": 2}),
    ("whole sequence, batch size 4", colours.WINDOWS,
     {**TUTORIAL, "model": "stateless_lstm", "timesteps": WHOLE, "batch_size": 4}),
)  # fmt: skip


def draw(evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw both moments."""
    moments = {f"after {TUTORIAL_EPOCHS} epochs": TUTORIAL_EPOCHS, "after the longest training": None}
    settings = {said: _settings(evidence, epoch) for said, epoch in moments.items()}
    count = max(map(len, settings.values()))
    figure, grid = panels(1, 2, height_of(count), narrow=narrow, sharey=True)
    for panel, (said, shown) in zip(grid.ravel().tolist(), settings.items(), strict=True):
        draw_settings(panel, shown)
        panel.set(title=said, xlabel="share of seeds")
        chance(panel, float(COIN), "", sideways=True)
    return figure


def _settings(evidence: Evidence, epoch: int | None) -> list[Setting]:
    """Sum all settings up at a moment."""
    shown = [
        setting_of(label, colour, evidence.summary(evidence.find("main_grid", **settings), epoch))
        for label, colour, settings in SHOWN
    ]
    return [*shown, *_two_lines(evidence, epoch)]


def _two_lines(evidence: Evidence, epoch: int | None) -> list[Setting]:
    """Sum up the tutorial with the two lines changed that do best, where they are stored; all of its seeds."""
    if not evidence.has("one_line_changes"):
        return []
    pair = choices(judge_all(evidence), BATCH_SIZES[0])["kept_pair"]
    summary = evidence.summary(pair.trained(evidence.presets["one_line_changes"]), epoch)
    return [setting_of("the tutorial, two lines changed", colours.TUTORIAL, summary)]
