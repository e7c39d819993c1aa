"""The report's explorer: its logic against `study.why` on random cases, and the built page in a browser."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

import study.ceilings
from study import StudyError, why
from study.explain.reading import parse_sequences
from study.explain.words import needed_sentence
from study.layouts import LAYOUTS, ORDERS, RESETS
from study.report import build

LOGIC = Path(build.__file__).parent / "explorer_logic.js"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed, which runs the explorer's logic")

CASES = 3_000
HISTORIES = 400  # of shuffled rows, so that exact ceilings and upper bounds both occur often
RUNNER = """
const logic = require(process.argv[1]);
const plain = (key, value) => (typeof value === 'bigint' ? `${value}` : value);
const { cases, limits } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
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
    """What the explorer answers to each case."""
    done = subprocess.run(
        [NODE, "-e", RUNNER, str(LOGIC)],
        input=json.dumps({"cases": cases, "limits": limits}),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return json.loads(done.stdout)


def random_case(generator):
    """Sequences as text and settings, most of which fit each other."""
    alphabet = generator.choice(["0123456", "10 9 2 -3 07 5".split(), ["a", "b", "é", "Z", "\U0001f642", "\uff5e"]])
    alphabet = list(alphabet)[: generator.randint(2, 6)]
    count, longest = generator.choice([(1, 9), (2, 7), (3, 6), (4, 4), (5, 3)])
    lengths = [generator.randint(2, longest + 1) for _ in range(count)]
    if generator.random() < 0.4:
        lengths = lengths[:1] * count
    layout = generator.choice(LAYOUTS)
    rows = sum(lengths) - count
    fitting = [
        size
        for size in range(1, 9)
        if (rows % size == 0 if layout != "interleaved" else count % size == 0 or size % count == 0)
    ]
    size = generator.choice(fitting) if generator.random() < 0.9 else generator.randint(0, 9)
    return {
        "sequences": " ".join(",".join(generator.choices(alphabet, k=length)) for length in lengths),
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
        "needed_reach", "trained", "verdict", "verdict_kind", "notes",
    )  # fmt: skip
    for name in same:
        assert told[name] == expected[name], name
    assert told["alphabet"] == texts(expected["alphabet"])
    assert told["needed"] == needed_sentence(answer.explanation)
    assert told["dead_weights"] == [dead["name"] for dead in expected["dead_weights"]]
    assert [_group(group) for group in told["indistinguishable"]] == list(map(_group, expected["indistinguishable"]))
    assert [_leak(leak) for leak in told["leaks"]] == [_leak(leak) for leak in expected["leaks"]]
    repairs = [repair for repair in (expected["repair"], *expected["other_repairs"]) if repair]
    assert [_repair(repair) for repair in told["repairs"]] == [_repair(repair) for repair in repairs]
    if not told["drawn"]:  # otherwise each shows an example of its own
        assert [_slot(slot) for slot in told["lanes"]] == [_slot(slot) for slot in expected["lanes"]]
        assert told["cause"] == expected["cause"]
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


def _leak(leak):
    return leak["kind"], value(leak["without"]), value(leak["with"]), leak["words"]


def _repair(repair):
    names = ("kind", "settings", "options", "gradient_reach", "needed_reach", "trained", "row_order", "words")
    return value(repair["ceiling"]), value(repair["ceiling_all"]), *(repair[name] for name in names)


def _slot(slot):
    names = ("epoch", "batch", "lane", "row", "ambiguous", "reset_after", "inputs_left_out")
    return *(slot[name] for name in names), *texts([*slot["visible_context"], slot["target"]])


@needs_node
def test_explorer_agrees_with_why_on_random_cases(monkeypatch):
    monkeypatch.setattr(study.ceilings, "MOST_HISTORIES", HISTORIES)
    generator = random.Random(0)
    cases = [random_case(generator) for _ in range(CASES)]
    refused = answered = 0
    for case, told in zip(cases, in_node(cases, histories=HISTORIES), strict=True):
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
    assert answered > 2 * CASES // 3
    assert refused > CASES // 100
