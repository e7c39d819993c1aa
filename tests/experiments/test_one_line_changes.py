"""One-line changes: chosen on one half of the seeds, judged on the other, and each line changes what it says."""

from __future__ import annotations

import json
import re

import pytest
from levels import LEVELS, stored

from study.article import first_answers
from study.config import Config
from study.experiments import FOLDER, PRESETS
from study.experiments.one_line_changes import findings
from study.experiments.one_line_changes.configs import (
    BATCH_SIZES,
    LAYOUT,
    LINES,
    OPTIMISER,
    RATE,
    WINDOW,
    Change,
    OneLineChanges,
    changes,
)
from study.experiments.one_line_changes.judged import Judged, best, judge_all, keeps_rows
from study.experiments.tuning.selection import HalfRates
from study.measures.statistics import Rate
from study.measures.summaries import possible
from study.report.tables.plain import as_data

NAME = "one_line_changes"
STANDARD = PRESETS["standard"]
SOFT, SGD, MOMENTUM, *_ = LINES
BY_KIND = {line.kind: line for line in LINES}


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param, [NAME]), request.param


def judged(first, second, right=20, of=20):
    """A budget at which so many seeds of each half are within 0.25."""
    within = HalfRates(Rate(first, of), Rate(second, of))
    return Judged(250, HalfRates(Rate(right, of), Rate(right, of)), within, 0.5)


@pytest.mark.parametrize("change", changes(), ids=lambda change: f"{change.batch_size}-{change.label}")
def test_nothing_but_the_lines_differs_from_the_tutorials_program(change):
    program, changed = Config(batch_size=change.batch_size).settings(), change.trained(STANDARD).settings()
    differing = {name for name in changed if changed[name] != program[name]} - {"epochs"}
    assert differing == {name for line in change.lines for name in line.settings}


def test_lines_that_exclude_each_other_are_never_paired():
    for change in changes():
        kinds = [line.kind for line in change.lines]
        assert len(set(kinds)) == len(kinds)
        assert not {OPTIMISER, RATE} <= set(kinds)
        assert not {WINDOW, LAYOUT} <= set(kinds)
    assert len(set(changes())) == len(changes())


def test_every_line_is_tried_alone_at_every_batch_size_but_one_lane_which_is_no_change():
    alone = {(change.batch_size, change.lines[0]) for change in changes() if len(change.lines) == 1}
    assert alone == {(size, line) for size in BATCH_SIZES for line in LINES if size > 1 or line.kind != LAYOUT}


def test_windows_and_lanes_alone_lift_the_ceiling():
    for change in changes():
        lifted = change.batch_size == 1 or any(line.lifts_the_ceiling for line in change.lines)
        assert possible(change.trained(STANDARD)).ceiling.ambiguous == (1 if lifted else 0.5), change


def test_both_halves_have_at_least_the_quick_presets_seeds():
    config = Config()
    assert [OneLineChanges().seeds(PRESETS[name], config) for name in ("quick", "standard")] == [16, 100]


def test_the_half_that_confirms_has_no_part_in_the_choice():
    lucky, solid = Change((SOFT,), 1), Change((SGD,), 1)
    assert best({lucky: (judged(10, 20),), solid: (judged(19, 0),)}, [lucky, solid]) == solid


def test_both_budgets_count_and_fewer_lines_go_before_more():
    early, late, pair = Change((SOFT,), 1), Change((MOMENTUM,), 1), Change((SOFT, MOMENTUM), 1)
    results = {pair: (judged(11, 0), judged(10, 0)), late: (judged(0, 0), judged(11, 0))}
    assert best(results, results) == pair
    results[early] = results[pair]
    assert best(results, results) == early
    results[late] = (judged(11, 0, right=19), judged(10, 0))
    assert best(results, [late, pair]) == pair


def test_rows_are_kept_unless_the_window_is_changed():
    assert not keeps_rows(Change((SOFT, BY_KIND[WINDOW]), 2))
    assert keeps_rows(Change((SOFT, BY_KIND[LAYOUT]), 2))


def test_facts_and_the_first_line_can_be_written_whatever_the_numbers(evidence):
    facts = findings.facts(evidence[0])
    assert json.dumps(as_data({**facts, "claims": []}), allow_nan=False)
    line = findings.first_line(evidence[0])
    assert line.startswith("**Which line to change first:**")
    assert "\n" not in line
    assert first_answers._first_line(evidence[0]) == [line]
    assert all(each.right.first.n == each.right.second.n == 8 for (each,) in judge_all(evidence[0]).values())


@pytest.mark.parametrize(
    ("last", "confirmed", "holds"), [(SOFT, 20, True), (SGD, 20, False), (SOFT, 10, False)], ids=str
)
def test_one_line_is_the_same_and_confirmed_at_every_batch_size(last, confirmed, holds):
    lines = {1: Change((SOFT,), 1), 2: Change((SOFT,), 2), 4: Change((last,), 4)}
    results = {line: (judged(20, confirmed if size == 4 else 20),) for size, line in lines.items()}
    assert findings._one_line(lines, results).holds is holds


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (("50", "50", "50"), "all 50 seeds that had no part in choosing it are within 0.25 at each batch size"),
        (("50", "49", "50"), "50, 49 and 50 of 50 seeds that had no part in choosing it are within 0.25, at batch"),
    ],
)
def test_what_is_equal_at_every_batch_size_is_said_once(counts, said):
    assert findings._at_each_size([{"confirmed_k": k, "confirmed_n": "50"} for k in counts]).startswith(said)


def test_claims_hold_only_where_the_other_half_confirms(evidence):
    held = {claim.name for claim in findings.facts(evidence[0])["claims"] if claim.holds}
    confirmed = {"pair_1", "three_2", "abstract_pair"}
    assert "none_lifts" in held
    assert (confirmed <= held) == (evidence[1] == "everybody")
    assert not confirmed & held or evidence[1] == "everybody"
    assert ("no_line_keeps_rows" in held) == (evidence[1] != "everybody")


def test_every_claim_stands_in_the_text_once(evidence):
    abstract = (FOLDER.parent / "report" / "frame" / "abstract.typ").read_text(encoding="utf-8")
    said = re.findall(r'#claim\("(\w+)"\)', (FOLDER / NAME / "text.typ").read_text(encoding="utf-8"))
    said += re.findall(rf'claim\("{NAME}\.(\w+)"\)', abstract)
    assert sorted(said) == sorted(claim.name for claim in findings.facts(evidence[0])["claims"])
