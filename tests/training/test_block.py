"""The engine against autograd, against plain PyTorch loops, and against what can be derived."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from study.config import Config
from study.errors import StudyError
from study.models import MODELS
from study.randomness import stream
from study.runs.compute import compute
from study.sequences.encoding import encode
from study.sequences.layouts import Schedule
from study.training.block import Block, window_bytes
from study.training.fused import FusedBlock, fused_if_possible
from study.training.initialisers import initial_weights
from study.training.layers import LAYERS
from study.training.loop import Feed, answer, run_epoch
from study.training.rows import Orders

torch.set_num_threads(1)  # more only cost time in networks this small

TUTORIAL = [[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]]
FEATURES, UNITS = 5, 6


def draw(layer="lstm", seed=0, shape=(FEATURES, UNITS, FEATURES), name="keras", **options):
    return initial_weights(name, stream("initialisation", seed), layer, shape, **options)


def random_batch(timesteps, lanes, scored, dtype=torch.float64, features=FEATURES, seed=0):  # noqa: PLR0917
    draws = torch.Generator().manual_seed(seed)
    symbols = torch.randint(0, features, (1, timesteps, lanes), generator=draws)
    answers = torch.randint(0, features, (1, scored, lanes), generator=draws)
    return symbols, functional.one_hot(symbols, features).to(dtype), functional.one_hot(answers, features).to(dtype)


def step(layer, z_of, h, c):
    """One step as the papers write it; `z_of` gives the gates' inputs from the hidden state."""
    if layer == "lstm":
        i, f, g, o = z_of(h).chunk(4, -1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    if layer == "gru":
        u, r, n_x, n_h = z_of(h).chunk(4, -1)
        n = (n_x + r.sigmoid() * n_h).tanh()
        return (1 - u.sigmoid()) * n + u.sigmoid() * h, c
    if layer in ("simple_rnn", "logistic_rnn"):
        return (z_of(h).tanh() if layer == "simple_rnn" else z_of(h).sigmoid()), c
    if layer == "lstm_1997":
        i, s = z_of(h.detach()).chunk(2, -1)  # errors do not pass from the gates' inputs to earlier steps
        c = c + i.sigmoid() * s.sigmoid()
        return c, c
    i, s, o = z_of(h.detach()).chunk(3, -1)
    c = c + i.sigmoid() * (4 * s.sigmoid() - 2)
    return o.sigmoid() * (2 * c.sigmoid() - 1), c


def reference(layer, weights, inputs, targets, state, *, loss="cross_entropy", slot_weights=None):
    """Loss and gradients by autograd, one seed."""
    w = {name: torch.from_numpy(array[0]).double().requires_grad_() for name, array in weights.items()}
    h, c = state
    hidden = []
    for x in inputs[0]:
        h, c = step(layer, lambda h, x=x: x @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"], h, c)
        hidden.append(h)
    scored = targets.shape[1]
    logits = torch.stack(hidden[-scored:]) @ w["dense_kernel"] + w["dense_bias"]
    if "direct_kernel" in w:
        logits = logits + inputs[0, -scored:] @ w["direct_kernel"]
    if loss == "cross_entropy":
        slots = functional.binary_cross_entropy_with_logits(logits, targets[0], reduction="none").mean(-1)
    else:
        slots = (logits.sigmoid() - targets[0]).square().sum(-1) / 2
    value = slots.mean() if slot_weights is None else (slots * slot_weights[0]).sum() / slot_weights.sum()
    value.backward()
    return value.item(), {name: tensor.grad.numpy() for name, tensor in w.items()}


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize(
    ("timesteps", "lanes", "every"),
    [(1, 1, False), (1, 3, False), (1, 8, False), (5, 1, True), (5, 2, False), (5, 4, True)],
)
@pytest.mark.parametrize("layer", LAYERS)
def test_gradients_derived_by_hand_are_those_of_autograd(layer, timesteps, lanes, every, loss):
    block = Block([draw(layer, sees_inputs=True)], layer=layer, dtype=torch.float64, loss=loss)
    _, inputs, targets = random_batch(timesteps, lanes, timesteps if every else 1)
    state = tuple(torch.rand(1, lanes, UNITS, dtype=torch.float64) - 0.5 for _ in range(2))
    block.state = state if layer.startswith("lstm") else state[:1]
    before = block.export()
    found = block.update(inputs, targets, carry=True, with_loss=True, last_only=not every)
    expected, gradients = reference(layer, before, inputs, targets, (state[0][0], state[1][0]), loss=loss)
    assert found.item() == pytest.approx(expected, abs=1e-14)
    for name, gradient in block.export(gradient=True).items():
        held = held_at_zero(block, name)
        assert np.abs((gradient[0] - gradients[name])[~held]).max(initial=0) < 1e-15, name
        assert not gradient[0][held].any(), name
        assert np.array_equal(block.export()[name][0][held], before[name][0][held])


def held_at_zero(block, name):
    """Which weights of that name the layer holds at zero."""
    marked = {n: torch.zeros(1, *a.shape[1:]) for n, a in block.export().items()}
    for part in block.layer.untrained(marked["kernel"], marked["recurrent_kernel"], marked["bias"]):
        part.fill_(1)
    return marked[name][0].bool().numpy()


class PlainLoop:
    """One seed as most people write it: a PyTorch layer, a linear layer, an optimiser, autograd."""

    def __init__(self, layer, weights, dtype):
        make = {"lstm": nn.LSTM, "gru": nn.GRU, "simple_rnn": nn.RNN}[layer]
        features, units = weights["kernel"].shape[0], weights["recurrent_kernel"].shape[0]
        self.layer = make(features, units).to(dtype)
        self.dense = nn.Linear(units, weights["dense_kernel"].shape[1]).to(dtype)
        drawn = {name: torch.from_numpy(array) for name, array in weights.items()}
        parts = [drawn[name] for name in ("kernel", "recurrent_kernel", "bias")]
        if layer == "gru":  # PyTorch's order is reset, update, candidate
            parts = [torch.cat([p[..., units : 2 * units], p[..., :units], p[..., 2 * units :]], -1) for p in parts]
        with torch.no_grad():
            self.layer.weight_ih_l0.copy_(parts[0].T)
            self.layer.weight_hh_l0.copy_(parts[1].T)
            self.layer.bias_ih_l0.copy_(parts[2])
            self.layer.bias_hh_l0.zero_()  # one trained bias; for the GRU's candidate that is the inputs'
            self.dense.weight.copy_(drawn["dense_kernel"].T)
            self.dense.bias.copy_(drawn["dense_bias"])
        if layer != "gru":
            self.layer.bias_hh_l0.requires_grad_(False)
        trained = [p for p in (*self.layer.parameters(), *self.dense.parameters()) if p.requires_grad]
        self.optimiser, self.state, self.last_only = torch.optim.Adam(trained), None, True

    def update(self, inputs, targets, *, carry):
        hidden, state = self.layer(inputs[0], self.state if carry else None)
        logits = self.dense(hidden[-targets.shape[1] :])
        loss = functional.binary_cross_entropy_with_logits(logits, targets[0])
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
        return loss.item()


LOOPS = [  # layer, timesteps, targets, batch size, layout, epochs
    ("lstm", 1, "last", 1, "consecutive", 250),  # the tutorial: 2,000 updates
    ("lstm", 1, "last", 2, "interleaved", 50),
    ("lstm", 1, "last", 4, "consecutive", 50),
    ("lstm", 3, "last", 2, "consecutive", 50),
    ("lstm", 4, "every", 1, "consecutive", 100),
    ("simple_rnn", 1, "last", 1, "consecutive", 50),
    ("simple_rnn", 4, "every", 2, "consecutive", 50),
]


@pytest.mark.parametrize(("precision", "within"), [(torch.float64, 1e-10), (torch.float32, 1e-5)])
@pytest.mark.parametrize(("layer", "timesteps", "asked", "lanes", "layout", "epochs"), LOOPS)
def test_losses_are_those_of_a_plain_pytorch_loop(layer, timesteps, asked, lanes, layout, epochs, precision, within):  # noqa: PLR0917
    dataset = encode(TUTORIAL, timesteps, targets=asked)
    schedule = Schedule(dataset.lengths, lanes, layout)
    weights = draw(layer, shape=(5, 20, 5))
    block, loop = (
        Block([weights], layer=layer, optimiser="adam_pytorch", dtype=precision),
        PlainLoop(layer, weights, precision),
    )
    batches = Feed([dataset], precision).batches(Orders(schedule, [0]).epoch(0))
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


def test_the_gru_computes_what_pytorchs_does():
    weights = draw("gru", shape=(5, 20, 5))
    loop = PlainLoop("gru", weights, torch.float64)
    _, inputs, _ = random_batch(4, 2, 4)
    hidden, _ = loop.layer(inputs[0])
    found = Block([weights], layer="gru", dtype=torch.float64).predict(inputs, carry=False, last_only=False)
    assert (found[0] - loop.dense(hidden).sigmoid()).abs().max() < 1e-14


def test_the_gradients_of_the_gru_are_those_of_pytorchs():
    weights, units = draw("gru", shape=(5, 20, 5)), 20
    _, inputs, targets = random_batch(6, 3, 6)
    loop = PlainLoop("gru", weights, torch.float64)
    logits = loop.dense(loop.layer(inputs[0])[0])
    functional.binary_cross_entropy_with_logits(logits, targets[0]).backward()
    block = Block([weights], layer="gru", dtype=torch.float64)
    block.update(inputs, targets, carry=False, last_only=False)
    ours = {name: torch.from_numpy(array[0]) for name, array in block.export(gradient=True).items()}
    layer = loop.layer

    def in_our_order(gradient):  # PyTorch's order is reset, update, candidate
        reset, update, candidate = gradient.T.split(units, -1) if gradient.ndim == 2 else gradient.split(units)
        return torch.cat([update, reset], -1), candidate

    kernel, recurrent, bias, bias_of_state = (
        in_our_order(p.grad) for p in (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
    )
    expected = {  # our four blocks: update, reset, candidate from the inputs, candidate from the state
        "kernel": torch.cat([*kernel, torch.zeros(5, units)], -1),
        "recurrent_kernel": torch.cat([recurrent[0], torch.zeros(units, units), recurrent[1]], -1),
        "bias": torch.cat([*bias, bias_of_state[1]]),
        "dense_kernel": loop.dense.weight.grad.T,
        "dense_bias": loop.dense.bias.grad,
    }
    for name, gradient in expected.items():
        assert (ours[name] - gradient).abs().max() < 1e-15, name


@pytest.mark.parametrize("layer", LAYERS)
def test_a_sequence_at_once_is_the_sequence_step_by_step(layer):
    block = Block([draw(layer, seed) for seed in range(3)], layer=layer, dtype=torch.float64)
    _, inputs, _ = random_batch(7, 2, 7)
    whole = block.predict(inputs, carry=False, last_only=False)
    steps = [block.predict(inputs[:, t : t + 1], carry=True) for t in range(7)]
    assert (torch.cat(steps, dim=1) - whole).abs().max() < 1e-15


def test_what_batch_size_4_cannot_train_keeps_its_bits():
    """Two batches of four consecutive rows, each from a zero state: no gradient reaches what would carry it."""
    dataset = encode(TUTORIAL)
    block = Block([draw(seed=seed, shape=(5, 20, 5)) for seed in range(4)])
    before = block.export()
    batches = Feed([dataset], torch.float32).batches(Orders(Schedule(dataset.lengths, 4), range(4)).epoch(0))
    for _ in range(50):
        run_epoch(block, batches, carry=True, with_loss=False)
        gradient = block.export(gradient=True)
        assert not gradient["recurrent_kernel"].any()
        assert not any(gradient[name][..., 20:40].any() for name in ("kernel", "bias"))  # the forget gate
    after = block.export()
    assert np.array_equal(before["recurrent_kernel"], after["recurrent_kernel"])
    assert all(np.array_equal(before[name][..., 20:40], after[name][..., 20:40]) for name in ("kernel", "bias"))
    assert not np.array_equal(before["kernel"], after["kernel"])


@pytest.mark.parametrize("layer", ["lstm", "gru"])
@pytest.mark.parametrize("timesteps", [1, 4])
def test_columns_are_one_hot_vectors(layer, timesteps):
    blocks = [
        Block([draw(layer, s, sees_inputs=True) for s in range(2)], layer=layer, dtype=torch.float64) for _ in "ab"
    ]
    for number in range(5):
        symbols, _, targets = random_batch(timesteps, 2, timesteps, seed=number)
        symbols[0, 0, 0] = -1  # a step without an input
        one_hot = (symbols.unsqueeze(-1) == torch.arange(FEATURES)).double()
        for block, inputs in zip(blocks, (symbols, one_hot), strict=True):
            block.update(inputs, targets, carry=True, last_only=False)
    for name, array in blocks[0].export().items():
        assert np.abs(array - blocks[1].export()[name]).max() < 1e-14, name


def test_the_weights_of_slots_weight_the_loss_and_its_gradient():
    _, inputs, targets = random_batch(4, 3, 4)
    slot_weights = torch.rand(1, 4, 3, dtype=torch.float64)
    slot_weights[0, 1, 2] = 0
    block = Block([draw()], dtype=torch.float64)
    before = block.export()
    found = block.update(inputs, targets, carry=False, with_loss=True, last_only=False, weights=slot_weights)
    zero = torch.zeros(3, UNITS, dtype=torch.float64)
    expected, gradients = reference("lstm", before, inputs, targets, (zero, zero), slot_weights=slot_weights)
    assert found.item() == pytest.approx(expected, abs=1e-14)
    for name, gradient in block.export(gradient=True).items():
        assert np.abs(gradient[0] - gradients[name]).max() < 1e-15, name


def test_a_slot_without_a_target_takes_no_part():
    blocks = [Block([draw()], dtype=torch.float64) for _ in range(2)]
    _, inputs, targets = random_batch(1, 2, 1)
    weights = torch.tensor([[[1.0, 0.0]]], dtype=torch.float64)
    one = blocks[0].update(inputs, targets, carry=False, with_loss=True, weights=weights)
    other = blocks[1].update(inputs[:, :, :1], targets[:, :, :1], carry=False, with_loss=True)
    assert one.item() == pytest.approx(other.item(), abs=1e-15)
    for name, array in blocks[0].export(gradient=True).items():
        assert np.abs(array - blocks[1].export(gradient=True)[name]).max() < 1e-16


def test_lanes_of_unequal_length_train_and_every_row_is_answered_once():
    dataset = encode([[3, 0, 1, 2, 3], [4, 0, 1, 1, 0, 2, 4]])
    schedule = Schedule(dataset.lengths, 2, "interleaved")
    block, feed = Block([draw(shape=(5, 20, 5))]), Feed([dataset], torch.float32)
    epoch = Orders(schedule, [0]).epoch(0)
    batches = feed.batches(epoch)
    assert [None if b.weights is None else b.weights.flatten().tolist() for b in batches][-1] == [0.0, 1.0]
    losses = [run_epoch(block, batches, carry=True, with_loss=True)[0] for _ in range(200)]
    assert losses[-1] < losses[0] / 2
    answers = answer(block, feed, [epoch], carry=True, start=None)
    assert sorted(answers.rows[0].tolist()) == list(range(dataset.rows))
    assert answers.probabilities.shape == (1, dataset.rows, 5)


def test_accumulated_gradients_are_averaged_and_state_is_carried_in_between():
    block = Block([draw()], dtype=torch.float64, optimiser="sgd", accumulate=3)
    before, total, state = block.export(), 0, None
    for number in range(3):
        assert np.array_equal(block.export()["kernel"], before["kernel"])
        _, inputs, targets = random_batch(1, 2, 1, seed=number)
        block.update(inputs, targets, carry=True)
        alone = Block([{name: array[0] for name, array in before.items()}], dtype=torch.float64, optimiser="sgd")
        alone.state = state
        alone.update(inputs, targets, carry=True)
        state, total = alone.state, total + alone.export(gradient=True)["kernel"] / 3
    assert np.abs(before["kernel"] - 1e-3 * total - block.export()["kernel"]).max() < 1e-16


def test_seeds_whose_resets_differ_are_trained_as_if_alone():
    """Sequences of unequal length in random order: each seed resets at its own steps."""
    dataset = encode([[3, 0, 1, 2, 3], [4, 0, 1, 1, 0, 2, 4]])
    layer = Config(order="random", epochs=10)
    schedule = Schedule(dataset.lengths, 1, order="random")

    def train(seeds):
        return next(MODELS["stateful_lstm"].train(layer, [dataset], schedule, seeds, [10]))

    together, apart = train(range(6)), train([4])
    assert np.array_equal(together.in_layout.probabilities[4], apart.in_layout.probabilities[0])
    assert together.training_loss[4] == apart.training_loss[0]


def test_unequal_epochs_are_refused():
    schedule = Schedule((4, 4, 6, 6), 2, "interleaved", order="random")
    with pytest.raises(StudyError, match="use batch size 4"):
        Orders(schedule, range(20)).epoch(0)


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


@pytest.mark.parametrize(
    ("layer", "symbols", "count"), [("logistic_rnn", 5, 36), ("logistic_rnn", 11, 144), ("lstm_1997", 101, 10504)]
)
def test_networks_of_1997_have_as_many_weights_as_the_paper_says(layer, symbols, count):
    """Task 2a: every layer sees all layers below, no biases; the memory cell and its gate see the inputs alone."""
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
    monkeypatch.setattr("study.training.block.LARGEST", foreseen // lanes)
    block.predict(inputs[:, : timesteps // 2], carry=False)
    longer = torch.cat([inputs, inputs], dim=1)
    with pytest.raises(StudyError, match=f"{2 * timesteps} steps and 20 units needs") as refused:
        block.predict(longer, carry=False)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("layer", ["lstm", "gru", "lstm_1997_gated"])
@pytest.mark.parametrize(
    ("columns", "weighted", "carry"), [(False, False, True), (True, True, True), (True, False, False)]
)
def test_lanes_that_do_not_fit_at_once_are_computed_in_parts(layer, columns, weighted, carry, monkeypatch):
    timesteps, lanes, features = 6, 5, 7

    def train(at_once):
        monkeypatch.setattr("study.training.block.LARGEST", window_bytes(timesteps, at_once, features, 20, 8))
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

    whole, parts = train(lanes), train(2)
    for one, other in zip(whole[:2], parts[:2], strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
    assert all(np.abs(whole[2][name] - parts[2][name]).max() < 1e-11 for name in whole[2])
    assert (whole[3] is None) == (not carry)
    for one, other in zip(whole[3] or (), parts[3] or (), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("timesteps", "lanes", "every"), [(50, 1, True), (12, 3, True), (12, 2, False)])
def test_the_librarys_layer_agrees_with_the_default_one_and_treats_seeds_apart(timesteps, lanes, every):
    def train(seeds, fused):
        block = Block([draw(seed=seed, shape=(5, 20, 5), sees_inputs=True) for seed in seeds])
        block = fused_if_possible(block) if fused else block
        assert isinstance(block, FusedBlock) == fused
        losses, weights = [], torch.ones(1, timesteps if every else 1, lanes)
        weights[0, -1, -1] = 3
        for number in range(30):
            _, inputs, targets = random_batch(timesteps, lanes, weights.shape[1], torch.float32, seed=number)
            options = {"carry": True, "with_loss": True, "last_only": not every, "weights": weights}
            losses.append(block.update(inputs, targets, **options).numpy())
        return np.array(losses), block.export(), block.predict(inputs, carry=True, last_only=not every).numpy()

    (ours, weights, answers), (theirs, expected, wanted) = train(range(5), True), train(range(5), False)
    assert np.abs(ours - theirs).max() < 1e-5
    assert np.abs(answers - wanted).max() < 1e-4
    assert max(np.abs(weights[name] - expected[name]).max() for name in weights) < 1e-4
    alone, its_weights, its_answers = train([3], True)
    assert np.array_equal(alone[:, 0], ours[:, 3])
    assert np.array_equal(its_answers[0], answers[3])
    assert all(np.array_equal(its_weights[name][0], weights[name][3]) for name in weights)


def test_a_layer_can_ask_for_the_librarys_layer():
    layers = (
        Config(model="stateless_lstm", timesteps=4, epochs=60, batch_size=2, engine=e) for e in ("eager", "fused")
    )
    default, fused = (compute(layer, range(3)) for layer in layers)
    assert np.abs(default["training_loss"] - fused["training_loss"]).max() < 1e-4
    assert not np.array_equal(default["loss"], fused["loss"])  # it was taken


def test_the_librarys_layer_is_not_taken_where_it_does_not_fit():
    from study.training import compiled

    compiled._told.clear()
    with pytest.warns(UserWarning, match="the fused engine is not used: it knows the LSTM alone"):
        assert type(fused_if_possible(Block([draw("gru")], layer="gru"))) is Block
    with pytest.warns(UserWarning, match="single precision"):
        assert type(fused_if_possible(Block([draw()], dtype=torch.float64))) is Block
