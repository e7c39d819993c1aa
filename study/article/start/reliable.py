"""What makes batch size 1 reliable with one symbol a row: two lines of the tutorial's program, and how many are right.

Chosen on half of the seeds; what is told here is of the other half.
"""

from __future__ import annotations

from study.article.start.lanes import picture_of
from study.config import Config
from study.experiments.one_line_changes.findings import choices
from study.experiments.one_line_changes.judged import judge_all
from study.experiments.optimisers.configs import LOSSES, SOFTMAX
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables.values import parted
from study.report.words import number, rate

ONE = 1  # the batch size
DIFF = """\
- model.add(Dense(n_unique, activation='sigmoid'))
- model.compile(loss='binary_crossentropy', optimizer='adam')
+ import keras
+ model.add(Dense(n_unique, activation='softmax'))
+ model.compile(loss='categorical_crossentropy', optimizer=keras.optimizers.SGD({rate:g}, momentum={momentum:g}))"""


def reliable(evidence: Evidence) -> Facts | None:
    """Say which lines those are, the lines of Keras for them, and what came of them; None where it was not tried.

    Returns
    -------
    dict or None
        `label`, `ceiling`, `right`, `epochs`, whether `all` were right, and the change as a `diff`.
    """
    if not evidence.has("one_line_changes"):
        return None
    results = judge_all(evidence)
    pair = choices(results, ONE)["kept_pair"]
    early = results[pair][0]
    right = early.right.second
    return {
        "label": pair.label,
        "ceiling": str(picture_of(ONE).ceiling),
        "right": rate(right),
        "parted": parted(rate(right)),
        "epochs": number(early.epoch),
        "all": right.k == right.n,
        "diff": _diff(pair.trained(evidence.presets["one_line_changes"])),
    }


def _diff(config: Config) -> str:
    """Write the lines of Keras; nothing where another loss or optimiser than they have was chosen."""
    momentum = dict(config.optimiser_options).get("momentum")
    if config.loss != LOSSES[SOFTMAX] or momentum is None:
        return ""
    return DIFF.format(rate=config.learning_rate, momentum=momentum)
