"""The engine against loops as most people write them, with PyTorch's layers."""

from __future__ import annotations

import pytest
import torch
from plain_loop import PlainLoop
from small_networks import TUTORIAL, draw

from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training.batches import BatchMaker
from study.training.engines.block import Block
from study.training.rows import Orders

torch.set_num_threads(1)  # more only cost time in networks this small


LOOPS = [  # layer, timesteps, targets, batch size, layout, epochs
    ("lstm", 1, "last", 1, "consecutive", 250),  # the tutorial: 2,000 updates
    ("lstm", 1, "last", 2, "interleaved", 50),
    ("lstm", 1, "last", 4, "consecutive", 50),
    ("lstm", 3, "last", 2, "consecutive", 50),
    ("lstm", 4, "every", 1, "consecutive", 100),
    ("simple_rnn", 1, "last", 1, "consecutive", 50),
    ("simple_rnn", 4, "every", 2, "consecutive", 50),
    ("gru", 1, "last", 1, "consecutive", 50),
    ("gru", 4, "every", 2, "consecutive", 50),
]


@pytest.mark.parametrize(("precision", "within"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize("case", LOOPS, ids=str)
def test_losses_are_those_of_a_plain_pytorch_loop(case, precision, within):
    layer, timesteps, asked, lanes, layout, epochs = case
    dataset = encode(TUTORIAL, timesteps, targets=asked)
    schedule = Schedule(dataset.lengths, batch_size=lanes, layout=layout)
    weights = draw(layer, shape=(5, 20, 5))
    block, loop = (
        Block([weights], layer=layer, optimiser="adam_pytorch", dtype=precision),
        PlainLoop(layer, weights, precision),
    )
    batches = BatchMaker([dataset], precision).batches(Orders(schedule, [0]).epoch(0))
    furthest = 0.0
    for _ in range(epochs):
        for batch in batches:
            ours = block.update(
                batch.inputs, batch.targets, carry=True, with_loss=True, last_only=batch.targets.shape[1] == 1
            ).item()
            furthest = max(furthest, abs(ours - loop.update(batch.inputs, batch.targets, carry=True)))
            if batch.reset_after:
                block.reset_state()
                loop.state = None
    assert furthest < within
