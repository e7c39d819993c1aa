"""The mechanism: how far apart the two sequences' states are, step by step, over training, and at the answer."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.experiments.mechanism.configs import probed_configs
from study.report.evidence import Evidence
from study.report.style import COLOURS

ALT = (
    "Three panels. First: the median distance between the two sequences' hidden states at each of the four steps of a "
    "sequence, one line for each layout, and one for batch size 1 untrained. Second: the same at the first and at the "
    "last step against epochs, for batch size 1 and for whole windows. Third: each seed of batch size 1 as a mark, "
    "horizontally its distance at the last step, vertically its memory gap, solved seeds apart from the others."
)
STYLES = ("o-", "s--", "^:", "v:", "D-.", "X-")


def draw(evidence: Evidence) -> Figure:
    """Draw the three panels."""
    configs = probed_configs(evidence.presets["mechanism"])
    figure, (steps, training, answer) = plt.subplots(1, 3, figsize=(9.4, 3.7), layout="constrained")
    for number, (label, config) in enumerate(configs.items()):
        table = evidence.table(config)
        trained = table[table["epoch"] == TUTORIAL_EPOCHS]
        distances = [trained[f"hidden_distance_{k}"].median() for k in range(1, WHOLE + 1)]
        colour, style = COLOURS[number], STYLES[number]
        steps.plot(range(1, WHOLE + 1), distances, style, color=colour, label=label, markersize=4.5, linewidth=1.3)
    untrained = evidence.table(configs["batch size 1"]).query("epoch == 0")
    distances = [untrained[f"hidden_distance_{k}"].median() for k in range(1, WHOLE + 1)]
    steps.plot(range(1, WHOLE + 1), distances, color="0.6", linewidth=1.3, label="batch size 1, untrained")
    steps.set_yscale("symlog", linthresh=1e-2, linscale=0.5)
    steps.set(xlabel="step of the sequence", ylabel=f"hidden distance, {TUTORIAL_EPOCHS} epochs", ylim=(-2e-3, None))
    steps.set_xticks(range(1, WHOLE + 1), [f"{k}\n{symbols}" for k, symbols in enumerate(("3 | 4", "0", "1", "2"), 1)])
    for label, place in (("batch size 1", 0), ("whole windows", 5)):
        table = evidence.table(configs[label])
        by_epoch = table[table["epoch"] > 0].groupby("epoch")
        for k, style in ((1, "--"), (WHOLE, "-")):
            median = by_epoch[f"hidden_distance_{k}"].median()
            training.plot(median.index, median, style, color=COLOURS[place], label=f"{label}, step {k}")
    training.set(xscale="log", yscale="log", xlabel="epochs", ylabel="hidden distance")
    training.legend(fontsize=7)
    _draw_answers(answer, evidence)
    figure.legend(*steps.get_legend_handles_labels(), loc="outside lower left", ncols=7, fontsize=7)
    return figure


def _draw_answers(panel: Axes, evidence: Evidence) -> None:
    """Draw every seed of batch size 1 at the tutorial's budget: distance at the ambiguous row, and memory gap."""
    config = probed_configs(evidence.presets["mechanism"])["batch size 1"]
    table = evidence.table(config)
    seeds = table[table["epoch"] == TUTORIAL_EPOCHS]
    solved = seeds["ambiguous_accuracy"] == 1
    for chosen, mark, colour, label in ((solved, "o", 0, "solved"), (~solved, "x", 1, "not solved")):
        panel.plot(
            seeds.loc[chosen, f"hidden_distance_{WHOLE}"],
            seeds.loc[chosen, "memory_gap"],
            mark,
            color=COLOURS[colour],
            markersize=4,
            label=label,
        )
    panel.set(xscale="log", xlabel="hidden distance, step 4", ylabel="memory gap, batch size 1")
    panel.legend(fontsize=7)
