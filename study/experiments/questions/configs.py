"""The readers' questions that need a measurement: windows of two, no state, one input with two answers, running freely.

Each is a handful of configurations; questions about layouts alone are answered by `study why`, without training.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import WHOLE

LONG_EPOCHS = 1000
PASSES = 5  # of each sequence, for the network that is trained to go on after its end
CONFIGS: dict[str, dict[str, Config]] = {  # by topic, then by label
    "windows of two inputs": {
        "stateful, batch size 1": Config(timesteps=2),
        "stateful, batch size 2": Config(timesteps=2, batch_size=2),
        "stateful, batch size 4": Config(timesteps=2, batch_size=4),
        "stateless": Config(model="stateless_lstm", timesteps=2),
    },
    "without state": {
        "1 timestep": Config(model="stateless_lstm"),
        "2 timesteps": Config(model="stateless_lstm", timesteps=2),
        "3 timesteps": Config(model="stateless_lstm", timesteps=3),
        "4 timesteps": Config(model="stateless_lstm", timesteps=WHOLE),
        "4 timesteps, a target at each": Config(model="stateless_lstm", timesteps=WHOLE, targets="every", batch_size=2),
    },
    "one input, two answers": {
        "stateless, batch size 2": Config(task="two_pairs", model="stateless_lstm", batch_size=2),
        "stateful, batch size 2, never reset": Config(task="two_pairs", batch_size=2, reset="never"),
        "stateful, batch size 1, reset after each sequence": Config(task="two_pairs"),
        "stateful, batch size 1, reset after each epoch": Config(task="two_pairs", reset="epoch"),
        "the same, in random order": Config(task="two_pairs", reset="epoch", order="random"),
    },
    "running freely": {
        "the tutorial": Config(probe="generation"),
        "never reset, fixed order": Config(reset="never", probe="generation"),
        "one sequence per lane": Config(batch_size=2, layout="interleaved", probe="generation"),
        "whole windows": Config(model="stateless_lstm", timesteps=WHOLE, probe="generation"),
        "whole sequence a row": Config(timesteps=WHOLE, targets="every", probe="generation"),
        f"{PASSES} passes a row": Config(
            task_options=(("passes", PASSES),), timesteps=PASSES * WHOLE, targets="every", probe="generation"
        ),
    },
    "other batch size in use": {
        "batch size 4, rows in order": Config(batch_size=4),
        "batch size 2, one sequence per lane": Config(batch_size=2, layout="interleaved"),
    },
}


def configs_of(preset: Preset) -> dict[str, dict[str, Config]]:
    """Give the configurations of each question by their labels, with the preset's budget."""
    epochs = LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS
    return {
        question: {label: replace(config, epochs=epochs) for label, config in configs.items()}
        for question, configs in CONFIGS.items()
    }


class Questions(Experiment):
    """Small configurations, several of them shared with other experiments."""

    name = "questions"
    question = "What do readers of the tutorial get who try windows of two, no state, or free-running prediction?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give the configurations of all questions, none twice."""
        return list(dict.fromkeys(config for configs in configs_of(preset).values() for config in configs.values()))


EXPERIMENTS = (Questions(),)
