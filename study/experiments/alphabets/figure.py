"""Alphabets: share of seeds right and accuracy on all rows against the number of symbols, and what an update costs."""

from __future__ import annotations

from matplotlib.figure import Figure

from study.experiments.alphabets.by_size import seconds_an_update, summaries_by_size, weights_of
from study.experiments.alphabets.configs import BEST, RECIPES, SHARE, STATEFUL, WINDOW
from study.report.evidence import Evidence
from study.report.figures.colours import LINES, MUTED, TUTORIAL, WINDOWS
from study.report.figures.marks import curve
from study.report.figures.shapes import panels
from study.report.figures.telling import tell

ALT = (
    "Three panels against the number of symbols. Left: the share of seeds with the ambiguous rows right, one line a "
    "recipe, with bands of the 95 per cent interval for three of them. Middle: mean accuracy on all rows, the same "
    "lines. Right: weights, and measured time of an update of two recipes, as multiples of the smallest alphabet. The "
    "table of this section gives the numbers."
)
MARKS = "os^vDP*X<>"


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw the three panels."""
    figure, grid = panels(1, 3, 2.9 if narrow else 3.4, narrow=narrow)
    solved, overall, cost = grid.flat
    for number, recipe in enumerate(RECIPES):
        ends = summaries_by_size(evidence, recipe)
        style = "-" if recipe in (STATEFUL, WINDOW, BEST) else ":" if SHARE in recipe else "--"
        colour, mark = _colour_of(recipe, number), MARKS[number]
        sizes = list(ends)
        name = f"{recipe}, {{}} symbols"
        rates, accuracies = [end.solved for end in ends.values()], [end.overall for end in ends.values()]
        curve(solved, sizes, rates, colour, name, label=recipe, line=style, marker=mark, band=style == "-")
        curve(overall, sizes, accuracies, colour, name, line=style, marker=mark, band=False)
    solved.set(title="ambiguous rows right,\nshare of seeds", ylim=(-0.03, 1.03))
    overall.set(title="accuracy on\nall rows", ylim=(-0.03, 1.03))
    window = summaries_by_size(evidence, WINDOW)
    sizes, least = list(window), next(iter(window.values()))
    times = [weights_of(end.config) / weights_of(least.config) for end in window.values()]
    (line,) = cost.plot(sizes, times, color=MUTED)
    cost.annotate("weights", (sizes[-1], times[-1]), xytext=(-4, 0), textcoords="offset points", ha="right")
    tell(line, [f"weights, {size} symbols: {value:.3g} times" for size, value in zip(sizes, times, strict=True)])
    for recipe in (STATEFUL, WINDOW):
        ends = summaries_by_size(evidence, recipe)
        spent = [seconds_an_update(evidence, end) for end in ends.values()]
        (line,) = cost.plot(
            list(ends), [each / spent[0] for each in spent], MARKS[list(RECIPES).index(recipe)],
            color=_colour_of(recipe, 0),
        )  # fmt: skip
        said = [f"time of an update, {recipe}, {size} symbols" for size in ends]
        tell(line, [f"{name}: {each / spent[0]:.3g} times" for name, each in zip(said, spent, strict=True)])
    cost.set(yscale="log", title=f"cost, in multiples of\nthat of {sizes[0]} symbols")
    cost.text(0.97, 0.03, "marks: time of\nan update", transform=cost.transAxes, ha="right", va="bottom")
    for panel in grid.flat:
        panel.set(xscale="log", xlabel="symbols")
    figure.legend(*solved.get_legend_handles_labels(), loc="outside lower center", ncols=1 if narrow else 2)
    return figure


def _colour_of(recipe: str, number: int) -> str:
    """Give the colour of a setting where a recipe is one, else that of its place."""
    return {STATEFUL: TUTORIAL, WINDOW: WINDOWS}.get(recipe, LINES[number % len(LINES)])
