"""The kernel's bits: stored fingerprints, met on this processor and by code that is made for other ones.

`kernel_fingerprints.json` holds a hash of every number of 20 seeds of some configurations, computed on an AMD EPYC
(Zen 5, AVX-512). Code for processors with AVX2, and for those with neither AVX nor fused multiply-add, which then is
done by the C library, must lead to the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from study.config import Config
from study.runs.compute import compute

HERE = Path(__file__).parent
STORED = json.loads((HERE / "kernel_fingerprints.json").read_text())
STATELESS = {"model": "stateless_lstm", "timesteps": 4}
CONFIGURATIONS = {
    "tutorial": Config(epochs=100),
    "tutorial in double precision": Config(epochs=20, precision="float64"),
    "windows of 8 lanes": Config(**STATELESS, batch_size=8, epochs=50),
    "windows of 8 lanes in double precision": Config(**STATELESS, batch_size=8, epochs=20, precision="float64"),
    "33 units, softmax, a target at every step": Config(
        **STATELESS, units=33, targets="every", epochs=20, loss="softmax_cross_entropy", optimiser="rmsprop"
    ),
    "GRU, orders of its own": Config(model="stateful_gru", epochs=50, order="random", reset="never"),
    "cells of 1997, squared error, momentum": Config(
        model="stateful_lstm_1997_gated",
        epochs=50,
        optimiser="sgd",
        optimiser_options=(("momentum", 0.9),),
        loss="squared_error",
        sees_inputs=True,
    ),
    "lanes, accumulated, Adam of PyTorch": Config(
        batch_size=2, layout="interleaved", accumulate=3, epochs=50, optimiser="adam_pytorch"
    ),
    "windows of 101 steps, more outputs than units": Config(
        task="long_lag",
        task_options=(("lag", 100),),
        model="stateless_lstm",
        timesteps=101,
        targets="every",
        batch_size=2,
        layout="interleaved",
        last_step_weight=1010.0,
        epochs=10,
    ),
}
PROCESSORS = {
    "AVX2": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,-avx512f"},
    "no AVX and no fused multiply-add": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"},
}


def fingerprint(name):
    """Hash every number of a configuration's results."""
    table = compute(CONFIGURATIONS[name], range(20)).select_dtypes("number")
    return hashlib.sha256(b"".join(table[column].to_numpy().tobytes() for column in sorted(table))).hexdigest()[:16]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_this_processor_computes_the_stored_bits(name):
    assert fingerprint(name) == STORED[name]


ELSEWHERE = """
import sys
sys.path[:0] = sys.argv[1:3]
import torch
torch.set_num_threads(1)
import test_kernel_bits
for name in test_kernel_bits.CONFIGURATIONS:
    assert test_kernel_bits.fingerprint(name) == test_kernel_bits.STORED[name], name
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="these are names of x86-64 processors")
@pytest.mark.parametrize("processor", PROCESSORS)
def test_code_for_other_processors_computes_the_stored_bits(processor):
    command = [sys.executable, "-c", ELSEWHERE, str(HERE), str(HERE.parents[1])]
    done = subprocess.run(command, env=os.environ | PROCESSORS[processor], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
