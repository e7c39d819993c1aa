"""Figures in headless Chromium: values where one points and from the keyboard, the variant for phones, and enlarged."""

from __future__ import annotations

import pytest

FIGURE = "document.querySelector('.drawing[data-figure=\"main_grid_learning\"]')"
SHOWN = f"[...{FIGURE}.querySelectorAll('svg')].filter((svg) => svg.getClientRects().length)"
TOLD = f"{FIGURE}.querySelector('.told').textContent"
PLACE_OF = """(() => {{
  const svg = {shown}[0], [x, y] = svg.dataset.points.split(' ').map(Number).slice(2 * {number});
  const {{a, d, e, f}} = svg.getScreenCTM();
  return [a * x + e, d * y + f];
}})()"""
MARK = "[class=enlarged]"


@pytest.fixture
def page(browser, small_page):
    """The page, with a figure in the middle of the window."""
    browser.show(1280)
    browser.open(small_page)
    look_at_the_figure(browser)
    return browser


def look_at_the_figure(page):
    page.ask(f"{FIGURE}.closest('details')?.setAttribute('open', '')")
    page.ask(f"{FIGURE}.scrollIntoView({{block: 'center', behavior: 'instant'}})")


def point_at(page, number, kind="mouseMoved", **more):
    x, y = page.ask(PLACE_OF.format(shown=SHOWN, number=number))
    page("Input.dispatchMouseEvent", type=kind, x=x + 2, y=y + 1, **more)


def click_at(page, number):
    for kind in ("mousePressed", "mouseReleased"):
        point_at(page, number, kind, button="left", clickCount=1)


@pytest.mark.parametrize("width", [360, 1280])
def test_pointing_at_a_point_tells_its_words(page, width):
    page.show(width)
    look_at_the_figure(page)
    words = page.ask(f"JSON.parse({FIGURE}.dataset.words)")
    point_at(page, 4)
    page.wait_for(f"{TOLD} !== ''")
    assert words[4] in page.ask(TOLD).split("\n")
    page("Input.dispatchMouseEvent", type="mouseMoved", x=2, y=2)
    page.wait_for(f"{TOLD} === ''")


def test_arrow_keys_tell_one_point_after_the_other(page):
    words = page.ask(f"JSON.parse({FIGURE}.dataset.words)")
    page.ask(f"{FIGURE}.focus()")
    told = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.press(key)
        told.append(page.ask(TOLD))
    assert told == [words[0], words[1], words[0]]
    page.press("Escape")
    assert page.ask(TOLD) == ""


def test_a_figure_is_one_stop_of_the_tabulator_and_a_button(page):
    stops = f"[...{FIGURE}.querySelectorAll('[tabindex], a, button')].map((each) => each.textContent)"
    assert page.ask(stops) == ["Enlarge"]
    assert page.ask(f"{FIGURE}.tabIndex") == 0


def test_phones_see_the_narrow_variant(page):
    assert page.ask(f"{SHOWN}.map((svg) => svg.getAttribute('class'))") == ["wide"]
    page.show(360)
    assert page.ask(f"{SHOWN}.map((svg) => svg.getAttribute('class'))") == ["narrow"]


def test_a_figure_follows_the_dark_with_no_ground_of_its_own(page):
    ink = f"getComputedStyle({SHOWN}[0].querySelector('text')).fill"
    ground = "getComputedStyle(document.body).backgroundColor"
    behind = f"getComputedStyle({SHOWN}[0].querySelector('path')).fill"
    light = page.ask(ink)
    assert page.ask(behind) in {page.ask(ground), "none"}
    page.show(1280, dark=True)
    assert page.ask(ink) != light
    assert page.ask(behind) in {page.ask(ground), "none"}


def test_a_click_enlarges_and_escape_closes(page):
    width = page.ask(f"{SHOWN}[0].getScreenCTM().a")
    click_at(page, 4)
    page.wait_for(f"document.querySelector('{MARK}')?.open")
    shown = f"[...document.querySelectorAll('{MARK} svg')].filter((svg) => svg.getClientRects().length)"
    assert page.ask(f"{shown}[0].getScreenCTM().a") > width
    names = page.ask("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(names) == len(set(names))
    page.press("Escape")
    page.wait_for(f"!document.querySelector('{MARK}')")
    assert page.ask(f"document.activeElement === {FIGURE}")
