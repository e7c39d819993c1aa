"""The lanes of the first screen, as the page draws them at every batch size, against the theory."""

from __future__ import annotations

import pytest
from scripts_of_the_page import evaluate

from study.article.start.lanes import SEQUENCES, picture_of
from study.theory.explanation import Settings, explain

TEXT = " ".join(",".join(map(str, sequence)) for sequence in SEQUENCES)
MOMENTS = """(() => {
  const answers = [1, given.size].map((size, k) => ExplorerLogic.answer({
    sequences: given.text, batch_size: size, layout: k ? given.layout : 'consecutive' }));
  const { rounds, ticks } = HeroLanes.momentsOf(answers);
  return Array.from({ length: rounds * ticks }, (_, k) =>
    answers.map((told) => HeroLanes.lanesAt(told, given.text, Math.floor(k / ticks), k % ticks)));
})()"""


def moments(size, layout):
    return evaluate(MOMENTS, {"text": TEXT, "size": size, "layout": layout}, "hero.js")


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_picture_at_rest_is_that_of_the_paper(size):
    every = moments(size, "consecutive")
    at_rest = every[len(every) // 2 - 1]  # the end of the first sequence
    for lanes, batch_size in zip(at_rest, (1, size), strict=True):
        still = picture_of(batch_size).lanes
        assert [lane["seen"] for lane in lanes] == [[str(symbol) for symbol in lane.seen] for lane in still]
        assert [lane["asked"] for lane in lanes] == [lane.asked for lane in still]
        assert [lane["sawFirst"] for lane in lanes if lane["asked"]] == [lane.saw_first for lane in still if lane.asked]


@pytest.mark.parametrize("layout", ["consecutive", "interleaved"])
@pytest.mark.parametrize("size", [1, 2, 4, 8])
def test_a_row_is_said_to_have_seen_its_first_symbol_where_it_can_be_answered(size, layout):
    every = [lane for both in moments(size, layout) for lane in both[1]]
    asked = [lane for lane in every if lane["asked"]]
    e = explain(SEQUENCES, Settings(batch_size=size, layout=layout))
    assert {lane["first"] for lane in asked} == {str(sequence[0]) for sequence in SEQUENCES}
    assert {lane["sawFirst"] for lane in asked} == {e.ceiling.ambiguous == 1}
