"""Training on streams: each seed as if it were alone, resumed bit for bit, and a layer that joins later."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
import torch

from study.config import Config
from study.errors import StudyError
from study.models import find_model
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.sequences.streams import Stream
from study.sequences.tasks import make_task
from study.training.loop import Trainer
from study.training.streamed.batches import StreamBatches
from study.training.streamed.trainer import Streams, StreamTrainer

SGD = {"optimiser": "sgd", "learning_rate": 0.5}
WINDOW = {"model": "stateless_lstm", "timesteps": 5, "targets": "every"}
RANDOM = {"task": "random_sequences", "task_options": (("length", 3), ("longest", 6))}
LANES = {"batch_size": 4, "layout": "interleaved"}
JOINING = {"sees_inputs": True, "joins": "plateau", "joins_options": (("window", 40), ("fall", 0.2))}
CASES = {
    "step by step": {},
    "step by step, torch": {"engine": "torch"},
    "whole windows": {**WINDOW, **SGD},
    "unequal windows": {**WINDOW, **RANDOM, **LANES, "last_step_weight": 5.0},
    "unequal windows, torch": {**WINDOW, **RANDOM, **LANES, "engine": "torch"},
    "unequal, step by step in lanes": {**RANDOM, **LANES, "accumulate": 3},
    "unequal, step by step": {**RANDOM, "precision": "float64"},
    "joining": {**WINDOW, **JOINING},
    "joining, adam, torch": {**JOINING, "engine": "torch", "joins": "after", "joins_options": (("window", 120),)},
}


def config_of(name):
    return Config(sequences=400, judged_every=40, **CASES[name])


def make(config, seeds):
    return Streams(find_model(config.model), config, seeds)


def weights_of(streams):
    """Weights of every seed by number."""
    return {
        seed: {name: values[place].copy() for name, values in trainer.learner.export().items()}
        for trainer in streams.trainers
        for place, seed in enumerate(trainer.seeds)
    }


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, values in one.items():
        assert values.tobytes() == other[name].tobytes(), name


def through_a_file(saved):
    file = io.BytesIO()
    torch.save(saved, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@pytest.mark.parametrize("name", CASES)
def test_a_seed_is_trained_as_if_it_were_alone(name):
    config = config_of(name)
    together, alone = make(config, range(5)), make(config, [3])
    for streams in (together, alone):
        streams.train_to(200)
    assert_same(weights_of(together)[3], weights_of(alone)[3])


@pytest.mark.parametrize("name", CASES)
def test_training_goes_on_bit_for_bit_in_a_fresh_object(name):
    config, seeds = config_of(name), range(3)
    expected, saved = make(config, seeds), []
    for moment in (40, 80, 320):
        expected.train_to(moment)
    streams = make(config, seeds)
    streams.train_to(40)

    def interrupt():
        saved.append(through_a_file(streams.state_dict()))

    for moment in (80, 200, 320):
        streams.train_to(moment, between=interrupt)
        streams.train_to(moment + 40)  # what was saved does not change when training goes on
        streams = make(config, seeds)
        streams.load_state_dict(saved[-1])
    for seed, weights in weights_of(expected).items():
        assert_same(weights_of(streams)[seed], weights)
    for one, other in zip(streams.trainers, expected.trainers, strict=True):
        assert (one.sequences, one.batches, one.joined_after) == (other.sequences, other.batches, other.joined_after)
        assert one.learner.state is None
        assert one.take_loss() == pytest.approx(other.take_loss())


@pytest.mark.parametrize("changes", [{}, SGD])
def test_step_by_step_is_what_a_finite_run_on_the_same_sequences_is(changes):
    """The stream's first sequences as the data of one epoch, in order, with a reset after each."""
    config = Config(sequences=60, judged_every=60, **changes)
    task = make_task(config.task)
    drawn = [tuple(task.whole_alphabet[column] for column in row) for row in Stream(task, 7).take(60)]
    dataset = encode(drawn, alphabet=task.whole_alphabet)
    finite = Trainer(find_model(config.model), config, [dataset], Schedule(dataset.lengths), [7])
    finite.train_to(1)
    streams = make(config, [7])
    streams.train_to(60)
    assert_same(weights_of(streams)[7], {name: values[0] for name, values in finite.learner.export().items()})
    assert streams.trainers[0].take_loss() == pytest.approx(finite.losses)
    assert streams.trainers[0].updates == 240


