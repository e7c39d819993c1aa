"""Every number of the built report comes from its facts, or is typed in a text that the test of typed numbers reads."""

from __future__ import annotations

import html
import re

import pytest
import typst_prose
from invented import ORIGIN, invented

from study.article import contents
from study.config import Config
from study.experiments import PRESETS, find_experiment
from study.report import build as building
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.store import Store

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
COUNTED = re.compile(  # what Typst counts itself: tables, figures, sections, and a section's own number
    r"\b(?:Table|Figure|Section|Appendix|§)\s*[A-Z]?(?:\.?\d+)*|(?<=>)[A-Z]?(?:\.?\d+)+(?=<|\s)|\b[A-Z](?:\.\d+)+"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sources of a report of the main grid, and what its page says."""
    store, columns = Store(tmp_path_factory.mktemp("results")), compute(Config(epochs=5), [0]).columns
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        store.write(config, invented(config, 8, columns), ORIGIN)
    work = tmp_path_factory.mktemp("work")
    building._write_sources(Evidence(store, contents()), work)
    figure = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    (work / "figures").mkdir()
    for name in contents().figures:
        (work / "figures" / f"{name}.svg").write_text(figure, encoding="utf-8")
    return work, building._compile(work, "html").decode()


def said(page):
    """The page's text, without what the template counts."""
    body = re.sub(r"<(style|script|svg).*?</\1>", "", page[page.index("<body") :], flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", COUNTED.sub(" ", body)))


def known(folder):
    """Numbers of the facts, and those that are typed into prose."""
    texts = [(folder / "facts.json").read_text(encoding="utf-8")]
    for path in folder.rglob("*.typ"):
        source = path.read_text(encoding="utf-8")
        texts += [text for _, text in typst_prose.prose_of(source)]
        texts += re.findall(r"`[^`]*`|\$[^$]*\$|\"[^\"]*\"", source)  # code, formulas, and their words
    return {number for text in texts for number in NUMBER.findall(text)}


def from_nowhere(text, numbers):
    """Numbers of a text that stand in neither, each with the words around it."""
    return [
        f"...{text[max(0, found.start() - 40) : found.end() + 20]}..."
        for found in NUMBER.finditer(text)
        if found[0] not in numbers
    ]


def test_every_number_of_the_page_comes_from_somewhere(built):
    work, page = built
    assert from_nowhere(said(page), known(work)) == []


def test_a_number_that_comes_from_nowhere_is_named(built):
    work, page = built
    wrong = page.replace("</p>", " solved by 8,769 of 9,871 seeds</p>", 1)
    assert len(from_nowhere(said(wrong), known(work))) == 2
