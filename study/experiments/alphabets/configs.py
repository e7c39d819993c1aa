"""Alphabets of 5 to 1,000 symbols: whether a bigger vocabulary still works, what it costs, and what breaks first.

The conflict of the two sequences stays while symbols are added that never occur; then one thing at a time is changed,
to learn which of them breaks it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log

from study.config import Config
from study.experiment import PRESETS, TUTORIAL_EPOCHS, Experiment, Preset

SIZES = (5, 10, 30, 100, 300, 1000)
CHANGED_SIZES = (30, 100)  # where one thing is done otherwise
USED_SIZES = (10, 30)  # where every symbol occurs; with 5 symbols it always does
QUICK_SIZES = (5, 30)
FEWER_SEEDS = (100, 30)  # from this size on, at most so many seeds
LONG_EPOCHS = 500
LONGER = (100, 1000)  # up to this size, the plain networks are trained for so many epochs
USED_UPDATES = {True: 8000, False: 2000}  # long budget or not; an epoch has as many rows as symbols have pairs
FASTER = 1e-2
ALPHABETS: dict[str, tuple[str, ...]] = {  # symbols of other kinds than numbers
    "letters": tuple("abcde"),
    "words": ("the", "cat", "sat", "on", "mat"),
    "emoji": tuple("🌧🌞🌙🌊🌱"),
}

RATE = f"rate {FASTER:g}"
STATEFUL, WINDOW, USED = "1 timestep, state carried", "whole window", f"every symbol used, {RATE}"
SHARE = "outputs begin at 1/symbols"
BEST, BEST_SUMMED = f"{SHARE}, {RATE}", f"{SHARE}, {RATE}, loss summed"


def begin_at_share(config: Config, size: int) -> Config:
    """Let untrained outputs answer 1/size rather than 1/2: their logit is -log(size - 1)."""
    return replace(config, initialisation_options=(("output_bias", round(-log(size - 1), 4)),))


def _stateful(size: int) -> Config:
    return Config(task="large_alphabet", task_options=(("size", size),))


def _window(size: int) -> Config:
    return replace(_stateful(size), model="stateless_lstm", timesteps=4)


def _used(size: int) -> Config:
    """Let every symbol that is not one of the shared ones begin a sequence."""
    options = (("size", size), ("starts", size - 3))
    return replace(_window(size), task_options=options, learning_rate=FASTER)


RECIPES: dict[
    str, tuple[Callable[[int], Config], tuple[int, ...]]
] = {  # name: configuration for a size, and the sizes tried
    STATEFUL: (_stateful, SIZES),
    WINDOW: (_window, SIZES),
    "loss summed": (lambda size: replace(_window(size), loss="summed_cross_entropy"), CHANGED_SIZES),
    "initialised as PyTorch does": (lambda size: replace(_window(size), initialisation="pytorch"), CHANGED_SIZES),
    RATE: (lambda size: replace(_window(size), learning_rate=FASTER), CHANGED_SIZES),
    SHARE: (lambda size: begin_at_share(_window(size), size), CHANGED_SIZES),
    BEST: (lambda size: begin_at_share(replace(_window(size), learning_rate=FASTER), size), SIZES),
    BEST_SUMMED: (
        lambda size: begin_at_share(replace(_window(size), learning_rate=FASTER, loss="summed_cross_entropy"), size),
        (300, 1000),
    ),
    f"1 timestep, {SHARE}": (lambda size: begin_at_share(_stateful(size), size), CHANGED_SIZES),
    USED: (_used, USED_SIZES),
}


def alphabet_configs(preset: Preset) -> dict[tuple[str, int], Config]:
    """Give each recipe's configuration by its name and the size of the alphabet."""
    sizes = SIZES if preset.long else QUICK_SIZES
    return {
        (name, size): replace(recipe(size), epochs=_epochs(name, size, long=preset.long))
        for name, (recipe, tried) in RECIPES.items()
        for size in tried
        if size in sizes
    }


def kind_configs() -> dict[str, Config]:
    """Give the tutorial's network on symbols of each kind, numbers first."""
    options = {"numbers": (("size", 5),), **{k: (("size", 5), ("symbols", names)) for k, names in ALPHABETS.items()}}
    return {kind: replace(_stateful(5), task_options=each, epochs=TUTORIAL_EPOCHS) for kind, each in options.items()}


def _epochs(name: str, size: int, *, long: bool) -> int:
    """Choose the budget: the tutorial's or longer; where every symbol is used, by updates."""
    if name == USED:
        return USED_UPDATES[long] // (4 * (size - 3))
    most, epochs = LONGER
    return (epochs if name in (STATEFUL, WINDOW) and size <= most else LONG_EPOCHS) if long else TUTORIAL_EPOCHS


class Alphabets(Experiment):
    """Recipes x sizes of the alphabet, and kinds of symbols."""

    name = "alphabets"
    question = "Does it still work in an alphabet of 1,000 symbols, and if not, what breaks first?"
    least_seeds = PRESETS["quick"].seeds

    def configs(self, preset: Preset) -> list[Config]:
        """Give each recipe its sizes, and the tutorial's network symbols of each kind."""
        return list(dict.fromkeys([*alphabet_configs(preset).values(), *kind_configs().values()]))

    def seeds(self, preset: Preset, config: Config) -> int:
        """Give large alphabets fewer seeds."""
        first, most = FEWER_SEEDS
        return min(preset.seeds, most) if dict(config.task_options)["size"] >= first else preset.seeds


EXPERIMENTS = (Alphabets(),)
