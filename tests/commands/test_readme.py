"""What the README says of results is what is stored, and each section that has an answer is asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from study.article import contents
from study.commands.readme import FILES, block_of, extensions, marks, renew
from study.errors import StudyError
from study.report.evidence import Evidence
from study.runs.store import Store

ROOT = Path(__file__).parents[2]
PLACES = [(file, name) for file, blocks in FILES.items() for name in blocks]


@pytest.fixture(scope="module")
def stored():
    """The evidence of the results that come with the repository."""
    return Evidence(Store(ROOT / "results"), contents())


@pytest.mark.parametrize(("file", "name"), PLACES)
def test_every_block_is_that_of_the_stored_results(file, name, stored):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert block_of(text, name, file) == FILES[file][name](stored), "python -m study.commands.readme"


def test_every_section_with_an_answer_has_its_line(stored):
    answering = [one for one in stored.contents.sections if one.answer is not None and stored.has(one.experiment)]
    assert len(extensions(stored).splitlines()) == len(answering)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with both files, whose blocks hold something old, and blocks that are quickly written."""
    for file, blocks in FILES.items():
        for name in blocks:
            monkeypatch.setitem(blocks, name, lambda _, name=name: f"- the {name}")
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text_of(file, lambda _: "old"), encoding="utf-8")
    return tmp_path


def text_of(file, said):
    """Write a file with its blocks between other lines."""
    marked = [f"{begin}\n{said(name)}\n{end}\n" for name in FILES[file] for begin, end in [marks(name)]]
    return "# Title\n" + "between\n".join(marked) + "last\n"


def test_renewing_changes_what_stands_between_the_marks_alone(folder):
    renew(folder, evidence=None)
    for file in FILES:
        assert (folder / file).read_text(encoding="utf-8") == text_of(file, lambda name: f"- the {name}")


def test_an_empty_block_is_filled_too(folder):
    begin, end = marks("start")
    readme = folder / "README.md"
    readme.write_text(
        readme.read_text(encoding="utf-8").replace(f"{begin}\nold\n{end}", f"{begin}\n{end}"), encoding="utf-8"
    )
    renew(folder, evidence=None)
    assert f"{begin}\n- the start\n{end}\n" in readme.read_text(encoding="utf-8")


def test_a_file_without_a_place_for_a_block_is_said_in_one_line_and_nothing_is_written(folder):
    (folder / "docs/answers.md").write_text("# Title\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"docs/answers.md has no block 'questions'; put <!-- "):
        renew(folder, evidence=None)
    assert "old" in (folder / "README.md").read_text(encoding="utf-8")
