"""The body is short, and it stands whatever is stored: what a section lacks it names, with the command for it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pypdf import PdfReader

from study.article import contents
from study.report import build
from study.report.evidence import Evidence
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
MOST_WORDS, MOST_OF_ABSTRACT, MOST_PAGES = 5000, 200, 10
REPORT = RESULTS.parent / "reports" / "report.pdf"
OPENING = f"A {contents().appendices[0].title}"  # of the first appendix; the contents have it on an earlier page
ASIDE = ("table", "pre", "script", "style", "form", "noscript", "figcaption")  # not read from beginning to end
BODY = """#import "lib.typ": *
#set heading(numbering: "1.1")
#for name in facts.body { include "sections/" + name + ".typ" }
#let others = facts.sections.filter(name => name not in facts.body and name != "explorer")
#for name in (..others, "keras") [#heading(name) #label(name)]
"""


class Words(HTMLParser):
    """Words of a page outside of tables, programs and captions."""

    def __init__(self, page):
        super().__init__()
        self.inside, self.words = 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        del attrs
        self.inside += tag in ASIDE

    def handle_endtag(self, tag):
        self.inside -= tag in ASIDE

    def handle_data(self, data):
        if not self.inside:
            self.words += re.findall(r"\w[\w’'.,-]*", data)


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """The sources of the report of the stored results, and the facts that they name."""
    evidence = Evidence(Store(RESULTS), contents())
    if not evidence.has("main_grid", "interventions"):
        pytest.skip("these results are of another version")
    folder = tmp_path_factory.mktemp("sources")
    build._write_sources(evidence, folder)
    (folder / "figures").mkdir()
    for name in evidence.contents.figures:
        (folder / "figures" / f"{name}.svg").write_text(PICTURE, encoding="utf-8")
    return folder, json.loads((folder / "facts.json").read_text(encoding="utf-8"))


def page_of(folder, facts, document=BODY):
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    (folder / "document.typ").write_text(document, encoding="utf-8")
    return build._compile(folder, "html").decode("utf-8")


def test_the_body_is_read_in_half_an_hour(sources):
    assert 2000 < len(Words(page_of(*sources)).words) < MOST_WORDS


def test_the_abstract_is_short(sources):
    page = page_of(*sources, f'{BODY}#metadata("abstract")\n#html.section(include "abstract.typ")\n')
    abstract = Words(page.rpartition("<section>")[2]).words
    assert 100 < len(abstract) <= MOST_OF_ABSTRACT


def test_the_body_of_the_committed_paper_has_at_most_ten_pages():
    starts = [title["/Title"] for title in PdfReader(REPORT).outline if isinstance(title, dict)]
    assert any(title.endswith(contents().appendices[0].title) for title in starts)
    pages = [page.extract_text() for page in PdfReader(REPORT).pages]
    first = next(place for place, text in enumerate(pages) if OPENING in text and place > 1)
    assert 5 < first <= MOST_PAGES


USED = ("main_grid", "tutorial", "causal", "mechanism", "interventions", "erasure", "optimisers", "layers",
        "one_step_lags", "useful_on_the_way", "one_line_changes", "alphabets", "long_sequences", "random_sequences",
        "batch_learning", "shuffle_epoch", "fresh_sequences", "hs1997_2a", "hs1997_2b", "hs1997_2c",
        "questions")  # fmt: skip


@pytest.mark.parametrize("experiment", USED)
def test_the_body_stands_without_an_experiment(sources, experiment):
    folder, facts = sources
    gone = {experiment, f"{experiment}_appendix"}
    left = {name: told for name, told in facts.items() if name not in gone}
    left["sections"] = [name for name in facts["sections"] if name not in gone]
    whole, without = (len(Words(page_of(folder, told)).words) for told in (facts, left))
    assert without < whole


def test_every_experiment_that_the_body_names_is_taken_away_once():
    texts = " ".join(section.text.read_text(encoding="utf-8") for section in contents().body)
    named = set(re.findall(r'(?:claim|fact)\("(\w+)\.', texts))
    assert named & set(contents().experiments) <= set(USED)
