"""The report's explorer: its logic against `study.why` on random cases, and the built page in a browser."""

from __future__ import annotations

import json
import os
import random
import re
import select
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

import study.theory.contexts
from study import StudyError, why
from study.experiments import contents
from study.explain.reading import parse_sequences
from study.explain.words import needed_sentence
from study.report import build, explorer
from study.report.evidence import Evidence
from study.runs.store import Store
from study.sequences.layouts import LAYOUTS, ORDERS, RESETS

SOURCES = Path(explorer.__file__).parent
READ = re.findall(r'html\.script\(read\("/(.+?)"\)\)', (SOURCES / "explorer.typ").read_text(encoding="utf-8"))
LOGIC = [SOURCES / name for name in READ if name != "explorer.js"]  # in the page's order
NODE = shutil.which("node")
WITHOUT_NODE = "node is not installed, which runs the explorer's logic: install Node.js"

HISTORIES = 400  # of shuffled rows, so that exact ceilings and upper bounds both occur often
RUNNER = """
const { readFileSync } = require('fs');
const { runInThisContext } = require('vm');
for (const path of process.argv.slice(1)) runInThisContext(readFileSync(path, 'utf8'), path);
const logic = runInThisContext('ExplorerLogic');
const plain = (key, value) => (typeof value === 'bigint' ? `${value}` : value);
const { cases, limits } = JSON.parse(readFileSync(0, 'utf8'));
const answers = cases.map((chosen) => {
  try {
    return logic.answer(chosen, { ...logic.LIMITS, ...limits });
  } catch (error) {
    if (!(error instanceof logic.CannotAnswer)) throw error;
    return { error: error.message, too_large: error instanceof logic.TooLarge };
  }
});
console.log(JSON.stringify(answers, plain));
"""


def in_node(cases, **limits):
    """What the explorer answers to each case; without node a test is skipped, but fails where all are to be run."""
    if NODE is None and os.environ.get("CI"):
        pytest.fail(WITHOUT_NODE, pytrace=False)
    if NODE is None:
        pytest.skip(WITHOUT_NODE)
    done = subprocess.run(
        [NODE, "-e", RUNNER, *map(str, LOGIC)],
        input=json.dumps({"cases": cases, "limits": limits}),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def test_without_node_tests_fail_in_continuous_integration_and_are_skipped_elsewhere(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "NODE", None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="node is not installed"):
        in_node([])
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="node is not installed"):
        in_node([])


def random_case(generator):
    """Sequences as text and settings, most of which fit each other."""
    alphabet = generator.choice(
        ["0123456", ["10", "9", "2", "-3", "07", "5"], ["a", "b", "é", "Z", "\U0001f642", "\uff5e"]]
    )
    alphabet = list(alphabet)[: generator.randint(2, 6)]
    count, longest = generator.choice([(1, 9), (2, 7), (3, 6), (4, 4), (5, 3)])
    lengths = [generator.randint(2, longest + 1) for _ in range(count)]
    if generator.random() < 0.4:
        lengths = lengths[:1] * count
    sequences = [generator.choices(alphabet, k=length) for length in lengths]
    if generator.random() < 0.3:  # symbols of its own in each sequence, and one in common before the last
        sequences = [[*(f"{n}{k}" for k in range(len(one) - 2)), "k", f"{n}!"] for n, one in enumerate(sequences)]
    layout = generator.choice(LAYOUTS)
    rows = sum(lengths) - count
    fitting = [
        size
        for size in range(1, 9)
        if (rows % size == 0 if layout != "interleaved" else count % size == 0 or size % count == 0)
    ]
    size = generator.choice(fitting) if generator.random() < 0.9 else generator.randint(0, 9)
    return {
        "sequences": " ".join(map(",".join, sequences)),
        "batch_size": size,
        "timesteps": generator.choice([1, 1, 1, 2, 2, 3, 4, 0][: 8 if generator.random() < 0.1 else 7]),
        "layout": layout,
        "reset": generator.choice(RESETS),
        "order": generator.choice(ORDERS),
        "stateful": generator.random() < 0.9,
    }


