"""Training as most people write it, with PyTorch's layers."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


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
            from_inputs, from_state = parts[2] if layer == "gru" else (parts[2], torch.zeros_like(parts[2]))
            self.layer.bias_ih_l0.copy_(from_inputs)
            self.layer.bias_hh_l0.copy_(from_state)
            self.dense.weight.copy_(drawn["dense_kernel"].T)
            self.dense.bias.copy_(drawn["dense_bias"])
        if layer != "gru":  # one trained bias
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
