"""Random sequences: share right on unseen ones against the number of examples, the length, and the weight updates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.random_sequences.configs import LAST, LENGTH, RECIPES, SIZE, main_configs
from study.experiments.random_sequences.unseen_scores import at_end, unseen_right
from study.measures.probe_columns import unseen_lengths
from study.measures.statistics import Mean
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Three panels of the share of unseen sequences completed rightly, with bands of the 95 per cent interval. Left: "
    "against the number of sequences trained on, one line a recipe, with lines for the ceiling of who knows only the "
    "examples, for the nearest example and for chance. Middle: against their length, one line a number of "
    "examples. Right: against weight updates, with dotted lines for the examples. The table of this section gives the "
    "numbers."
)
LOOKS = dict(zip(RECIPES, ("-", "--", ":"), strict=True))
SAME = f"unseen_right_{LENGTH}"


def draw(evidence: Evidence) -> Figure:
    """Draw the three panels."""
    configs = main_configs(evidence.presets["random_sequences"])
    counts = sorted({count for _, count in configs})
    figure, (examples, longer, course) = plt.subplots(
        1, 3, figsize=(9.6, 3.9), width_ratios=(1.3, 1, 1), sharey=True, layout="constrained"
    )
    for colour, recipe in zip(COLOURS, RECIPES, strict=False):
        ends = [at_end(evidence, configs[recipe, count]) for count in counts]
        means = [unseen_right(runs) for runs in ends]
        _draw_means(examples, counts, means, recipe, color=colour, linestyle=LOOKS[recipe])
    ends = [at_end(evidence, configs[LAST, count]) for count in counts]
    known = [float(runs[f"unseen_known_{LENGTH}"].mean()) for runs in ends]
    nearest = [float(runs["nearest_right"].mean()) for runs in ends]
    examples.plot(counts, known, color="black", linewidth=1, label="first symbol known from an example")
    examples.plot(counts, nearest, color="grey", linestyle="-.", linewidth=1, label="nearest example")
    examples.axhline(1 / SIZE, color="grey", linewidth=0.8, linestyle=(0, (1, 3)), label="chance")
    examples.set(xscale="log", xlabel="sequences trained on", ylabel="share of unseen sequences right")
    examples.set_xticks(counts, [str(count) for count in counts])
    examples.minorticks_off()
    lengths = unseen_lengths(LENGTH)
    shown = counts[::2]
    for colour, count in zip(COLOURS[3:], shown, strict=False):
        runs = at_end(evidence, configs[LAST, count])
        means = [unseen_right(runs, length) for length in lengths]
        _draw_means(longer, lengths, means, f"{count} examples", color=colour)
    longer.set(xlabel=f"length of the sequences (trained: {LENGTH})", xticks=lengths)
    longer.set_title(LAST, fontsize=8.5)
    longer.legend(fontsize=7)
    count = 64 if 64 in counts else counts[-1]
    for colour, recipe in zip(COLOURS, RECIPES, strict=False):
        way = evidence.table(configs[recipe, count]).groupby("updates")[[SAME, "seen_right"]].mean()
        way = way[way.index > 0]
        course.plot(way.index, way[SAME], color=colour, linestyle="-")
        course.plot(way.index, way["seen_right"], color=colour, linestyle=":", linewidth=1)
    course.set(xscale="log", xlabel="weight updates", ylim=(-0.03, 1.03))
    course.set_title(f"{count} examples; dotted: on the examples", fontsize=8.5)
    figure.legend(*examples.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _draw_means(panel: Axes, places: Sequence[int], means: Sequence[Mean], label: str, **look: Any) -> None:
    """Draw means with a band of their intervals."""
    panel.plot(places, [mean.value for mean in means], marker="o", markersize=3, label=label, **look)
    low, high = [mean.low for mean in means], [mean.high for mean in means]
    panel.fill_between(places, low, high, color=look["color"], alpha=0.15, linewidth=0)
