"""What `study why` says of a row and an input, against lanes that are walked step by step."""

from __future__ import annotations

import random
import re
from fractions import Fraction

import pandas as pd
import pytest
from enumeration import Walked, budget, cases, fits, memory_cases, value
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from study import why
from study.explain.words import repair_sentence

pytestmark = pytest.mark.lowest


ALWAYS = {"window", "carried state"}


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(cases(), memory_cases(), memory_cases()), st.integers(0, 4).map(bool))
@example(([["p", "k"], ["a", "b", "k", "c"]], 1, 2, "shuffled", "sequence", "fixed"), True)  # begins beside another
@example(([list("ABkx"), list("CDky")], 1, 2, "consecutive", "sequence", "fixed"), True)  # nothing but its own input
@example(([list("30123"), list("40124")], 2, 4, "consecutive", "sequence", "fixed"), True)  # two lanes are fed the 3
@example(([list("30123"), list("40124")], 1, 4, "consecutive", "never", "fixed"), True)  # counts, but from no reset
def test_what_is_said_of_a_row_and_an_input_is_what_its_lane_has_seen(case, stateful):
    sequences, timesteps, batch_size, layout, reset, order = case
    if not fits([len(sequence) - 1 for sequence in sequences], batch_size, layout):
        return
    if budget(case) > 20_000:
        order = "fixed"
    if budget((*case[:5], order)) > 20_000:
        return
    named = {"timesteps": timesteps, "batch_size": batch_size, "layout": layout, "reset": reset, "order": order}
    answer = why(sequences, **named, stateful=stateful)
    told, walked = answer.to_dict(), Walked(sequences, **named, stateful=stateful)
    check_routes(answer.explanation.routes, walked)
    check_deciding(told, walked)
    check_said_of_all(told, walked)
    if reset == "never":
        assert "since the reset" not in f"{told} {answer}"
    check_cause(told, walked)
    for repair in filter(None, [told["repair"], *told["other_repairs"]]):
        chosen = repair["settings"]
        if budget((sequences, *(chosen[name] for name in named))) <= 20_000:
            again = Walked(sequences, **chosen)
            check_deciding(repair, again)
            check_caveat(repair, again)


def check_routes(routes, walked):
    """Every input and every row that can be spoken of, whether a sentence does or not."""
    for row in range(len(walked.rows)):
        for source in range(walked.start[row], row):
            route = routes(row, row - source)
            assert (route.row, route.input_row, route.way) == (row, source, walked.way(row, source))
            assert route.lane in (None, walked.lane(row))
            assert route.input_lane in (None, walked.lane(source))


def check_deciding(told, walked):
    """The data that sentences are made from."""
    steps = told["needed_reach"]
    assert told["deciding_input"] == (walked.deciding(steps) if steps else None)


def check_said_of_all(told, walked):
    """The verdict's sentence, on all ambiguous rows."""
    verdict, steps = told["verdict"], told["needed_reach"]
    if not steps:
        return
    ways = walked.deciding(steps)["arrives_by"]
    arrives = set(ways) <= ALWAYS
    assert ("do not always see" in verdict) <= (not arrives)
    assert ("the ambiguous rows never see" in verdict) <= (set(ways) == {"not at all"})
    if "no gradient crosses rows" in verdict:
        check_without(verdict, ways, walked)
        assert "window" not in ways
    assert ("stands in the row's own window" in verdict) <= (set(ways) == {"window"})
    if "but not always all inputs between" in verdict:
        assert arrives
        assert not all(set(walked.deciding(nearer)["arrives_by"]) <= ALWAYS for nearer in range(1, steps))
    enough = value(told["ceiling_own"]) >= value(told["ceiling_data"])
    assert ("nothing tells a lane where a sequence begins" in verdict) == ("ruled out" in verdict and enough)
    if "ruled out" in verdict and not enough:
        assert re.search("not always see|the ambiguous rows never see|not always all inputs", verdict)


ALONE = re.compile(
    r"(?:rows? ([\d, and]+?)(?: and (\d+) more)?|it) (in some epochs (?:or all )?)?sees? nothing of \w+ sequences?"
    r"( in the same epoch)? but \w+ own (input|window)s? and (?:is|are) told apart by that alone"
)


def check_without(said, ways, walked):
    """What is said to tell the rows apart that do not always see the input that decides."""
    lacking = sorted(row for way, rows in ways.items() if way not in ALWAYS for row in rows)
    assert ("does not reach every ambiguous row" in said) == bool(lacking)
    check_alone(said, lacking, walked)


