"""What the loss of stored results means for logistic and for softmax outputs, from training to the floor."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
import torch
from torch.nn import functional

from study.config import Config
from study.measures.scoring import measures
from study.measures.summaries import possible
from study.models import find_model
from study.report.bounds import floors_of
from study.runs.compute import compute
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.encoding import encode
from study.training.loop import Trainer
from study.training.rows import Answers

torch.set_num_threads(1)  # more only cost time in networks this small

TUTORIAL = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]
ROWS = encode(TUTORIAL)
SOFTMAX = {"loss": "softmax_cross_entropy"}
FAST = {"optimiser": "sgd", "learning_rate": 0.5}


@pytest.mark.parametrize("softmax", [False, True])
def test_the_loss_is_that_of_pytorch_of_the_same_outputs(softmax):
    logits = torch.randn(3, 8, 5, generator=torch.Generator().manual_seed(0))
    probabilities = logits.softmax(-1) if softmax else logits.sigmoid()
    rows = np.arange(8)[None]
    found = measures(Answers(probabilities.numpy(), rows, np.zeros_like(rows), softmax), [ROWS])
    targets = torch.from_numpy(ROWS.targets[:, -1])
    for seed in range(3):
        if softmax:
            expected = functional.cross_entropy(logits[seed], targets)
        else:
            expected = functional.binary_cross_entropy_with_logits(logits[seed], functional.one_hot(targets, 5).float())
        assert found["loss"][seed] == pytest.approx(expected.item(), rel=1e-5)


def test_what_loss_does_not_ask_is_asked_of_both_alike():
    probabilities = torch.randn(3, 8, 5, generator=torch.Generator().manual_seed(0)).softmax(-1).numpy()
    rows = np.arange(8)[None]
    one, other = (measures(Answers(probabilities, rows, np.zeros_like(rows), s), [ROWS]) for s in (False, True))
    for name in one:
        assert np.array_equal(one[name], other[name]) == (name != "loss"), name


@pytest.mark.parametrize("settings", [{}, SOFTMAX], ids=["logistic", "softmax"])
def test_the_loss_of_scoring_is_that_of_training(settings):
    """Without learning, the epoch's mean loss and the scored one are the same number."""
    config = Config(epochs=1, optimiser="sgd", learning_rate=0.0, **settings)
    table = compute(config, range(3)).query("epoch == 1")
    assert np.allclose(table["loss"], table["training_loss"], rtol=1e-5)


def test_softmax_outputs_share_one_probability():
    config = Config(epochs=3, **SOFTMAX)
    datasets = datasets_of(config, [0])
    trainer = Trainer(find_model(config.model), config, datasets, schedule_of(config, datasets[0]), range(2))
    trainer.train_to(3)
    for answers in (trainer.checkpoint().in_layout, trainer.checkpoint().row_by_row):
        assert answers.softmax
        assert np.allclose(answers.probabilities.sum(-1), 1, atol=1e-6)


@pytest.mark.parametrize(("settings", "floor"), [({}, log(2) / 10), (SOFTMAX, log(2) / 4)], ids=["logistic", "softmax"])
def test_where_the_layout_rules_it_out_training_comes_to_the_floor_and_not_below(settings, floor):
    config = Config(epochs=1000, batch_size=4, **FAST, **settings)
    columns = ("loss", "largest_error", "fresh_loss", "fresh_largest_error")
    floors = floors_of(config, columns)
    assert floors == pytest.approx({"loss": floor, "largest_error": 0.5, "fresh_loss": 0, "fresh_largest_error": 0})
    assert possible(config).ceiling.loss_floor == pytest.approx(floor)
    end = compute(config, range(4)).query("epoch == 1000")
    assert (end["loss"] > floor - 1e-6).all()
    assert (end["loss"] < 1.2 * floor).all()
    assert (end["largest_error"] >= 0.5).all()


def test_softmax_outputs_that_are_told_apart_are_within_a_quarter_of_their_targets():
    end = compute(Config(epochs=1000, **FAST, **SOFTMAX), range(6)).query("epoch == 1000")
    best = end.loc[end["loss"].idxmin()]
    assert best["accuracy"] == 1
    assert best["largest_error"] <= 0.25
    assert best["memory_gap"] > 0.9
    assert best["loss"] < 0.05
