"""What the README says of results is what is stored, and each section that has an answer is asked for it."""

from __future__ import annotations

from pathlib import Path

from study.commands.readme import BEGIN, END, EXTENSIONS, QUESTIONS, START, extensions, renew
from study.experiments import contents
from study.report.evidence import Evidence
from study.runs.store import Store

ROOT = Path(__file__).parents[2]


def test_the_extensions_in_the_readme_are_those_of_the_stored_results():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    _, shown = text.split(EXTENSIONS[0])
    shown, _ = shown.split(EXTENSIONS[1])
    written = extensions(Evidence(Store(ROOT / "results"), contents()))
    assert shown.strip() == written, "python -m study.commands.readme"


def test_renewing_changes_what_stands_between_the_marks_alone(tmp_path, monkeypatch):
    monkeypatch.setattr("study.commands.readme.answer", lambda _: "the answer")
    monkeypatch.setattr("study.commands.readme.start", lambda _: "the start")
    monkeypatch.setattr("study.commands.readme.extensions", lambda _: "1. an extension")
    readme = tmp_path / "README.md"
    monkeypatch.setattr("study.commands.readme.short_answers", lambda _: "- an answer")

    def text(*blocks):
        marked = [f"{begin}\n{block}\n{end}\n" for (begin, end), block in zip(marks, blocks, strict=True)]
        return "# Title\n" + "between\n".join(marked) + "last\n"

    marks = (START, (BEGIN, END), EXTENSIONS, QUESTIONS)
    readme.write_text(text("old", "old", "", "old"), encoding="utf-8")
    renew(readme, evidence=None)
    assert readme.read_text(encoding="utf-8") == text("the start", "the answer", "1. an extension", "- an answer")
