"""`why`: what a stateful network can know of given sequences, whether a gradient reaches it, and what helps.

The answer comes before any training and holds for every network, learning rate and number of epochs.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeGuard

from study.errors import StudyError
from study.explain.reading import warnings_of
from study.explain.repairs import find_repairs
from study.explain.why_answer import Why
from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain

if TYPE_CHECKING:
    import pandas as pd

    Data = Sequence[Sequence[Hashable]] | pd.DataFrame | None

__all__ = ["Why", "why"]

LISTS = "give a list of lists of symbols, as in [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]"


def why(
    sequences: Data = None,
    *,
    batch_size: int = 1,
    timesteps: int = 1,
    layout: str = "consecutive",
    reset: str = "sequence",
    order: str = "fixed",
    stateful: bool = True,
    group: str | None = None,
    time: str | None = None,
    value: str | None = None,
    notes: Sequence[str] = (),
) -> Why:
    """Tell why a network can or cannot learn to predict the next symbol of each sequence.

    Parameters
    ----------
    sequences : sequence of sequences, or DataFrame, optional
        Symbols of any hashable kind, at least two a sequence; the tutorial's two sequences if left out.
    batch_size : int, default 1
        Rows of one weight update, which is the number of lanes.
    timesteps : int, default 1
        Inputs in one row, which is how far back the gradient reaches.
    layout : {'consecutive', 'interleaved', 'shuffled'}
    reset : {'sequence', 'epoch', 'never'}
    order : {'fixed', 'alternating', 'random'}
    stateful : bool, default True
        Whether state is carried from batch to batch.
    group, time, value : str, optional
        Columns of a data frame: what tells sequences apart, what to sort by, and the symbols.
    notes : sequence of str
        Remarks to show with the answer.

    Returns
    -------
    Why
        Printing it draws the answer; `Why.to_dict` gives all of it as data.

    Raises
    ------
    StudyError
        If the sequences or the settings cannot be used.

    Examples
    --------
    >>> answer = why(batch_size=4)
    >>> answer.explanation.verdict
    'ruled out by the layout'
    >>> answer.repair.settings.timesteps, answer.to_dict()["repair"]["ceiling"]
    (4, {'numerator': 1, 'denominator': 1})
    >>> why(["abcx", "dbcy"], batch_size=1).explanation.needed_reach
    2
    """
    if _is_frame(sequences):
        from study.explain.tables import sequences_of_frame  # noqa: PLC0415

        sequences, remarks = sequences_of_frame(sequences, group=group, time=time, value=value)
        notes = [*notes, *remarks]
    elif group or time or value:
        raise StudyError("columns were named, but there is no data frame; give one, or leave the names out")
    given = make_task("two_sequences").sequences(seed=0) if sequences is None else _plain(sequences)
    settings = Settings(
        batch_size=batch_size, layout=layout, reset=reset, order=order, timesteps=timesteps, stateful=stateful
    )
    explanation = explain(given, settings, notes)
    return Why(
        explanation, tuple(find_repairs(explanation)), is_tutorial=sequences is None, warnings=warnings_of(given)
    )


def _is_frame(data: Data) -> TypeGuard[pd.DataFrame]:
    """Tell a data frame, without loading pandas, which is slow: whoever gives one has loaded it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def _plain(sequences: object) -> list[list[Hashable]]:
    """Turn sequences of any kind into lists."""
    if not isinstance(sequences, Iterable) or isinstance(sequences, str):
        raise StudyError(f"sequences are {sequences!r:.40}; {LISTS}")
    plain = []
    for sequence in sequences:
        if not isinstance(sequence, Iterable):
            raise StudyError(f"sequences hold {sequence!r:.40} where a sequence should be; {LISTS}")
        plain.append(sequence.tolist() if hasattr(sequence, "tolist") else list(sequence))
    return plain
