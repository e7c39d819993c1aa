"""The report is a function of the stored results: same bytes, no training, whole in itself, readable by everybody."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from urllib.parse import urlparse

import numpy as np
import pytest
from invented import MARKUP, ORIGIN, invented
from pypdf import PdfReader

import study.runs.compute
from study.article import contents
from study.commands.line import main
from study.config import Config
from study.experiments import PRESETS, find_experiment
from study.experiments.main_grid.configs import MainGrid
from study.report.build import build
from study.report.evidence import Evidence
from study.report.figures.drawn import has_narrow
from study.report.frame import methods
from study.runs.compute import compute
from study.runs.store import Store
from study.training.engines.block import Block

pytestmark = pytest.mark.lowest


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder that holds every configuration of the main grid's quick preset."""
    store = Store(tmp_path_factory.mktemp("results"))
    columns = compute(Config(epochs=5), [0]).columns
    for config in MainGrid().configs(PRESETS["quick"]):
        store.write(config, invented(config, 4, columns), ORIGIN)
    return store


@pytest.fixture(scope="module")
def report(results, tmp_path_factory):
    """Both reports, built while nothing can be trained."""
    output = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_, **__):
            raise AssertionError("the report trains")

        patch.setattr(Block, "__init__", refuse)
        patch.setattr(study.runs.compute, "compute", refuse)
        before = {path: path.read_bytes() for path in results.root.rglob("*") if path.is_file()}
        assert main(["report", "--results", str(results.root), "--output", str(output)]) == 0
        assert {path: path.read_bytes() for path in results.root.rglob("*") if path.is_file()} == before
    return output


