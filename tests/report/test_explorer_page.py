"""The report's explorer in the built page: a browser is spoken to over a pipe."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from study.article import contents
from study.report import build
from study.report.evidence import Evidence
from study.report.explorer.facts import facts
from study.report.page.assemble import assemble
from study.runs.store import Store

ROOT = Path(__file__).parents[2]
BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ALONE = '#import "lib.typ": *\n#include "sections/explorer.typ"\n'
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
    "--no-first-run", "--remote-debugging-pipe",
)  # fmt: skip
DRAWN = "document.readyState === 'complete' && !!document.querySelector('#explorer-verdict, #explorer-error')"
PROFILE = "--user-data-dir="
AS_3_AND_4 = """
import fcntl, os, sys
apart = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
for wanted, number in zip((3, 4), apart):
    os.dup2(number, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report built from the stored results, or the explorer alone where the main grid is not stored."""
    folder = tmp_path_factory.mktemp("page")
    if Evidence(Store(ROOT / "results"), contents()).has("main_grid"):
        return next(path for path in build.build(ROOT / "results", folder, contents()).paths if path.suffix == ".html")
    (folder / "sections").mkdir()
    shutil.copy(build.SOURCES / "explorer" / "explorer.typ", folder / "sections")
    for kind in ("typ", "js"):
        for source in build.SOURCES.glob(f"*/*.{kind}"):
            shutil.copy(source, folder)
    (folder / "facts.json").write_text(
        json.dumps({"explorer": facts(Evidence(Store(ROOT / "results"), contents()))}), encoding="utf-8"
    )
    (folder / "document.typ").write_text(ALONE, encoding="utf-8")
    (folder / "report.html").write_text(assemble(build._compile(folder, "html").decode()), encoding="utf-8")
    return folder / "report.html"


class Browser:
    """A page in headless Chromium; commands and answers are JSON, each ended by a zero byte."""

    def __init__(self, profile):
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-c", AS_3_AND_4, str(theirs_in), str(theirs_out), BROWSER, *FLAGS, f"{PROFILE}{profile}"],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self.reader, self.writer = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self.number, self.events, self.session, self.rest = 0, [], None, b""
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self(f"{domain}.enable")

    def __call__(self, method, **parameters):
        """Send a command and wait for its answer; keeps the events that come before."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.writer.write(json.dumps(message).encode() + b"\0")
        self.writer.flush()
        while (answer := self._read()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self):
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.reader], [], [], 60)
            more = os.read(self.reader.fileno(), 1 << 20) if ready else b""
            assert more, "the browser does not answer"
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def open(self, path, hash_=""):
        self("Page.navigate", url="about:blank")
        self("Page.navigate", url=path.as_uri() + hash_)
        deadline = time.monotonic() + 60
        while not self.ask(DRAWN):
            assert time.monotonic() < deadline, "the page does not draw"
            time.sleep(0.05)

    def ask(self, expression):
        """Value of a JavaScript expression in the page."""
        result = self("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def text(self, name):
        return self.ask(f"document.getElementById('explorer-{name}').innerText")

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            pressed = {"text": text} if text and kind == "keyDown" else {}
            self("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **pressed)

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.reader.close()
        self.writer.close()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if BROWSER is None:
        pytest.skip("Chromium is not installed, which shows the explorer's page")
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


def control(name):
    return f"document.getElementById('explorer-form').elements.{name}"


def test_page_redraws_at_every_change_from_the_keyboard(browser, page):
    browser.open(page)
    assert browser.text("verdict").startswith("Possible, but no gradient crosses rows")
    assert browser.ask("document.querySelectorAll('.lanes thead th').length") == 2
    browser.ask(f"{control('batch_size')}.select() || {control('batch_size')}.focus()")
    browser.press("4", 52, "4")
    assert browser.ask(f"{control('batch_size')}.value") == "4"
    assert browser.text("verdict").startswith("Ruled out by the layout (ceiling 1/2)")
    assert browser.ask("document.querySelectorAll('.lanes thead th').length") == 5
    assert browser.ask("[...document.querySelectorAll('.confused')].map((cell) => cell.dataset.row).join()") == "3,7"
    assert "row 3 must answer 3, row 7 must answer 4" in browser.text("answer")
    assert browser.ask("document.querySelector('.command').textContent") == "study why --batch-size 4 --timesteps 4"
    assert "1/2 = 0.500 on the 2 ambiguous rows" in browser.text("answer")
    assert browser.ask("location.hash") == "#explorer?batch=4"
    browser.press("Tab", 9)
    assert browser.ask("document.activeElement.name") == "timesteps"
    browser.press("ArrowUp", 38)
    assert browser.ask(f"{control('timesteps')}.value") == "2"
    assert "passes through 2 inputs" in browser.text("answer")


def test_page_takes_up_a_repair_and_says_what_is_wrong_in_one_line(browser, page):
    browser.open(page, "#explorer?batch=4")
    browser.ask("document.querySelector('.repairs button').click()")
    assert browser.ask(f"{control('timesteps')}.value") == "4"
    assert browser.text("verdict").startswith("Possible, and a gradient reaches it (ceiling 1)")
    browser.ask(f"{control('batch_size')}.select() || {control('batch_size')}.focus()")
    browser.press("3", 51, "3")
    assert browser.text("error").startswith("Batch size 3 does not divide the 8 rows")
    assert "\n" not in browser.text("error")
    assert browser.text("verdict") == ""
    assert browser.ask("getComputedStyle(document.getElementById('explorer-answer')).visibility") == "hidden"


def test_page_shows_what_is_typed_as_text(browser, page):
    browser.open(page, "#explorer?sequences=<img%20src=x%20onerror=alert(1)>,0,x%20<b>,0,y")
    assert "fewer than two symbols" in browser.text("error")
    browser.open(page, "#explorer?sequences=%3Cimg/src=x/onerror=alert(1)%3E,0,x%20%3Cb%3E,0,y")
    assert "<img/src=x/onerror=alert(1)>" in browser.text("answer")
    commands = browser.ask("[...document.querySelectorAll('.command')].map((found) => found.textContent)")
    assert all("--sequences '<img/src=x/onerror=alert(1)>,0,x' '<b>,0,y'" in command for command in commands)
    assert browser.ask("document.querySelectorAll('#explorer-answer img').length") == 0


def test_page_fits_a_phone_and_asks_nothing_of_the_network(browser, page):
    browser("Emulation.setDeviceMetricsOverride", width=390, height=800, deviceScaleFactor=1, mobile=True)
    browser.open(page, "#explorer?batch=8&layout=interleaved")
    assert browser.ask("document.documentElement.scrollWidth") <= 390
    assert browser.ask("document.querySelector('.lanes').parentElement.scrollWidth") > 390  # scrolls on its own
    browser("Emulation.clearDeviceMetricsOverride")
    asked = [e["params"]["request"]["url"] for e in browser.events if e["method"] == "Network.requestWillBeSent"]
    assert {url.partition(":")[0] for url in asked} <= {"about", "file", "data"}
    assert [event for event in browser.events if event["method"] == "Runtime.exceptionThrown"] == []