def test_shorter_sequences_in_a_window_weigh_nothing_after_their_end():
    """A window filled up gives the gradient of one that is just long enough."""
    config = Config(sequences=40, judged_every=40, **RANDOM, **WINDOW)
    shorter = Config(sequences=40, judged_every=40, task="random_sequences", task_options=(("length", 3),), **WINDOW)
    filled, exact = (StreamTrainer(find_model(each.model), each, [0]) for each in (config, shorter))
    drawn = np.array([[[2, 4, 2], [1, 1, 1]]])
    for trainer in (filled, exact):
        trainer.learner.run_epoch(trainer.maker.batches(drawn), carry=False, with_loss=True)
    for name, values in filled.learner.export().items():
        np.testing.assert_allclose(values, exact.learner.export()[name], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(filled.answer(drawn), exact.answer(drawn), rtol=1e-4)


def test_batches_of_unequal_sequences_weigh_the_last_step_of_each():
    maker = StreamBatches(6, 2, 3, torch.float32, columns=True, last_step_weight=7.0, alike=False)
    (batch,) = maker.batches(np.array([[[5, 1, 2, 5], [3, 3, -1, -1]]]))
    assert batch.inputs[0].T.tolist() == [[5, 1, 2], [3, -1, -1]]
    assert batch.targets[0].T.tolist() == [[1, 2, 5], [3, -1, -1]]
    assert batch.weights[0].T.tolist() == [[1, 1, 7], [7, 0, 0]]
    assert batch.reset_after
    steps = StreamBatches(6, 2, None, torch.float32, columns=False, last_step_weight=1.0, alike=False)
    made = steps.batches(np.array([[[3, 3, -1, -1], [4, 4, -1, -1]]]))
    assert [(batch.inputs.shape, batch.reset_after) for batch in made] == [((1, 1, 2, 6), True)]


def test_the_batch_size_and_the_model_do_not_change_the_stream():
    lanes = make(Config(sequences=400, judged_every=40, **RANDOM, **LANES), [3])
    window = make(Config(sequences=400, judged_every=40, **RANDOM, **WINDOW), [3])
    for streams in (lanes, window):
        streams.train_to(120)
    after = [streams.trainers[0].streams[0].take(50).tolist() for streams in (lanes, window)]
    assert after[0] == after[1]


def test_until_it_joins_the_layer_is_as_drawn_and_no_answer_depends_on_it():
    config = config_of("joining")
    streams = make(config, [0, 1])
    streams.train_to(40)
    for trainer in streams.trainers:
        weights, drawn = trainer.learner.export(), trainer.weights[0]
        assert trainer.joined_after == -1
        for name in ("kernel", "recurrent_kernel", "bias"):
            assert (weights[name][0] == drawn[name]).all()
        assert (weights["dense_kernel"] == 0).all()
        assert (weights["direct_kernel"][0] != drawn["direct_kernel"]).any()
        answers = trainer.answer(np.array([[[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]]))
        assert (answers[0, 0, 1:] == answers[0, 1, 1:]).all()  # only the first input differs


def test_the_layer_joins_once_with_its_drawn_weights_and_what_the_outputs_have_learnt(monkeypatch):
    joins, join = [], StreamTrainer._join

    def noted(self):
        before = self.learner.export()
        join(self)
        joins.append((self.sequences, before, self.learner.export(), self.weights[0]))

    monkeypatch.setattr(StreamTrainer, "_join", noted)
    streams = make(config_of("joining"), [0, 1])
    streams.train_to(400)
    assert [trainer.joined_after for trainer in streams.trainers] == [after for after, *_ in joins]
    assert all(after > 40 and after % 40 == 0 for after, *_ in joins)  # a second window is needed to see a plateau
    for _, before, after, drawn in joins:
        assert (after["dense_kernel"][0] == drawn["dense_kernel"]).all()
        assert (after["kernel"][0] == drawn["kernel"]).all()
        for name in ("direct_kernel", "dense_bias"):
            assert (after[name] == before[name]).all()
    now = streams.trainers[0].learner.export()
    assert (now["kernel"] != joins[0][2]["kernel"]).any()  # and is trained from then on


def test_the_plateau_is_that_of_the_mean_loss_of_each_window():
    config = Config(sequences=400, judged_every=400, **{**WINDOW, **JOINING, **SGD})
    trainer = make(config, [0]).trainers[0]
    losses, run = [], trainer.learner.run_epoch

    def noted(batches, **options):
        losses.append((run(batches, **options)[0], len(batches)))
        return np.array([losses[-1][0]])

    trainer.learner.run_epoch = noted
    trainer.train_to(400)
    assert {number for _, number in losses} == {40}
    means = [loss for loss, _ in losses]
    flat = [now > 0.8 * before for before, now in pairwise(means)]
    assert trainer.joined_after == 40 * len(means)
    assert flat == [False] * (len(flat) - 1) + [True]


def test_seeds_that_have_ended_cost_nothing_once_their_block_has():
    config = config_of("whole windows")
    streams = make(config, [0, 1])
    streams.train_to(40)
    streams.trainers[0].ended[:] = True
    before = weights_of(streams)
    streams.train_to(400)
    assert streams.trainers[0].sequences == 40
    assert_same(weights_of(streams)[0], before[0])


@pytest.mark.parametrize(
    "changes", [{"sees_inputs": False}, {"accumulate": 2}, {"batch_size": 16, "layout": "interleaved"}]
)
def test_joining_is_refused_where_it_cannot_be(changes):
    config = Config(
        **{"sequences": 320, "judged_every": 160, **WINDOW, **JOINING, **changes, "joins_options": (("window", 40),)}
    )
    with pytest.raises(StudyError, match=r"sees_inputs|multiple of the batch size"):
        make(config, [0])
