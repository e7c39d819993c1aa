"""Which configuration's runs stand for another's: the same weight updates are computed once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache

from study.config import Config
from study.errors import StudyError
from study.models import find_model
from study.sequences.configured import datasets_of, schedule_of
from study.theory.contexts import HistoryNumbers
from study.theory.updates import weight_updates


@cache
def stand_in(config: Config) -> Config:
    """Give the configuration whose runs stand for this one's: the same weight updates, laid out more simply.

    Computing them again would differ only by rounding, and would look like an independent confirmation. Two simpler
    layouts are tried: consecutive rows, and no more lanes than sequences.

    Parameters
    ----------
    config : Config

    Returns
    -------
    Config
        The configuration itself where nothing simpler makes its updates.
    """
    simpler = None if config.streams else _simpler(config)
    return config if simpler is None else stand_in(simpler)


def _simpler(config: Config) -> Config | None:
    """Find one of the simpler layouts that makes the same weight updates; none if there is none."""
    if config.layout == "consecutive":
        return None
    dataset = datasets_of(config, [0])[0]
    carries_state = find_model(config.model).carries_state
    numbers: HistoryNumbers[int] = HistoryNumbers()
    updates = weight_updates(schedule_of(config, dataset), numbers, carries_state=carries_state)
    candidates = [replace(config, layout="consecutive")]
    if config.layout == "interleaved" and config.batch_size > len(dataset.lengths):
        candidates.append(replace(config, batch_size=len(dataset.lengths)))
    for other in candidates if updates else ():
        with suppress(StudyError):  # its rows, laid out so, leave some over
            if weight_updates(schedule_of(other, dataset), numbers, carries_state=carries_state) == updates:
                return other
    return None
