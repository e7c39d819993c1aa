"""Bits of the networks of 1997: stored fingerprints, met on this processor and by code that is made for other ones.

`fingerprints.json` holds a hash of the weights of two trials after some sequences, computed on an AMD EPYC (Zen 5,
AVX-512). Code for processors with AVX2, and for those with neither AVX nor fused multiply-add, must lead to the same.
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
from autograd_1997 import config_of

from study.training.online.trials import Criterion, Trials

HERE = Path(__file__).parent
STORED = json.loads((HERE / "fingerprints.json").read_text())
LAG_9 = {"task": "long_lag", "task_options": (("lag", 9),), "judged_every": 100, "learning_rate": 1.0}
DISTRACTORS = {"task": "distractors", "task_options": (("p", 50), ("q", 50)), "judged_every": 100}
CONFIGURATIONS = {
    "unit, RTRL": config_of("self_recurrent_1997", **LAG_9),
    "unit, BPTT, step before": config_of(
        "self_recurrent_1997", {"gradient": "bptt", "update": "sequence", "outputs_see": "step_before"}, **LAG_9
    ),
    "cell that joins": config_of("memory_cell_1997", joins="plateau", **LAG_9),
    "cell, cross-entropy, Adam": config_of(
        "memory_cell_1997", optimiser="adam", loss="summed_cross_entropy", **{**LAG_9, "learning_rate": 0.01}
    ),
    "blocks, truncated": config_of("cell_blocks_1997", **DISTRACTORS),
    "blocks, full": config_of("cell_blocks_1997", {"gradient": "full"}, **DISTRACTORS),
    "blocks, no feedback": config_of("cell_blocks_1997", {"feedback": "none"}, **DISTRACTORS),
}
PROCESSORS = {
    "AVX2": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,-avx512f"},
    "no AVX and no fused multiply-add": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"},
}


def fingerprint(name):
    """Hash the weights and what was counted on the way."""
    digest = hashlib.sha256()
    trials = Trials(CONFIGURATIONS[name], [0, 1], Criterion(0.25, 10_000, False))
    trials.train_to(1500)
    for trial in trials.trials:
        digest.update(trial.memory.weights.tobytes() + trial.memory.sums.tobytes())
        digest.update(f"{trial.sequences} {trial.passed} {trial.joined_after}".encode())
    return digest.hexdigest()[:16]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_this_processor_computes_the_stored_bits(name):
    assert fingerprint(name) == STORED[name]


ELSEWHERE = """
import sys
sys.path[:0] = sys.argv[1:4]
import test_loop_bits
for name in test_loop_bits.CONFIGURATIONS:
    assert test_loop_bits.fingerprint(name) == test_loop_bits.STORED[name], name
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="these are names of x86-64 processors")
@pytest.mark.parametrize("processor", PROCESSORS)
def test_code_for_other_processors_computes_the_stored_bits(processor):
    tests = HERE.parents[1]
    command = [sys.executable, "-c", ELSEWHERE, str(HERE), str(tests / "support"), str(tests.parent)]
    done = subprocess.run(command, env=os.environ | PROCESSORS[processor], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
