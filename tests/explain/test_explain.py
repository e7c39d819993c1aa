"""What `study why` answers, as data, against an enumeration that shares no code with it."""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from enumeration import all_epochs, brute_force, budget, cases, fits, make_rows, value
from hypothesis import HealthCheck, given, settings

from study import StudyError, why
from study.theory.explanation import _by_heart
from study.theory.reach import Reach

pytestmark = pytest.mark.lowest


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases())
def test_json_equals_brute_force(case):
    sequences, timesteps, batch_size, layout, reset, order = case
    lengths = [len(sequence) - 1 for sequence in sequences]
    named = {"timesteps": timesteps, "batch_size": batch_size, "layout": layout, "reset": reset, "order": order}
    if not fits(lengths, batch_size, layout):
        with pytest.raises(StudyError, match=f"batch size {batch_size}"):
            why(sequences, **named)
        return
    if budget(case) > 20_000:  # one order of the sequences for all: shuffling through the epoch makes them alike
        order = named["order"] = "fixed"
    told = json.loads(why(sequences, **named).to_json())
    if budget((*case[:5], order)) > 20_000:
        return
    expected = brute_force(sequences, timesteps, batch_size, layout, reset, order)
    exchangeable = layout == "shuffled" and reset != "sequence"
    for name in ("ceiling", "ceiling_all", "chance", "chance_all"):
        assert value(told[name]) == expected[name], name
    assert told["loss_floor"] == pytest.approx(expected["loss_floor"], abs=1e-12)
    assert told["needed_reach"] == expected["needed_reach"]
    assert told["gradient_reach"] == timesteps
    assert bool(told["dead_weights"]) == expected["zero_before_every_row"]
    if exchangeable:  # the past says nothing there, so it is left out of the contexts
        rows = make_rows(sequences, timesteps)
        alike = {tuple(r for r, row in enumerate(rows) if row[1] == window) for _, window, _ in rows}
        confused = {group for group in alike if len({rows[row][2] for row in group}) > 1}
        assert {tuple(group["rows"]) for group in told["indistinguishable"]} == confused
        assert told["leaks"] == []
    else:
        assert value(told["ceiling_own"]) == expected["ceiling_own"]
        assert {tuple(group["rows"]) for group in told["indistinguishable"]} == expected["indistinguishable"]
        assert {leak["kind"]: value(leak["with"]) for leak in told["leaks"]} == expected["leaks"]
    check_lanes(told, sequences, **named)
    check_verdict(told)
    check_repairs(told, sequences)


def check_lanes(told, sequences, *, timesteps, batch_size, layout, reset, order):
    """What each lane is said to have seen, against a simulation of the rows that are said to stand there."""
    rows = make_rows(sequences, timesteps)
    fed = [[] for _ in range(batch_size)]
    for slot in told["lanes"]:
        window = [None] * timesteps if slot["row"] is None else list(rows[slot["row"]][1])
        fed[slot["lane"]] += window
        assert slot["visible_context"] == fed[slot["lane"]][slot["inputs_left_out"] :]
        assert slot["inputs_left_out"] == max(0, len(fed[slot["lane"]]) - 256)
        assert slot["target"] == (None if slot["row"] is None else rows[slot["row"]][2])
        if slot["lane"] == batch_size - 1 and slot["reset_after"]:
            fed = [[] for _ in range(batch_size)]
    if layout == "shuffled" or order == "random":
        return
    lengths = [len(sequence) - 1 for sequence in sequences]
    periods = list(all_epochs(lengths, batch_size, layout, reset, order))
    expected = [(row, reset) for period in periods for batch, reset in period for row in batch]
    assert [(slot["row"], slot["reset_after"]) for slot in told["lanes"]] == expected


def check_verdict(told):
    own, data = min(value(told["ceiling_own"]), value(told["ceiling"])), value(told["ceiling_data"])
    reached = told["needed_reach"] is not None and told["needed_reach"] < told["gradient_reach"]
    kind = (
        "ruled out by the layout"
        if own < data
        else "the data contradict themselves"
        if data < 1
        else "possible, and a gradient reaches it"
        if reached
        else "possible, but no gradient crosses rows: it depends on optimiser, width and lag"
    )
    assert told["verdict_kind"] == kind
    assert told["verdict"].startswith(kind)
    assert (told["repair"] is None) or value(told["repair"]["ceiling"]) >= data
    if kind == "ruled out by the layout":
        assert told["repair"]["gradient_reaches"]  # a window always helps


def check_repairs(told, sequences):
    for repair in [told["repair"], *told["other_repairs"]]:
        if repair is None:
            continue
        again = why(sequences, **repair["settings"]).to_dict()
        assert again["ceiling"] == repair["ceiling"]
        assert again["verdict_kind"] != "ruled out by the layout"
        assert again["gradient_reaches"] == repair["gradient_reaches"]
        order = [slot["row"] for slot in again["lanes"] if slot["epoch"] == 0]
        if repair["settings"]["order"] != "random" and repair["settings"]["layout"] != "shuffled":
            assert order == repair["row_order"]


