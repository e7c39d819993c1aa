"""The main figure: ambiguous accuracy of every seed by model, layout and batch size, the ceiling beside it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import BATCH_SIZES
from study.presentation import LAYOUTS
from study.report.evidence import Evidence
from study.report.labels import KINDS, kind
from study.report.style import LAYOUT_COLOURS, LAYOUT_MARKS

Numbers = npt.NDArray[np.float64]
ALT = (
    "Four panels, one for each kind of network; horizontally the batch sizes 1, 2, 4 and 8 with three layouts each, "
    "vertically the accuracy on the ambiguous rows. Every seed is a dot, the mean a large mark, the ceiling a bar. "
    "Where there are longer budgets, a second line of panels shows them."
)


def draw(evidence: Evidence) -> Figure:
    """Draw both budgets: the tutorial's epochs above, the longest below.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    Figure
    """
    configs = evidence.longest("main_grid")
    budgets = (
        [TUTORIAL_EPOCHS] if all(config.epochs == TUTORIAL_EPOCHS for config in configs) else [TUTORIAL_EPOCHS, None]
    )
    figure, grid = plt.subplots(
        len(budgets), len(KINDS), figsize=(9.6, 2.9 * len(budgets)), sharex=True, sharey=True, squeeze=False,
        layout="constrained",
    )  # fmt: skip
    for line, budget in zip(grid, budgets, strict=True):
        for panel, name in zip(line, KINDS, strict=True):
            for config in configs:
                if kind(config) == name:
                    _draw_config(panel, evidence, config, budget)
            panel.set_title(f"{name}\n{f'{budget} epochs' if budget else 'longest budget'}", fontsize=8.5)
            panel.set_xticks(range(len(BATCH_SIZES)), [str(size) for size in BATCH_SIZES])
            panel.set_ylim(-0.06, 1.06)
    for panel in grid[-1]:
        panel.set_xlabel("batch size")
    for panel in grid[:, 0]:
        panel.set_ylabel("ambiguous accuracy")
    handles = [
        Line2D([], [], marker=LAYOUT_MARKS[name], color=LAYOUT_COLOURS[name], linestyle="", label=f"{name}: mean")
        for name in LAYOUTS
    ]
    handles.append(Line2D([], [], color="black", linewidth=2, label="ceiling"))
    handles.append(Line2D([], [], marker=".", color="0.5", linestyle="", label="one seed"))
    figure.legend(handles=handles, loc="outside lower center", ncols=5)
    return figure


def _draw_config(panel: Axes, evidence: Evidence, config: Config, budget: int | None) -> None:
    """Draw one configuration: its seeds, its mean, its ceiling."""
    summary = evidence.summary(config, budget)
    table = evidence.table(config)
    values = table.loc[table["epoch"] == summary.epoch, "ambiguous_accuracy"].to_numpy()
    centre = BATCH_SIZES.index(config.batch_size) + 0.27 * (LAYOUTS.index(config.layout) - 1)
    spread = np.random.default_rng(len(values)).uniform(-1, 1, (2, len(values)))  # so that equal values show apart
    colour = LAYOUT_COLOURS[config.layout]
    _draw_dots(panel, centre + 0.09 * spread[0], values + 0.025 * spread[1], colour)
    ceiling = float(summary.possible.ceiling.ambiguous)
    panel.plot([centre - 0.13, centre + 0.13], [ceiling, ceiling], color="black", linewidth=2, solid_capstyle="butt")
    mark = LAYOUT_MARKS[config.layout]
    panel.plot(centre, summary.accuracy.value, mark, color=colour, markersize=6, markeredgecolor="white")


def _draw_dots(panel: Axes, across: Numbers, up: Numbers, colour: tuple[float, ...]) -> None:
    """Draw a dot a run as one path of lines without length: a tenth of the time and bytes of thousands of markers."""
    points = np.repeat(np.column_stack([across, up]), 2, axis=0)
    path = Path(points, np.tile([Path.MOVETO, Path.LINETO], len(across)))
    panel.add_patch(PathPatch(path, edgecolor=colour, linewidth=1.6, capstyle="round", alpha=0.5, fill=False))
