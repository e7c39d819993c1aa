"""Batch learning: share of seeds right against weight updates, epochs and processor time."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.cell import Cell
from study.experiments.batch_learning import AFTER, LEARNING_RATES, REACHES
from study.report.evidence import Evidence
from study.report.figures.style import COLOURS
from study.statistics import Rate

ALT = (
    "Two rows of three panels, one row for each learning rate: the share of seeds with the ambiguous rows right "
    "against weight updates, epochs and processor time, with bands of the 95 per cent interval. Networks with 1 "
    "timestep stay below all seeds whenever the weights are updated; networks whose gradient reaches the first symbol "
    "come to all seeds. Against updates fewer and larger batches lead, against epochs many small ones."
)
STYLES = dict(zip(REACHES, (":", "-", "--"), strict=True))


def batch_cell(evidence: Evidence, reach: str, after: str, learning_rate: float) -> Cell:
    """Find the cell of a reach, a moment of update and a learning rate."""
    plain, rows = REACHES[reach]
    return evidence.find(
        "batch_learning", model=plain.model, timesteps=plain.timesteps, targets=plain.targets,
        accumulate=rows // AFTER[after], learning_rate=learning_rate,
    )  # fmt: skip


def seconds_of(evidence: Evidence, cell: Cell) -> float:
    """Add up the measured processor time of a cell's runs, scoring included, in seconds a run."""
    spent = sum(origin["seconds"] for origin in evidence.store.provenance(cell))
    return float(spent / evidence.table(cell)["seed"].nunique())


def draw(evidence: Evidence) -> Figure:
    """Draw one row of panels a learning rate."""
    figure, grid = plt.subplots(
        len(LEARNING_RATES), 3, figsize=(9.4, 5.4), sharex="col", sharey=True, layout="constrained"
    )
    for panels, learning_rate in zip(grid, LEARNING_RATES, strict=True):
        for reach, (_, rows) in REACHES.items():
            for colour, after in zip(COLOURS, AFTER, strict=False):
                if AFTER[after] <= rows:
                    cell = batch_cell(evidence, reach, after, learning_rate)
                    _draw_cell(
                        panels, evidence, cell, {"color": colour, "linestyle": STYLES[reach]}, f"{reach}; {after}"
                    )
        panels[0].set_ylabel(f"learning rate {learning_rate:g}\nshare of seeds right")
    for panel, name in zip(grid[-1], ("weight updates", "epochs", "milliseconds of one core, a run"), strict=True):
        panel.set(xscale="log", xlabel=name, ylim=(-0.03, 1.03))
    figure.legend(
        *grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3, title="row; update after"
    )
    return figure


def _draw_cell(panels: list[Axes], evidence: Evidence, cell: Cell, look: dict[str, Any], label: str) -> None:
    """Draw one cell against all three clocks."""
    table = evidence.table(cell)
    table = table[table["epoch"] > 0]
    by_epoch = table.assign(solved=table["ambiguous_accuracy"] == 1).groupby("epoch")
    rates = [Rate(int(k), int(n)) for k, n in zip(by_epoch["solved"].sum(), by_epoch.size(), strict=True)]
    epochs = by_epoch["epoch"].first().to_numpy()
    clocks = (by_epoch["updates"].first().to_numpy(), epochs, 1000 * seconds_of(evidence, cell) / cell.epochs * epochs)
    for panel, clock in zip(panels, clocks, strict=True):
        panel.plot(clock, [rate.share for rate in rates], label=label, linewidth=1.2, **look)
        panel.fill_between(
            clock,
            [rate.low for rate in rates],
            [rate.high for rate in rates],
            color=look["color"],
            alpha=0.1,
            linewidth=0,
        )
