"""The figure on interventions: success over training, with weights frozen, gradients across rows, gradients stopped."""

from __future__ import annotations

import matplotlib.pyplot as plt
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
from study.report.style import COLOURS

ALT = (
    "Two rows of three panels, for Adam and for plain gradient descent: the share of seeds against epochs on a "
    "logarithmic axis, solid for both ambiguous rows right and dashed for within 0.25, one colour for each "
    "intervention. First: weights frozen. Second: the gradient across one to four rows. Third: whole sequences with "
    "the gradient through all steps or stopped between them, at batch sizes 1 and 2."
)


def draw(evidence: Evidence) -> Figure:
    """Draw a panel for each optimiser and kind of intervention."""
    frozen = [each for each in OF_ROWS if each not in ACROSS.values()]
    across = [NOTHING, *ACROSS.values()]
    figure, panels = plt.subplots(len(RATES), 3, figsize=(9.4, 5.4), sharex=True, sharey=True, layout="constrained")
    for line, rule in zip(panels, RATES, strict=True):
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
        for panel, trials in zip(line, shown, strict=True):
            for place, (label, trial) in enumerate(trials.items()):
                _draw_trial(panel, evidence, trial, label, place)
            panel.set(xscale="log", ylim=(-0.03, 1.03), title=rule.label)
        line[0].set_ylabel("share of seeds")
    for panel in panels[-1]:
        panel.set_xlabel("epochs")
        panel.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=7)
    return figure


def _draw_trial(panel: Axes, evidence: Evidence, trial: Trial, label: str, place: int) -> None:
    """Draw one trial's shares at all checkpoints up to when it is judged."""
    preset = evidence.presets["interventions"]
    epochs = [epoch for epoch in checkpoints(trial.trained(preset).epochs) if 0 < epoch <= trial.epochs(preset)]
    found = [judged(evidence, trial, epoch) for epoch in epochs]
    panel.plot(epochs, [one.solved.share for one in found], color=COLOURS[place], linewidth=1.3, label=label)
    panel.plot(epochs, [one.within.share for one in found], "--", color=COLOURS[place], linewidth=0.9)
