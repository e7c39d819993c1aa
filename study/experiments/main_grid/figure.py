"""The main figure: ambiguous accuracy of all seeds by model, layout and batch size, the ceiling beside it."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import BATCH_SIZES
from study.presentation import LAYOUTS
from study.report.evidence import Evidence
from study.report.figures.colours import MUTED, PAGE
from study.report.figures.marks import ceiling, ceiling_mark, key, said
from study.report.figures.settings import NAMES, colour_of
from study.report.figures.shapes import name_axes, panels
from study.report.figures.telling import tell
from study.report.labels import KINDS, kind

ALT = (
    "Four panels, one for each kind of network; horizontally the batch sizes 1, 2, 4 and 8 with three layouts each, "
    "vertically the accuracy on the ambiguous rows. Dots show by their area how many seeds reached a value, a large "
    "mark the mean, a bar the ceiling. Where there are longer budgets, a second line of panels shows them."
)
MARKS = dict(zip(LAYOUTS, "os^", strict=True))
LARGEST = 130.0  # square points, of a dot of all seeds


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw both budgets: the tutorial's epochs above, the longest below.

    Parameters
    ----------
    evidence : Evidence
    narrow : bool

    Returns
    -------
    Figure
    """
    configs = evidence.longest("main_grid")
    budgets = (
        [TUTORIAL_EPOCHS] if all(config.epochs == TUTORIAL_EPOCHS for config in configs) else [TUTORIAL_EPOCHS, None]
    )
    figure, grid = panels(
        len(budgets), len(KINDS), 1.9 if narrow else 2.4, narrow=narrow, beside=2, sharex=True, sharey=True
    )
    for line, budget in zip(grid, budgets, strict=True):
        for panel, name in zip(line, KINDS, strict=True):
            shown = [config for config in configs if kind(config) == name]
            if shown:
                _draw_seeds(panel, pd.concat([_seeds(evidence, config, budget) for config in shown]))
            for config in shown:
                _draw_config(panel, evidence, config, budget)
            said_budget = f"{budget} epochs" if budget else "longest budget"
            panel.set_title("\n".join([*name.split(", "), said_budget]), weight="normal")
            panel.set_xticks(range(len(BATCH_SIZES)), [str(size) for size in BATCH_SIZES])
            panel.set(ylim=(-0.12, 1.12))
            panel.grid(visible=False, axis="x")
    name_axes(grid, "batch size", "accuracy on the ambiguous rows")
    by_layout = [key(f"{name}: mean", MARKS[name]) for name in LAYOUTS]
    colours = {colour_of(config): "" for config in configs if colour_of(config) != MUTED}
    by_setting = [key(NAMES[colour], "o", colour=colour) for colour in NAMES if colour in colours]
    seeds = Line2D([], [], marker="o", color=MUTED, alpha=0.35, linestyle="none", label="seeds, by area")
    handles = [*by_setting, *by_layout, seeds, ceiling_mark()]
    figure.legend(handles=handles, loc="outside lower center", ncols=1 if narrow else 2)
    return figure


def _draw_seeds(panel: Axes, seeds: pd.DataFrame) -> None:
    """Draw a dot for each accuracy that seeds reached, by its area the share of them."""
    sns.scatterplot(
        seeds, x="place", y="accuracy", size="share", sizes=(0, LARGEST), size_norm=(0, 1), hue="colour",
        palette={colour: colour for colour in seeds["colour"]}, alpha=0.35, linewidth=0, legend=False, ax=panel,
    )  # fmt: skip
    panel.set(xlabel="", ylabel="")
    (dots,) = panel.collections
    assert isinstance(dots, PathCollection)
    tell(dots, list(seeds["words"]))


def _seeds(evidence: Evidence, config: Config, budget: int | None) -> pd.DataFrame:
    """Count the seeds of a configuration that reached each accuracy, to a hundredth."""
    table = evidence.table(config)
    values = table.loc[table["epoch"] == evidence.summary(config, budget).epoch, "ambiguous_accuracy"].dropna()
    counted = values.round(2).value_counts().sort_index().rename_axis("accuracy").reset_index(name="seeds")
    words = [
        f"{_name(config)}: {count} of {len(values)} seeds at {value:g}"
        for value, count in zip(counted["accuracy"], counted["seeds"], strict=True)
    ]
    share = counted["seeds"] / len(values)
    return counted.assign(place=_place(config), share=share, colour=colour_of(config), words=words)


def _draw_config(panel: Axes, evidence: Evidence, config: Config, budget: int | None) -> None:
    """Draw the mean of a configuration and its ceiling."""
    summary = evidence.summary(config, budget)
    place = _place(config)
    ceiling(panel, [place], [float(summary.possible.ceiling.ambiguous)], half=0.13)
    (mean,) = panel.plot(
        place, summary.accuracy.value, MARKS[config.layout], color=colour_of(config), markersize=5,
        markeredgecolor=PAGE,
    )  # fmt: skip
    tell(mean, [f"{_name(config)}: mean {said(summary.accuracy)}"])


def _place(config: Config) -> float:
    """Give where a configuration stands: at its batch size, the layouts side by side."""
    return BATCH_SIZES.index(config.batch_size) + 0.27 * (LAYOUTS.index(config.layout) - 1)


def _name(config: Config) -> str:
    """Name a configuration where one points at it."""
    return f"{NAMES[colour_of(config)]}, {config.layout}, batch size {config.batch_size}"
