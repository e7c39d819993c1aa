"""Alphabets: share of seeds right and accuracy on all rows against the number of symbols, and what an update costs."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from study.experiments.alphabets.by_size import seconds_an_update, summaries_by_size, weights_of
from study.experiments.alphabets.configs import BEST, RECIPES, SHARE, STATEFUL, WINDOW
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Three panels against the number of symbols. Left: the share of seeds with the ambiguous rows right, one line a "
    "recipe, with bands of the 95 per cent interval for three of them. Middle: mean accuracy on all rows, the same "
    "lines. Right: weights, and measured time of an update of two recipes, as multiples of the smallest alphabet. The "
    "table of this section gives the numbers."
)
MARKS = "os^vDP*X<>"


def draw(evidence: Evidence) -> Figure:
    """Draw the three panels."""
    figure, (solved, overall, cost) = plt.subplots(
        1, 3, figsize=(9.6, 4.3), width_ratios=(1.2, 1.2, 1), layout="constrained"
    )
    for number, recipe in enumerate(RECIPES):
        ends = summaries_by_size(evidence, recipe)
        plain = recipe in (STATEFUL, WINDOW, BEST)
        look = {"color": COLOURS[number], "marker": MARKS[number], "markersize": 4 if plain else 5}
        line = "-" if plain else ":" if SHARE in recipe else "--"
        rates = [summary.solved for summary in ends.values()]
        sizes = list(ends)
        solved.plot(sizes, [rate.share for rate in rates], linestyle=line, label=recipe, **look)
        if plain:
            low, high = [rate.low for rate in rates], [rate.high for rate in rates]
            solved.fill_between(sizes, low, high, color=COLOURS[number], alpha=0.12, linewidth=0)
        overall.plot(sizes, [summary.overall.value for summary in ends.values()], linestyle=line, **look)
    solved.set(xscale="log", xlabel="symbols", ylabel="share of seeds, ambiguous rows right", ylim=(-0.03, 1.03))
    overall.set(xscale="log", xlabel="symbols", ylabel="accuracy on all rows", ylim=(-0.03, 1.03))
    window = summaries_by_size(evidence, WINDOW)
    sizes, least = list(window), next(iter(window.values()))
    cost.plot(sizes, [weights_of(s.config) / weights_of(least.config) for s in window.values()], "k-", label="weights")
    for recipe, colour in ((STATEFUL, COLOURS[0]), (WINDOW, COLOURS[1])):
        ends = summaries_by_size(evidence, recipe)
        spent = [seconds_an_update(evidence, summary) for summary in ends.values()]
        cost.plot(list(ends), [s / spent[0] for s in spent], "o", color=colour, label=f"time, {recipe}")
    cost.set(xscale="log", yscale="log", xlabel="symbols", ylabel=f"times as much as with {sizes[0]} symbols")
    cost.legend(fontsize=6.5, loc="upper left")
    figure.legend(*solved.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure
