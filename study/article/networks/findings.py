"""Facts of the networks that run in the page: their weights, and how many networks like each are right."""

from __future__ import annotations

from dataclasses import asdict

from study.article.start.lanes import SEQUENCES
from study.networks.chosen import CHOSEN, SEED, Chosen
from study.networks.kept import KEPT, MADE_BY, read
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import number

NAMES = {  # after the batch size
    "tutorial": "as in the tutorial",
    "in_order": "rows in order",
    "one_per_lane": "one sequence per lane",
    "windows": "the sequence so far as one row",
    "reliable": "softmax outputs, and SGD with momentum",
}


def facts(evidence: Evidence) -> Facts:
    """Give the kept networks as plain data, none where none are kept; nothing is trained.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    kept = read(evidence.store.root / KEPT)
    return {
        "seed": number(SEED),
        "sequences": " ".join(",".join(map(str, sequence)) for sequence in SEQUENCES),
        "made_by": f"{MADE_BY} --results {evidence.store.root.name}",
        "kept": [
            {"label": _label(name, chosen), "known": _known(evidence, chosen), **asdict(kept[name])}
            for name, chosen in CHOSEN.items()
            if name in kept and kept[name].identity == chosen.config.identity
        ],
    }


def _label(name: str, chosen: Chosen) -> str:
    """Name a network for a reader, with how long it was trained."""
    return f"batch size {chosen.config.batch_size}, {NAMES[name]}, {number(chosen.epoch)} epochs"


def _known(evidence: Evidence, chosen: Chosen) -> str:
    """Say how many networks of this kind are right, where their scores are stored."""
    if not evidence.store.files(chosen.config):
        return ""
    right = evidence.summary(chosen.config, chosen.epoch).solved
    return f"Of {number(right.n)} such networks, {number(right.k)} are right after {number(chosen.epoch)} epochs."
