"""Random sequences that end as they began: from how many examples the rule is learnt, and whether it holds when longer.

Trained on some sequences and scored on others, so that what was learnt by heart does not count.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import PRESETS, Experiment, Preset
from study.experiments.alphabets.configs import begin_at_share

COUNTS = (4, 8, 16, 32, 64, 128, 256)
QUICK_COUNTS = (8, 64)
LENGTH, SIZE = 5, 10  # of the sequences, the last symbol included, and of the alphabet
LENGTHS = (4, 10, 20)
SIZES = (5, 30, 100)
SWEPT_COUNTS = (64, 256)  # where lengths and alphabets are varied
SHARE_SIZES = (30, 100)  # where outputs also begin at 1/symbols, which the experiment on alphabets is about
CENTRE = 64  # where learning rate, initialisation and budget are varied
MOST_LANES = 8
UPDATES = {True: 1024, False: 512}  # long budget or not
REMEDIES: dict[str, dict[str, float]] = {  # where the longest sequences are: initial biases of the gates
    "forget bias 5": {"forget_bias": 5.0},
    "forget bias 5, input bias -3": {"forget_bias": 5.0, "input_bias": -3.0},
}
LAST_STEP_WEIGHT = 10  # of the last step, as a multiple of what all steps weigh together
LAST, EVERY, STATEFUL = "last step weighted", "every step alike", "1 timestep, state carried"
RECIPES = (LAST, EVERY, STATEFUL)
LONGER = "four times the updates"
OBJECTIONS: dict[str, tuple[dict[str, object], int]] = {  # settings, and budget as a multiple of the usual one
    "rate 0.001": ({"learning_rate": 1e-3}, 1),
    "rate 0.03": ({"learning_rate": 3e-2}, 1),
    "initialised as PyTorch does": ({"initialisation": "pytorch"}, 1),
    LONGER: ({}, 4),
}


def random_config(
    recipe: str, *, count: int, length: int = LENGTH, size: int = SIZE, updates: int = UPDATES[True]
) -> Config:
    """Give the configuration of a recipe.

    Parameters
    ----------
    recipe : str
        One of `RECIPES`: the whole sequence a row, with most weight on its last step or with equal weights; or one
        step a row with the state carried in lanes.
    count, length, size : int
        Of `study.sequences.tasks.random_sequences.RandomSequences`.
    updates : int
        Weight updates, in batches of at most `MOST_LANES` sequences; at least one epoch.

    Returns
    -------
    Config
    """
    lanes = min(count, MOST_LANES)
    config = Config(
        task="random_sequences",
        task_options=(("count", count), ("length", length), ("size", size)),
        model="stateless_lstm",
        timesteps=length - 1,
        targets="every",
        batch_size=lanes,
        layout="interleaved",
        order="random",
        learning_rate=1e-2,
        epochs=max(1, updates * lanes // count),
        probe="unseen",
    )
    if recipe == LAST:
        return replace(config, last_step_weight=float(LAST_STEP_WEIGHT * (length - 1)))
    if recipe == STATEFUL:  # a row a step, and an update after each
        return replace(config, model="stateful_lstm", timesteps=1, targets="last")
    return config


def main_configs(preset: Preset) -> dict[tuple[str, int], Config]:
    """Give the configurations by recipe and number of sequences."""
    counts = COUNTS if preset.long else QUICK_COUNTS
    return {(r, n): random_config(r, count=n, updates=UPDATES[preset.long]) for r in RECIPES for n in counts}


def swept_configs(preset: Preset) -> dict[tuple[int, int, int, bool], Config]:
    """Give the configurations of other lengths and alphabets.

    Parameters
    ----------
    preset : Preset

    Returns
    -------
    dict of (int, int, int, bool) to Config
        By number of sequences, length, size of the alphabet, and whether outputs begin at 1/symbols rather than 1/2.
    """
    if not preset.long:
        return {}
    kinds = [(length, SIZE, False) for length in LENGTHS] + [(LENGTH, size, False) for size in SIZES]
    kinds += [(LENGTH, size, True) for size in SHARE_SIZES]
    configs = {}
    for count in SWEPT_COUNTS:
        for length, size, at_share in kinds:
            config = random_config(LAST, count=count, length=length, size=size)
            configs[count, length, size, at_share] = begin_at_share(config, size) if at_share else config
    return configs


def remedy_configs(preset: Preset) -> dict[str, Config]:
    """Give the configurations of the longest sequences whose gates begin otherwise, by what is changed."""
    if not preset.long:
        return {}
    config = random_config(LAST, count=SWEPT_COUNTS[-1], length=LENGTHS[-1])
    return {name: replace(config, initialisation_options=tuple(biases.items())) for name, biases in REMEDIES.items()}


def objection_configs(preset: Preset) -> dict[tuple[str, str], Config]:
    """Give the configurations of a sceptic's objections by recipe and objection."""
    if not preset.long:
        return {}
    configs = {}
    for recipe in (LAST, STATEFUL):
        for name, (settings, times) in OBJECTIONS.items():
            centre = random_config(recipe, count=CENTRE, updates=times * UPDATES[True])
            configs[recipe, name] = replace(centre, **settings)  # type: ignore[arg-type]
    return configs


class RandomSequences(Experiment):
    """Recipes x numbers of sequences; lengths and alphabets; and what a sceptic would change."""

    name = "random_sequences"
    question = "Trained on random sequences that end as they began, does a network learn the rule or the examples?"
    least_seeds = PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give all of them."""
        parts = (main_configs(preset), swept_configs(preset), remedy_configs(preset), objection_configs(preset))
        return [config for part in parts for config in part.values()]


EXPERIMENTS = (RandomSequences(),)
