"""The first screen in the browser: what to type is on it, and its pictures answer to mouse and keyboard."""

from __future__ import annotations

import pytest

from study.article.start.findings import sentence
from study.networks.chosen import CHOSEN

BOTTOM = "document.querySelector('{}').getBoundingClientRect().bottom"
VERDICT = "document.querySelector('#start .verdict').textContent"
PICTURE = "document.querySelectorAll('#lanes .picture')[1].innerText"
STEP, PLAY = ("[...document.querySelectorAll('#lanes .controls button')]" + f"[{place}]" for place in (0, 1))
FRAMES = "document.querySelector('#networks .frames').innerText"
SAID = "document.querySelector('#networks .said-of-network').textContent"


@pytest.fixture
def page(browser, small_page):
    """The page, opened in the window of a small laptop."""
    browser.show(1024, height=768)
    browser.open(small_page)
    return browser


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (360, 740), (1920, 1080)])
def test_sentence_pictures_and_lines_to_type_are_on_the_first_two_screens(browser, small_page, width, height):
    browser.show(width, height=height)
    browser.open(small_page)
    assert browser.ask("document.querySelector('#start .lead').textContent") == sentence()
    ends = [browser.ask(BOTTOM.format(part)) for part in ("#start .lead", "#start .drawing", "#start .diff")]
    assert ends == sorted(ends)
    assert ends[-1] <= 2 * height


def test_pictures_that_move_say_what_the_still_one_does(page):
    assert "never saw the 3" in page.ask(PICTURE)
    assert "ceiling 1/2" in page.ask(VERDICT)


def test_the_slider_is_moved_by_keys_and_the_verdict_follows(page):
    page.ask("document.getElementById('lanes-size').focus()")
    for key, size in (("ArrowRight", 8), ("ArrowLeft", 4), ("ArrowLeft", 2), ("ArrowLeft", 1)):
        page.press(key)
        assert page.ask(VERDICT).startswith(f"Batch size {size}, ")
    assert "saw the 3" in page.ask(PICTURE)
    assert "ceiling 1/2" not in page.ask(VERDICT)


def test_one_sequence_per_lane_is_told_from_rows_in_order(page):
    page.ask("document.querySelector('#lanes input[value=interleaved]').click()")
    assert "never saw" not in page.ask(PICTURE)
    assert page.ask(PICTURE).count("saw the 3") == 2


def test_a_step_goes_from_batch_to_batch_and_on_to_the_second_sequence(page):
    seen = []
    for _ in range(5):
        page.ask(f"{STEP}.click()")
        seen.append(page.ask("document.querySelectorAll('#lanes .picture')[0].querySelectorAll('.symbol').length"))
    assert seen == [1, 2, 3, 4, 1]
    assert "never saw the 4" in page.ask(PICTURE)


def test_play_runs_to_the_end_and_stops(page):
    page.ask(f"{PLAY}.click()")
    assert page.ask(f"{PLAY}.textContent") == "Pause"
    page.ask(f"{PLAY}.click()")
    assert page.ask(f"{PLAY}.textContent") == "Play"


def test_every_kept_network_answers_and_says_how_many_are_right(page):
    right = {}
    for name in CHOSEN:
        page.ask(f"document.querySelector('#networks input[value={name}]').click()")
        assert page.ask("document.querySelectorAll('#networks .card').length") == 8
        right[name] = page.ask(SAID)
    assert "2 of 2 are right here" in right["windows"]
    assert "1 of 2 is right here" in right["in_order"]


def test_a_network_is_stepped_through_and_fed_what_a_reader_types(page):
    steps = "[...document.querySelectorAll('#networks button')][0]"
    shown = "document.querySelectorAll('#networks .card:not(.waiting)').length"
    page.ask(f"{steps}.click()")
    assert page.ask(shown) == 1
    page.ask(f"{steps}.click()")
    assert page.ask(shown) == 2
    typed = "document.getElementById('networks-typed')"
    change = f"{typed}.value = '{{}}', {typed}.dispatchEvent(new Event('input')), 1"
    page.ask(change.format("4,0,1,2,4"))
    assert page.ask(shown) == 4
    page.ask(change.format("4,7,1"))
    assert "7 is no symbol of this network" in page.ask("document.getElementById('networks-error').textContent")
