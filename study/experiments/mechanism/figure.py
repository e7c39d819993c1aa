"""The mechanism: how far apart the two sequences' states are, step by step, over training, and at the answer."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.experiments.mechanism.configs import probed_configs
from study.report.evidence import Evidence
from study.report.figures.colours import MUTED, TUTORIAL
from study.report.figures.settings import colour_of
from study.report.figures.shapes import panels
from study.report.figures.telling import tell
from study.report.words import small

ALT = (
    "Three panels. First: the median distance between the two sequences' hidden states at each of the four steps of a "
    "sequence, one line for each layout, and one for batch size 1 untrained. Second: the same at the first and at the "
    "last step against epochs, for batch size 1 and for whole windows. Third: each seed of batch size 1 as a mark, "
    "horizontally its distance at the last step, vertically its memory gap, solved seeds apart from the others."
)
STYLES = ("o-", "s--", "^:", "v:", "D-.", "X-")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw the three panels."""
    configs = probed_configs(evidence.presets["mechanism"])
    figure, grid = panels(1, 3, 2.9, narrow=narrow)
    steps, training, answer = grid.flat
    for style, (label, config) in zip(STYLES, configs.items(), strict=True):
        _draw_steps(
            steps,
            evidence.table(config),
            label,
            TUTORIAL_EPOCHS,
            marker=style[0],
            ls=style[1:],
            color=colour_of(config),
        )
    untrained = configs["batch size 1"]
    _draw_steps(steps, evidence.table(untrained), "batch size 1, untrained", 0, color=MUTED)
    steps.set_yscale("symlog", linthresh=1e-2, linscale=0.5)
    steps.set(xlabel="step of the sequence", title="hidden distance, by step", ylim=(-2e-3, None))
    steps.set_xticks(range(1, WHOLE + 1), [f"{k}\n{symbols}" for k, symbols in enumerate(("3 | 4", "0", "1", "2"), 1)])
    for label, side in (("batch size 1", "right"), ("whole windows", "left")):
        table = evidence.table(configs[label])
        by_epoch = table[table["epoch"] > 0].groupby("epoch")
        for k, style in ((1, "--"), (WHOLE, "-")):
            median = by_epoch[f"hidden_distance_{k}"].median()
            (line,) = training.plot(median.index, median, style, color=colour_of(configs[label]))
            tell(line, [f"{label}, step {k}, {epoch:,} epochs: {small(value)}" for epoch, value in median.items()])
            end, aside = (median.index[-1], median.iloc[-1]), (0, 5) if side == "right" else (3, -3)
            training.annotate(
                f"step {k}", end, xytext=aside, textcoords="offset points", ha=side, color=line.get_color()
            )
    training.set(xscale="log", yscale="log", xlabel="epochs", title="hidden distance")
    _draw_answers(answer, evidence)
    figure.legend(*steps.get_legend_handles_labels(), loc="outside lower left", ncols=1 if narrow else 3)
    return figure


def _draw_steps(panel: Axes, table: pd.DataFrame, label: str, epoch: int, **look: Any) -> None:
    """Draw the median distance at each step of a sequence, at a moment of training."""
    moment = table[table["epoch"] == epoch]
    distances = [moment[f"hidden_distance_{k}"].median() for k in range(1, WHOLE + 1)]
    (line,) = panel.plot(range(1, WHOLE + 1), distances, label=label, **look)
    tell(line, [f"{label}, step {k}: {small(distance)}" for k, distance in enumerate(distances, 1)])


def _draw_answers(panel: Axes, evidence: Evidence) -> None:
    """Draw every seed of batch size 1 at the tutorial's budget: distance at the ambiguous row, and memory gap."""
    config = probed_configs(evidence.presets["mechanism"])["batch size 1"]
    table = evidence.table(config)
    seeds = table[table["epoch"] == TUTORIAL_EPOCHS]
    solved = seeds["ambiguous_accuracy"] == 1
    for chosen, mark, colour, label in ((solved, "o", TUTORIAL, "solved"), (~solved, "x", MUTED, "not solved")):
        across, up = seeds.loc[chosen, f"hidden_distance_{WHOLE}"], seeds.loc[chosen, "memory_gap"]
        (marks,) = panel.plot(across, up, mark, color=colour, markersize=4, label=label)
        names = seeds.loc[chosen, "seed"]
        tell(marks, [f"seed {seed}, {label}: memory gap {small(gap)}" for seed, gap in zip(names, up, strict=True)])
    panel.set(xscale="log", xlabel="hidden distance, step 4", title="memory gap, batch size 1")
    panel.legend()
