"""A loop as most people write it: `nn.LSTM`, `nn.Linear`, fused Adam, one seed, timed without the engine's settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from study.bench.alone.serving import Work, given, serve


def training(case: dict[str, Any], arrays: dict[str, Any]) -> Work:
    """Set one seed up; each call goes on with training.

    Parameters
    ----------
    case : dict
        `shape` names the data, `updates` says how many are made in a call.
    arrays : dict
        Inputs and targets of each shape (batch, step, lane, feature), and its resets (batch).
    """
    inputs, targets = (torch.from_numpy(arrays[f"{name}_{case['shape']}"]) for name in ("inputs", "targets"))
    resets, units = arrays[f"resets_{case['shape']}"], len(arrays["dense_kernel"][0])
    layer, dense = nn.LSTM(inputs.shape[-1], units), nn.Linear(units, targets.shape[-1])
    optimiser = torch.optim.Adam([*layer.parameters(), *dense.parameters()], fused=True)
    loss = nn.BCEWithLogitsLoss()

    def work() -> Any:
        state = None
        for number in range(case["updates"]):
            place = number % len(inputs)
            optimiser.zero_grad()
            hidden, state = layer(inputs[place], state)
            found = loss(dense(hidden), targets[place])
            found.backward()
            optimiser.step()
            state = None if resets[place] else tuple(part.detach() for part in state)
        return np.array([found.item()])

    return work


if __name__ == "__main__":
    torch.set_num_threads(1)
    cases, arrays = given()
    serve([training(case, arrays) for case in cases])
