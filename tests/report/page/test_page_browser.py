"""The page in headless Chromium: accessible, nothing wider than the window, everything from the keyboard."""

from __future__ import annotations

import base64
import io
from importlib import resources

import pytest
from pypdf import PdfReader

SIZES = [(width, dark) for width in (360, 1024, 1920) for dark in (False, True)]
FAULTS = """axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations
  .filter((each) => ['serious', 'critical'].includes(each.impact))
  .map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 150)).join(' | ')}`))"""
WIDER = """[...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > screen.width
  && !each.closest('.scroll, pre, .drawing, details:not([open])')).map((each) => each.outerHTML.slice(0, 150))"""
CEILINGS = "document.querySelector('#table-can_it_see-ceilings table')"
LONG = "document.querySelector('main .long')"
COPIES = """Object.defineProperty(navigator, 'clipboard',
  {value: {writeText: async (text) => { window.copied = text; }}}) && 1"""


@pytest.fixture
def page(browser, small_page):
    """The page, opened in a window as wide as that of a laptop."""
    browser.show(1280)
    browser.open(small_page)
    return browser


def column(page, place):
    return page.ask(f"[...{CEILINGS}.tBodies[0].rows].map((row) => row.cells[{place}].textContent)")


def focused(page):
    return page.ask("document.activeElement.textContent.trim() || document.activeElement.outerHTML.slice(0, 90)")


@pytest.mark.parametrize(("width", "dark"), SIZES)
def test_nothing_serious_is_found_by_axe(browser, small_page, width, dark):
    browser.show(width, dark=dark)
    browser.open(small_page)
    browser.ask(resources.files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8") + ";1")
    assert browser.ask(FAULTS) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1024, 1216, 1920])
def test_page_is_never_wider_than_its_window(browser, small_page, width):
    browser.show(width)
    browser.open(small_page)
    for opened in ("false", "true"):
        browser.ask(f"document.querySelectorAll('main details').forEach((each) => {{ each.open = {opened}; }})")
        assert browser.ask("document.documentElement.scrollWidth") <= width, browser.ask(WIDER)


def test_skip_link_comes_first_and_leads_past_the_contents(page):
    page.press("Tab")
    assert focused(page) == "Skip to the text"
    assert page.ask("document.activeElement.getBoundingClientRect().top >= 0")
    page.press("Enter")
    page.press("Tab")
    assert page.ask("!!document.activeElement.closest('main')")


def test_contents_follow_the_reading_and_are_folded_on_a_phone(browser, page, small_page):
    assert page.ask("document.querySelector('.contents .fold').open")
    for name in ("does_it_happen", "main_grid"):
        page.ask(f"document.getElementById('{name}').scrollIntoView({{behavior: 'instant'}})")
        page.wait_for(f"document.querySelector('[aria-current]')?.hash === '#{name}'")
    browser.show(360)
    browser.open(small_page)
    assert not browser.ask("document.querySelector('.contents .fold').open")
    browser.ask("document.querySelector('.contents summary').focus()")
    browser.press("Enter")
    assert browser.ask("document.querySelector('.contents .fold').open")
    browser.press("Escape")
    assert not browser.ask("document.querySelector('.contents .fold').open")


def test_a_table_sorts_by_value_up_down_and_back(page):
    before, values = column(page, 2), {"1/2": 0.5, "7/12": 7 / 12, "3/4": 0.75, "1": 1}
    page.ask(f"{CEILINGS}.tHead.rows[0].cells[2].querySelector('button').focus()")
    shown = []
    for way in ("ascending", "descending", "none"):
        page.press("Enter")
        assert page.ask(f"{CEILINGS}.tHead.rows[0].cells[2].getAttribute('aria-sort')") == way
        shown.append(column(page, 2))
    assert shown == [sorted(before, key=values.get), sorted(before, key=values.get, reverse=True), before]


