"""Answers that need no training: what lanes have seen, an alphabet, a frame cut into lanes, lines of Keras."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_uppercase

import numpy as np
import pandas as pd

from study.errors import StudyError
from study.explain import why
from study.keras.porting import FRAMEWORKS, LINES, Outcome
from study.report.contents import Facts
from study.report.tables import Column, Table
from study.report.words import number
from study.sequences.frames import to_lanes

FRAME_SHAPE, LANES = (107_904, 10), 128
ALPHABET = tuple(ascii_uppercase)
PORTING_COLUMNS = (
    Column("what", "left"),
    Column("Keras 2", "left", code=True),
    Column("what Keras 3 says to it", "left"),
    Column("Keras 3", "left", code=True),
    Column("PyTorch", "left", code=True),
)


def lanes_facts() -> Facts:
    """What the ambiguous rows have seen at each batch size, and the ceiling this leaves."""
    by_size = {}
    for batch_size in (2, 4):
        known = why(batch_size=batch_size).explanation
        seen = [str(symbol) for symbol in known.confusions[0].context]
        by_size[str(batch_size)] = {"seen": " and ".join(seen), "ceiling": str(known.ceiling.ambiguous)}
    return by_size


def alphabet_facts() -> Facts:
    """What is known of the alphabet, all its pairs in one batch and no state carried."""
    known = why([ALPHABET], batch_size=len(ALPHABET) - 1, stateful=False).explanation
    return {
        "letters": number(len(ALPHABET)),
        "pairs": number(len(ALPHABET) - 1),
        "ceiling": str(known.ceiling.overall),
        "ambiguous": number(len(known.confusions)),
    }


def left_over() -> str:
    """What `study why` says of a batch size that leaves rows over."""
    try:
        why(batch_size=3)
    except StudyError as error:
        return str(error)
    return ""


def frame_facts() -> Facts:
    """What becomes of a frame of the shape in the question, and of its rows if they are fed in order."""
    rows, columns = FRAME_SHAPE
    names = [f"x{k}" for k in range(columns)]
    frame = pd.DataFrame(np.zeros(FRAME_SHAPE, dtype=np.float32), columns=names)
    lanes = to_lanes(frame, values=names, target=names[:2], horizon=0, batch_size=LANES)
    first, second = lanes.rows[:LANES, 0], lanes.rows[LANES : 2 * LANES, 0]
    return {
        "rows": number(rows),
        "columns": number(columns),
        "lanes": number(LANES),
        "said": lanes.describe(),
        "batches": number(lanes.batches()),
        "starts": ", ".join(number(row) for row in first[:3].tolist()),
        "next": ", ".join(number(row) for row in second[:3].tolist()),
    }


def porting_facts(outcomes: Mapping[tuple[str, str], Outcome]) -> Facts:
    """Collect the lines of Keras 2, Keras 3 and PyTorch, and what came of running them.

    Parameters
    ----------
    outcomes : mapping of (str, str) to Outcome
        By framework and line, as `study.keras.porting.read` gives it.

    Returns
    -------
    dict
    """
    ran = {name: sum(one.ran for (framework, _), one in outcomes.items() if framework == name) for name in FRAMEWORKS}
    refused = [one for (framework, _), one in outcomes.items() if framework == "keras2" and not one.ran]
    versions = {name: sorted({o.versions for (f, _), o in outcomes.items() if f == name}) for name in FRAMEWORKS}
    moved = [outcomes.get(("keras3", line.what)) for line in LINES if "state" in line.what]
    return {
        "table": Table(
            "porting",
            PORTING_COLUMNS,
            [(line.what, line.keras2, _said(outcomes, line.what), line.keras3, line.pytorch) for line in LINES],
        ),
        "count": number(len(LINES)),
        "keras": "; ".join(versions["keras3"]),
        "torch": "; ".join(versions["pytorch"]),
        "keras_ran": number(ran["keras3"]),
        "torch_ran": number(ran["pytorch"]),
        "keras_all": ran["keras3"] == len(LINES),
        "torch_all": ran["pytorch"] == len(LINES),
        "refused": number(len(refused)),
        "tried": bool(outcomes),
        "state_checked": all(one is not None and one.ran for one in moved),
    }  # fmt: skip


def _said(outcomes: Mapping[tuple[str, str], Outcome], what: str) -> str:
    """What Keras 3 says to the line of Keras 2."""
    one = outcomes.get(("keras2", what))
    if one is None:
        return "not tried"
    return "still runs" if one.ran else one.outcome
