"""The first lines of the README: what a reader of the tutorial came to ask, each answer with what would refute it."""

from __future__ import annotations

from study.errors import StudyError
from study.experiments.interventions import findings as interventions
from study.experiments.main_grid.findings import facts
from study.experiments.one_line_changes import findings as one_line_changes
from study.experiments.one_line_changes.first_changes import first_changes
from study.explain.odds import Known, measured_near
from study.report.evidence import Evidence
from study.report.explorer.odds import odds_of
from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain


def start(evidence: Evidence) -> str:
    """Write answers in Markdown: which line to change, why batch size 4 fails, when batch size 1 works, what to type.

    Parameters
    ----------
    evidence : Evidence
        With the main grid stored.

    Returns
    -------
    str

    Raises
    ------
    StudyError
        If it is not.
    """
    if not evidence.has("main_grid"):
        raise StudyError("main_grid is not stored whole; compute the rest with 'study run'")
    found = facts(evidence)
    blind, lanes, whole = found["consecutive"], found["lanes"]["longest"], found["whole"]
    lines = (
        "- **Batch size 4 does not converge, and cannot:** each place in the batch has a state of its own. The `3` or "
        "`4` is stored in place 0, the question is asked in place 3. Ceiling "
        f"{blind['ceiling']}, whatever the training (as a check: {blind['solved']} of {blind['runs']} runs solved it). "
        "*What would refute it:* that it still failed when the first symbol stands in the same place; then "
        f"{lanes['solved']} seeds are right at batch size 2.",
        "- **Batch size 1 works where what is left of the first symbol in the state outlasts the training, and fails "
        f"where training erases it.** {_batch_one(evidence)}",
        "- **What to do:** make the whole sequence one row, `study why --batch-size 4 --snippet keras` (or "
        f"`pytorch`): {'' if whole['all'] else 'at least '}{whole['worst']} seeds are right in every layout and at "
        f"every batch size within {whole['epochs']} epochs. *What would refute it:* one layout or batch size in which "
        "it fails.",
    )
    return "\n".join((*_first_line(evidence), *lines))


def _batch_one(evidence: Evidence) -> str:
    """Say how often the tutorial's layout works as it is trained there, and at best."""
    tutorial = explain(make_task("two_sequences").sequences(seed=0), Settings())
    measured = measured_near(tutorial, Known(tuple(odds_of(evidence)), tuple(first_changes(evidence))))
    if measured is None:
        return "No gradient crosses its rows; how often it works was not measured in these results."
    change = f" To change first: {measured.change}." if measured.change else ""
    return f"No gradient crosses its rows. With {measured.words}.{_intervened(evidence)}{change}"


def _intervened(evidence: Evidence) -> str:
    """Say what came of changing the optimiser, and of freezing where the first symbol is written, if it was tried."""
    if not evidence.has("interventions"):
        return ""
    told = interventions.facts(evidence)
    adam, plain = told["adam"], told["sgd"]["nothing"]
    return (
        f" *What would refute it:* optimisers that fare alike, since the gradient is as short in each; or frozen "
        f"weights that help no more than trained ones. But {told['plain']} is right in {plain['solved']} seeds after "
        f"{told['end']} epochs, and Adam, with the weights frozen by which `3` and `4` enter the state, in "
        f"{adam['writing']['solved']}."
    )


def _first_line(evidence: Evidence) -> tuple[str, ...]:
    """Say which lines of the tutorial's program to change, where the experiment that chose them is stored."""
    return (f"- {one_line_changes.first_line(evidence)}",) if evidence.has("one_line_changes") else ()
