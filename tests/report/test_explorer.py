"""The logic of the report's explorer against `study.why` on random cases."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import pytest

import study.theory.contexts
from study import StudyError, why
from study.explain.odds import measured_near, stored, without_odds
from study.explain.reading import parse_sequences
from study.explain.words import needed_sentence, needs_leak
from study.presentation import LAYOUTS, ORDERS, RESETS
from study.report import explorer
from study.report.explorer.facts import as_lists

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
const { cases, limits, known } = JSON.parse(readFileSync(0, 'utf8'));
const measured = runInThisContext('ExplorerOdds').read(known);
const answers = cases.map((chosen) => {
  try {
    return logic.answer(chosen, { ...logic.LIMITS, ...limits }, measured);
  } catch (error) {
    if (!(error instanceof logic.CannotAnswer)) throw error;
    return { error: error.message, too_large: error instanceof logic.TooLarge };
  }
});
console.log(JSON.stringify(answers, plain));
"""


def known():
    """What was measured, as the page holds it."""
    measured = stored()
    return {**as_lists(measured.odds), "changes": [asdict(change) for change in measured.changes]}


def in_node(cases, **limits):
    """What the explorer answers to each case; without node a test is skipped, but fails where all are to be run."""
    if NODE is None and os.environ.get("CI"):
        pytest.fail(WITHOUT_NODE, pytrace=False)
    if NODE is None:
        pytest.skip(WITHOUT_NODE)
    done = subprocess.run(
        [NODE, "-e", RUNNER, *map(str, LOGIC)],
        input=json.dumps({"cases": cases, "limits": limits, "known": known()}),
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
    for name in ("ceiling", "ceiling_all", "ceiling_own", "ceiling_data", "ceiling_in_use", "chance", "chance_all"):
        assert value(told[name]) == value(expected[name]), name
    assert told["loss_floor"] == pytest.approx(expected["loss_floor"], abs=1e-12)
    same = (
        "settings", "rows", "sequences", "ambiguous_rows", "ceilings_are_upper_bounds", "gradient_reach",
        "needed_reach", "deciding_input", "gradient_reaches", "verdict", "verdict_kind", "notes",
    )  # fmt: skip
    for name in same:
        assert told[name] == expected[name], name
    assert told["alphabet"] == texts(expected["alphabet"])
    assert told["needs_leak"] == needs_leak(answer.explanation)
    assert told["needed"] == needed_sentence(answer.explanation)
    assert told["dead_weights"] == [dead["name"] for dead in expected["dead_weights"]]
    assert [_group(group) for group in told["indistinguishable"]] == list(map(_group, expected["indistinguishable"]))
    assert [_leak(leak) for leak in told["leaks"]] == [_leak(leak) for leak in expected["leaks"]]
    assert told["cause"] == expected["cause"]
    assert told["odds"] == _odds(answer.measured)
    assert told["without_odds"] == without_odds(answer.explanation)
    assert [repair["without_odds"] for repair in told["repairs"]] == [
        without_odds(repair.result) for repair in answer.repairs
    ]
    assert [repair["odds"] for repair in told["repairs"]] == [
        _odds(measured_near(repair.result)) for repair in answer.repairs
    ]
    assert _facts(told["cause_facts"]) == _facts(expected["cause_facts"])
    repairs = [repair for repair in (expected["repair"], *expected["other_repairs"]) if repair]
    assert [_repair(repair) for repair in told["repairs"]] == [_repair(repair) for repair in repairs]
    if not told["drawn"]:  # otherwise each shows an example of its own
        assert [_slot(slot) for slot in told["lanes"]] == [_slot(slot) for slot in expected["lanes"]]
    else:
        check_example(told, expected)


def _odds(measured):
    """What the page says of odds."""
    if measured is None:
        return None
    return {"words": measured.words, "brief": measured.brief, "change": measured.change}


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
    refused = answered = measured = 0
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
            measured += told["odds"] is not None
    assert number // 10 < measured < answered
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
    typed += ["[3,0,1,2,3] [4,0,1,2,4]", "(a,b) 'c,b'", '"3","0" "4","0"', '["a","b"]', "[[3,0],[4,0]]", "3,0,'1"]
    typed += ["(,a,)", "(a),b,(c)", "[-3,0) 1,2", '\'3,"0"']
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


def test_explorer_says_as_python_does_that_decimals_have_to_be_binned_first():
    texts = ["20.1,20.4,20.2 19.8,20.4,20.3", "20.5,20,20.5,20,20.5,20", ",".join(map(str, range(25))), "1.,2,1e-1"]
    told = in_node([{"sequences": text} for text in texts])
    for text, answer in zip(texts, told, strict=True):
        assert answer["verdict"] == why(parse_sequences(text.split())).verdict
    assert [answer["verdict"].startswith("nothing can be said") for answer in told] == [True, False, False, True]
