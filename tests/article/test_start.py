"""The first screen: what the lanes see is what the theory says, and the lines to type run and do what is said."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
import torch

from study.article.start.change import CHANGES
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
    """The first sequence as the lines to type take it."""
    return np.eye(5, dtype="float32")[list(SEQUENCES[0])]


def sees(rows):
    """What each row holds, as symbols; zeros as None."""
    return [[int(vector.argmax()) if vector.any() else None for vector in row] for row in np.asarray(rows)]


@pytest.mark.parametrize(("framework", "names"), [("Keras", {"np": np}), ("PyTorch", {"torch": torch})])
def test_rows_that_are_typed_hold_the_sequence_so_far(framework, names):
    names |= {"E": one_hot() if framework == "Keras" else torch.from_numpy(one_hot())}
    old = dict(names)
    exec(f"{CHANGES[framework][0].delete}", old)
    exec(CHANGES[framework][0].write, names)
    assert sees(old["X"]) == [[symbol] for symbol in SEQUENCES[0][:ROWS]]
    assert sees(names["X"]) == [[None] * (ROWS - k) + [*SEQUENCES[0][:k]] for k in range(1, ROWS + 1)]


def test_the_changed_lines_of_pytorch_give_each_row_an_answer_of_its_own():
    names = {"E": torch.from_numpy(one_hot()), "torch": torch, "lstm": torch.nn.LSTM(5, 20, batch_first=True)}
    exec("\n".join(step.write for step in CHANGES["PyTorch"]), names)
    alone = torch.cat([names["lstm"](row[None])[0] for row in names["X"]])
    assert torch.allclose(names["hidden"], alone, atol=1e-6)
    exec(CHANGES["PyTorch"][0].delete + "\nstate = None\n" + CHANGES["PyTorch"][1].delete, names)
    exec(CHANGES["PyTorch"][2].delete, names)  # what is to be deleted stands in a program that carries state
    assert not names["state"][0].requires_grad


@pytest.mark.slow
@pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
def test_the_changed_lines_of_keras_make_a_layer_that_takes_the_rows():
    import keras

    names = {"E": one_hot(), "np": np, "LSTM": keras.layers.LSTM}
    exec(CHANGES["Keras"][0].write, names)
    layer = eval(CHANGES["Keras"][1].write, names)
    assert not layer.stateful
    assert keras.Sequential([layer]).predict(names["X"], verbose=0).shape == (ROWS, 20)


def test_the_pictures_are_of_the_batch_sizes_that_the_sentence_names():
    assert f"Batch size {FAILS} " in sentence()
    assert picture_of(WORKS).asked.saw_first
    assert not picture_of(FAILS).asked.saw_first