def test_tutorial_with_batch_size_four():
    told = why(batch_size=4).to_dict()
    assert value(told["ceiling"]) == Fraction(1, 2)
    assert value(told["ceiling_all"]) == Fraction(7, 8)
    assert told["loss_floor"] == pytest.approx(2 * math.log(2) / 5 / 4)
    assert told["verdict"].startswith("ruled out by the layout (ceiling 1/2)")
    assert [(g["rows"], g["targets"], g["visible_context"]) for g in told["indistinguishable"]] == [
        ([3, 7], [3, 4], [2])
    ]
    assert [dead["keras"] for dead in told["dead_weights"]] == ["recurrent_kernel", "kernel[:, u:2*u]", "bias[u:2*u]"]
    assert told["cause"].startswith("row 3 needs the symbol 3 of row 0, which went through lane 0; lane 3 never saw it")
    assert (told["repair"]["kind"], told["repair"]["settings"]["timesteps"]) == ("window", 4)
    assert told["other_repairs"][0]["row_order"] == [0, 4, 0, 4, 1, 5, 1, 5, 2, 6, 2, 6, 3, 7, 3, 7]
    assert told["other_repairs"][0]["words"].endswith(
        "ceiling 1; no gradient crosses rows, so keeping the symbol depends on optimiser, width and lag"
    )


@pytest.mark.parametrize(
    ("changes", "kind", "ceiling"),
    [
        ({}, "possible, but no gradient crosses rows: it depends on optimiser, width and lag", Fraction(1)),
        ({"batch_size": 2}, "ruled out by the layout", Fraction(1, 2)),
        (
            {"batch_size": 2, "layout": "interleaved"},
            "possible, but no gradient crosses rows: it depends on optimiser, width and lag",
            Fraction(1),
        ),
        ({"layout": "shuffled"}, "ruled out by the layout", Fraction(3, 4)),
        ({"stateful": False}, "ruled out by the layout", Fraction(1, 2)),
        ({"stateful": False, "timesteps": 4}, "possible, and a gradient reaches it", Fraction(1)),
        ({"batch_size": 4, "timesteps": 4}, "possible, and a gradient reaches it", Fraction(1)),
        ({"batch_size": 4, "reset": "never"}, "ruled out by the layout", Fraction(1)),  # by counting batches
        ({"batch_size": 4, "reset": "never", "order": "random"}, "ruled out by the layout", Fraction(1, 2)),
    ],
)
def test_tutorial_verdicts(changes, kind, ceiling):
    told = why(**changes).to_dict()
    assert (told["verdict_kind"], value(told["ceiling"])) == (kind, ceiling)


def test_memory_is_no_better_than_the_ceiling_where_two_sequences_look_like_one():
    """The lane of row 4 has seen x,k, and so has that of row 5, in whose sequence there was no x."""
    told = why([list("xxxxka"), list("kb")], batch_size=3, reset="epoch").to_dict()
    assert (value(told["ceiling"]), value(told["ceiling_own"])) == (Fraction(5, 6), 1)
    assert told["verdict"] == (
        "ruled out by the layout in training (ceiling 5/6), not in use: what the lane has seen of an ambiguous row's "
        "sequence would be enough, but nothing tells a lane where a sequence begins. Used in order from a fresh state, "
        "the network can reach 1; how often depends on optimiser, width and lag"
    )
    assert [group["rows"] for group in told["indistinguishable"]] == [[4, 5]]


def test_elimination_in_random_order_is_a_leak():
    leaks = why(batch_size=1, reset="epoch", order="random").to_dict()["leaks"]
    assert [leak["kind"] for leak in leaks] == ["order"]
    assert "elimination" in leaks[0]["words"]


def test_conflict_in_the_data_is_no_fault_of_the_layout():
    told = why([[0, 1], [0, 2]]).to_dict()
    assert told["verdict"].startswith("the data contradict themselves")
    assert told["needed_reach"] is None
    assert told["repair"] is None


def test_one_sequence_has_a_correct_answer():
    told = why([[0, 1, 0, 2]], batch_size=3).to_dict()
    assert value(told["ceiling"]) == Fraction(1, 2)
    assert told["repair"]["settings"]["timesteps"] == 2


def test_a_million_rows_are_cut_and_it_is_said():
    generator = np.random.default_rng(0)
    symbols = generator.integers(0, 5, size=(1_000, 1_001)).tolist()
    answer = why(symbols, batch_size=8)
    told = answer.to_dict()
    assert [(repair.kind, repair.settings.batch_size) for repair in answer.repairs] == [("window", 8), ("layout", 8)]
    assert "first 50,000 of 1,000,000 rows" in told["notes"][0]
    assert told["lanes_left_out"] == 50_000 - len(told["lanes"])
    assert len(str(answer).splitlines()) <= 43
    followers = defaultdict(lambda: defaultdict(int))
    for number, sequence in enumerate(symbols[:50]):
        for end in range(1, len(sequence)):
            past = tuple(sequence[:end]) if end < 40 else (number, end)  # no two agree in 40 symbols
            followers[past][sequence[end]] += 1
    right = sum(max(of.values()) for of in followers.values())
    assert value(told["ceiling_data"]) == Fraction(right, 50_000)


