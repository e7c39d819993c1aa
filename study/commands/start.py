"""The first answers of the README, to what a reader of the tutorial came to ask; the report has what refutes them."""

from __future__ import annotations

from study.errors import StudyError
from study.experiments.interventions import findings as interventions
from study.experiments.main_grid.findings import facts
from study.experiments.one_line_changes import findings as one_line_changes
from study.experiments.one_line_changes.first_changes import first_changes
from study.explain.odds import Known, measured_near
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.explorer.odds import odds_of
from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain


def possible(evidence: Evidence) -> str:
    """Write what the picture does not show: how seldom batch size 1 is learnt as the tutorial trains it.

    Parameters
    ----------
    evidence : Evidence
        With the main grid stored.

    Returns
    -------
    str
        One line of Markdown.

    Raises
    ------
    StudyError
        If it is not.
    """
    told = _main_grid(evidence)["tutorial"]["tutorial"]
    return (
        f"**Batch size 1 makes it possible, not likely: {told['k']} of {told['n']} networks are right after the "
        f"tutorial's {told['epochs']} epochs.**"
    )


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
    found = _main_grid(evidence)
    blind, lanes, whole = found["consecutive"], found["lanes"]["longest"], found["whole"]
    lines = (
        "- **Why batch size 4 cannot converge:** the `3` or `4` is stored in lane 0, the question is asked in lane 3, "
        f"and a reset follows each sequence. So the ceiling is {blind['ceiling']}, whatever the training (as a check: "
        f"{blind['solved']} of {blind['runs']} runs solved it). With one sequence per lane the first symbol is in the "
        f"lane that is asked: {lanes['solved']} seeds are right, at batch size 2.",
        f"- **What to do:** make the whole sequence one row. Then {'' if whole['all'] else 'at least '}"
        f"{whole['worst']} seeds are right in every layout and at every batch size, after {whole['epochs']} epochs.",
        f"- **When batch size 1 works:** {_batch_one(evidence)}",
    )
    return "\n".join((*lines, *_first_line(evidence)))


def _main_grid(evidence: Evidence) -> Facts:
    """Give the facts of the main grid, on which all of it rests."""
    if not evidence.has("main_grid"):
        stored = [f" ({each.said})" for each in evidence.incomplete if each.experiment.name == "main_grid"]
        raise StudyError(f"main_grid is not stored whole{''.join(stored)}; compute the rest with 'study run'")
    return facts(evidence)


def _batch_one(evidence: Evidence) -> str:
    """Say how often the tutorial's layout works as it is trained there, and what came of training it otherwise."""
    nothing = "no gradient crosses its rows, so nothing teaches the network to keep the first symbol."
    tutorial = explain(make_task("two_sequences").sequences(seed=0), Settings())
    measured = measured_near(tutorial, Known(tuple(odds_of(evidence)), tuple(first_changes(evidence))))
    if measured is None:
        return f"{nothing} How often it works was not measured in these results."
    rule, counts = _intervened(evidence)
    return f"{nothing}{rule} {measured.brief}.{counts}"


def _intervened(evidence: Evidence) -> tuple[str, str]:
    """Say by what rule it works and what shows it: another optimiser, and weights frozen that write the first symbol.

    Both are empty where that was not tried; the rule is left out where the runs do not bear it out.
    """
    if not evidence.has("interventions"):
        return "", ""
    told = interventions.facts(evidence)
    adam, plain = told["adam"], told["sgd"]["nothing"]
    holds = {claim.name for claim in told["claims"] if claim.holds}
    rule = (
        " It works only if the random trace of that symbol that the network starts with survives the training: Adam "
        "wears it down, plain gradient descent (SGD) less."
    )
    return rule if {"take_home_one", "sgd_erases_less"} <= holds else "", (
        f" {told['plain']}: {plain['solved']} seeds after {told['end']} epochs. Adam, with the weights frozen by which "
        f"`3` and `4` enter the state: {adam['writing']['solved']}."
    )


def _first_line(evidence: Evidence) -> tuple[str, ...]:
    """Say which lines of the tutorial's program to change, where the experiment that chose them is stored."""
    return (f"- {one_line_changes.first_line(evidence)}",) if evidence.has("one_line_changes") else ()
