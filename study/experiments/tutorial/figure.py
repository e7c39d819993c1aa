"""The tutorial's own configuration over its training: how many seeds are right, by how much, and at what loss."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.measures.statistics import Rate
from study.report.evidence import Evidence
from study.report.style import COLOURS
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


def draw(evidence: Evidence) -> Figure:
    """Draw share right, memory gap and loss."""
    config = evidence.find("tutorial")
    table = evidence.table(config)
    table = table[table["epoch"] > 0]
    by_epoch = table.groupby("epoch")
    epochs = sorted(table["epoch"].unique())
    figure, (share, gap, loss) = plt.subplots(1, 3, figsize=(9.2, 3.4), layout="constrained")
    marked = {"every row right": table["accuracy"] == 1, "every output within 0.25": table["largest_error"] <= 0.25}
    for number, (label, hits) in enumerate(marked.items()):
        counted = hits.groupby(table["epoch"])
        rates = [Rate(int(k), int(n)) for k, n in zip(counted.sum(), counted.size(), strict=True)]
        share.plot(
            epochs, [rate.share for rate in rates], "-" if number == 0 else "--", color=COLOURS[number], label=label
        )
        share.fill_between(
            epochs, [rate.low for rate in rates], [rate.high for rate in rates], color=COLOURS[number], alpha=0.15
        )
    share.set(ylabel="share of seeds", ylim=(-0.03, 1.03))
    for band, alpha in ((0.0, 0.12), (0.05, 0.2), (0.25, 0.35)):
        low, high = (by_epoch["memory_gap"].quantile(q) for q in (band, 1 - band))
        gap.fill_between(epochs, low, high, color=COLOURS[0], alpha=alpha, linewidth=0)
    gap.plot(epochs, by_epoch["memory_gap"].median(), color="black", label="median; bands: all, 90 %, 50 %")
    gap.set(ylabel="memory gap", ylim=(-0.1, 1.03))
    floor = without_memory(config).loss_floor
    loss.plot(epochs, by_epoch["loss"].median(), color=COLOURS[0], label="median loss")
    loss.axhline(floor, color="black", linestyle="--", label=f"floor without memory, {floor:.4f}")
    loss.set(ylabel="loss", yscale="log")
    for panel in (share, gap, loss):
        panel.set(xscale="log", xlabel="epochs")
        panel.legend(loc="lower center", bbox_to_anchor=(0.5, 1))  # above it, where no line runs
        panel.axvline(TUTORIAL_EPOCHS, color="0.5", linewidth=0.8)
    return figure