def value(told):
    """A fraction, from Python's or the page's way to write it."""
    numbers = (told["n"], told["d"]) if "n" in told else (told["numerator"], told["denominator"])
    return Fraction(*(int(number) for number in numbers))


def texts(symbols):
    return [None if symbol is None else str(symbol) for symbol in symbols]


def check(told, case):
    """Compare an answer of the page with the Python's, field by field."""
    answer = why(parse_sequences(case["sequences"].split()), **{k: v for k, v in case.items() if k != "sequences"})
    expected = answer.to_dict()
    for name in ("ceiling", "ceiling_all", "ceiling_own", "ceiling_data", "chance", "chance_all"):
        assert value(told[name]) == value(expected[name]), name
    assert told["loss_floor"] == pytest.approx(expected["loss_floor"], abs=1e-12)
    same = (
        "settings", "rows", "sequences", "ambiguous_rows", "ceilings_are_upper_bounds", "gradient_reach",
        "needed_reach", "deciding_input", "gradient_reaches", "verdict", "verdict_kind", "notes",
    )  # fmt: skip
    for name in same:
        assert told[name] == expected[name], name
    assert told["alphabet"] == texts(expected["alphabet"])
    assert told["needed"] == needed_sentence(answer.explanation)
    assert told["dead_weights"] == [dead["name"] for dead in expected["dead_weights"]]
    assert [_group(group) for group in told["indistinguishable"]] == list(map(_group, expected["indistinguishable"]))
    assert [_leak(leak) for leak in told["leaks"]] == [_leak(leak) for leak in expected["leaks"]]
    assert told["cause"] == expected["cause"]
    assert _facts(told["cause_facts"]) == _facts(expected["cause_facts"])
    repairs = [repair for repair in (expected["repair"], *expected["other_repairs"]) if repair]
    assert [_repair(repair) for repair in told["repairs"]] == [_repair(repair) for repair in repairs]
    if not told["drawn"]:  # otherwise each shows an example of its own
        assert [_slot(slot) for slot in told["lanes"]] == [_slot(slot) for slot in expected["lanes"]]
    else:
        check_example(told, expected)


def check_example(told, expected):
    """An example by chance holds the same rows, and each lane has seen what was fed to it."""
    rows = [
        sorted(slot["row"] for slot in lanes if slot["row"] is not None) for lanes in (told["lanes"], expected["lanes"])
    ]
    assert rows[0] == rows[1]
    target = {slot["row"]: str(slot["target"]) for slot in expected["lanes"]}
    window = {
        slot["row"]: texts(slot["visible_context"])[-told["gradient_reach"] :]
        for slot in expected["lanes"]
        if slot["row"] is not None
    }
    fed = {slot["lane"]: [] for slot in told["lanes"]}
    for slot in told["lanes"]:
        own = window.get(slot["row"], [None] * told["gradient_reach"])
        fed[slot["lane"]] = (fed[slot["lane"]] if told["settings"]["stateful"] else []) + own
        assert slot["visible_context"] == fed[slot["lane"]]
        if slot["row"] is not None:
            assert slot["target"] == target[slot["row"]]
        if slot["lane"] == told["settings"]["batch_size"] - 1 and slot["reset_after"]:
            fed = {lane: [] for lane in fed}


def _group(group):
    return group["rows"], texts(group["targets"]), texts(group["visible_context"]), group["contexts"]


def _facts(facts):
    return facts and {**facts, "input": str(facts["input"])}


def _leak(leak):
    return leak["kind"], value(leak["without"]), value(leak["with"]), leak["words"]


def _repair(repair):
    names = (
        "kind", "settings", "options", "gradient_reach", "needed_reach", "deciding_input", "gradient_reaches",
        "row_order", "words",
    )  # fmt: skip
    return value(repair["ceiling"]), value(repair["ceiling_all"]), *(repair[name] for name in names)


def _slot(slot):
    names = ("epoch", "batch", "lane", "row", "ambiguous", "reset_after", "inputs_left_out")
    return *(slot[name] for name in names), *texts([*slot["visible_context"], slot["target"]])