@pytest.mark.parametrize(
    ("least", "most"),
    [
        ("9 of 100 (5–16 %)", "40 of 100 (31–50 %)"),
        ("3 of 50 (1–16 %)", "10 of 100 (5–17 %)"),
        ("999", "1,000"),
        ("−0.2", "0.0019"),
        ("1/2", "7/12"),
        ("0.0019 (0.001 to 0.002)", "0.01"),
        ("batch 2", "batch 10"),
        ("1,000", "–"),
        ("40", "never"),
    ],
)
def test_cells_sort_by_what_they_say(page, least, most):
    page.ask(f"""[...{CEILINGS}.tBodies[0].rows].forEach((row, place) => {{
      row.cells[1].textContent = place ? {least!r} : {most!r}; }})""")
    page.ask(f"{CEILINGS}.tHead.rows[0].cells[1].querySelector('button').click()")
    assert column(page, 1) == [least] * 4 + [most]


def test_a_long_table_filters_and_copies_what_it_shows(page):
    page.ask(COPIES)
    page.ask(f"{LONG}.open = true; {LONG}.querySelector('input').focus()")
    page("Input.insertText", text="whole window")
    rows = page.ask(f"[...{LONG}.querySelectorAll('tbody tr:not([hidden])')].map((row) => row.cells[0].textContent)")
    assert rows
    assert len(rows) < page.ask(f"{LONG}.querySelectorAll('tbody tr').length")
    assert page.ask(f"{LONG}.querySelector('.count').textContent").startswith(f"{len(rows)} of ")
    for label, first in (("Copy as CSV", rows[0]), ("Copy as Markdown", f"| {rows[0]} |")):
        page.ask(f"[...{LONG}.querySelectorAll('button')].find((each) => each.textContent === '{label}').click()")
        page.wait_for("typeof copied === 'string'")
        lines = page.ask("copied").splitlines()
        assert len(lines) - len(rows) == (1 if label == "Copy as CSV" else 2)
        assert lines[-len(rows)].startswith(first)
        page.ask("delete window.copied")


def test_a_link_to_a_row_opens_the_table_that_holds_it(page):
    row = page.ask(f"{LONG}.querySelector('tbody tr:last-child').id")
    assert not page.ask(f"{LONG}.open")
    page.ask(f"location.hash = {row!r}")
    page.wait_for(f"{LONG}.open")
    assert page.ask(f"document.getElementById({row!r}).querySelector('a.itself').hash") == f"#{row}"
    page.wait_for(f"document.getElementById({row!r}).getBoundingClientRect().bottom <= innerHeight")


def test_code_can_be_copied_and_a_change_cannot(page):
    page.ask(COPIES)
    code = "document.querySelector('main .code > pre')"
    page.ask(f"{code}.parentElement.querySelector('.copy').click()")
    page.wait_for("typeof copied === 'string'")
    assert page.ask("copied") == page.ask(f"{code}.textContent") != ""
    changes = "[...document.querySelectorAll('main pre:has(del)')]"
    assert page.ask(f"{changes}.length") == 2
    assert page.ask(f"{changes}.filter((each) => each.parentElement.querySelector('.copy')).length") == 0


def test_paper_shows_what_is_folded_and_nothing_that_follows(page):
    row = page.ask(f"{LONG}.querySelector('tbody tr:last-child th').textContent")
    printed = PdfReader(io.BytesIO(base64.b64decode(page("Page.printToPDF", preferCSSPageSize=True)["data"])))
    words = " ".join(" ".join(sheet.extract_text() for sheet in printed.pages).split())
    assert row in words
    assert "Skip to the text" not in words
    assert "Copy as CSV" not in words
    assert not page.ask(f"{LONG}.open")  # as it was before


def test_a_script_that_was_not_put_in_does_not_run(small_page, tmp_path, browser):
    changed = tmp_path / "changed.html"
    changed.write_text(
        small_page.read_text("utf-8").replace("</body>", "<script>window.ran = 1</script></body>"), "utf-8"
    )
    known = len(browser.events)
    browser.open(changed)
    assert browser.ask("window.ran === undefined")
    browser.wait_for("true")
    forbidden = [event for event in browser.events[known:] if event["method"] == "Log.entryAdded"]
    assert any("Content Security Policy" in event["params"]["entry"]["text"] for event in forbidden)
    browser.events[known:] = [event for event in browser.events[known:] if event not in forbidden]
