"""The first screen: what the lanes see is what the theory says, and the lines to type run and do what is said."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
import torch

from study.article.start.change import CHANGES, EPOCHS, FED, as_diff
from study.article.start.findings import FAILS, WORKS, facts, sentence
from study.article.start.lanes import SEQUENCES, picture_of
from study.experiments import contents
from study.report.evidence import Evidence
from study.runs.store import Store

ROWS = len(SEQUENCES[0]) - 1


@pytest.mark.parametrize("batch_size", [1, 2, 4])
def test_a_lane_has_seen_the_rows_that_its_place_in_the_batch_was_given(batch_size):
    picture = picture_of(batch_size)
    assert [lane.seen for lane in picture.lanes] == [SEQUENCES[0][lane:ROWS:batch_size] for lane in range(batch_size)]
    assert [lane.asked for lane in picture.lanes] == [lane == (ROWS - 1) % batch_size for lane in range(batch_size)]
    assert picture.asked.saw_first == (picture.ceiling == 1)


def test_without_results_the_first_screen_says_what_is_exact_and_nothing_measured(tmp_path):
    told = facts(Evidence(Store(tmp_path), contents()))
    assert told["outcomes"] == []
    assert [claim.name for claim in told["claims"] if claim.holds] == ["own_memory", "one_memory"]
    assert told["sentence"] == sentence()
    assert "never saw the 3" in told["as_text"].splitlines()[-1]


def one_hot():
    """The inputs of the first sequence as the lines to type take them."""
    return np.eye(5, dtype="float32")[list(SEQUENCES[0][:ROWS])]


def sees(rows):
    """What each row holds, as symbols; zeros as None."""
    return [[int(vector.argmax()) if vector.any() else None for vector in row] for row in np.asarray(rows)]


SO_FAR = [[None] * (ROWS - k) + [*SEQUENCES[0][:k]] for k in range(1, ROWS + 1)]


def test_rows_that_are_typed_for_keras_hold_the_sequence_so_far():
    old, new = {"lstmX": one_hot()}, {"lstmX": one_hot()}
    exec(CHANGES["Keras"][0].delete, old)
    exec(CHANGES["Keras"][0].write, new)  # it brings numpy with it
    assert sees(old["lstmX"]) == [[symbol] for symbol in SEQUENCES[0][:ROWS]]
    assert sees(new["lstmX"]) == SO_FAR
    assert f"{new['lstmX'].shape} instead of {old['lstmX'].shape}" in FED


def test_the_lines_to_delete_of_pytorch_carry_a_state_for_each_place_and_those_to_write_carry_none():
    dense = torch.nn.Linear(20, 5)
    old, new = ({"X": torch.from_numpy(one_hot()), "torch": torch, "dense": dense, "state": None} for _ in range(2))
    exec("\n".join(step.delete for step in CHANGES["PyTorch"]), old)
    exec("\n".join(step.write for step in CHANGES["PyTorch"]), new)
    assert sees(old["X"].reshape(ROWS, 1, 5)) == [[symbol] for symbol in SEQUENCES[0][:ROWS]]
    assert old["state"][0].shape == (1, ROWS, 20)
    assert not old["state"][0].requires_grad
    assert sees(new["X"]) == SO_FAR
    alone = torch.cat([dense(new["lstm"](row[None])[0][:, -1]) for row in new["X"]])
    assert torch.allclose(new["logits"], alone, atol=1e-6)
    assert old["logits"].shape == new["logits"].shape == (ROWS, 5)


@pytest.mark.slow
@pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
def test_the_changed_lines_of_keras_make_a_model_that_takes_the_rows():
    import keras

    names = {"lstmX": one_hot(), "LSTM": keras.layers.LSTM, "model": keras.Sequential(), "n_neurons": 20}
    names["n_features"] = 5
    exec("\n".join(step.write for step in CHANGES["Keras"]), names)
    assert not names["model"].layers[0].stateful
    assert names["model"].predict(names["lstmX"], verbose=0).shape == (ROWS, 20)


@pytest.mark.parametrize("framework", CHANGES)
def test_the_line_of_epochs_is_changed_where_it_is_known(framework):
    last = as_diff(framework, (7, 11)).splitlines()[-2:]
    assert last == [f"- {EPOCHS[framework].format(7)}", f"+ {EPOCHS[framework].format(11)}"]
    assert as_diff(framework).splitlines() == as_diff(framework, (7, 11)).splitlines()[:-2]


def test_the_pictures_are_of_the_batch_sizes_that_the_sentence_names():
    assert f"Batch size {FAILS} " in sentence()
    assert picture_of(WORKS).asked.saw_first
    assert not picture_of(FAILS).asked.saw_first
