"""Order of presentation: the two sequences in fixed, alternating and random order, with three habits of resetting.

A fixed order without resets can be learnt by counting; only scoring in another order tells counting from memory.

Cases that cannot differ are left out. With one sequence per lane both are in every batch: a reset after each epoch is
one after each sequence, and there their order only swaps the lanes. Where the ambiguous rows see nothing but 2 and the
state is reset after each sequence, one order stands for all. A second learning rate is given to batch size 1 alone.
Configurations that are the start of a longer run of the main grid are taken from there.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Experiment, Preset
from study.experiments.main_grid.configs import shared_with_main_grid
from study.presentation import ORDERS, RESETS

LONG_EPOCHS = 1000
OTHER_RATE = 1e-2
ONE, LANES, COUNTER, WINDOW = (
    "stateful, batch 1", "stateful, interleaved, batch 2", "stateful, consecutive, batch 4", "whole window",
)  # fmt: skip
ROUTES: dict[str, Config] = {  # how the first symbol could reach the ambiguous row
    ONE: Config(),
    LANES: Config(batch_size=2, layout="interleaved"),
    # The ambiguous rows have a lane of their own: what is right there can only be counted.
    COUNTER: Config(batch_size=4),
    WINDOW: Config(model="stateless_lstm", timesteps=4),
}
ALL = tuple((reset, order) for reset in RESETS for order in ORDERS)
HABITS: dict[str, tuple[tuple[str, str], ...]] = {  # (reset, order) of each route
    ONE: ALL,
    LANES: (("sequence", "fixed"), *(("never", order) for order in ORDERS)),
    COUNTER: (("sequence", "fixed"), *ALL[len(ORDERS) :]),
    WINDOW: tuple(("sequence", order) for order in ORDERS),  # nothing is carried that could be reset
}


def trained(route: str, reset: str, order: str, learning_rate: float = Config.learning_rate) -> Config:
    """Give the configuration of a route, without its budget."""
    return replace(ROUTES[route], reset=reset, order=order, learning_rate=learning_rate)


class ShuffleEpoch(Experiment):
    """Orders x resets x ways the first symbol could reach the ambiguous row, and once a larger learning rate."""

    name = "shuffle_epoch"
    question = "Does the order of the two sequences change what is learnt, and does a position counter creep in?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each route its habits; the larger learning rate only with long budgets."""
        plain = [trained(route, *habit) for route, habits in HABITS.items() for habit in habits]
        faster = [trained(ONE, *habit, OTHER_RATE) for habit in HABITS[ONE]] if preset.long else []
        epochs = LONG_EPOCHS if preset.long else TUTORIAL_EPOCHS
        return [shared_with_main_grid(replace(config, epochs=epochs), preset) for config in (*plain, *faster)]


EXPERIMENTS = (ShuffleEpoch(),)