class Page(HTMLParser):
    """Collects elements, text, and what is asked of the network."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.words, self.ids = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.ids |= {value for name, value in attrs if name == "id"}

    def handle_data(self, data):
        self.words.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def html(report):
    return (report / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


@pytest.fixture(scope="module")
def pdf(report):
    return PdfReader(report / "report.pdf")


@pytest.mark.slow
def test_same_results_give_the_same_bytes(results, report, tmp_path):
    build(results.root, tmp_path, contents())
    names = sorted(path.relative_to(report) for path in report.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    for name in names:
        assert (report / name).read_bytes() == (tmp_path / name).read_bytes(), name


def test_files_of_a_report(report):
    found = {path.relative_to(report).as_posix() for path in report.rglob("*") if path.is_file()}
    shown = {name: each for name, each in contents().figures.items() if set(each.needs) <= {"main_grid", "tutorial"}}
    drawn = {f"figures/{name}.svg" for name in shown}
    on_phones = {f"figures/narrow/{name}.svg" for name, figure in shown.items() if has_narrow(figure)}
    assert drawn
    assert on_phones
    assert found == {"report.html", "report.pdf", "figures/.drawn.json", *drawn, *on_phones}


def test_html_asks_nothing_of_the_network(html, page):
    for tag, attributes in page.elements:
        for name in ("src", "srcset", "poster", "data", "action", "xlink:href"):
            assert urlparse(attributes.get(name) or "").scheme in ("", "data"), (tag, attributes)
        if tag != "a" and attributes.get("href"):
            assert attributes["href"].startswith(("#", "data:")), (tag, attributes)
    for source in (attributes["src"] for attributes in page.all("img", "script", "iframe") if attributes.get("src")):
        assert source.startswith("data:")
    assert not page.all("iframe", "object", "embed")
    for style in re.findall(r"<style.*?</style>", html, flags=re.DOTALL):
        assert "@import" not in style
        assert not re.search(r"url\((?!['\"]?(data:|#))", style)


def test_every_link_inside_the_page_leads_somewhere(page):
    inside = [attributes["href"][1:] for attributes in page.all("a") if (attributes.get("href") or "").startswith("#")]
    assert inside
    assert set(inside) <= page.ids


def test_every_picture_says_what_it_shows(page):
    pictures = [attributes for attributes in page.all("img", "svg") if attributes.get("aria-hidden") != "true"]
    drawn = [name for name, figure in contents().figures.items() if set(figure.needs) <= {"main_grid", "tutorial"}]
    assert len(pictures) >= len(drawn)
    for attributes in page.all("img"):
        assert len(attributes.get("alt") or "") > 20
    said = {attributes.get("aria-label") for attributes in page.all("svg") if attributes.get("role") == "img"}
    assert {contents().figures[name].alt for name in drawn} <= said


def test_page_is_a_document_of_its_own(page):
    assert page.all("html")[0].get("lang")
    assert page.all("title")
    assert page.all("h1", "h2")
    assert page.all("table")
    assert all(attributes.get("scope") for attributes in page.all("th"))


def test_markup_in_what_is_stored_is_text(html, page):
    assert "<script>alert" not in html
    assert MARKUP in " ".join(" ".join(page.words).split())


def test_numbers_come_from_the_results(results, page):
    text = " ".join(" ".join(page.words).split())
    config = Config()
    last = results.read(config).query("epoch == 250")
    solved = int((last["ambiguous_accuracy"] == 1).sum())
    assert f"{solved} of 4 (" in text
    assert f"{last['ambiguous_accuracy'].mean():.3f}" in text


def test_other_results_give_another_report(results, report, tmp_path):
    changed = Store(tmp_path / "results")
    for config in MainGrid().configs(PRESETS["quick"]):
        for path in results.files(config):
            target = changed.root / path.relative_to(results.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    config = Config()
    table = results.read(config)[list(compute(config=Config(epochs=5), seeds=[0]).columns)]
    table["memory_gap"] = np.float32(0.1234)
    changed.write(config, table, results.provenance(config)[0])
    build(changed.root, tmp_path / "out", contents())
    for folder, changed_too in ((tmp_path / "out", True), (report, False)):
        words = "".join(Page((folder / "report.html").read_text(encoding="utf-8")).words)
        assert ("0.12 (0.12 to 0.12)" in words) == changed_too


def test_provenance_shows_versions_of_the_study_where_files_have_them(results, tmp_path):
    def shown(store):
        return dict(methods.facts(Evidence(store, contents()))["provenance"].rows)

    shutil.copytree(results.root, tmp_path / "results")
    mixed = Store(tmp_path / "results")
    table = results.read(Config())[list(compute(config=Config(epochs=5), seeds=[0]).columns)]
    mixed.write(Config(), table, ORIGIN | {"version": "9.8.7"})
    assert shown(mixed)["version"] == "9.8.7; not recorded"
    assert "version" not in shown(results)  # the stored ones of before it was kept


def test_pdf_can_be_read_is_tagged_and_says_what_it_is(pdf):
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"].startswith("en")
    assert pdf.metadata.title
    assert len(pdf.pages) >= 3
    assert pdf.outline


def test_all_text_of_the_paper_is_large_enough_to_read(pdf):
    """8 points or more, but for formulas, whose indices are smaller."""
    small = set()

    def look(text, device, page, font, size):
        height = size * abs(page[0] * page[3] - page[1] * page[2]) ** 0.5
        height *= abs(device[0] * device[3] - device[1] * device[2]) ** 0.5
        if text.strip() and font and "Math" not in font["/BaseFont"] and height < 7.9:
            small.add((text.strip()[:40], round(height, 2)))

    for page in pdf.pages:
        page.extract_text(visitor_text=look)
    assert small == set()


def test_pdf_and_html_say_the_same(pdf, page):
    text = "".join(" ".join(sheet.extract_text() for sheet in pdf.pages).split())
    html = "".join("".join(page.words).split())
    for part in ("Two conflicting sequences", "How it was checked against Keras", "Provenance", "Methods"):
        assert "".join(part.split()) in text
        assert "".join(part.split()) in html


@pytest.mark.parametrize(
    ("preset", "level"), [("standard", None), ("quick", 0.0), ("quick", 1.0)], ids=["random", "least", "greatest"]
)
@pytest.mark.filterwarnings("ignore:Data has no positive", "ignore:An input array is constant")
def test_every_result_makes_a_report_of_the_cause_and_the_mechanism(tmp_path, preset, level):
    store = Store(tmp_path / "results")
    columns = {probe: compute(Config(epochs=5, probe=probe), [0]).columns for probe in ("", "mechanism")}
    named = [find_experiment(name).configs(PRESETS[preset]) for name in ("main_grid", "causal", "mechanism")]
    for config in dict.fromkeys(config for configs in named for config in configs):
        store.write(config, invented(config, 4, columns[config.probe], level), ORIGIN)
    for path in build(store.root, tmp_path / "report", contents()).paths:
        assert path.stat().st_size > 10_000


def test_what_a_picture_shows_is_said_without_findings():
    """Alternative texts stand in the code, so that they may speak of axes and marks and of no outcome."""
    for name, figure in contents().figures.items():
        if name in ("accuracy", "learning", "tutorial", "causal", "mechanism"):
            assert not re.search(r"\b(rises?|falls?|stays?|moves?|grows?|reaches|no (mean|seed))\b", figure.alt), name


def test_an_output_folder_that_cannot_be_written_to_is_one_line(results, tmp_path, capsys):
    place = tmp_path / "reports"
    place.write_text("precious", encoding="utf-8")
    assert main(["report", "--results", str(results.root), "--output", str(place)]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "--output" in err
    assert place.read_text(encoding="utf-8") == "precious"
