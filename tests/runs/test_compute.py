"""A seed's bits are the same alone and in a block, in one process and in two, in any order of configurations."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planned import CONFIGS, NAMES, of_seed, run, same

from study.config import Config
from study.runs.backends import Job, Processes
from study.runs.compute import compute
from study.runs.store import Store

pytestmark = pytest.mark.lowest


@pytest.mark.parametrize("config", [replace(config, epochs=20) for config in CONFIGS], ids=NAMES)
def test_a_seed_has_the_same_bits_alone_and_in_a_block_of_64(config):
    together = compute(config, range(64))
    for seed in (0, 17, 63):
        same(compute(config, [seed]), of_seed(together, seed))
    backwards = compute(config, [5, 3, 40])
    for seed in (3, 5, 40):
        same(of_seed(backwards, seed), of_seed(together, seed))


@pytest.mark.slow
def test_two_workers_give_the_bits_of_one_and_hand_failures_back():
    jobs = [Job(replace(config, epochs=20), (0, 1, 2), 1.0) for config in CONFIGS]
    wrong = Job(Config(epochs=5, initialisation="nowhere"), (0,), 9.0)
    outcomes = {outcome.job: outcome for outcome in Processes(2).run([*jobs, wrong])}
    assert outcomes[wrong].table is None
    assert "Traceback" in outcomes[wrong].failure
    assert "nowhere" in outcomes[wrong].failure
    for job in jobs:
        same(outcomes[job].table, compute(job.config, range(4)).query("seed < 3").reset_index(drop=True))


def test_the_order_of_configs_changes_no_bit(tmp_path):
    one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
    run(CONFIGS, 2, one)
    run(CONFIGS[::-1], 2, two)
    for config in CONFIGS:
        same(one.read(config), two.read(config))
