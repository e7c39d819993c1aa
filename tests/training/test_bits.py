"""The same bits on Intel and AMD: stored fingerprints of both, and products that no block size changes.

`fingerprints.jsonl` holds, for two processors and several modes of the numerical library, a hash of every number of 32
seeds of eleven configurations. Without a mode, and in AVX2, the two differ; in the mode that the study chooses they
agree in all but the compiled engine, which divides by the processor's own estimates.
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
import torch

from study.config import Config
from study.runs.compute import compute
from study.training.bits import MODE, PROMISED, SETTING

STORED = [json.loads(line) for line in (Path(__file__).parent / "fingerprints.jsonl").read_text().splitlines()]
PROMISING = [line for line in STORED if line["mode"] == MODE]
TORCH = {"engine": "torch"}
STATELESS = {"model": "stateless_lstm", "timesteps": 4}
CONFIGURATIONS = {
    "tutorial": Config(**TORCH),
    "lanes_b2": Config(**TORCH, batch_size=2, layout="interleaved"),
    "batch4_epoch": Config(**TORCH, batch_size=4, reset="epoch"),
    "batch8_epoch": Config(**TORCH, batch_size=8, reset="epoch"),
    "window4_b1": Config(**TORCH, **STATELESS),
    "window4_b8": Config(**TORCH, **STATELESS, batch_size=8),
    "units64": Config(**TORCH, **STATELESS, units=64, epochs=50),
    "tutorial_f64": Config(**TORCH, epochs=100, precision="float64"),
    "window4_b8_f64": Config(**TORCH, **STATELESS, batch_size=8, epochs=100, precision="float64"),
    "mlp": Config(model="mlp", epochs=50),
}
OWN_ESTIMATES = {"tutorial_compiled"}  # of the processor; nothing is promised

on_promised_processors = pytest.mark.skipif(
    platform.machine() not in {"x86_64", "AMD64"} or not torch.backends.cpu.get_cpu_capability().startswith("AVX"),
    reason="equal bits are promised on x86-64 processors with AVX2",
)


def run_apart(code, **settings):
    """Run a program in a process of its own, with no mode set but the one given; returns its output."""
    environment = {name: value for name, value in os.environ.items() if name != SETTING}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment | settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_stored_fingerprints_show_that_the_mode_is_needed_and_enough():
    assert len({line["processor"] for line in PROMISING}) == 2
    one, other = (line["fingerprints"] for line in PROMISING)
    assert {name for name in one if one[name] != other[name]} == OWN_ESTIMATES
    unset = [line["fingerprints"] for line in STORED if not line["mode"]]
    assert unset[0]["tutorial"] != unset[1]["tutorial"]


def fingerprint(config):
    table = compute(config, range(32)).select_dtypes("number")
    return hashlib.sha256(b"".join(table[name].to_numpy().tobytes() for name in sorted(table))).hexdigest()[:16]


@on_promised_processors
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_this_processor_computes_the_stored_bits(name):
    assert fingerprint(CONFIGURATIONS[name]) == PROMISING[0]["fingerprints"][name]


# The products of a block of seeds against those of each seed alone, for shapes that the engine uses.
INDEPENDENT = """
import study.training, torch
torch.set_num_threads(1)
draws = torch.Generator().manual_seed(0)
for dtype in (torch.float32, torch.float64):
    for rows, inner, columns in ((1, 26, 80), (2, 26, 80), (8, 26, 80), (32, 26, 80), (8, 80, 20), (26, 8, 80)):
        left = torch.randn(64, rows, inner, generator=draws).to(dtype)
        right = torch.randn(64, inner, columns, generator=draws).to(dtype)
        together = torch.bmm(left, right)
        for seeds in ([5], [63], [3, 5], [9, 1, 7], list(range(10, 43))):
            assert torch.equal(torch.bmm(left[seeds], right[seeds]), together[seeds]), (dtype, rows, seeds)
"""


@pytest.mark.parametrize("settings", [{}, {SETTING: "AVX2"}, {SETTING: MODE}])
def test_the_number_of_seeds_in_a_block_changes_no_product(settings):
    run_apart(INDEPENDENT, **settings)


@on_promised_processors
@pytest.mark.parametrize(
    "start",
    [
        "import study.training.engines.block",
        "import study.estimators",
        "import torch, study.training.engines.block",  # as in a notebook: nothing was multiplied yet
    ],
)
def test_wherever_it_is_started_from_the_products_are_the_promised_ones(start):
    code = f"{start}\nfrom study.training.bits import check_products, product_bits\nprint(product_bits())"
    assert run_apart(f"{code}\nassert check_products()").strip() == PROMISED


@on_promised_processors
def test_a_worker_computes_the_promised_products():
    code = """
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from study.runs.backends import prepare_worker
from study.training.bits import product_bits
with ProcessPoolExecutor(1, get_context("spawn"), initializer=prepare_worker) as pool:
    print(pool.submit(product_bits).result())
"""
    assert run_apart(code).strip() == PROMISED


@on_promised_processors
def test_products_that_cannot_be_had_any_more_are_told_once():
    code = """
import torch
torch.ones(8, 8) @ torch.ones(8, 8)
from study.config import Config
from study.runs.compute import compute
for epochs in (1, 2):
    compute(Config(epochs=epochs, engine="torch"), [0])
"""
    said = run_apart(code)
    assert said.count("may differ from stored ones in the last bits") == 1
    assert "import study first" in said
    assert f"{SETTING} is set to 'AVX2': unset it" in run_apart(code, **{SETTING: "AVX2"})