def check_alone(said, lacking, walked):
    """Rows whose lanes have seen nothing else of their sequences are named, and of all others it is said what helps."""
    alone = {row: walked.alone(row) for row in lacking if any(walked.alone(row))}
    assert ("does as well" in said) == (any(row not in alone or not all(alone[row]) for row in lacking))
    found = ALONE.search(said)
    assert bool(found) == bool(alone) == ("nothing of" in said)
    if not found:
        return
    named, more, when, same_epoch, seen = found.groups()
    if named:
        names = [int(name) for name in re.findall(r"\d+", named)]
        assert set(names) <= set(alone)
        assert len(names) + int(more or 0) == len(alone)
    always = {all(each) for each in alone.values()}
    assert when == {(True,): None, (False,): "in some epochs "}.get(tuple(always), "in some epochs or all ")
    assert bool(same_epoch) == walked.never_reset
    assert seen == ("input" if walked.timesteps == 1 else "window")


def check_caveat(repair, walked):
    words, steps = repair["words"], repair["needed_reach"]
    if "no gradient crosses rows" in words:
        ways = set(walked.deciding(steps)["arrives_by"])
        check_without(words, walked.deciding(steps)["arrives_by"], walked)
        assert ("so keeping the symbol" in words) == (ways == {"carried state"})
        assert "window" not in ways


CAUSE = re.compile(r"row (\d+) (needs|lacks) the symbol (.+?) of row (\d+)([,:] .*)")
THROUGH = re.compile(r"went through lanes? ([\d, and]+); lane (\d+) never saw it")


def check_cause(told, walked):
    """The sentence of the cause, against its data and against the lanes."""
    facts, cause = told["cause_facts"], told["cause"]
    if not cause:
        assert facts is None
        return
    row, source, way = facts["row"], facts["input_row"], facts["arrives_by"]
    said = CAUSE.fullmatch(cause)
    assert (int(said[1]), said[3], int(said[4])) == (row, str(facts["input"]), source)
    assert facts["input"] == walked.rows[source][1][-1]
    assert source == row - facts["steps_back"] >= walked.start[row]
    assert way == walked.way(row, source)
    for name, one in (("lane", row), ("input_lane", source)):
        assert facts[name] in (None, walked.lane(one))
    lost = [source in lost and source not in fed for _, fed, lost in walked.passes[row]]
    assert facts["reset_between"] <= any(lost)
    confused = told["ceilings_are_upper_bounds"] or any(row in group["rows"] for group in told["indistinguishable"])
    assert (said[2] == "lacks") == (
        way not in ALWAYS and not (confused and facts["steps_back"] == told["needed_reach"])
    )
    text = said[5]
    possible = "no gradient crosses rows" in told["verdict"]
    check_alone(text, [row] if possible and way not in ALWAYS else [], walked)
    assert ("its lane was fed it," in text) == (way == "carried state")
    assert ("no state is carried" in text) == (not walked.stateful)
    if through := THROUGH.search(text):
        assert {int(lane) for lane in re.findall(r"\d+", through[1])} == walked.lanes_of(source)
        assert walked.lane(row) == int(through[2])
        assert way == "not at all"
        assert not any(source in walked.ever[lane] for lane, _, _ in walked.passes[row])
    if "went through another lane" in text or "went through other lanes" in text:
        assert ("other lanes" in text) == (walked.timesteps > 1)
        assert way == "not at all"
        assert not any(source in fed | lost for _, fed, lost in walked.passes[row])
    if "the state was reset in between" in text:
        assert all(lost)
    if "in some epochs the state is reset in between" in text:
        assert any(lost)
        assert not all(lost)
    if "no other row of its sequence" in text:
        own = {other for other in range(len(walked.rows)) if walked.start[other] == walked.start[row]}
        assert not any(fed & own for _, fed, _ in walked.passes[row])
    if "only by chance" in text:
        assert way == "carried state, in some epochs"
    if "in an earlier one" in text:
        assert way == "carried state, from an earlier epoch alone"


def test_an_input_of_another_lane_is_not_said_to_be_carried():
    told = why([["A", "B", "k", "x"], ["C", "D", "k", "y"]], batch_size=2).to_dict()
    assert told["deciding_input"] == {"steps_back": 1, "arrives_by": {"not at all": [2, 5]}}
    assert told["cause"] == (
        "row 2 lacks the symbol B of row 1, which went through lane 1; lane 0 never saw it, "
        "since state stays in its lane; "
        "what else its lane has seen of its sequence does as well"
    )
    assert told["verdict"].endswith(
        "the input that decides does not reach every ambiguous row, but what else the lane has seen of the row's "
        "sequence does as well; "
        "only row 5 sees nothing of its sequence but its own input and is told apart by that alone"
    )


def test_all_lanes_are_named_that_an_input_went_through():
    cause = why(batch_size=4, timesteps=2).to_dict()["cause"]
    assert cause.startswith("row 3 needs the symbol 3 of row 0, which went through lanes 0 and 1; lane 3 never saw it")


def test_without_a_reset_inputs_are_counted_since_the_start():
    said = [leak["words"] for leak in why(batch_size=4, reset="never").to_dict()["leaks"]]
    assert said[0].startswith("position: counting the inputs since the start")


