"""The tutorial's own configuration over its training: how many seeds are right, by how much, and at what loss."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.figures.colours import INK, TUTORIAL
from study.report.figures.marks import bound, curve, moment
from study.report.figures.shapes import panels
from study.report.figures.telling import tell
from study.report.words import small
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import Ceiling, ceiling

ALT = (
    "Three panels against epochs, on a logarithmic axis, for the tutorial's configuration: the share of seeds with "
    "every row right and with every output within 0.25, with bands of the 95 per cent interval; the median memory gap "
    "with bands over the seeds; the median loss, and as a dashed line the lowest loss of a network without memory. A "
    "vertical line marks the tutorial's budget."
)


def without_memory(config: Config) -> Ceiling:
    """Find what a network could reach on a configuration's rows if no state were carried."""
    dataset = datasets_of(config, [0])[0]
    return ceiling(dataset, schedule_of(config, dataset), carries_state=False, softmax=config.softmax)


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw share right, memory gap and loss."""
    config = evidence.find("tutorial")
    table = evidence.table(config)
    table = table[table["epoch"] > 0]
    by_epoch = table.groupby("epoch")
    epochs = sorted(table["epoch"].unique())
    figure, grid = panels(1, 3, 2.3, narrow=narrow)
    share, gap, loss = grid.flat
    marked = {"every row right": table["accuracy"] == 1, "within 0.25": table["largest_error"] <= 0.25}
    for (label, hits), line in zip(marked.items(), ("-", "--"), strict=True):
        counted = hits.groupby(table["epoch"])
        rates = [Rate(int(k), int(n)) for k, n in zip(counted.sum(), counted.size(), strict=True)]
        curve(share, epochs, rates, TUTORIAL, f"{label}, {{}} epochs", label=label, line=line)
        share.text(epochs[-1], 0.52 if line == "-" else 0.08, label, color=TUTORIAL, ha="right")
    share.set(title="share of seeds", ylim=(-0.03, 1.03))
    for band, alpha in ((0.0, 0.12), (0.05, 0.2), (0.25, 0.35)):
        low, high = (by_epoch["memory_gap"].quantile(q) for q in (band, 1 - band))
        gap.fill_between(epochs, low, high, color=TUTORIAL, alpha=alpha, linewidth=0)
    median = by_epoch["memory_gap"].median()
    (line,) = gap.plot(epochs, median, color=INK)
    tell(line, [f"median memory gap, {epoch:,} epochs: {small(value)}" for epoch, value in median.items()])
    gap.set(title="memory gap", ylim=(-0.1, 1.03))
    gap.text(epochs[0], 0.6, "median; bands: all,\n90 % and 50 % of seeds")
    floor = without_memory(config).loss_floor
    median = by_epoch["loss"].median()
    (line,) = loss.plot(epochs, median, color=TUTORIAL)
    tell(line, [f"median loss, {epoch:,} epochs: {value:.4f}" for epoch, value in median.items()])
    bound(loss, floor, f"least without\nmemory, {floor:.4f}")
    loss.set(title="median loss", yscale="log")
    for panel in grid.flat:
        panel.set(xscale="log", xlabel="epochs")
        moment(panel, TUTORIAL_EPOCHS)
    return figure
