"""The explorer in the built page, in a browser."""

from __future__ import annotations

import pytest

DRAWN = "document.readyState === 'complete' && !!document.querySelector('#explorer-verdict, #explorer-error')"


@pytest.fixture
def opened(browser, small_page):
    """Open the page with settings in its address."""
    browser.show(1280)

    def at(address=""):
        browser.open(small_page, address, DRAWN)

    return at


def text(browser, name):
    return browser.ask(f"document.getElementById('explorer-{name}').innerText")


def control(name):
    return f"document.getElementById('explorer-form').elements.{name}"


def test_page_redraws_at_every_change_from_the_keyboard(browser, opened):
    opened()
    assert text(browser, "verdict").startswith("Possible, but no gradient crosses rows")
    assert browser.ask("document.querySelectorAll('.lanes thead th').length") == 2
    browser.ask(f"{control('batch_size')}.select() || {control('batch_size')}.focus()")
    browser.press("4", "4")
    assert browser.ask(f"{control('batch_size')}.value") == "4"
    assert text(browser, "verdict").startswith("Ruled out by the layout (ceiling 1/2)")
    assert browser.ask("document.querySelectorAll('.lanes thead th').length") == 5
    assert browser.ask("[...document.querySelectorAll('.confused')].map((cell) => cell.dataset.row).join()") == "3,7"
    assert "row 3 must answer 3, row 7 must answer 4" in text(browser, "answer")
    assert browser.ask("document.querySelector('.command').textContent") == "study why --batch-size 4 --timesteps 4"
    assert "1/2 = 0.500 on the 2 ambiguous rows" in text(browser, "answer")
    assert browser.ask("location.hash") == "#explorer?batch=4"
    browser.press("Tab")
    assert browser.ask("document.activeElement.name") == "timesteps"
    browser.press("ArrowUp")
    assert browser.ask(f"{control('timesteps')}.value") == "2"
    assert "passes through 2 inputs" in text(browser, "answer")


def test_page_takes_up_a_repair_and_says_what_is_wrong_in_one_line(browser, opened):
    opened("#explorer?batch=4")
    browser.ask("document.querySelector('.repairs button').click()")
    assert browser.ask(f"{control('timesteps')}.value") == "4"
    assert text(browser, "verdict").startswith("Possible, and a gradient reaches it (ceiling 1)")
    browser.ask(f"{control('batch_size')}.select() || {control('batch_size')}.focus()")
    browser.press("3", "3")
    assert text(browser, "error").startswith("Batch size 3 does not divide the 8 rows")
    assert "\n" not in text(browser, "error")
    assert text(browser, "verdict") == ""
    assert browser.ask("getComputedStyle(document.getElementById('explorer-answer')).visibility") == "hidden"


def test_page_shows_what_is_typed_as_text(browser, opened):
    opened("#explorer?sequences=<img%20src=x%20onerror=alert(1)>,0,x%20<b>,0,y")
    assert "fewer than two symbols" in text(browser, "error")
    opened("#explorer?sequences=%3Cimg/src=x/onerror=alert(1)%3E,0,x%20%3Cb%3E,0,y")
    assert "<img/src=x/onerror=alert(1)>" in text(browser, "answer")
    commands = browser.ask("[...document.querySelectorAll('.command')].map((found) => found.textContent)")
    assert all("--sequences '<img/src=x/onerror=alert(1)>,0,x' '<b>,0,y'" in command for command in commands)
    assert browser.ask("document.querySelectorAll('#explorer-answer img').length") == 0


def test_page_fits_a_phone(browser, opened):
    browser.show(390)
    opened("#explorer?batch=8&layout=interleaved")
    assert browser.ask("document.documentElement.scrollWidth") <= 390
    assert browser.ask("document.querySelector('.lanes').parentElement.scrollWidth") > 390  # scrolls on its own
