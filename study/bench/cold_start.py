"""What `study bench` times in a fresh interpreter: many seeds of the tutorial, from starting Python to their scores.

It stands alone so that it imports what computing takes, and not what measuring it does.
"""

from __future__ import annotations

from study.config import Config
from study.runs.backends import Job, choose_backend
from study.runs.plan import JOB_SEEDS


def train_many(seeds: int = 1000) -> None:
    """Train and score the tutorial's configuration with the default backend, and keep nothing."""
    parts = [tuple(range(first, min(first + JOB_SEEDS, seeds))) for first in range(0, seeds, JOB_SEEDS)]
    for outcome in choose_backend(None).run([Job(Config(), part, 1.0) for part in parts]):
        if outcome.table is None:
            raise RuntimeError(outcome.failure)


if __name__ == "__main__":
    train_many()
