"""Whether the first symbol is kept because it is useful on the way: the same networks with and without.

Servan-Schreiber, Cleeremans and McClelland (1989, 1991) trained simple recurrent networks with a gradient of one step,
and saw them keep what is relevant at each step. What was expected comes from their papers, and from pilot runs of 10
seeds from 10,000 on, which no experiment reports.
"""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiment import Arm, Comparison, Experiment, Preset

USEFUL, USELESS = "useful on the way", "needed at the end alone"
FAVOURED = {USEFUL: 3, USELESS: 2}  # of 4 sequences; see the task
FILLERS = {2: 250, 3: 50}  # places with two fillers: epochs that make 32,000 updates, as 4,000 epochs of the tutorial
QUICK_SHARE = 10  # of the epochs, without long budgets
LSTM_ADAM, LSTM_SGD = "LSTM, Adam 0.001", "LSTM, SGD 0.5"
SIMPLE_ADAM, SIMPLE_SGD = "simple RNN, Adam 0.001", "simple RNN, SGD 0.1"
GRU_ADAM = "GRU, Adam 0.001"
NETWORKS: dict[str, Config] = {
    LSTM_ADAM: Config(),
    LSTM_SGD: Config(optimiser="sgd", learning_rate=0.5),
    SIMPLE_ADAM: Config(model="stateful_simple_rnn"),
    SIMPLE_SGD: Config(model="stateful_simple_rnn", optimiser="sgd", learning_rate=0.1),
    GRU_ADAM: Config(model="stateful_gru"),
}


def trained(network: str, kind: str, fillers: int, preset: Preset) -> Config:
    """Give the configuration of a network on one kind of sequences."""
    epochs = FILLERS[fillers] if preset.long else FILLERS[fillers] // QUICK_SHARE
    options = (("fillers", fillers), ("favoured", FAVOURED[kind]))
    return replace(NETWORKS[network], task="biased_fillers", task_options=options, probe="trace", epochs=epochs)


def planned(preset: Preset) -> dict[str, Comparison]:
    """Give the comparisons that were written down before the runs: all are expected to succeed where it is useful."""
    return {
        f"{network}, {fillers}": Comparison(
            f"{USEFUL}, against {USELESS}: {network}, lag {lag_of(fillers)}",
            Arm(trained(network, USEFUL, fillers, preset), criterion="last_right"),
            Arm(trained(network, USELESS, fillers, preset), criterion="last_right"),
            "first",
        )
        for network in NETWORKS
        for fillers in FILLERS
    }


def lag_of(fillers: int) -> int:
    """Steps from the first symbol to its use."""
    return fillers + 1


class UsefulOnTheWay(Experiment):
    """Networks x kinds of sequences x lags, at 1 timestep, batch size 1, the state reset after each sequence."""

    name = "useful_on_the_way"
    question = "Is the first symbol kept because it is useful at each step, although the gradient never leaves the row?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give each network both kinds of sequences at each lag."""
        return [
            trained(network, kind, fillers, preset) for network in NETWORKS for kind in FAVOURED for fillers in FILLERS
        ]


EXPERIMENTS = (UsefulOnTheWay(),)
