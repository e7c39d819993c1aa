"""What is frozen keeps its bits, all else is trained, and names are those that Keras uses."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import FEATURES, UNITS, draw, random_batch

from study.errors import StudyError
from study.training.engines.block import Block
from study.training.frozen import frozen_masks
from study.training.layers import LAYERS

torch.set_num_threads(1)  # more only cost time in networks this small

GATED = ("lstm", "gru", "simple_rnn")


OPTIMISERS = {
    "adam": {"learning_rate": 0.01},
    "sgd": {"learning_rate": 0.5},
    "momentum": {"optimiser": "sgd", "learning_rate": 0.1, "optimiser_options": (("momentum", 0.9),)},
    "rmsprop": {"optimiser": "rmsprop", "learning_rate": 0.01},
}


def train(block, updates=5, timesteps=3, lanes=2, carry=True):
    for number in range(updates):
        _, inputs, targets = random_batch(timesteps, lanes, timesteps, seed=number)
        block.update(inputs.to(block.dtype), targets.to(block.dtype), carry=carry, last_only=False)
    return block.export()


def as_kept(layer, masks):
    """Masks in the columns that the learner keeps."""
    return LAYERS[layer].arrange(masks)


@pytest.mark.parametrize("name", ["recurrent_layer", "kernel[3]", "recurrent_kernel", "bias", "dense_kernel", "gate"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("layer", GATED)
def test_what_is_frozen_keeps_its_bits_and_all_else_is_trained(layer, optimiser, name):
    gates = LAYERS[layer].gate_names
    if name == "gate" and not gates:
        pytest.skip("one block alone")
    names = [gates[-1] if name == "gate" else name]
    weights = [draw(layer, seed) for seed in range(3)]
    masks = frozen_masks(names, layer, weights[0])
    block = Block(weights, layer=layer, frozen=masks, **OPTIMISERS[optimiser])
    before = block.export()
    zero_by_construction = {name: array == 0 for name, array in before.items()}
    after = train(block)
    for weight, mask in as_kept(layer, masks).items():
        assert np.array_equal(before[weight][:, mask], after[weight][:, mask]), weight
        moved = before[weight] != after[weight]
        assert (moved | zero_by_construction[weight])[:, ~mask].all(), weight
    for moment in block.optimiser.memory:
        places = block._places(block.as_matrices(getattr(block.optimiser, moment)))
        for weight, mask in as_kept(layer, masks).items():
            assert not places[weight].numpy()[:, mask].any(), (moment, weight)


def test_names_mean_what_keras_calls_so():
    masks = frozen_masks(["forget_gate", "kernel[b]"], "lstm", draw(), symbols="abcde")
    columns = np.arange(4 * UNITS) // UNITS == 1
    rows = np.arange(FEATURES) == 1
    assert np.array_equal(masks["kernel"], rows[:, None] | columns)
    assert np.array_equal(masks["recurrent_kernel"], np.broadcast_to(columns, (UNITS, 4 * UNITS)))
    assert np.array_equal(masks["bias"], columns)
    assert not masks["dense_kernel"].any()


@pytest.mark.parametrize(
    ("name", "layer", "told"),
    [
        ("kernal", "lstm", "did you mean 'kernel'"),
        ("kernel[9]", "lstm", r"known: kernel\[0\] to kernel\[4\]"),
        ("forget_gate", "gru", "update_gate"),
        ("input_gate", "simple_rnn", "known: recurrent_layer"),
        ("direct_kernel", "lstm", "known"),
    ],
)
def test_unknown_names_are_refused(name, layer, told):
    with pytest.raises(StudyError, match=told):
        frozen_masks([name], layer, draw(layer))
