"""Facts of the section for readers with data of their own: what `study why` prints, and a table cut into lanes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from study.experiments.questions.reader_questions import FRAME, READER_QUESTIONS
from study.explain import why
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import number
from study.theory.explanation import CONFLICT, NO_GRADIENT_ACROSS_ROWS, RULED_OUT, SOLVABLE

COMMAND, FAILS = "study why --batch-size {size}", 4
SHOWN = ("verdict", "cause")  # of its answer; the rest are cures and lanes
VERDICTS = (RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT)


def said(lines: Sequence[str], label: str) -> str:
    """Take what stands behind a label, its lines joined.

    Examples
    --------
    >>> said(["verdict       ruled out: it", "              is", "cause         so"], "verdict")
    'ruled out: it is'
    """
    start = next(place for place, line in enumerate(lines) if line.startswith(label))
    rest = takewhile(lambda line: line.startswith(" "), lines[start + 1 :])
    return " ".join(line.strip() for line in (lines[start].removeprefix(label), *rest))


def facts(_: Evidence) -> Facts:
    """Ask `why` of batch size 4; its answer does not depend on what is stored.

    Returns
    -------
    dict
    """
    lines = str(why(batch_size=FAILS)).splitlines()
    return {
        "command": COMMAND.format(size=FAILS),
        "answer": {label: said(lines, label) for label in SHOWN},
        "verdicts": list(VERDICTS),
        "lanes": FRAME.rstrip(),
        "questions": number(len(READER_QUESTIONS)),
    }
