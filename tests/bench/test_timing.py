"""What `study bench` times is what it says, its table is arithmetic, and a kept table is read back or refused."""

from __future__ import annotations

import json
from statistics import median

import numpy as np
import pytest
import torch
from invented_timings import FOUND

from study.bench import cases as timed
from study.bench import cold_start, peers
from study.bench import table as timings
from study.bench import timing as bench
from study.bench.aims import row_checks, run_checks
from study.bench.cases import tutorial_cases, window_cases
from study.bench.table import HEADINGS, Timing, checks, interval, load, rows
from study.errors import StudyError
from study.training.kernel.learner import KernelBlock
from study.training.optimisers import Adam

torch.set_num_threads(1)


def test_the_table_compares_each_line_with_the_plain_loop_of_its_shape_and_with_the_floor():
    laid = [dict(zip(HEADINGS, row, strict=True)) for row in rows(FOUND)]
    assert laid[1] == {
        "what": "engine",
        "steps": "1",
        "batch": "1",
        "seeds": "64",
        "median, us": "2.50",
        "95 % interval": "2.00–4.00",
        "ms a run": "5.00",
        "plain / this": "200.0",
        "this / floor": "2.5",
    }
    assert laid[4]["plain / this"] == "2.0"
    assert laid[4]["ms a run"] == laid[4]["this / floor"] == ""
    assert checks(FOUND) == [("1,000 seeds", "5.25 s", "aim: under 10 s")]
    assert bench.table(FOUND).row_count == 5


def test_a_kept_table_is_read_back_and_a_damaged_one_refused(tmp_path):
    path = tmp_path / timings.KEPT
    assert load(path) is None
    path.write_text(json.dumps(FOUND))
    assert load(path) == json.loads(json.dumps(FOUND))
    for damaged in ("{", "[]", json.dumps(FOUND | {"timings": [{"what": "engine"}]}), json.dumps({"timings": []})):
        path.write_text(damaged)
        with pytest.raises(StudyError, match=r"bench.json is not what 'study bench' writes") as refused:
            load(path)
        assert "\n" not in str(refused.value)


def test_every_case_makes_the_updates_it_is_divided_by(monkeypatch):
    made = []
    learn = KernelBlock._learn
    update = Adam.update
    monkeypatch.setattr(
        KernelBlock, "_learn", lambda block, data, rows, *more, **told: (
            made.append(len(rows) * block.seeds) or learn(block, data, rows, *more, **told)
        )
    )  # fmt: skip
    monkeypatch.setattr(
        Adam, "update", lambda adam, weights, gradient: made.append(0) or update(adam, weights, gradient)
    )
    monkeypatch.setattr(timed, "SEEDS", (1, 300))
    monkeypatch.setattr(timed, "STEPS", 100)
    monkeypatch.setattr(timed, "TIMESTEPS", (1, 4, 1000))
    monkeypatch.setattr(timed, "LANES", (1, 2))
    monkeypatch.setattr(timed, "TOGETHER", (2, 3))
    cases = [*tutorial_cases(), *window_cases(quick=True)]
    for case in cases:
        made.clear()
        assert case.seconds() > 0
        if case.what == "kernel":
            assert sum(made) == case.updates * case.seeds
        elif case.what == "torch":
            assert len(made) == case.updates * (2 if case.seeds == 300 else 1)  # 300 seeds are two blocks
    for engine in ("kernel", "torch"):
        assert {(case.timesteps, case.batch_size, case.seeds) for case in cases if case.what == engine} == {
            *((1, 1, seeds) for seeds in (1, 300)),
            *((*shape, seeds) for shape in ((1, 2), (4, 1), (4, 2)) for seeds in (2, 3)),
        }


def kernel(seeds, *rounds, shape=(1, 1), what="kernel"):
    """A timing of so many milliseconds in each round."""
    return Timing(what, *shape, seeds, 8, median(rounds), min(rounds), rounds)


