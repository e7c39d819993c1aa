"""Random sequences: share right on unseen ones against the number of examples, the length, and the weight updates."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiments.random_sequences.configs import LAST, LENGTH, RECIPES, SIZE, main_configs
from study.experiments.random_sequences.unseen_scores import at_end, unseen_right
from study.measures.probe_columns import unseen_lengths
from study.report.evidence import Evidence
from study.report.figures.colours import INK, LINES
from study.report.figures.marks import chance, curve
from study.report.figures.shapes import leftmost, panels, wrapped
from study.report.figures.telling import tell

ALT = (
    "Three panels of the share of unseen sequences completed rightly, with bands of the 95 per cent interval. Left: "
    "against the number of sequences trained on, one line a recipe, with lines for the ceiling of who knows only the "
    "examples, for the nearest example and for chance. Middle: against their length, one line a number of "
    "examples. Right: against weight updates, with dotted lines for the examples. The table of this section gives the "
    "numbers."
)
LOOKS = dict(zip(RECIPES, ("-", "--", ":"), strict=True))
SAME = f"unseen_right_{LENGTH}"


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw the three panels."""
    configs = main_configs(evidence.presets["random_sequences"])
    counts = sorted({count for _, count in configs})
    figure, grid = panels(1, 3, 2.4 if narrow else 2.9, narrow=narrow, width_ratios=(1.3, 1, 1), sharey=True)
    examples, longer, course = grid.flat
    _draw_examples(examples, evidence, counts)
    lengths = unseen_lengths(LENGTH)
    for place, count in enumerate(counts[::2]):
        runs = at_end(evidence, configs[LAST, count])
        means = [unseen_right(runs, length) for length in lengths]
        name = f"{LAST}, {count} examples, length {{}}"
        curve(
            longer,
            lengths,
            means,
            LINES[(3 + place) % len(LINES)],
            name,
            label=f"{count} examples",
            marker="s^Dvo"[place],
        )
    longer.set(xlabel=f"length (trained: {LENGTH})", xticks=lengths, title=wrapped(LAST, 22))
    longer.legend(loc="center", bbox_to_anchor=(0.55, 0.62))
    count = 64 if 64 in counts else counts[-1]
    for colour, recipe in zip(LINES, RECIPES, strict=False):
        way = evidence.table(configs[recipe, count]).groupby("updates")[[SAME, "seen_right"]].mean()
        way = way[way.index > 0]
        for column, style, what in ((SAME, "-", "unseen"), ("seen_right", ":", "examples")):
            (line,) = course.plot(way.index, way[column], style, color=colour)
            values = way[column].items()
            tell(line, [f"{recipe}, {what}, {updates:,} updates: {value:.3f}" for updates, value in values])
    course.set(xscale="log", xlabel="weight updates", ylim=(-0.03, 1.03))
    course.set_title(f"{count} examples\n(dotted: on these)")
    for panel in leftmost(grid):
        panel.set_ylabel("share right")
    figure.legend(*examples.get_legend_handles_labels(), loc="outside lower center", ncols=1 if narrow else 2)
    return figure


def _draw_examples(panel: Axes, evidence: Evidence, counts: list[int]) -> None:
    """Draw what is right after so many examples, beside what one reaches who only looks them up."""
    configs = main_configs(evidence.presets["random_sequences"])
    for colour, recipe in zip(LINES, RECIPES, strict=False):
        means = [unseen_right(at_end(evidence, configs[recipe, count])) for count in counts]
        curve(panel, counts, means, colour, f"{recipe}, {{}} examples", label=recipe, line=LOOKS[recipe], marker="o",
              markersize=3)  # fmt: skip
    ends = [at_end(evidence, configs[LAST, count]) for count in counts]
    known = [float(runs[f"unseen_known_{LENGTH}"].mean()) for runs in ends]
    nearest = [float(runs["nearest_right"].mean()) for runs in ends]
    for values, style, label in ((known, "-", "ceiling of who knows the examples"), (nearest, "-.", "nearest example")):
        (line,) = panel.plot(counts, values, style, color=INK, linewidth=1, label=label)
        tell(line, [f"{label}, {count} examples: {value:.3f}" for count, value in zip(counts, values, strict=True)])
    chance(panel, 1 / SIZE)
    panel.set(xscale="log", xlabel="sequences trained on", title="unseen sequences right")
    panel.set_xticks(counts, [str(count) for count in counts])
    panel.minorticks_off()
