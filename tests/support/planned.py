"""A handful of configurations to be planned and run, and tables to be compared bit for bit."""

from __future__ import annotations

from study.config import Config
from study.runs.backends import Serial
from study.runs.plan import make_plan, run_plan

CONFIGS = [
    Config(epochs=10),
    Config(epochs=10, batch_size=4, layout="interleaved"),
    Config(epochs=10, layout="shuffled", batch_size=2),
    Config(epochs=10, model="stateless_lstm", timesteps=4, batch_size=8),
    Config(epochs=10, model="mlp", batch_size=4),
]
NAMES = ["stateful", "interleaved", "shuffled", "whole window", "mlp"]


def run(configs, seeds, store, backend=None):
    outcomes = []
    plan = make_plan(configs, seeds, store)
    failed = run_plan(plan, store, backend or Serial(), outcomes.append)
    return plan, outcomes, failed


def same(table, other):
    """Bit for bit, in every measure."""
    assert list(table.columns) == list(other.columns)
    for name in table.columns:
        ours, theirs = table[name].to_numpy(), other[name].to_numpy()
        assert ours.dtype == theirs.dtype, name
        if ours.dtype == object:
            assert ours.tolist() == theirs.tolist(), name
        else:
            assert ours.tobytes() == theirs.tobytes(), name


def of_seed(table, seed):
    return table[table["seed"] == seed].reset_index(drop=True)