def test_the_aim_is_held_against_adam_alone_round_by_round_for_the_fastest_of_many_seeds():
    found = [kernel(1, 0.0001, 0.0001), kernel(64, 0.004, 0.004), kernel(300, 0.002, 0.006)]
    found += [kernel(256, 0.0001, 0.0001, shape=(4, 1)), kernel(64, 0.0001, 0.0001, what="torch")]
    assert run_checks(found) == []  # without a floor no multiple
    found[2] = kernel(300, 0.002, 0.003)
    found.append(kernel(16, 0.001, 0.002, what="Adam alone"))
    floor, run, times = run_checks(found)
    assert (floor.value, run.value, times.value) == (3.0, 5.0, 1.75)
    assert times.aim == "95 % interval 1.50 to 2.00; aim: at most 1.6 times"
    assert run.aim == "95 % interval 4.00 to 6.00"


def test_rows_are_counted_where_the_kernel_is_ahead_and_the_others_named():
    found = [
        kernel(16, 1.0),
        kernel(16, 2.0, what="torch"),
        kernel(16, 0.5, what="Adam alone"),
        kernel(64, 1.0),
        kernel(64, 0.8, what="JAX"),
        kernel(64, 1.0, shape=(100, 8)),
        kernel(1, 0.5, shape=(100, 8), what="plain nn.LSTM loop"),
        kernel(64, 1.0, shape=(4, 8)),  # beside which nothing was timed
    ]
    assert [(check.what, check.value, check.aim) for check in row_checks(found)] == [
        ("rows where the kernel is ahead of all others", 1, "aim: all 3"),
        ("behind JAX at 1 step, batch 1, 64 seeds", 1.25, "aim: below 1"),
        ("behind plain nn.LSTM loop at 100 steps, batch 8, 64 seeds", 2.0, "aim: below 1"),
    ]


def test_the_interval_of_a_median_covers_it_and_narrows_with_the_rounds():
    few, many = interval([1.0, 2.0, 3.0]), interval([1.0, 2.0, 3.0] * 30)
    assert few[0] <= 2.0 <= few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert interval([2.0]) == (2.0, 2.0)


def test_jax_that_is_missing_is_named_and_losses_that_differ_are_refused(monkeypatch):
    with pytest.raises(StudyError, match="peer 'jax' is not installed for /bin/false"):
        peers.interpreter_with_jax("/bin/false")
    monkeypatch.setattr(peers, "kernel_losses", lambda *_: np.array([0.5, 0.25]))
    peers.check_losses("JAX", (4, 1), 2, [0.50001, 0.25])
    with pytest.raises(StudyError, match="JAX trains otherwise than the kernel"):
        peers.check_losses("JAX", (4, 1), 2, [0.501, 0.25])


def test_an_interpreter_is_refused_before_anything_is_built_or_its_absolute_path_given(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "tutorial_cases", lambda: pytest.fail("cases are built"))
    with pytest.raises(StudyError, match="--jax-python is /nonexistent, which is no program"):
        bench.measure(peers=("jax",), jax_python="/nonexistent")
    (tmp_path / "true").symlink_to("/bin/true")
    monkeypatch.chdir(tmp_path)
    assert peers.interpreter_with_jax("./true") == str(tmp_path / "true")


def test_a_process_that_ends_before_it_is_asked_is_a_mistake_not_a_closed_pipe(tmp_path):
    stub = tmp_path / "python"
    stub.write_text("#!/bin/sh\nexit 1\n")
    stub.chmod(0o755)
    with peers.jax_cases(str(stub), quick=True) as cases:
        for case in cases[:2]:  # by the second, it has ended for certain
            with pytest.raises(StudyError, match="the process that times JAX has ended"):
                case.seconds()


def test_many_seeds_are_trained_by_the_default_backend(monkeypatch):
    given = []

    class Noted:
        def run(self, jobs):
            given.extend(jobs)
            return iter(())

    monkeypatch.setattr(cold_start, "choose_backend", lambda _: Noted())
    cold_start.train_many(250)
    assert [seed for job in given for seed in job.seeds] == list(range(250))


def test_an_output_folder_that_is_missing_is_refused_before_anything_is_timed(tmp_path, monkeypatch, capsys):
    from study.commands.line import main

    monkeypatch.setattr(bench, "measure", lambda **_: pytest.fail("it measures"))
    assert main(["bench", "--output", str(tmp_path / "none" / "bench.json")]) == 2
    assert "does not exist" in capsys.readouterr().err