def test_a_table_at_batch_size_five_names_what_its_lane_lacks():
    symbols = {"a": "MAQRSBkxTUV", "b": "NCEFGDkyTUV"}  # B or D decides; the lane of k has seen A or C, five rows back
    configs = [(name, *config) for name, text in symbols.items() for config in enumerate(text)]
    frame = pd.DataFrame(configs, columns=["g", "t", "v"])
    told = why(frame, group="g", time="t", value="v", batch_size=5).to_dict()
    assert value(told["ceiling_own"]) == 1
    assert set(told["deciding_input"]["arrives_by"]) == {"not at all"}
    assert told["cause"].startswith("row 6 lacks the symbol B of row 5, which went through lane 0; lane 1 ")
    assert "the input that decides does not reach every ambiguous row" in told["verdict"]


def test_where_the_farthest_input_arrives_and_a_nearer_one_does_not_the_nearer_is_named():
    told = why([list("sackw"), list("sadkx"), list("sbcky"), list("sbdkz")], batch_size=2).to_dict()
    assert told["deciding_input"] == {"steps_back": 2, "arrives_by": {"carried state": [3, 7, 11, 15]}}
    assert "an ambiguous row sees the input 2 steps back, but not always all inputs between" in told["verdict"]
    assert told["cause"].startswith("row 3 lacks the symbol c of row 2, which went through lane 0; lane 1 ")


@pytest.mark.parametrize(
    ("firsts", "named"),
    [((3, 4), "(3 or 4)"), ((3, 4, 5), "(3, 4 or 5)"), (range(3, 10), "(3, 4, 5, 6 or one of 3 more)")],
)
def test_all_inputs_that_decide_are_named(firsts, named):
    assert named in " ".join(str(why([[k, 0, 1, 2, k] for k in firsts])).split())


def test_a_cure_that_changes_the_batch_size_says_so():
    sequences = [[k, 0, 1, 2, k] for k in (3, 4, 5)]
    told = why(sequences, batch_size=4).to_dict()["other_repairs"][0]
    assert told["settings"]["batch_size"] == 3
    assert "the batch size becomes 3 instead of 4" in told["words"]
    assert "batch size becomes" not in why(sequences, batch_size=3).to_dict()["other_repairs"][0]["words"]


def test_a_cure_that_carries_state_where_none_was_carried_says_so():
    stateless = why(batch_size=2, stateful=False)
    lanes = next(repair for repair in stateless.repairs if repair.kind == "layout")
    assert repair_sentence(lanes).startswith("carry state from batch to batch, ")
    assert not any("carry state" in repair_sentence(repair) for repair in why(batch_size=2).repairs)


def test_a_cure_promises_the_ceiling_that_its_check_finds():
    generator = random.Random(1)
    sequences = [generator.choices(range(10), k=80) for _ in range(8)]
    answer = why(sequences, batch_size=8)
    (window,) = (repair for repair in answer.repairs if repair.kind == "window")
    checked = why(sequences, batch_size=8, timesteps=window.settings.timesteps)
    promised = re.search(r"ceiling (?:from \S+ to |stays )?(\S+) by memory", repair_sentence(window)).group(1)
    assert checked.explanation.ceiling.ambiguous > checked.explanation.reach.best  # by a leak
    assert f"(ceiling {promised}; what exceeds it is a leak)" in checked.verdict
    shown = " ".join(str(checked).split())
    assert "told apart only by what came before the sequence (a leak)" in shown
    assert "what is seen gives every target away" not in shown
    assert f"; {promised} by memory" in shown


def test_what_cannot_cure_says_what_it_gains():
    text = str(why([[3, 0, 1, 3], [4, 0, 1, 4], [3, 0, 1, 3], [4, 0, 1, 4], [3, 0, 1, 4]], batch_size=3))
    assert re.search(r"\nhelps( 1)? ", text)
    assert "\ncure" not in text
    best, before = (text.split("ceiling from ")[1].split(" (no more", maxsplit=1)[0].split(" to "))[::-1]
    assert Fraction(before) < Fraction(best) < 1


def test_nothing_is_said_of_values_that_hardly_repeat():
    answer = why([[20.1, 20.4, 20.2], [19.8, 20.4, 20.3]])
    first = str(answer).splitlines()[1]
    assert first.startswith(
        "verdict       nothing can be said until the values are binned: 3 of 4 inputs are different"
    )
    assert answer.to_dict()["verdict"] == answer.verdict
    assert "no memory is needed" not in str(answer)
    binned = why([[20.5, 20.0] * 20, [20.0, 20.5] * 20])
    assert binned.warnings
    assert not binned.unsaid


def test_a_cure_is_not_told_twice():
    text = str(why(batch_size=1))
    assert "change first" not in text
    assert text.count("as a window") == 0
    assert "\nno windows    with one symbol at a time, " in text
