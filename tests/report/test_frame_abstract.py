"""Every sentence of the abstract leads, in one click, to what a doubter would look at, and that is in the page."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from study.article import contents
from study.config import Config
from study.errors import StudyError
from study.report import build
from study.report.claims import Claim, Refuter, as_facts
from study.report.evidence import Evidence
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"
EMPTY_FIGURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
TAKEN_HOME = ("main_grid-take_home_four", "interventions-take_home_one", "main_grid-take_home_do")


class Page(HTMLParser):
    """The text of the abstract outside of any linked sentence, the links of each sentence, and all targets."""

    def __init__(self):
        super().__init__()
        self.open, self.targets, self.links, self.loose = [], set(), [], ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.targets.add(given.get("id"))
        if tag not in {"img", "meta", "link", "br", "input", "hr", "col"}:
            self.open.append((tag, given.get("class")))
        if ("span", "said") in self.open and given.get("class") == "said":
            self.links.append([])
        if tag == "a" and self.links and ("span", "said") in self.open:
            self.links[-1].append(given["href"])

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if ("section", "abstract") in self.open and ("span", "said") not in self.open:
            self.loose += data


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of the stored results with empty figures, and the facts it was made from."""
    evidence = Evidence(Store(RESULTS), contents())
    if not evidence.has("main_grid"):
        pytest.skip("these results are of another version")
    folder = tmp_path_factory.mktemp("page")
    (folder / "figures").mkdir()
    for name in evidence.contents.figures:
        (folder / "figures" / f"{name}.svg").write_text(EMPTY_FIGURE, encoding="utf-8")
    facts = build._write_sources(evidence, folder)
    return build._compile(folder, "html").decode(), facts


def test_every_sentence_of_the_abstract_has_a_link_to_what_is_in_the_page(page):
    read = Page()
    read.feed(page[0])
    assert not re.search(r"\w", read.loose)
    assert len(read.links) > len(TAKEN_HOME)
    for links in read.links:
        assert links
        assert {link.removeprefix("#") for link in links} <= read.targets, links
    doubts = {link.removeprefix("#doubt-") for links in read.links for link in links if link.startswith("#doubt-")}
    assert set(TAKEN_HOME) <= doubts


def test_the_run_that_would_refute_a_sentence_is_named_and_stored(page):
    stored = {path.name for path in (RESULTS / "runs").iterdir()}
    told = [claim for section in page[1].values() if isinstance(section, dict) for claim in _claims(section)]
    refuters = [claim["refuter"] for claim in told if claim["refuter"]]
    assert len(refuters) > len(TAKEN_HOME)
    for refuter in refuters:
        assert refuter["runs"]
        assert set(refuter["runs"]) <= stored
        assert refuter["would"]
        assert refuter["came"]


def _claims(section):
    return section["claims"].values() if isinstance(section.get("claims"), dict) else ()


def test_an_abstract_whose_claim_names_no_run_does_not_compile(tmp_path):
    for source in build.SOURCES.glob("*/*.typ"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    refuter = Refuter((Config(),), "it fails", "it did not")
    for name, one in (("plain", Claim("x", True, "all")), ("refutable", Claim("x", True, "all", refuter))):
        facts = build.json.dumps({"part": {"claims": as_facts("part", [one])}, "sections": []})
        (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
        text = '#import "lib.typ": *\n#abstract-claim("part.x")[So it is.] #metadata(none) <doubt-part-x>\n'
        (tmp_path / "document.typ").write_text(text, encoding="utf-8")
        if name == "plain":
            with pytest.raises(StudyError, match="names no run that would refute it"):
                build._compile(tmp_path, "html")
        else:
            assert b"doubt-part-x" in build._compile(tmp_path, "html")
