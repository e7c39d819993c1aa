"""One stream of random numbers per purpose and seed, so that nothing a seed draws depends on what else is drawn.

Initial weights, orders and data come from different streams: two models with the same seed meet the same data in the
same order, which makes comparisons paired.
"""

from __future__ import annotations

import numpy as np

PURPOSES = ("initialisation", "order", "data", "scoring", "judging")


def stream(purpose: str, seed: int, number: int | None = None) -> np.random.Generator:
    """Open the stream of random numbers for one purpose of one seed.

    Parameters
    ----------
    purpose : {'initialisation', 'order', 'data', 'scoring', 'judging'}
    seed : int
        Seed index, 0 or more.
    number : int, optional
        Which of many streams of that purpose, such as one for each judgement; the only one if left out.

    Returns
    -------
    numpy Generator

    Raises
    ------
    ValueError
        If the purpose is unknown.

    Examples
    --------
    >>> bool(stream("order", 3).random() == stream("order", 3).random())
    True
    """
    key = (PURPOSES.index(purpose),) if number is None else (PURPOSES.index(purpose), number)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
