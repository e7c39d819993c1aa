"""How far it carries: a small panel for each question."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.article.how_far import findings
from study.experiments.alphabets.by_size import summaries_by_size
from study.experiments.alphabets.configs import BEST as LARGE_RECIPE
from study.experiments.alphabets.configs import WINDOW as PLAIN_WINDOW
from study.experiments.batch_learning.configs import AFTER, LEARNING_RATES, REACHES
from study.experiments.batch_learning.curves import curve_of
from study.experiments.fresh_sequences.configs import STEPS, TUTORIAL, WINDOW
from study.experiments.fresh_sequences.findings import learnt
from study.experiments.long_sequences import far
from study.experiments.long_sequences.by_lag import at_lags
from study.experiments.long_sequences.configs import PLAIN, SHUT_SHARE
from study.experiments.random_sequences.configs import LAST, SIZE, STATEFUL, main_configs
from study.experiments.random_sequences.unseen_scores import at_end, unseen_right
from study.experiments.shuffle_epoch.configs import ONE
from study.experiments.shuffle_epoch.three_orders import scored
from study.measures.statistics import Mean, Rate
from study.report.evidence import Evidence
from study.report.figures import colours
from study.report.figures.marks import chance, curve, dots, name_lines
from study.report.figures.shapes import panels
from study.report.figures.style import SMALLEST, label_plainly

NEEDS = findings.NEEDS
ALT = (
    "Six small panels of shares between 0 and 1. Seeds right against the number of symbols, and against the lag, with "
    "whole sequences before and after a change of recipe. Unseen sequences completed against the number of examples, "
    "with whole sequences and with one symbol at a time. Seeds right with a weight change after every row and after "
    "every epoch. Seeds right in the order of training and from a fresh state. Seeds that learn a stream of fresh "
    "sequences."
)
HEIGHT = 1.55  # inches, of a panel
Marked = Mapping[str, tuple[str, Rate]]  # by its name: colour and share


def draw(evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw all panels."""
    figure, grid = panels(2, 3, HEIGHT, narrow=narrow, sharey=True)
    shown: tuple[Callable[[Axes, Evidence], None], ...] = (_alphabet, _lag, _rule, _schedule, _order, _stream)
    for panel, draw_one in zip(grid.ravel().tolist(), shown, strict=True):
        draw_one(panel, evidence)
        panel.set(ylim=(-0.05, 1.05))
        panel.set_yticks([0, 0.5, 1], ["0", "1/2", "1"])
    return figure


def _alphabet(panel: Axes, evidence: Evidence) -> None:
    """Draw seeds right against the number of symbols."""
    for label, recipe, line in (("before", PLAIN_WINDOW, "--"), ("after", LARGE_RECIPE, "-")):
        rates = {size: each.solved for size, each in summaries_by_size(evidence, recipe).items()}
        _by_scale(panel, rates, (label, recipe), "{} symbols", line=line)
    _scale(panel, "alphabet: symbols")


def _lag(panel: Axes, evidence: Evidence) -> None:
    """Draw seeds with all rows right against the lag."""
    plain = {lag: each.end.all_right for lag, each in at_lags(evidence, PLAIN).items()}
    if far.stored(evidence):
        best = {lag: each.all_right for lag, each in far.reach_of_chosen(evidence).items()}
    else:
        best = {lag: each.end.all_right for lag, each in at_lags(evidence, SHUT_SHARE).items()}
    _by_scale(panel, plain, ("before", PLAIN), "lag {}", line="--")
    _by_scale(panel, best, ("after", "the recipe for long lags"), "lag {}")
    _scale(panel, "lag: steps in between")


def _rule(panel: Axes, evidence: Evidence) -> None:
    """Draw unseen sequences completed against the number of examples."""
    configs = main_configs(evidence.presets["random_sequences"])
    counts = sorted({count for _, count in configs})
    shown = (("whole", LAST, colours.WINDOWS), ("one by\none", STATEFUL, colours.ONE_PER_LANE))
    for label, recipe, colour in shown:
        means = {count: unseen_right(at_end(evidence, configs[recipe, count])) for count in counts}
        _by_scale(panel, means, (label, recipe), "{} examples", colour=colour)
    chance(panel, 1 / SIZE, "")
    _scale(panel, "rule: examples")


def _schedule(panel: Axes, evidence: Evidence) -> None:
    """Draw the tutorial's rows with a weight change after each row, sequence and epoch, at equal updates."""
    carried = next(iter(REACHES))
    ends = {after: curve_of(evidence, carried, after, LEARNING_RATES[0]).points[-1].solved for after in AFTER}
    _marked(panel, {after.removeprefix("every "): (colours.TUTORIAL, rate) for after, rate in ends.items()})
    panel.set_title("schedule: update every")


def _order(panel: Axes, evidence: Evidence) -> None:
    """Draw a network that can count, asked in three ways."""
    score = scored(evidence, ONE, ("epoch", "fixed"))
    asked = {"trained": score.trained, "random": score.random, "fresh": score.fresh}
    _marked(panel, {name: (colours.TUTORIAL, rate) for name, rate in asked.items()})
    panel.set_title("order: asked as")


def _stream(panel: Axes, evidence: Evidence) -> None:
    """Draw the seeds that learn a stream in which each sequence is drawn fresh."""
    shown = {"Adam": (TUTORIAL, colours.TUTORIAL), "SGD": (STEPS, colours.TUTORIAL), "whole": (WINDOW, colours.WINDOWS)}
    found = {name: (colour, learnt(evidence, network).times) for name, (network, colour) in shown.items()}
    rates = {
        name: (colour, Rate(int((times < float("inf")).sum()), len(times))) for name, (colour, times) in found.items()
    }
    _marked(panel, rates)
    panel.set_title("stream of fresh ones")


def _by_scale(
    panel: Axes,
    estimates: Mapping[int, Rate] | Mapping[int, Mean],
    names: tuple[str, str],
    place: str,
    *,
    line: str = "-",
    colour: str = colours.WINDOWS,
) -> None:
    """Draw shares along a scale; the first name stands beside the line, the second is told of its marks."""
    label, name = names
    curve(
        panel, list(estimates), list(estimates.values()), colour, f"{name}, {place}", label=label, line=line,
        marker=colours.MARK_OF[colour], markersize=3.5,
    )  # fmt: skip


def _scale(panel: Axes, title: str) -> None:
    """Make the scale logarithmic, and say what it is."""
    panel.set(xscale="log")
    panel.set_title(title)
    label_plainly(panel.xaxis)
    name_lines(panel)


def _marked(panel: Axes, rates: Marked) -> None:
    """Draw a few shares side by side, each with its name below."""
    for place, (name, (colour, rate)) in enumerate(rates.items()):
        dots(panel, [place], [rate], colour, [name.replace("\n", " ")])
    panel.set_xticks(range(len(rates)), list(rates), fontsize=SMALLEST)
    panel.set(xlim=(-0.5, len(rates) - 0.5))
    panel.grid(visible=False, axis="x")
