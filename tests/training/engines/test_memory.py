"""Memory is foreseen, and lanes that it does not hold at once are computed in chunks."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import draw, random_batch

from study.errors import StudyError
from study.training.engines.block import Block
from study.training.engines.memory import seeds_per_block, vector_seeds, window_bytes
from study.training.kernel.vectors.vector import LANES, element_of

torch.set_num_threads(1)  # more only cost time in networks this small


@pytest.mark.parametrize(("timesteps", "lanes", "features"), [(50, 2, 5), (20, 8, 30)])
def test_the_memory_of_a_window_is_foreseen_and_what_is_too_large_is_refused(timesteps, lanes, features, monkeypatch):
    seeds, units = 16, 20
    block = Block([draw(seed=seed, shape=(features, units, features)) for seed in range(seeds)])
    _, inputs, targets = random_batch(timesteps, lanes, timesteps, torch.float32, features)
    block.update(inputs, targets, carry=False, last_only=False)
    (window,) = block.windows.values()
    found = {}

    def collect(values):
        for value in values:
            if isinstance(value, torch.Tensor):
                found[value.untyped_storage().data_ptr()] = value.untyped_storage().nbytes()
            elif isinstance(value, list | tuple):
                collect(value)

    collect([*vars(window).values(), *vars(window.layer).values()])
    for own in (block.weights, block.gradient):
        found.pop(own.untyped_storage().data_ptr(), None)
    foreseen = window_bytes(timesteps, lanes, features, units)
    assert 0.85 < sum(found.values()) / seeds / foreseen < 1.15
    monkeypatch.setattr("study.training.engines.memory.LARGEST", foreseen // lanes)
    block.predict(inputs[:, : timesteps // 2], carry=False)
    longer = torch.cat([inputs, inputs], dim=1)
    with pytest.raises(StudyError, match=f"{2 * timesteps} steps and 20 units needs") as refused:
        block.predict(longer, carry=False)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("number", [np.dtype("float32"), np.dtype("float64")])
def test_blocks_fill_the_kernels_vectors(number):
    vector = vector_seeds(number.itemsize)
    assert vector == LANES[element_of(number)]
    for timesteps in (1, 100, 1001, 5000):
        seeds = seeds_per_block(timesteps, 2, 1002, 40, number.itemsize, together=vector)
        assert seeds % vector == 0
        assert 0 <= seeds - seeds_per_block(timesteps, 2, 1002, 40, number.itemsize) < vector


@pytest.mark.parametrize("layer", ["lstm", "gru", "lstm_1997_gated"])
@pytest.mark.parametrize(
    ("columns", "weighted", "carry"), [(False, False, True), (True, True, True), (True, False, False)]
)
def test_lanes_that_do_not_fit_at_once_are_computed_in_chunks(layer, columns, weighted, carry, monkeypatch):
    timesteps, lanes, features = 6, 5, 7

    def train(at_once):
        monkeypatch.setattr("study.training.engines.memory.LARGEST", window_bytes(timesteps, at_once, features, 20, 8))
        shape = (features, 20, features)
        block = Block(
            [draw(layer, seed=seed, shape=shape, sees_inputs=True) for seed in range(2)],
            layer=layer,
            dtype=torch.float64,
        )
        generator, found = torch.Generator().manual_seed(0), []
        for number in range(12):
            symbols = torch.randint(0, features, (1, timesteps + 1, lanes), generator=generator)
            weights = torch.rand((1, timesteps, lanes), generator=generator, dtype=torch.float64)
            vectors = symbols if columns else torch.nn.functional.one_hot(symbols, features).double()
            found.append(
                block.update(
                    vectors[:, :-1],
                    vectors[:, 1:],
                    carry=carry,
                    with_loss=True,
                    last_only=False,
                    weights=weights if weighted else None,
                )
            )
            if number == 7:
                block.reset_state()
        answers = block.predict(vectors[:, :-1], carry=carry, last_only=False)
        assert {window.lanes for window in block.windows.values()} == ({lanes} if at_once == lanes else {2, 1})
        return torch.stack(found), answers, block.export(), block.state

    whole, chunked = train(lanes), train(2)
    for one, other in zip(whole[:2], chunked[:2], strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
    assert all(np.abs(whole[2][name] - chunked[2][name]).max() < 1e-11 for name in whole[2])
    assert (whole[3] is None) == (not carry)
    for one, other in zip(whole[3] or (), chunked[3] or (), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