@pytest.mark.parametrize(("seed", "number"), [(0, 300), pytest.param(1, 3_000, marks=pytest.mark.slow)])
def test_explorer_agrees_with_why_on_random_cases(seed, number, monkeypatch):
    monkeypatch.setattr(study.theory.contexts, "MOST_HISTORIES", HISTORIES)
    generator = random.Random(seed)
    cases = [random_case(generator) for _ in range(number)]
    refused = answered = 0
    for case, told in zip(cases, in_node(cases, histories=HISTORIES, occurrences=10**9), strict=True):
        if "error" in told:
            with pytest.raises(StudyError) as caught:
                why(parse_sequences(case["sequences"].split()), **{k: v for k, v in case.items() if k != "sequences"})
            assert told == {"error": str(caught.value), "too_large": False}
            refused += 1
        else:
            try:
                check(told, case)
            except AssertionError as error:
                raise AssertionError(f"page and Python differ for {case}") from error
            answered += 1
    assert answered > 2 * number // 3
    assert refused > number // 100


def test_explorer_cautions_where_pasts_never_come_again():
    noise = ",".join(random.Random(0).choices("abcde", k=250))
    cases = [{"sequences": noise}, {"sequences": " ".join(["3,0,1,2,3 4,0,1,2,4"] * 30)}]
    told = in_node(cases)
    for case, answer in zip(cases, told, strict=True):
        check(answer, case)
    assert [any("look like no other row" in note for note in answer["notes"]) for answer in told] == [True, False]


def test_explorer_reads_text_as_python_does():
    typed = ["3, 0 ,1\n4,0,2", " a,b\ta,c\n\n", "3,,4", "3", "", " \n", "a,b c", "3,0,", "\u202e,b"]
    for text, told in zip(typed, in_node([{"sequences": text} for text in typed]), strict=True):
        parts = text.replace(", ", ",").replace(" ,", ",").split()
        if "error" in told:
            with pytest.raises(StudyError, match=f"^{re.escape(told['error'])}$"):
                why(parse_sequences(parts))
        else:
            expected = why(parse_sequences(parts)).to_dict()
            assert (told["rows"], told["verdict"]) == (expected["rows"], expected["verdict"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"batch_size": "2.5"}, "batch size is '2.5'; it must be a whole number"),
        ({"timesteps": ""}, "timesteps is ''; it must be a whole number"),
        ({"batch_size": "-1"}, "batch size is -1; it must be 1 or more"),
        ({"layout": "interleave"}, "unknown layout 'interleave'; known: consecutive, interleaved, shuffled"),
        ({"sequences": " ".join(["0,1"] * 9), "order": "random", "reset": "epoch"}, "362,880 orders of 9 rows"),
        ({"sequences": ",".join("01" * 200)}, "399 rows is more than the 300 that this page draws"),
        ({"batch_size": "2000", "layout": "interleaved"}, "makes 8,000 slots"),
        ({"timesteps": "999"}, "timesteps 999 is more than"),
    ],
)
def test_explorer_refuses_in_one_line(changes, message):
    (told,) = in_node([{"sequences": "3,0,1,2,3 4,0,1,2,4", **changes}])
    assert message in told["error"]
    assert "\n" not in told["error"]


# --- The page, in a browser that is spoken to over a pipe. ---

ROOT = Path(__file__).parents[2]
BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ALONE = '#import "lib.typ": *\n#html.style(read("style.css"))\n#include "sections/explorer.typ"\n'
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
    shutil.copytree(build.SOURCES, folder, dirs_exist_ok=True)
    (folder / "facts.json").write_text(json.dumps({"explorer": explorer.facts(None)}), encoding="utf-8")
    (folder / "document.typ").write_text(ALONE, encoding="utf-8")
    (folder / "report.html").write_bytes(build._compile(folder, "html"))
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
    assert (
        browser.ask(
            "[...document.querySelectorAll('.confused')].map((configuration) => configuration.dataset.row).join()"
        )
        == "3,7"
    )
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
