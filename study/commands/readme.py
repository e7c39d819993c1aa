"""The answer, the extensions and the readers' questions in the README, written from the stored results.

``python -m study.commands.readme`` renews the blocks between their marks; tests hold that they are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from study.commands.base import DEFAULT_RESULTS
from study.commands.start import start
from study.errors import StudyError
from study.experiments import contents
from study.experiments.main_grid.findings import facts
from study.experiments.one_line_changes.first_changes import first_changes
from study.experiments.optimisers import findings as optimisers
from study.experiments.questions.short_answers import short_answers
from study.explain.odds import Known, write
from study.report.evidence import Evidence
from study.report.explorer.odds import odds_of
from study.runs.store import Store

START = ("<!-- start: written by python -m study.commands.readme -->", "<!-- end of start -->")
BEGIN, END = "<!-- answer: written by python -m study.commands.readme -->", "<!-- end of answer -->"
EXTENSIONS = ("<!-- extensions: written by python -m study.commands.readme -->", "<!-- end of extensions -->")
QUESTIONS = ("<!-- questions: written by python -m study.commands.readme -->", "<!-- end of questions -->")


def answer(evidence: Evidence) -> str:
    """Write the answer in five lines of Markdown.

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
    numbers = facts(evidence)
    blind, rows_in_order = numbers["memoryless"], numbers["consecutive"]
    whole, early = numbers["whole"], numbers["whole_early"]
    first, last = (numbers["tutorial"][budget] for budget in ("tutorial", "longest"))
    lanes, lanes_last = (numbers["lanes"][budget] for budget in ("tutorial", "longest"))
    lines = (
        f"1. **Without memory it is impossible.** Ceiling {blind['ceiling']} on the ambiguous rows (chance 1/2). "
        f"As a check: {blind['solved']} of {blind['runs']} runs of the MLP and the 1-timestep stateless LSTM solved "
        "it.",
        "2. **Batch size 4 cannot converge** with rows in order and a reset after each sequence: the first symbol ran "
        "through another lane. Ceiling "
        f"{rows_in_order['ceiling']} at batch sizes 2, 4 and 8, whatever the learning rate or the number of epochs "
        f"(as a check: {rows_in_order['solved']} of {rows_in_order['runs']} runs solved it).",
        "3. **One sequence per lane** (row order `s + k*B`) lifts the ceiling to 1; with Adam, at batch size "
        f"2, {lanes['solved']} seeds are right after {lanes['epochs']} epochs, {lanes_last['solved']} "
        f"after {lanes_last['epochs']}, median memory gap {lanes_last['gap']} of 1.",
        f"4. **The tutorial itself** (batch size 1) is right in {first['solved']} seeds after {first['epochs']} "
        f"epochs, {first['within_k']} of them within 0.25 (median memory gap {first['gap']}), and in {last['solved']} "
        f"after {last['epochs']}. No gradient crosses its rows{_by_another_optimiser(evidence)}.",
        "5. **What works with Adam at every batch size:** the whole sequence as one window, solved in "
        f"{'' if whole['all'] else 'at least '}{whole['worst']} seeds in every layout within "
        f"{whole['epochs']} epochs (within {early['epochs']}: {early['worst']} in the weakest, "
        f"{early['worst_config']}), median memory gap {whole['gap_low']} or more.",
    )
    return "\n".join(lines)


def _by_another_optimiser(evidence: Evidence) -> str:
    """Say that a gradient of one row can be enough, where the experiment that shows it is stored."""
    if not evidence.has("optimisers"):
        return ""
    fast = optimisers.facts(evidence)["fast"]
    return (
        f", but that alone is not why it fails: with plain gradient descent ({fast['optimiser']}) in place of Adam "
        f"it is right in {fast['solved']} seeds after {fast['epochs']} (median memory gap {fast['gap']})"
    )


def extensions(evidence: Evidence) -> str:
    """Write one numbered line of Markdown for each section that has an answer and whose experiment is stored.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    str
        Empty if none is stored.
    """
    lines = [
        s.answer(evidence) for s in evidence.contents.sections if s.answer is not None and evidence.has(s.experiment)
    ]
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))


def renew(readme: Path, evidence: Evidence) -> None:
    """Put what is written between the marks."""
    text = readme.read_text(encoding="utf-8")
    for (begin, end), written in (
        (START, start),
        ((BEGIN, END), answer),
        (EXTENSIONS, extensions),
        (QUESTIONS, short_answers),
    ):
        before, rest = text.split(begin)
        _, after = rest.split(end)
        text = f"{before}{begin}\n{written(evidence)}\n{end}{after}"
    readme.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Renew the README in the current folder, and the odds that `study why` names, from a folder of results.

    The exit code is 2 where they cannot be used.
    """
    try:
        evidence = Evidence(Store(arguments[0] if arguments else DEFAULT_RESULTS), contents())
        renew(Path("README.md"), evidence)
        write(Known(tuple(odds_of(evidence)), tuple(first_changes(evidence))))
    except StudyError as error:
        print(f"study.commands.readme: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
