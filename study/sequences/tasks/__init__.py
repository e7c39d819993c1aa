"""All tasks, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from study.errors import StudyError, require, unknown_name
from study.sequences.tasks.base import Task
from study.sequences.tasks.biased_fillers import BiasedFillers
from study.sequences.tasks.distractors import Distractors
from study.sequences.tasks.large_alphabet import LargeAlphabet
from study.sequences.tasks.long_lag import LongLag
from study.sequences.tasks.random_middle import RandomMiddle
from study.sequences.tasks.random_sequences import RandomSequences
from study.sequences.tasks.ring import Ring
from study.sequences.tasks.two_pairs import TwoPairs
from study.sequences.tasks.two_sequences import TwoSequences

TASKS: dict[str, type[Task]] = {
    "two_sequences": TwoSequences,
    "long_lag": LongLag,
    "two_pairs": TwoPairs,
    "large_alphabet": LargeAlphabet,
    "random_sequences": RandomSequences,
    "biased_fillers": BiasedFillers,
    "ring": Ring,
    "random_middle": RandomMiddle,
    "distractors": Distractors,
}


def make_task(name: str, options: Mapping[str, Any] | None = None) -> Task:
    """Build the task of that name.

    Parameters
    ----------
    name : str
        Name in `TASKS`.
    options : mapping, optional
        The task's fields.

    Returns
    -------
    Task

    Raises
    ------
    StudyError
        If the name or an option is unknown, or an option has a value of the wrong type.
    """
    if name not in TASKS:
        raise unknown_name("task", name, TASKS)
    kind, given = TASKS[name], dict(options or {})
    known = [field.name for field in fields(kind)]
    for option in given:
        if option not in known:
            raise unknown_name(f"option of task {name}", option, known or ["none, leave it out"])
    require(kind, ("sequences",), f"task {kind.__name__}")
    try:
        return kind(**given)
    except TypeError as error:
        raise StudyError(f"task {name} does not take {given}: {error}; its options are {', '.join(known)}") from error
