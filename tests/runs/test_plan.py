"""What is stored is not computed again, and what is damaged or has failed is found, named and tried again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from planned import CONFIGS, of_seed, run

import study.runs.compute
from study.commands.line import main
from study.config import Config
from study.experiments import EXPERIMENTS, Experiment
from study.runs.compute import compute
from study.runs.plan import make_plan
from study.runs.store import Store

FAR = {
    "task": "long_lag",
    "task_options": (("lag", 1000),),
    "model": "stateless_lstm",
    "timesteps": 1001,
    "targets": "every",
    "batch_size": 2,
    "layout": "interleaved",
    "units": 40,
}

pytestmark = pytest.mark.lowest


class Tiny(Experiment):
    """A handful of configurations, to be run by the command line."""

    name = "tiny"
    question = "Does it run?"

    def configs(self, preset):
        return [replace(config, epochs=5) for config in CONFIGS] if preset.name == "quick" else CONFIGS


@pytest.fixture
def tiny(monkeypatch):
    for name in list(EXPERIMENTS):
        monkeypatch.delitem(EXPERIMENTS, name)
    monkeypatch.setitem(EXPERIMENTS, "tiny", Tiny())


@pytest.fixture
def counted(monkeypatch):
    """List of the (configuration, seeds) that are really computed in this process."""
    calls = []

    def counting(config, seeds):
        calls.append((config, tuple(seeds)))
        return compute(config, seeds)

    monkeypatch.setattr(study.runs.compute, "compute", counting)
    return calls


def files(folder):
    return {path: path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def test_a_second_run_computes_nothing(tmp_path, counted):
    store = Store(tmp_path)
    plan, outcomes, failed = run(CONFIGS, 3, store)
    assert (len(plan.jobs), len(outcomes), failed) == (5, 5, 0)
    assert len(counted) == 5
    before = files(tmp_path)
    plan, outcomes, failed = run(CONFIGS, 3, store)
    assert (plan.jobs, plan.seeds_wanted, plan.seeds_present) == ([], 15, 15)
    assert (outcomes, failed, len(counted)) == ([], 0, 5)
    assert files(tmp_path) == before


def test_more_seeds_compute_only_the_new_ones(tmp_path, counted):
    store = Store(tmp_path)
    run(CONFIGS[:1], 3, store)
    run(CONFIGS[:1], 5, store)
    assert [seeds for _, seeds in counted] == [(0, 1, 2), (3, 4)]
    run(CONFIGS[:1], 2, store)  # fewer are there already
    assert len(counted) == 2
    table = store.read(CONFIGS[0])
    assert sorted(table["seed"].unique()) == [0, 1, 2, 3, 4]
    assert not table.duplicated(["seed", "epoch"]).any()


def test_seeds_need_not_begin_with_0(tmp_path):
    store = Store(tmp_path)
    run([CONFIGS[0]], {CONFIGS[0]: {0, 7, 8}}, store)
    assert store.seeds(CONFIGS[0]) == {0, 7, 8}
    plan, _, _ = run([CONFIGS[0]], {CONFIGS[0]: range(6, 9)}, store)
    assert (plan.seeds_wanted, plan.seeds_present) == (3, 2)


def test_another_config_is_computed_anew(tmp_path, counted):
    store = Store(tmp_path)
    run(CONFIGS[:1], 2, store)
    run([replace(CONFIGS[0], learning_rate=0.002)], 2, store)
    assert len(counted) == 2


def test_pandas_reads_all_results_in_one_line(tmp_path):
    run(CONFIGS, 2, Store(tmp_path))
    everything = pd.read_parquet(tmp_path / "runs")
    assert everything["config"].nunique() == len(CONFIGS)
    assert set(everything["seed"]) == {0, 1}
    needed = {"model", "layout", "batch_size", "budget", "epoch", "updates", "ambiguous_accuracy", "memory_gap"}
    assert needed <= set(everything.columns)
    assert len(everything) == len(CONFIGS) * 2 * 3  # epochs 0, 5 and 10


def test_provenance_stands_in_every_file(tmp_path):
    store = Store(tmp_path)
    run(CONFIGS[:1], 2, store)
    (origin,) = store.provenance(CONFIGS[0])
    assert {"version", "commit", "python", "processor", "torch", "computed", "seconds"} <= set(origin)
    assert origin["seeds"] == [0, 1]
    assert origin["config"]["epochs"] == 10


@pytest.mark.usefixtures("tiny")
def test_a_damaged_file_is_set_aside_named_and_computed_anew(tmp_path, capsys):
    arguments = ["run", "--preset", "quick", "--seeds", "2", "--workers", "1", "--results", str(tmp_path)]
    assert main(arguments) == 0
    configs = Tiny().configs(type("P", (), {"name": "quick"}))
    store = Store(tmp_path)
    (path,) = store.files(configs[0])
    whole, expected = path.read_bytes(), store.read(configs[0])
    damaged = whole[: len(whole) // 2]
    path.write_bytes(damaged)
    capsys.readouterr()
    assert main(arguments) == 0
    err = capsys.readouterr().err
    assert path.name in err
    assert "damaged" in err
    assert "Traceback" not in err
    aside = path.with_name(f"_damaged_{path.name}")
    assert aside.read_bytes() == damaged
    pd.testing.assert_frame_equal(store.read(configs[0]), expected)
    assert main(arguments) == 0
    assert "nothing to compute" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a table at all", None])
def test_any_damage_is_found_before_anything_is_computed(tmp_path, content):
    store = Store(tmp_path)
    run(CONFIGS[:1], 2, store)
    (path,) = store.files(CONFIGS[0])
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + bytes(len(whole) - 50) + whole[-46:] if content is None else content)
    plan = make_plan(CONFIGS[:1], 2, store)
    assert len(plan.repairs) == 1
    assert path.name in plan.repairs[0]
    assert [job.seeds for job in plan.jobs] == [(0, 1)]


@pytest.mark.usefixtures("tiny")
def test_a_unit_that_raises_is_kept_apart_counted_and_tried_again(tmp_path, monkeypatch, capsys):
    def failing(config, seeds):
        if config.layout == "shuffled":
            raise RuntimeError("the disk is on fire")
        return compute(config, seeds)

    arguments = ["run", "--seeds", "2", "--workers", "1", "--results", str(tmp_path)]
    monkeypatch.setattr(study.runs.compute, "compute", failing)
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert "4 done, 1 failed, 0 left" in err
    assert "Traceback" not in err
    (failure,) = (tmp_path / "failures").iterdir()
    text = failure.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "the disk is on fire" in text
    assert json.loads(text.splitlines()[0])["seeds"] == [0, 1]
    assert main(["status", "--results", str(tmp_path)]) == 0
    shown = capsys.readouterr().out.split()
    assert shown[-7:] == ["tiny", "5", "8", "500", "0", "0", "1"]

    monkeypatch.setattr(study.runs.compute, "compute", compute)
    assert main(arguments) == 0
    assert "4 configurations" not in capsys.readouterr().err
    assert not list((tmp_path / "failures").iterdir())
    assert len(Store(tmp_path).read(CONFIGS[2])["seed"].unique()) == 2


def test_a_failed_unit_is_remembered_until_all_of_its_seeds_are_stored(tmp_path):
    store, config = Store(tmp_path), CONFIGS[0]
    table = compute(config, range(4))
    first, second = store.write_failure(config, (0, 1), "first"), store.write_failure(config, (2, 3), "second")
    assert store.failures([config]) == [first, second]
    store.write(config, of_seed(table, 2), {})  # half of the second, cut otherwise
    assert store.failures([config]) == [first, second]
    assert first.read_text(encoding="utf-8").endswith("first")
    store.write(config, of_seed(table, 3), {})
    assert store.failures([config]) == [first]
    store.write(config, table.query("seed < 2"), {})
    assert store.failures([config]) == []


def test_failures_of_a_config_are_found_by_the_configs_that_coincide_with_it_and_counted_once(tmp_path):
    store, config = Store(tmp_path), CONFIGS[0]
    coincides = replace(config, layout="interleaved")
    kept = store.write_failure(config, (0, 1), "why")
    assert store.failures([coincides]) == store.failures([config, coincides]) == [kept]
    assert store.failures([CONFIGS[1]]) == []
    store.write(coincides, compute(coincides, (0, 1)), {})
    assert store.failures([config]) == []


@pytest.mark.usefixtures("tiny")
def test_configs_that_coincide_are_counted_once_by_run_and_status(tmp_path, monkeypatch, capsys):
    configs = [Config(epochs=1), Config(epochs=1, layout="interleaved"), Config(epochs=1, batch_size=2)]
    monkeypatch.setattr(Tiny, "configs", lambda *_: configs)
    assert main(["run", "--seeds", "3", "--workers", "1", "--results", str(tmp_path)]) == 0
    assert "2 configurations, 6 runs: 0 stored, 6 to compute" in capsys.readouterr().err
    assert main(["status", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split()[-7:] == ["tiny", "2", "6", "200", "0", "0", "0"]


@pytest.mark.parametrize(
    ("settings", "sizes"),
    [
        ({"epochs": 1}, [40]),
        ({"epochs": 600, **FAR}, [16, 16, 8]),  # each seed takes long, but a vector of the kernel as long as one
        ({"epochs": 600, **FAR, "precision": "float64"}, [8] * 5),
        ({"epochs": 2000, **FAR, "engine": "torch"}, [1] * 40),
    ],
)
def test_a_unit_takes_a_while_and_fills_the_kernels_vectors(tmp_path, settings, sizes):
    plan = make_plan([Config(**settings)], 40, Store(tmp_path))
    assert [len(job.seeds) for job in plan.jobs] == sizes


def test_costs_are_those_of_what_trains_and_a_probe_costs_more(tmp_path):
    def cost(**changes):
        plan = make_plan([Config(**{"epochs": 1000, **changes})], 8, Store(tmp_path))
        return sum(job.cost for job in plan.jobs)

    assert cost(engine="torch") > 5 * cost()
    assert cost(probe="unseen", task="random_sequences") > cost(task="random_sequences")
    stream = {"epochs": 0, "sequences": 5000, "judged_every": 50, "model": "stateless_lstm", "targets": "every"}
    short, long = (
        cost(task="long_lag", task_options=(("lag", steps - 1),), timesteps=steps, **stream) for steps in (4, 100)
    )
    assert long > 5 * short
