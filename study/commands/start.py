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
    """Write answers in Markdown: why batch size 4 fails, what to do, when batch size 1 works, which line to change.

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
        stored = [f" ({each.said})" for each in evidence.incomplete if each.experiment.name == "main_grid"]
        raise StudyError(f"main_grid is not stored whole{''.join(stored)}; compute the rest with 'study run'")
    found = facts(evidence)
    blind, lanes, whole = found["consecutive"], found["lanes"]["longest"], found["whole"]
    lines = (
        "- **Why batch size 4 cannot converge:** the `3` or `4` is stored in place 0, the question is asked in place "
        f"3. So the ceiling is {blind['ceiling']}, whatever the training (as a check: {blind['solved']} of "
        f"{blind['runs']} runs solved it). *Refuted if* no more seeds are right with the first symbol in the same "
        f"place: {lanes['solved']} are, at batch size 2.",
        f"- **What to do:** make the whole sequence one row. Then {'' if whole['all'] else 'at least '}"
        f"{whole['worst']} seeds are right in every layout and at every batch size, after {whole['epochs']} epochs. "
        "*Refuted if* it fails in one layout or batch size.",
        "- **When batch size 1 works:** where what is left of the first symbol in the state outlasts the training. "
        f"Where training erases it, it fails. {_batch_one(evidence)}",
    )
    return "\n".join((*lines, *_first_line(evidence)))


def _batch_one(evidence: Evidence) -> str:
    """Say how often the tutorial's layout works as it is trained there, and what came of training it otherwise."""
    tutorial = explain(make_task("two_sequences").sequences(seed=0), Settings())
    measured = measured_near(tutorial, Known(tuple(odds_of(evidence)), tuple(first_changes(evidence))))
    if measured is None:
        return "No gradient crosses its rows; how often it works was not measured in these results."
    return f"No gradient crosses its rows. {measured.brief}.{_intervened(evidence)}"


def _intervened(evidence: Evidence) -> str:
    """Say what came of changing the optimiser, and of freezing where the first symbol is written, if it was tried."""
    if not evidence.has("interventions"):
        return ""
    told = interventions.facts(evidence)
    adam, plain = told["adam"], told["sgd"]["nothing"]
    return (
        f" {told['plain']}: {plain['solved']} seeds after {told['end']} epochs. Adam, with the weights frozen by which "
        f"`3` and `4` enter the state: {adam['writing']['solved']}. *Refuted if* optimisers fare alike, since the "
        "gradient is as short in each, or frozen weights help no more than trained ones."
    )


def _first_line(evidence: Evidence) -> tuple[str, ...]:
    """Say which lines of the tutorial's program to change, where the experiment that chose them is stored."""
    return (f"- {one_line_changes.first_line(evidence)}",) if evidence.has("one_line_changes") else ()
