"""Figures in the page: its colours and font, no name twice, nothing that the page's policy forbids, and all words."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from xml.etree import ElementTree as Tree

import pytest
from example_figure import drawn

from study.errors import StudyError
from study.report.figures.colours import INK, TUTORIAL
from study.report.figures.inline import fill
from study.report.figures.saving import as_svg
from study.report.figures.style import use_style

PLACE = '<p>before</p><div class="drawing" data-figure="one" id="kept"></div><p>after</p>'
FIGURES = {"one": SimpleNamespace(alt='Says "what" it shows.', script="figure.py")}


@pytest.fixture
def folder(tmp_path):
    """A folder with a figure in both variants."""
    use_style()
    (tmp_path / "narrow").mkdir()
    (tmp_path / "one.svg").write_text(as_svg(drawn(), "one"), "utf-8")
    (tmp_path / "narrow" / "one.svg").write_text(as_svg(drawn(narrow=True), "one"), "utf-8")
    return tmp_path


def test_both_variants_stand_in_the_place(folder):
    page = fill(PLACE, FIGURES, folder)
    assert page.startswith("<p>before</p>")
    assert page.endswith("<p>after</p>")
    (div,) = [each for each in Tree.fromstring(f"<body>{page}</body>") if each.tag == "div"]
    assert div.get("class") == "drawing both"
    assert div.get("id") == "kept"
    assert [svg.get("class") for svg in div] == ["wide", "narrow"]
    assert {(svg.get("role"), svg.get("aria-label")) for svg in div} == {("img", 'Says "what" it shows.')}


def test_colours_are_those_of_the_page_and_nothing_is_forbidden(folder):
    page = fill(PLACE, FIGURES, folder)
    assert "var(--tutorial)" in page
    assert "var(--ink)" in page
    assert TUTORIAL not in page
    assert INK not in page
    assert "style" not in re.sub(r'"[^"]*"', "", page)
    assert "font-family" not in page


def test_no_name_stands_twice_and_every_reference_leads_somewhere(folder):
    page = fill(PLACE, FIGURES, folder)
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names))
    used = set(re.findall(r'(?:href="#|url\(#)([\w.-]+)', page))
    assert used
    assert used == set(names) - {"kept"}


def test_the_words_stand_once_with_a_place_in_each_variant(folder):
    (div,) = [each for each in Tree.fromstring(f"<body>{fill(PLACE, FIGURES, folder)}</body>") if each.tag == "div"]
    words = json.loads(div.get("data-words"))
    assert "batch size 4: 90 of 100 (83–94 %)" in words
    assert [len(svg.get("data-points").split()) for svg in div] == [2 * len(words)] * 2


def test_a_figure_without_a_variant_for_phones(folder):
    (folder / "narrow" / "one.svg").unlink()
    assert '<div class="drawing" data-figure="one"' in fill(PLACE, FIGURES, folder)


def test_variants_that_tell_other_words_are_refused(folder):
    text = (folder / "narrow" / "one.svg").read_text("utf-8").replace("batch size 4", "batch size 8")
    (folder / "narrow" / "one.svg").write_text(text, "utf-8")
    with pytest.raises(StudyError, match="tells other words on a phone than on paper"):
        fill(PLACE, FIGURES, folder)
