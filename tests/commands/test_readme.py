"""What the README says of results is what is stored, and each section that has an answer is asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from study.article import contents
from study.commands.readme import BLOCKS, block_of, extensions, marks, renew
from study.errors import StudyError
from study.report.evidence import Evidence
from study.runs.store import Store

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def stored():
    """The evidence of the results that come with the repository."""
    return Evidence(Store(ROOT / "results"), contents())


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_of_the_readme_is_that_of_the_stored_results(name, stored):
    assert block_of(README, name) == BLOCKS[name](stored), "python -m study.commands.readme"


def test_every_section_with_an_answer_has_its_line(stored):
    answering = [one for one in stored.contents.sections if one.answer is not None and stored.has(one.experiment)]
    assert len(extensions(stored).splitlines()) == len(answering)


def test_renewing_changes_what_stands_between_the_marks_alone(tmp_path, monkeypatch):
    def text(said):
        marked = [f"{begin}\n{said(name)}\n{end}\n" for name in BLOCKS for begin, end in [marks(name)]]
        return "# Title\n" + "between\n".join(marked) + "last\n"

    for name in BLOCKS:
        monkeypatch.setitem(BLOCKS, name, lambda _, name=name: f"- the {name}")
    readme = tmp_path / "README.md"
    readme.write_text(text(lambda _: "old"), encoding="utf-8")
    renew(readme, evidence=None)
    assert readme.read_text(encoding="utf-8") == text(lambda name: f"- the {name}")


def test_an_empty_block_is_filled_too(tmp_path, monkeypatch):
    begin, end = marks("start")
    for name in BLOCKS:
        monkeypatch.setitem(BLOCKS, name, lambda _: "said")
    others = "".join("{}\nold\n{}\n".format(*marks(name)) for name in BLOCKS if name != "start")
    readme = tmp_path / "README.md"
    readme.write_text(f"{begin}\n{end}\n{others}", encoding="utf-8")
    renew(readme, evidence=None)
    assert f"{begin}\nsaid\n{end}\n" in readme.read_text(encoding="utf-8")


def test_a_readme_without_a_place_for_a_block_is_said_in_one_line(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Title\n", encoding="utf-8")
    with pytest.raises(StudyError, match=f"the README has no block '{next(iter(BLOCKS))}'; put <!-- "):
        renew(readme, evidence=None)
