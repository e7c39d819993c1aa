"""Facts of the section for readers with data of their own: what `study why` prints, and a table cut into lanes."""

from __future__ import annotations

from study.experiments.questions.reader_questions import FRAME, READER_QUESTIONS
from study.explain import why
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import number
from study.theory.explanation import CONFLICT, NO_GRADIENT_ACROSS_ROWS, RULED_OUT, SOLVABLE

COMMAND, FAILS = "study why --batch-size {size}", 4
VERDICTS = (RULED_OUT, NO_GRADIENT_ACROSS_ROWS, SOLVABLE, CONFLICT)


def facts(_: Evidence) -> Facts:
    """Ask `why` of batch size 4; its answer does not depend on what is stored.

    Returns
    -------
    dict
    """
    answer = str(why(batch_size=FAILS))
    head = answer.partition("\n\n")[0]  # verdict and cause; what follows are cures and lanes
    return {
        "example": f"$ {COMMAND.format(size=FAILS)}\n{head}",
        "verdicts": list(VERDICTS),
        "lanes": FRAME.rstrip(),
        "questions": number(len(READER_QUESTIONS)),
    }
