"""A layer is one step: what autograd makes of it, against what was derived by hand, and a new layer in a few lines."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from small_networks import FEATURES, UNITS, draw, random_batch

from study.config import Config
from study.errors import StudyError
from study.models import MODELS
from study.models.recurrent import RecurrentModel
from study.runs.compute import compute
from study.training.engines.automatic import AutomaticWindow
from study.training.engines.block import Block
from study.training.layers import LAYERS
from study.training.layers.base import Layer

torch.set_num_threads(1)  # more only cost time in networks this small


class MinimalGatedUnit(Layer):
    """One gate f that both forgets and lets in (Zhou et al., 2016)."""

    gates = drawn = 2
    forget_block = 0

    @classmethod
    def step(cls, x, state, recurrent):
        (h,) = state
        f_x, n_x = x.chunk(2, -1)
        f = (f_x + recurrent(h, 0)).sigmoid()
        n = (n_x + recurrent(f * h, 1)).tanh()
        return ((1 - f) * h + f * n,)


class StatefulMinimalGatedUnit(RecurrentModel):
    label, carries_state, layer = "stateful minimal gated unit", True, "minimal_gated_unit"


@pytest.fixture
def minimal(monkeypatch):
    monkeypatch.setitem(LAYERS, "minimal_gated_unit", MinimalGatedUnit)
    monkeypatch.setitem(MODELS, "stateful_minimal_gated_unit", StatefulMinimalGatedUnit())


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, False), (5, 3, True), (4, 2, False)])
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("settings", [{}, {"stop_gradient": True}, {"gradient_rows": 3}], ids=str)
def test_what_is_derived_by_hand_is_what_autograd_makes_of_the_step(settings, layer, shape, columns, monkeypatch):
    timesteps, lanes, every = shape

    def train():
        weights = [draw(layer, seed=seed, sees_inputs=True) for seed in range(3)]
        of_block = {"layer": layer, "dtype": torch.float64, "optimiser": "sgd", "learning_rate": 0.1, **settings}
        block, found = Block(weights, **of_block), []
        for number in range(6):
            symbols, inputs, targets = random_batch(timesteps, lanes, timesteps if every else 1, seed=number)
            inputs = symbols if columns else inputs
            found.append(block.update(inputs, targets, carry=True, with_loss=True, last_only=not every).numpy())
            if number == 3:
                block.reset_state(torch.tensor([True, False, True]))
        (window,) = block.windows.values() if block.across is None else block.across.rows[-1].windows.values()
        return window, {"losses": np.array(found)} | block.export() | {
            f"state_{k}": part.numpy() for k, part in enumerate(block.state)
        }

    by_hand, expected = train()
    monkeypatch.setattr(LAYERS[layer], "by_hand", False)
    by_autograd, found = train()
    assert not isinstance(by_hand, AutomaticWindow)
    assert isinstance(by_autograd, AutomaticWindow)
    assert set(found) == set(expected)
    for name, values in found.items():
        assert np.abs(values - expected[name]).max() < 1e-14, name


@pytest.mark.usefixtures("minimal")
def test_a_new_layer_computes_what_its_paper_says():
    block = Block([draw("minimal_gated_unit")], layer="minimal_gated_unit", dtype=torch.float64)
    w = {name: torch.from_numpy(array[0]) for name, array in block.export().items()}
    _, inputs, _ = random_batch(7, 2, 7)
    h = torch.zeros(2, UNITS, dtype=torch.float64)
    for x in inputs[0]:
        (f_x, n_x), (f_h, n_h) = (
            (x @ w["kernel"] + w["bias"]).split(UNITS, 1), w["recurrent_kernel"].split(UNITS, 1)
        )  # fmt: skip
        f = torch.sigmoid(f_x + h @ f_h)
        h = (1 - f) * h + f * torch.tanh(n_x + (f * h) @ n_h)
    expected = (h @ w["dense_kernel"] + w["dense_bias"]).sigmoid()
    whole = block.predict(inputs, carry=False)
    assert (whole[0, 0] - expected).abs().max() < 1e-15
    for t in range(7):
        steps = block.predict(inputs[:, t : t + 1], carry=True)
    assert (steps - whole).abs().max() < 1e-15


@pytest.mark.usefixtures("minimal")
@pytest.mark.parametrize(("timesteps", "lanes", "units"), [(1, 1, 20), (4, 2, 20), (4, 3, 7)])
def test_a_seed_has_the_same_bits_in_every_block_without_any_care_of_the_layer(timesteps, lanes, units):
    def train(seeds):
        shape = (FEATURES, units, FEATURES)
        block = Block([draw("minimal_gated_unit", seed, shape) for seed in seeds], layer="minimal_gated_unit")
        for number in range(8):
            _, inputs, targets = random_batch(timesteps, lanes, timesteps, torch.float32, seed=number)
            block.update(inputs, targets, carry=True, last_only=False)
        return block.export() | {"answers": block.predict(inputs, carry=True, last_only=False).numpy()}

    together = train(range(64))
    for seeds in ([5], [63], [3, 5], [9, 1, 7], [60, 61, 62, 63, 2], list(range(10, 43))):
        for name, values in train(seeds).items():
            assert np.array_equal(values, together[name][seeds]), (name, seeds)


def stepping(after):
    """A layer whose step gives what a function makes of the hidden state before it."""
    return type("Mistaken", (Layer,), {"gates": 1, "drawn": 1, "step": lambda _x, state, _recurrent: after(*state)})


@pytest.mark.parametrize(
    ("mistaken", "told"),
    [
        (type("Mistaken", (Layer,), {"gates": 1, "drawn": 1}), "layer Mistaken has no step; it needs gates, drawn"),
        (type("Mistaken", (Layer,), {"step": lambda *_: ()}), "layer Mistaken has no gates and no drawn; it needs"),
        (stepping(lambda h: h), r"step of layer Mistaken gives a Tensor; it gives .* here \[\(8, 1, 20\)\]"),
        (stepping(lambda _: None), "gives a NoneType"),
        (stepping(lambda h: (h, h)), r"gives \[\(8, 1, 20\), \(8, 1, 20\)\]"),
        (stepping(lambda h: (h[..., :1],)), r"gives \[\(8, 1, 1\)\]"),
    ],
)
@pytest.mark.usefixtures("minimal")
def test_a_layer_that_is_written_wrongly_is_told_in_one_line(mistaken, told, monkeypatch):
    monkeypatch.setitem(LAYERS, "minimal_gated_unit", mistaken)
    with pytest.raises(StudyError, match=told) as refused:
        compute(Config(model="stateful_minimal_gated_unit", epochs=1), range(8))
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("minimal")
@pytest.mark.parametrize("settings", [{"batch_size": 2}, {"order": "random", "accumulate": 2}])
def test_a_new_layer_learns_the_task_by_its_name_alone(settings):
    config = Config(model="stateful_minimal_gated_unit", timesteps=4, epochs=300, learning_rate=0.01, **settings)
    table = compute(config, range(4))
    before, after = (table[table["epoch"] == epoch] for epoch in (0, 300))
    assert (after["ambiguous_accuracy"] == 1).any()
    assert after["loss"].min() < before["loss"].min() / 10
