"""What `study bench` times is what it says, its table is arithmetic, and a kept table is read back or refused."""

from __future__ import annotations

import json

import pytest
import torch
from invented_timings import FOUND

from study.bench import cases as timed
from study.bench import cold_start
from study.bench import table as timings
from study.bench import timing as bench
from study.bench.aims import run_checks
from study.bench.cases import tutorial_cases, window_cases
from study.bench.table import HEADINGS, Check, Timing, checks, load, rows
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
        "median, us": "4.00",
        "fastest, us": "2.50",
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
    assert load(path) == FOUND
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
    monkeypatch.setattr(timed, "TIMESTEPS", (1, 4, 1000))
    monkeypatch.setattr(timed, "LANES", (1, 2))
    monkeypatch.setattr(timed, "TOGETHER", (2, 3))
    cases = [*tutorial_cases(), *window_cases(quick=True)]
    for case in cases:
        made.clear()
        case.work()
        if case.what == "kernel":
            assert sum(made) == case.updates * case.seeds
        elif case.what == "torch":
            assert len(made) == case.updates * (2 if case.seeds == 300 else 1)  # 300 seeds are two blocks
    for engine in ("kernel", "torch"):
        assert {(case.timesteps, case.batch_size, case.seeds) for case in cases if case.what == engine} == {
            *((1, 1, seeds) for seeds in (1, 300)),
            *((*shape, seeds) for shape in ((1, 2), (4, 1), (4, 2)) for seeds in (2, 3)),
        }


def test_the_aim_is_held_against_the_fastest_of_many_seeds_alone():
    found = [
        Timing("kernel", 1, 1, seeds, 8, 1.0, fastest) for seeds, fastest in ((1, 0.0001), (64, 0.004), (300, 0.003))
    ]
    found += [Timing("kernel", 4, 1, 256, 8, 1.0, 0.0001), Timing("torch", 1, 1, 64, 8, 1.0, 0.0001)]
    assert run_checks(found) == []  # without a floor no multiple
    found.append(Timing("Adam alone", 1, 1, 16, 64, 0.003, 0.002))
    name = "one run of the tutorial, many seeds"
    assert run_checks(found) == [
        Check(name, 6.0, "ms", ""),
        Check(f"{name}, against Adam alone", 1.5, "times", "aim: at most 1.6 times"),
    ]


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
