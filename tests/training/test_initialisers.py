"""Initial weights, and how many of them are trained."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import UNITS, draw, random_batch

from study.errors import StudyError
from study.training.engines.block import Block

torch.set_num_threads(1)  # more only cost time in networks this small


def test_initialisers_do_what_their_papers_say():
    assert (draw(forget_bias=5.0)["bias"][UNITS : 2 * UNITS] == 5).all()
    chrono = draw(name="chrono", longest=100)["bias"]
    forget, inputs = chrono[UNITS : 2 * UNITS], chrono[:UNITS]
    assert (forget >= 0).all()
    assert (forget <= np.log(99)).all()
    assert np.array_equal(inputs, -forget)
    old = draw("lstm_1997", name="uniform_1997", sees_inputs=True)
    assert max(np.abs(array).max() for array in old.values()) <= 0.2
    assert "dense_bias" not in old
    with pytest.raises(StudyError, match="longest"):
        draw(name="chrono", longest=2)
    with pytest.raises(StudyError, match="forget_bais"):
        draw(forget_bais=1)
    with pytest.raises(StudyError, match="did you mean 'chrono'"):
        draw(name="crono")


def test_the_network_of_1997_has_as_many_weights_as_the_paper_says():
    """Task 2a: every layer sees all layers below, no biases; the memory cell and its gate see the inputs alone."""
    layer, symbols, count = "lstm_1997", 101, 10504
    shape = (symbols, 1, symbols)
    block = Block(
        [draw(layer, shape=shape, name="uniform_1997", sees_inputs=True)],
        layer=layer,
        loss="squared_error",
        optimiser="sgd",
    )
    for _ in range(3):
        for number in range(4):
            symbol, _, targets = random_batch(6, symbols, 6, torch.float32, symbols, seed=number)
            block.update(symbol, targets, carry=True, last_only=False)
    assert sum(np.count_nonzero(array) for array in block.export().values()) == count