def test_many_sequences_in_random_order_are_cut_and_it_is_said():
    answer = why([[k, 9, k] for k in range(8)] * 2, batch_size=4, reset="epoch", order="random")
    assert "random order" in answer.explanation.notes[0]
    assert answer.to_dict()["rows"] == 12


def test_too_many_shuffles_give_an_upper_bound():
    sequences = [[k, *range(10, 22), k] for k in (1, 2)]
    told = why(sequences, layout="shuffled").to_dict()
    assert told["ceilings_are_upper_bounds"]
    assert told["verdict"].startswith("ruled out by the layout in training (ceiling at most 1), not in use")


@pytest.mark.parametrize(
    ("once", "ambiguous", "cautioned"), [(99, 99, False), (100, 100, True), (50, 100, False), (51, 100, True)]
)
def test_caution_needs_many_rows_and_more_than_half_of_them(once, ambiguous, cautioned):
    assert bool(_by_heart(Reach(Fraction(1), 3, (0, 1), once), ambiguous)) == cautioned


@pytest.mark.parametrize(
    ("sequences", "cautioned"),
    [
        ([random.Random(0).choices("abcde", k=400)], True),
        ([list("30123"), list("40124")] * 60, False),  # each past comes again and again
        ([list("30123"), list("40124")], False),  # too few rows to say anything about new ones
    ],
)
def test_noise_told_apart_by_long_pasts_is_no_promise(sequences, cautioned):
    answer = why(sequences)
    reach = answer.explanation.reach.steps
    rows = [(tuple(s[max(0, end - reach) : end + 1]), end) for s in sequences for end in range(len(s) - 1)]
    pasts = [(window if len(window) > reach else ("start", *window)) for window, _ in rows]
    successors = {}
    for sequence in sequences:
        for one, next_one in pairwise(sequence):
            successors.setdefault(one, set()).add(next_one)
    ambiguous = [past for past in pasts if len(successors[past[-1]]) > 1]
    once = sum(pasts.count(past) == 1 for past in ambiguous)
    assert answer.explanation.reach.once == once
    said = f"{once:,} of {len(ambiguous):,} ambiguous rows look like no other row"
    assert any(said in note for note in answer.explanation.notes) == cautioned


@pytest.mark.parametrize("changes", [{"batch_size": 4}, {"batch_size": 2, "layout": "shuffled"}, {}])
def test_repair_is_solved_by_the_studys_engine(changes):
    import torch

    from study.config import Config
    from study.measures.scoring import score
    from study.models import MODELS
    from study.sequences.encoding import encode
    from study.sequences.layouts import Schedule
    from study.sequences.tasks import make_task

    repair = why(**changes).repair
    assert repair.result.own_sequence_ceiling == 1
    assert repair.result.gradient_reaches
    chosen = repair.settings
    dataset = encode(make_task("two_sequences").sequences(0), chosen.timesteps)
    schedule = Schedule(dataset.lengths, **chosen.presentation)
    config = Config(learning_rate=0.01)
    torch.set_num_threads(1)
    seeds = list(range(16))
    (trained,) = MODELS["stateless_lstm"].train(config, [dataset], schedule, seeds, [300])
    scores = score(trained, [dataset], seeds)
    assert (scores["ambiguous_accuracy"] == 1).all()
    assert (scores["memory_gap"] > 0.5).all()


@pytest.mark.parametrize(
    ("batch_size", "layout", "reset", "in_training", "differs"),
    [
        (1, "shuffled", "sequence", Fraction(3, 4), True),
        (2, "shuffled", "sequence", Fraction(7, 12), True),
        (
            4,
            "shuffled",
            "sequence",
            Fraction(1, 2),
            False,
        ),  # a batch holds the whole sequence
        (4, "consecutive", "sequence", Fraction(1, 2), False),  # no row of training ever shows what decides
        (1, "consecutive", "sequence", Fraction(1), False),
    ],
)
def test_the_ceiling_of_training_and_that_of_use_are_told_apart(batch_size, layout, reset, in_training, differs):
    told = why(batch_size=batch_size, layout=layout, reset=reset).to_dict()
    assert value(told["ceiling"]) == in_training
    assert value(told["ceiling_in_use"]) == 1  # in order, from a fresh state: 3,0,1,2 and 4,0,1,2 differ
    assert told["differs_in_use"] == differs
    helps_nothing = "no learning rate or number of epochs helps" in told["verdict"]
    assert helps_nothing == (in_training < 1 and not differs)
    assert ("Used in order from a fresh state" in told["verdict"]) == differs


def test_without_state_the_ceilings_of_training_and_use_are_one():
    told = why(layout="shuffled", stateful=False).to_dict()
    assert told["ceiling_in_use"] == told["ceiling"] == {"numerator": 1, "denominator": 2}
    assert not told["differs_in_use"]
