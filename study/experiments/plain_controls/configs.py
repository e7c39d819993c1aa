"""Plain controls: the MLP that is given the window as input, and an alphabet without ambiguous rows.

Chance and the n-gram table need no training. The MLP tells what a network lacks from what it is not shown, the ring
of letters tells a batch that holds everything from a memory.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Arm, Comparison, Experiment, Preset
from study.experiments.main_grid.configs import BATCH_SIZES, WHOLE, shared_with_main_grid

EPOCHS = {True: 1000, False: TUTORIAL_EPOCHS}  # long budgets or not
LETTERS = 26
RING_RATE = 1e-2  # a batch of all letters makes one update an epoch
MLP, WINDOW = "MLP, whole window", "stateless LSTM, whole window"
STATELESS, TUTORIAL, SGD = "stateless LSTM, 1 timestep", "the tutorial: stateful LSTM, Adam", "the same, SGD 0.5"
NETWORKS: dict[str, Config] = {  # on the tutorial's sequences, batch size 1
    STATELESS: Config(model="stateless_lstm"),
    MLP: Config(model="mlp", timesteps=WHOLE),
    WINDOW: Config(model="stateless_lstm", timesteps=WHOLE),
    TUTORIAL: Config(),
    SGD: Config(optimiser="sgd", learning_rate=0.5),
}
RING_NETWORKS = {"MLP": "mlp", "stateless LSTM": "stateless_lstm", "stateful LSTM": "stateful_lstm"}  # label: model


def trained(network: str, preset: Preset, batch_size: int = 1) -> Config:
    """Give the configuration of a network on the tutorial's sequences; one on the main grid's way is used for it."""
    return shared_with_main_grid(replace(NETWORKS[network], batch_size=batch_size, epochs=EPOCHS[preset.long]), preset)


def of_ring(network: str, preset: Preset) -> Config:
    """Give the configuration of a network on the ring of letters, all of them in one batch."""
    return Config(
        task="ring",
        task_options=(("size", LETTERS),),
        model=RING_NETWORKS[network],
        batch_size=LETTERS,
        learning_rate=RING_RATE,
        epochs=EPOCHS[preset.long],
    )


PLANNED: dict[str, tuple[str, str, str, str]] = {  # name: networks, what counts as success, which is expected ahead
    "mlp_tutorial": (MLP, TUTORIAL, "right", "first"),
    "mlp_sgd": (MLP, SGD, "within", "first"),
    "window_tutorial": (WINDOW, TUTORIAL, "right", "first"),
    "window_sgd": (WINDOW, SGD, "within", "first"),
    "mlp_window": (MLP, WINDOW, "within", "neither"),
    "mlp_stateless": (MLP, STATELESS, "right", "first"),
}


def planned(preset: Preset) -> dict[str, Comparison]:
    """Give the comparisons that were written down before the runs."""
    epoch = EPOCHS[preset.long]
    return {
        name: Comparison(
            f"{first}, against {second}: {criterion}",
            Arm(trained(first, preset), epoch, criterion),
            Arm(trained(second, preset), epoch, criterion),
            expected,
        )
        for name, (first, second, criterion, expected) in PLANNED.items()
    }


class PlainControls(Experiment):
    """Networks with and without state on the tutorial's sequences, and on a ring of letters."""

    name = "plain_controls"
    question = "What do networks without any memory reach, given the window, and given letters with one successor?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give the networks, the MLP with windows at every batch size, and the ring."""
        found = [
            *(trained(network, preset) for network in NETWORKS),
            *(trained(MLP, preset, batch_size) for batch_size in BATCH_SIZES),
            *(of_ring(network, preset) for network in RING_NETWORKS),
        ]
        return list(dict.fromkeys(found))


EXPERIMENTS = (PlainControls(),)
