"""Streams: the same sequences however they are taken, equally likely, of the lengths that a task says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from study.config import Config
from study.errors import StudyError
from study.randomness import stream
from study.sequences.joining import make_joining
from study.sequences.streams import DRAWN_TOGETHER, Stream, judged_at, pairs_of, stored_at, streamed_task, updates_of
from study.sequences.tasks import TASKS, make_task
from study.sequences.tasks.base import Task

UNEQUAL = {"length": 3, "longest": 6}
BASE = Config(sequences=600, judged_every=200)
WINDOW = replace(BASE, task="random_sequences", model="stateless_lstm", timesteps=5, targets="every")


@dataclass(frozen=True)
class Endless(Task):
    """Sequences without a longest one: geometric lengths."""

    def sequences(self, seed):
        del seed
        return ((0, 1, 0), (1, 0, 1))

    @property
    def lengths(self):
        return 3, None

    def stream(self, generator, count):
        lengths = 2 + generator.geometric(0.3, size=count)
        columns = generator.integers(2, size=(count, lengths.max()))
        columns[np.arange(lengths.max()) >= lengths[:, None]] = -1
        return columns


@pytest.mark.parametrize("task", [make_task("two_sequences"), make_task("random_sequences", UNEQUAL), Endless()])
def test_sequences_do_not_depend_on_how_they_are_taken_or_resumed(task):
    whole = Stream(task, 5).take(2 * DRAWN_TOGETHER + 10)
    again, taken = Stream(task, 5), []
    for count in (1, 7, DRAWN_TOGETHER, 2, DRAWN_TOGETHER):
        taken += [row[row >= 0].tolist() for row in again.take(count)]
        saved = again.state_dict()
        again.take(13)
        again = Stream(task, 5)
        again.load_state_dict(saved)
    assert taken == [row[row >= 0].tolist() for row in whole]
    assert taken != [row[row >= 0].tolist() for row in Stream(task, 6).take(len(taken))]


def test_own_sequences_are_equally_likely_and_nothing_else_comes():
    task = make_task("two_sequences")
    drawn = task.stream(np.random.default_rng(0), 10_000)
    assert set(map(tuple, drawn.tolist())) == set(task.sequences(0))
    assert abs((drawn[:, 0] == 3).mean() - 0.5) < 5 * 0.5 / 100  # five standard errors
    assert task.lengths == (5, 5)


def test_random_sequences_end_as_they_began_and_have_all_lengths():
    task = make_task("random_sequences", UNEQUAL)
    sequences = [row[row >= 0] for row in task.stream(np.random.default_rng(0), 5_000)]
    assert all(sequence[0] == sequence[-1] for sequence in sequences)
    counts = np.bincount([len(sequence) for sequence in sequences])
    assert counts[:3].sum() == 0
    assert abs(counts[3:] / 5_000 - 0.25).max() < 5 * np.sqrt(0.25 * 0.75 / 5_000)
    assert len({tuple(sequence) for sequence in sequences}) > 2_000
    assert {int(symbol) for sequence in sequences for symbol in sequence} == set(task.whole_alphabet)


@pytest.mark.parametrize("name", TASKS)
def test_every_task_streams_sequences_of_its_lengths(name):
    task = make_task(name)
    least, most = task.lengths
    for row in task.stream(stream("data", 0), 50):
        length = int((row >= 0).sum())
        assert least <= length <= (most or length)
        assert (row[length:] == -1).all()
        assert row.max() < len(task.whole_alphabet)


def test_a_task_that_varies_has_to_say_how_it_streams():
    @dataclass(frozen=True)
    class Varies(Task):
        varies = True

        def sequences(self, seed):
            return ((seed, 1, seed),)

    with pytest.raises(StudyError, match="does not stream; give it a method stream"):
        Varies().stream(np.random.default_rng(0), 1)


def test_pairs_of_shorter_sequences_end_where_they_do():
    inputs, targets = pairs_of(np.array([[[7, 1, 4, 7], [2, 2, -1, -1]]]))
    assert inputs.tolist() == [[[7, 1, 4], [2, -1, -1]]]
    assert targets.tolist() == [[[1, 4, 7], [2, -1, -1]]]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (replace(BASE, batch_size=2), "layout consecutive with batch size 2"),
        (replace(BASE, layout="interleaved"), "layout interleaved with batch size 1"),
        (replace(BASE, reset="never"), "reset never"),
        (replace(BASE, order="random"), "order random"),
        (replace(WINDOW, targets="last"), "targets last with timesteps 5"),
        (replace(WINDOW, timesteps=3), "timesteps is 3; .* needs 1, or 4, for whole sequences"),
        (replace(BASE, judged_every=7), "judged_every is 7; .* 1, 2, 3, 4"),
        (replace(BASE, judged_every=0), "judged_every is 0"),
        (replace(BASE, batch_size=16, layout="interleaved"), "multiple of the batch size, 16: change the budget"),
        (replace(BASE, probe="mechanism"), "probe mechanism"),
        (replace(WINDOW, task_options=(("length", 5), ("longest", 4))), "longest of random sequences is 4"),
    ],
)
def test_what_no_stream_can_feed_is_refused_by_name(config, said):
    with pytest.raises(StudyError, match=said):
        streamed_task(config)


def test_moments_and_updates_are_counted():
    assert tuple(judged_at(BASE)) == stored_at(BASE) == (0, 200, 400, 600)
    assert updates_of(BASE, streamed_task(BASE)) == 4
    assert updates_of(WINDOW, streamed_task(WINDOW)) == 1
    step = replace(WINDOW, timesteps=1, task_options=tuple(UNEQUAL.items()))
    assert updates_of(step, streamed_task(step)) == 0
    cell = replace(BASE, model="memory_cell_1997")
    for wiring, updates in (((), 4), ((("update", "sequence"),), 1), ((("errors", "last_step"),), 1)):
        assert updates_of(replace(cell, wiring=wiring), streamed_task(cell)) == updates


def test_of_many_judgements_a_few_in_each_decade_are_stored():
    config = replace(BASE, sequences=5_000_000, judged_every=40)
    moments = stored_at(config)
    assert moments[:6] == (0, 40, 80, 120, 200, 520)
    assert moments[-3:] == (1_000_000, 2_000_000, 5_000_000)
    assert all(moment in judged_at(config) for moment in moments)
    assert stored_at(replace(BASE, sequences=600, judged_every=6)) == tuple(range(0, 601, 6))


def test_joining_is_due_on_a_plateau_or_after_a_window():
    plateau = make_joining("plateau", {"window": 50, "fall": 0.1})
    assert [plateau.due(1.0, now) for now in (0.5, 0.89, 0.91, 1.2)] == [False, False, True, True]
    assert make_joining("after", {"window": 7}).due(float("nan"), 0.5)
    assert make_joining("", {}) is None
    for name, options, said in [
        ("afterwards", {}, "after"),
        ("after", {"fall": 1}, "takes window"),
        ("after", {"window": 0}, "window is 0"),
    ]:
        with pytest.raises(StudyError, match=said):
            make_joining(name, options)
