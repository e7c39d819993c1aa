"""The first answers of the README, to what a reader of the tutorial came to ask; the report has what refutes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from study.article.start.figure import ALT
from study.article.start.findings import facts as first_screen
from study.article.start.reliable import reliable
from study.errors import StudyError
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.interventions import findings as interventions
from study.experiments.main_grid.findings import facts
from study.experiments.one_line_changes import findings as one_line_changes
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import number, rate

PICTURE = "reports/figures/start.svg"
RIGHT = "right (95 % interval)"
TABLE = ("how the network is fed and trained", "ceiling", RIGHT, "epochs")


def start(evidence: Evidence) -> str:
    """Write the first screen in Markdown: the sentence, the picture, the lines to type, and how many are right then.

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
    _require(evidence)
    told = first_screen(evidence)
    task = " and ".join(f"`{each}`" for each in told["sequences"])
    answers = " or ".join(f"`{each}`" for each in told["first"])
    one, early, late = (told["counted"][name] for name in ("works", "early", "change"))
    sooner = f", after the tutorial's {early['epochs']} {early['k']} of {early['n']}" if told["longer"] else ""
    lines = [
        f"**{told['sentence']}**",
        "The fix: make the sequence so far one row. Batch size 1 can work, but with the tutorial's Adam only "
        f"{one['k']} of {one['n']} networks learn it.",
        f"The task: {task}, one symbol at a time. After `{told['before']}` comes {answers}, and only the first symbol "
        "tells which.",
        f"![{ALT}]({PICTURE})",
        f"<details><summary>The picture as text</summary>\n\n```text\n{told['as_text']}\n```\n\n</details>",
        told["mechanism"],
        f"**What to type:** feed the sequence so far as one row (a row is one sample of X): {told['fed']}. Then no "
        f"memory has to outlive its row: after {late['epochs']} epochs {late['k']} of {late['n']} networks are right"
        f"{sooner}. {told['given']}",
        *(f"In {one['framework']}:\n\n```diff\n{one['diff']}\n```" for one in told["changes"]),
        "What that does, and what else was tried:",
        _table(TABLE, [(one["fed"], one["ceiling"], one["right"], one["epochs"]) for one in told["outcomes"]]),
        f"*Ceiling*: the share of the answers after `{told['before']}` that the best possible weights get right. "
        f"*Right*: both answers after `{told['before']}`. Rows are fed in order, and the memory is emptied after each "
        "sequence; each network starts from random weights of its own, drawn as Keras draws them.",
    ]
    return "\n\n".join(lines)


def possible(evidence: Evidence) -> str:
    """Write when batch size 1 works, with what was measured of it.

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
    _require(evidence)
    found = facts(evidence)
    early, late = found["tutorial"]["tutorial"], found["tutorial"]["longest"]
    rows = [("Adam, as in the tutorial", one["solved"], one["epochs"]) for one in (early, late)]
    rule, others = _intervened(evidence)
    counted = " and ".join(f"{one['k']} of {one['n']} after {one['epochs']}" for one in (early, late))
    first = f"With the tutorial's Adam rarely, and not for long: {counted} epochs."
    why = (
        "Why: its one memory has seen the first symbol, so the answer can be learnt. No gradient goes from row to row, "
        f"so nothing teaches the network to keep that symbol.{rule}"
    )
    table = _table(("trained with", RIGHT, "epochs"), [*rows, *others])
    return "\n\n".join([first, *_reliably(evidence), why, table, *_first_line(evidence)])


def _reliably(evidence: Evidence) -> list[str]:
    """Say what makes batch size 1 reliable, with the lines of Keras; nothing where it was not tried or does not."""
    told = reliable(evidence)
    if told is None or not told["all"] or not told["diff"]:
        return []
    lines = told["label"].replace("; ", " and ")
    return [
        f"Reliably with {lines}: {told['right']} after {told['epochs']} epochs. In Keras:",
        f"```diff\n{told['diff']}\n```",
    ]


def _first_line(evidence: Evidence) -> list[str]:
    """Say which lines of the tutorial's program to change, where the experiment that chose them is stored."""
    return [one_line_changes.first_line(evidence)] if evidence.has("one_line_changes") else []


def _require(evidence: Evidence) -> None:
    """Refuse results without the main grid, on which all of it rests."""
    if not evidence.has("main_grid"):
        stored = [f" ({each.said})" for each in evidence.incomplete if each.experiment.name == "main_grid"]
        raise StudyError(f"main_grid is not stored whole{''.join(stored)}; compute the rest with 'study run'")


def _intervened(evidence: Evidence) -> tuple[str, list[tuple[str, str, str]]]:
    """Say by what rule it works and what shows it: another optimiser, and weights frozen that write the first symbol.

    Both are empty where that was not tried; the rule is left out where the runs do not bear it out.
    """
    if not evidence.has("interventions"):
        return "", []
    told: Facts = interventions.facts(evidence)
    holds = {claim.name for claim in told["claims"] if claim.holds}
    rule = (
        " The random start weights keep some of it. Long training with Adam erases that; plain gradient descent (SGD) "
        "is slow to begin with, and leaves it."
    )
    soon = interventions.judged(evidence, interventions.PLAIN, TUTORIAL_EPOCHS)
    rows = [
        (told["plain"], rate(soon.solved), number(soon.epoch)),
        (told["plain"], told["sgd"]["nothing"]["solved"], told["end"]),
        (
            "Adam, with the input weights of `3` and `4` not trained",
            told["adam"]["writing"]["solved"],
            told["end"],
        ),
    ]
    return rule if {"take_home_one", "sgd_erases_less"} <= holds else "", rows


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown; all columns but the first are numbers."""
    lines = [headings, ["---", *(["---:"] * (len(headings) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
