"""Which networks are kept whole: one of each way to feed the tutorial's rows, and one that a change made reliable.

Of each the first seed is taken, whatever became of it, so that none is the best of many.
"""

from __future__ import annotations

from typing import NamedTuple

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS

SEED = 0


class Chosen(NamedTuple):
    """A configuration whose results are stored too, and the checkpoint of it that is kept.

    Attributes
    ----------
    setting : str
        Name of its colour in `study.report.figures.colours.SETTINGS`.
    config : Config
        With the budget under which its scores are stored.
    epoch : int
    """

    setting: str
    config: Config
    epoch: int


CHOSEN: dict[str, Chosen] = {
    "tutorial": Chosen("tutorial", Config(epochs=4000), TUTORIAL_EPOCHS),
    "in_order": Chosen("in_order", Config(batch_size=4, epochs=4000), TUTORIAL_EPOCHS),
    "one_per_lane": Chosen("one_per_lane", Config(batch_size=2, layout="interleaved", epochs=4000), 4000),
    "windows": Chosen("windows", Config(model="stateless_lstm", timesteps=4, batch_size=4, epochs=1000), 1000),
    "reliable": Chosen(
        "tutorial",
        Config(
            loss="softmax_cross_entropy",
            optimiser="sgd",
            optimiser_options=(("momentum", 0.9),),
            learning_rate=0.1,
            epochs=4000,
        ),
        TUTORIAL_EPOCHS,
    ),
}
