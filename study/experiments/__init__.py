"""All experiments, one line each."""

from __future__ import annotations

from study.errors import unknown_name
from study.experiments.alphabets import Alphabets
from study.experiments.base import PRESETS, Experiment, Preset, checkpoints
from study.experiments.batch_learning import BatchLearning
from study.experiments.causal import Causal
from study.experiments.long_sequences import FarLags, LongSequences
from study.experiments.main_grid import MainGrid
from study.experiments.mechanism import Mechanism
from study.experiments.optimisers import Optimisers
from study.experiments.questions import Questions
from study.experiments.random_sequences import RandomSequences
from study.experiments.shuffle_epoch import ShuffleEpoch
from study.experiments.tuning import Tuning

EXPERIMENTS: dict[str, Experiment] = {
    "main_grid": MainGrid(),
    "causal": Causal(),
    "mechanism": Mechanism(),
    "optimisers": Optimisers(),
    "batch_learning": BatchLearning(),
    "shuffle_epoch": ShuffleEpoch(),
    "tuning": Tuning(),
    "long_sequences": LongSequences(),
    "far_lags": FarLags(),
    "questions": Questions(),
    "alphabets": Alphabets(),
    "random_sequences": RandomSequences(),
}


def find_experiment(name: str) -> Experiment:
    """Look an experiment up by name; a StudyError lists the known ones."""
    if name not in EXPERIMENTS:
        raise unknown_name("experiment", name, EXPERIMENTS)
    return EXPERIMENTS[name]


def find_preset(name: str) -> Preset:
    """Look a preset up by name; a StudyError lists the known ones."""
    if name not in PRESETS:
        raise unknown_name("preset", name, PRESETS)
    return PRESETS[name]


__all__ = ["EXPERIMENTS", "PRESETS", "Experiment", "Preset", "checkpoints", "find_experiment", "find_preset"]
