"""The blocks of the README and of two pages of docs/ that say what was found, written from the stored results.

``python -m study.commands.readme`` renews them between their marks; tests hold that they are up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from study.article import contents
from study.article.first_answers import possible, start
from study.bench.table import KEPT, as_markdown, load
from study.commands.base import DEFAULT_RESULTS
from study.errors import StudyError
from study.experiments.one_line_changes.first_changes import first_changes
from study.experiments.questions.short_answers import short_answers
from study.explain.odds import Known, write
from study.report.evidence import Evidence
from study.report.explorer.odds import odds_of
from study.runs.store import Store


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


def speed(evidence: Evidence) -> str:
    """Write the last measurements of speed that the results keep, or how they are made."""
    measured = load(evidence.store.root / KEPT)
    return as_markdown(measured) if measured else f"None are kept: `study bench --output {DEFAULT_RESULTS}/{KEPT}`."


FILES: dict[str, dict[str, Callable[[Evidence], str]]] = {  # of each file the blocks, by the name in their marks
    "README.md": {"start": start, "possible": possible},
    "docs/answers.md": {"questions": short_answers, "extensions": extensions},
    "docs/speed.md": {"speed": speed},
}


def marks(name: str) -> tuple[str, str]:
    """Give the comments between which a block stands."""
    return f"<!-- {name}: written by python -m study.commands.readme -->", f"<!-- end of {name} -->"


def block_of(text: str, name: str, file: str) -> str:
    """Take a block out of the text of a file.

    Raises
    ------
    StudyError
        If its marks do not stand there once each.
    """
    begin, end = marks(name)
    if (text.count(begin), text.count(end)) != (1, 1):
        raise StudyError(f"{file} has no block {name!r}; put {begin} and {end} around the place for it")
    return text.split(begin)[1].split(end, maxsplit=1)[0].strip("\n")


def renew(folder: Path, evidence: Evidence) -> None:
    """Put what the results say between the marks of each file, all of them or none."""
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in FILES}
    for file, blocks in FILES.items():
        for name, write_block in blocks.items():
            begin, end = marks(name)
            block_of(texts[file], name, file)  # both marks stand there once
            before, after = texts[file].split(begin)[0], texts[file].split(end)[1]
            texts[file] = f"{before}{begin}\n{write_block(evidence)}\n{end}{after}"
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Renew the files in the current folder, and the odds that `study why` names, from a folder of results.

    The exit code is 2 where they cannot be used.
    """
    try:
        evidence = Evidence(Store(arguments[0] if arguments else DEFAULT_RESULTS), contents())
        renew(Path(), evidence)
        write(Known(tuple(odds_of(evidence)), tuple(first_changes(evidence))))
    except StudyError as error:
        print(f"study.commands.readme: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
