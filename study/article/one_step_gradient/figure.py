"""The race: what is left of the first symbol during training, and who is right at its end, by what was changed."""

from __future__ import annotations

from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.article.dots import Setting, draw_settings, height_of, setting_of
from study.experiments.erasure.configs import ADAM as PROBED_ADAM
from study.experiments.erasure.configs import OPTIMISERS, TRACE, USUAL, probed
from study.experiments.interventions.configs import ACROSS, NOTHING, OUTPUTS_ALONE, ROWS, WRITING_FROZEN, Trial
from study.experiments.interventions.findings import judged
from study.experiments.layers.configs import ADAM as WIDE_ADAM
from study.experiments.layers.configs import SIMPLE, WIDE, trained
from study.experiments.optimisers.configs import ADAM, FAST, LONG_EPOCHS, PUSHED, SLOW, SOFTMAX
from study.experiments.optimisers.configs import WIDE as WIDE_LSTM
from study.report.evidence import Evidence
from study.report.figures.colours import LINES, TUTORIAL
from study.report.figures.marks import name_lines
from study.report.figures.shapes import panels
from study.report.figures.style import label_plainly

NEEDS = ("interventions", "erasure")
ALT = (
    "Left: the distance of the two sequences' states at the row of 2 against the epochs, on logarithmic scales, the "
    "median over seeds, one line for Adam and one for plain gradient descent. Right: a row for each thing changed in "
    "the tutorial's program, with the share of seeds that are right, filled, and within 0.25, hollow."
)
LEAST = 1e-5  # that is drawn


def draw(evidence: Evidence, *, narrow: bool = False) -> Figure:
    """Draw the race and its outcomes."""
    settings = [*_frozen(evidence), *_optimisers(evidence), *_layers(evidence)]
    figure, grid = panels(1, 2, height_of(len(settings)), narrow=narrow, width_ratios=(1, 1.25))
    race, outcomes = grid.ravel().tolist()
    _draw_race(race, evidence)
    draw_settings(outcomes, settings)
    outcomes.set(title="right, and within 0.25", xlabel="share of seeds")
    return figure


def _draw_race(panel: Axes, evidence: Evidence) -> None:
    """Draw the trace under both optimisers."""
    for colour, optimiser in zip(LINES, OPTIMISERS, strict=False):
        table = evidence.table(probed(optimiser, USUAL, evidence.presets["erasure"]))
        median = table[table["epoch"] > 0].groupby("epoch")[TRACE].median().clip(lower=LEAST)
        label = "Adam" if optimiser == PROBED_ADAM else "SGD"
        panel.plot(median.index, median, color=colour, linestyle="-" if label == "Adam" else "--", label=label)
    panel.set(xscale="log", yscale="log", xlabel="epochs", title="trace of the first symbol")
    label_plainly(panel.xaxis)
    label_plainly(panel.yaxis)
    name_lines(panel)


def _frozen(evidence: Evidence) -> list[Setting]:
    """Sum up what was frozen or let through, under Adam."""
    shown = {
        "Adam, as in the tutorial": NOTHING,
        "Adam, rows of 3 and 4 frozen": WRITING_FROZEN,
        "Adam, outputs alone trained": OUTPUTS_ALONE,
        f"Adam, gradient across {max(ACROSS)} rows": ACROSS[max(ACROSS)],
    }
    return [setting_of(label, TUTORIAL, judged(evidence, Trial(ROWS, ADAM, each))) for label, each in shown.items()]


def _optimisers(evidence: Evidence) -> list[Setting]:
    """Sum up other optimisers and losses, where they are stored."""
    if not evidence.has("optimisers"):
        return []
    shown = {
        f"SGD, rate {FAST.rate:g}": FAST,
        f"SGD with momentum, rate {PUSHED.rate:g}": PUSHED,
        "Adam, softmax": replace(SLOW, loss=SOFTMAX),
        "momentum and softmax": replace(PUSHED, loss=SOFTMAX),
        f"Adam, {WIDE_LSTM.units} units": WIDE_LSTM,
    }
    preset = evidence.presets["optimisers"]
    epochs = LONG_EPOCHS if preset.long else None
    return [
        setting_of(label, TUTORIAL, evidence.summary(each.trained(preset), epochs)) for label, each in shown.items()
    ]


def _layers(evidence: Evidence) -> list[Setting]:
    """Sum up the simple recurrent network, where it is stored."""
    if not evidence.has("layers"):
        return []
    config = trained(SIMPLE, WIDE, WIDE_ADAM, evidence.presets["layers"])
    return [setting_of(f"Adam, simple RNN, {WIDE} units", TUTORIAL, evidence.summary(config))]
