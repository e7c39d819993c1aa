"""Facts of the section on what to do: the lines of code, with the settings that were chosen."""

from __future__ import annotations

from study.config import Config
from study.experiments.one_line_changes.configs import BATCH_SIZES
from study.experiments.one_line_changes.findings import choices
from study.experiments.one_line_changes.judged import judge_all
from study.experiments.optimisers.configs import LOSSES, SOFTMAX
from study.report.contents import Facts
from study.report.evidence import Evidence

KERAS = """\
model = keras.Sequential([
    keras.Input(batch_shape=(lanes, 1, 5)),
    keras.layers.LSTM(20, stateful=True),
    keras.layers.Dense(5, activation="softmax"),
])
model.compile(loss="categorical_crossentropy", optimizer=keras.optimizers.SGD({rate:g}, momentum={momentum:g}))
"""


def facts(evidence: Evidence) -> Facts:
    """Write the program's lines as they were chosen.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    if not evidence.has("one_line_changes"):
        return {}
    pair = choices(judge_all(evidence), BATCH_SIZES[0])["kept_pair"]
    return {"code": code_of(pair.trained(evidence.presets["one_line_changes"]))}


def code_of(config: Config) -> str:
    """Write what is changed in Keras; nothing where another loss or optimiser than the program has was chosen."""
    momentum = dict(config.optimiser_options).get("momentum")
    if config.loss != LOSSES[SOFTMAX] or momentum is None:
        return ""
    return KERAS.format(rate=config.learning_rate, momentum=momentum).rstrip()
