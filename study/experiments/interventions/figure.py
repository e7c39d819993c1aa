"""The figure on interventions: success over training, with weights frozen, gradients across rows, gradients stopped."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiment import checkpoints
from study.experiments.interventions.configs import (
    ACROSS,
    NOTHING,
    OF_ROWS,
    OF_WINDOWS,
    RATES,
    ROWS,
    WHOLE_SEQUENCES,
    Trial,
)
from study.experiments.interventions.findings import judged
from study.report.evidence import Evidence
from study.report.figures.colours import LINES
from study.report.figures.marks import curve
from study.report.figures.shapes import name_axes, panels, wrapped

ALT = (
    "Two rows of three panels, for Adam and for plain gradient descent: the share of seeds against epochs on a "
    "logarithmic axis, solid for both ambiguous rows right and dashed for within 0.25, one colour for each "
    "intervention. First: weights frozen. Second: the gradient across one to four rows. Third: whole sequences with "
    "the gradient through all steps or stopped between them, at batch sizes 1 and 2."
)


KINDS = ("weights frozen", "across rows", "sequences")


def draw(evidence: Evidence, narrow: bool = False) -> Figure:
    """Draw a panel for each optimiser and kind of intervention."""
    frozen = [each for each in OF_ROWS if each not in ACROSS.values()]
    across = [NOTHING, *ACROSS.values()]
    figure, grid = panels(len(RATES), 3, 2.6 if narrow else 2.3, narrow=narrow, sharex=True, sharey=True)
    for line, rule in zip(grid, RATES, strict=True):
        shown = (
            {each.label: Trial(ROWS, rule, each) for each in frozen},
            {each.label: Trial(ROWS, rule, each) for each in across},
            {
                f"{'through all steps' if each == NOTHING else 'stopped'}, batch size {size}": Trial(
                    WHOLE_SEQUENCES, rule, each, size
                )
                for size in (1, 2)
                for each in OF_WINDOWS
            },
        )
        for panel, kind, trials in zip(line, KINDS, shown, strict=True):
            for place, (label, trial) in enumerate(trials.items()):
                _draw_trial(panel, evidence, trial, wrapped(label, 24), place)
            panel.set(xscale="log", ylim=(-0.03, 1.03), title=f"{rule.label}: {kind}")
            if narrow or rule == list(RATES)[-1]:
                panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.32), handlelength=1.2)
            panel.tick_params(labelbottom=narrow or rule == list(RATES)[-1])
    name_axes(grid, "epochs", "share of seeds")
    return figure


def _draw_trial(panel: Axes, evidence: Evidence, trial: Trial, label: str, place: int) -> None:
    """Draw one trial's shares at all checkpoints up to when it is judged."""
    preset = evidence.presets["interventions"]
    epochs = [epoch for epoch in checkpoints(trial.trained(preset).epochs) if 0 < epoch <= trial.epochs(preset)]
    found = [judged(evidence, trial, epoch) for epoch in epochs]
    name, colour = f"{trial.intervention.label}, {{}} epochs", LINES[place]
    curve(panel, epochs, [one.within for one in found], colour, f"{name}, within 0.25", line="--", band=False,
          linewidth=0.9)  # fmt: skip
    curve(panel, epochs, [one.solved for one in found], colour, name, label=label, band=False)
