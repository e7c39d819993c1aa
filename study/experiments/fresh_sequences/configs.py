"""Fresh sequences: whether a network still learns when no two epochs are alike, and after how many sequences.

The tutorial's two sequences, each time one of them drawn at random, as Task 2a of Hochreiter and Schmidhuber (1997)
presents them, and random sequences of one or several lengths that never come again. What was expected comes from pilot
runs of 100 seeds, none in fixed order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from study.config import Config
from study.experiment import Experiment, Preset

JUDGED = {True: 10_000, False: 1_000}  # successive sequences that must pass, with long budgets or without
BUDGETS = {True: 8_000, False: 2_000}  # sequences: with long budgets, as many as 4,000 epochs of the tutorial have
RANDOM_BUDGETS = {True: 64_000, False: 8_000}
LENGTH = 5  # symbols of a random sequence
LENGTHS = (4, 6)  # of the shortest and of the longest, where lengths differ; nothing tells where a sequence ends
LANES = 8
SGD = Config(optimiser="sgd", learning_rate=0.5)
WHOLE = replace(SGD, model="stateless_lstm", timesteps=4, targets="every")
RANDOM = Config(
    task="random_sequences",
    task_options=(("length", LENGTH),),
    model="stateless_lstm",
    timesteps=LENGTH - 1,
    targets="every",
    batch_size=LANES,
    layout="interleaved",
    learning_rate=0.01,
)
TUTORIAL, STEPS, WINDOW = "Adam 0.001, one step a row", "SGD 0.5, one step a row", "SGD 0.5, whole sequences"
DIRECT, JOINED = "the same, outputs see inputs", "the same, LSTM joins on a plateau"
WEIGHTED, ALIKE = "Adam 0.01, last step weighted", "Adam 0.01, all steps alike"
VARIED = "the last step weighted, lengths differ"
TWO: dict[str, Config] = {  # trained on the tutorial's two sequences
    TUTORIAL: Config(),
    STEPS: SGD,
    WINDOW: WHOLE,
    DIRECT: replace(WHOLE, sees_inputs=True),
    JOINED: replace(WHOLE, sees_inputs=True, joins="plateau", joins_options=(("window", 100), ("fall", 0.01))),
}
MANY: dict[str, Config] = {  # trained on random sequences
    WEIGHTED: replace(RANDOM, last_step_weight=10.0 * (LENGTH - 1)),
    ALIKE: RANDOM,
    VARIED: replace(
        RANDOM,
        task_options=(("length", LENGTHS[0]), ("longest", LENGTHS[1])),
        timesteps=LENGTHS[1] - 1,
        last_step_weight=10.0 * (LENGTHS[1] - 1),
    ),
}


class Race(NamedTuple):
    """A comparison on the same seeds, written down before the runs.

    Attributes
    ----------
    first, second : str
        Networks by name; an empty second one is the first with the sequences in fixed order.
    expected : str
        Which was thought to be ahead: ``first``, ``second`` or ``neither``.
    """

    first: str
    second: str
    expected: str


PLANNED = {
    "order": Race(STEPS, "", "neither"),  # which learns in more seeds; the others: which learns earlier
    "window": Race(WINDOW, STEPS, "first"),
    "joining": Race(JOINED, DIRECT, "second"),
    "weight": Race(WEIGHTED, ALIKE, "first"),
}


def trained(network: str, preset: Preset) -> Config:
    """Give the configuration of a network that is trained on a stream."""
    count = ("count", JUDGED[preset.long])
    if network in MANY:
        random = replace(MANY[network], sequences=RANDOM_BUDGETS[preset.long], judged_every=100 * LANES)
        return replace(random, stop="last_step", stop_options=(count,))
    return replace(TWO[network], sequences=BUDGETS[preset.long], stop="every_step", stop_options=(count,))


def in_fixed_order(preset: Preset) -> Config:
    """Give the configuration that meets as many sequences, the two in turn."""
    return replace(SGD, epochs=BUDGETS[preset.long] // 2)


class FreshSequences(Experiment):
    """Networks on two streams, and one of them in fixed order."""

    name = "fresh_sequences"
    question = "Does a network still learn when every sequence is drawn fresh, and after how many sequences?"

    def configs(self, preset: Preset) -> list[Config]:
        """Give every network its stream."""
        return [*(trained(network, preset) for network in [*TWO, *MANY]), in_fixed_order(preset)]


EXPERIMENTS = (FreshSequences(),)
