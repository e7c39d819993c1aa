"""What can be seen is exact: the table of ceilings, the claim of batch size 4, and the boxes that are coloured."""

from __future__ import annotations

from fractions import Fraction

import pytest

from study.article.can_it_see.figure import SHOWN, _seen
from study.article.can_it_see.findings import facts
from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain

SEQUENCES = make_task("two_sequences").sequences(seed=0)


def test_ceilings_of_the_table_are_those_of_the_theory():
    table = facts(None)["ceilings"]
    ways = {
        "one symbol a row, rows in order": {},
        "one symbol a row, one sequence per lane": {"layout": "interleaved"},
        "the whole sequence as one row": {"timesteps": 4, "stateful": False},
    }
    rows = {row[0]: row[1:] for row in table.rows}
    for words, settings in ways.items():
        known = [explain(SEQUENCES, Settings(batch_size=size, **settings)).ceiling.ambiguous for size in (1, 2, 4, 8)]
        assert [Fraction(value) for value in rows[words]] == known
    assert rows["one symbol a row, rows in order"] == ("1", "1/2", "1/2", "1/2")


def test_batch_size_4_never_saw_the_first_symbol():
    (claim,) = facts(None)["claims"]
    assert claim.holds


@pytest.mark.parametrize(("size", "layout"), [(size, layout) for _, _, size, layout, _ in SHOWN])
def test_coloured_boxes_are_the_visible_context_of_the_row_that_is_asked(size, layout):
    known = explain(SEQUENCES, Settings(batch_size=size, layout=layout))
    slots = [slot for slot in known.slots if slot.epoch == 0 and slot.row is not None]
    resets = sorted({slot.batch for slot in slots if slot.reset_after})
    asked = [slot for slot in slots if slot.ambiguous]
    assert asked
    for slot in asked:
        assert tuple(each.context[-1] for each in _seen(slot, slots, resets)) == slot.context
