"""A job whose process is killed goes on where it was, and gives the bits of a job that was never interrupted."""

from __future__ import annotations

import signal

import pandas as pd
import pytest
import torch
from killed import SEEDS, run_and_kill

from study.config import Config
from study.runs import unfinished
from study.runs.backends import Serial
from study.runs.compute import compute
from study.runs.plan import make_plan, run_plan
from study.runs.store import Store
from study.runs.unfinished import kept_at, key_of, read, write
from study.training.loop import Trainer

CONFIGS = {
    "lstm": Config(epochs=60, order="random", accumulate=3),
    "gru, never reset, data of their own": Config(
        model="stateful_gru", epochs=60, reset="never", task="random_sequences", task_options=(("count", 4),)
    ),
    "torch": Config(model="stateless_lstm", timesteps=4, epochs=60, engine="torch", layout="shuffled"),
}


@pytest.fixture
def trained(monkeypatch):
    """Epochs that each call of the trainers has made."""
    made, train_to = [], Trainer.train_to

    def counted(self, epochs, **options):
        before = self.epochs
        train_to(self, epochs, **options)
        made.append(self.epochs - before)

    monkeypatch.setattr(Trainer, "train_to", counted)
    monkeypatch.setattr("study.training.loop.seeds_per_block", lambda *_, **__: 5)
    return made


@pytest.mark.parametrize("name", CONFIGS)
def test_a_unit_that_is_killed_goes_on_where_it_was_bit_for_bit(name, tmp_path, trained):
    config, store = CONFIGS[name], Store(tmp_path / "results")
    expected = compute(config, range(SEEDS))
    whole = sum(trained)
    assert run_and_kill(tmp_path, config, 75).returncode == -signal.SIGKILL
    (kept,) = store.unfinished(config)
    assert not store.files(config)
    run_and_kill(tmp_path, config, 23)  # the second process goes on too, and is killed too
    plan = make_plan([config], SEEDS, store)
    assert [job.kept for job in plan.jobs] == [kept]
    trained.clear()
    assert run_plan(plan, store, Serial(), lambda _: None) == 0
    assert sum(trained) == whole - 75 - 23
    found = store.read(config)
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_exact=True)
    assert not store.unfinished(config)


def test_the_next_worker_goes_on_where_one_was_killed(tmp_path):
    config, store = CONFIGS["lstm"], Store(tmp_path / "results")
    done = run_and_kill(tmp_path, config, 100, workers=2)
    assert done.returncode == 0, done.stderr
    expected = compute(config, range(SEEDS))
    pd.testing.assert_frame_equal(store.read(config)[expected.columns], expected, check_exact=True)
    assert not store.unfinished(config)


@pytest.mark.parametrize("damage", [b"", b"no file of torch", None])
def test_a_file_that_is_damaged_or_of_something_else_is_not_used(damage, tmp_path, trained):
    config, store = CONFIGS["lstm"], Store(tmp_path)
    (job,) = make_plan([config], SEEDS, store).jobs
    write(job.kept, key_of(config, range(3)), {"done": 0, "table": b"", "training": {}})
    if damage is not None:
        job.kept.write_bytes(damage)
    assert read(job.kept, key_of(config, job.seeds)) is None
    assert run_plan(make_plan([config], SEEDS, store), store, Serial(), lambda _: None) == 0
    assert sum(trained) == 3 * config.epochs
    assert not store.unfinished(config)


def test_other_code_or_another_library_does_not_go_on(monkeypatch):
    key = key_of(Config(), (0,))
    assert len({key, key_of(Config(), (1,)), key_of(Config(units=21), (0,))}) == 3
    unfinished._code.cache_clear()
    monkeypatch.setattr(unfinished, "version", lambda _: "0.0")
    assert key_of(Config(), (0,)) != key
    unfinished._code.cache_clear()


def test_files_of_units_that_were_cut_otherwise_go(tmp_path):
    store = Store(tmp_path)
    path = store.unfinished_path(CONFIGS["lstm"], (3, 4))
    write(path, "", {})
    path.with_name(f"{path.name}.123").touch()
    make_plan([CONFIGS["lstm"]], SEEDS, store)
    assert not store.unfinished(CONFIGS["lstm"])


def test_nothing_is_kept_before_its_time_nor_where_no_path_is_given(tmp_path, monkeypatch):
    with kept_at(tmp_path / "kept"):
        compute(Config(epochs=5), (0,))
    monkeypatch.setattr(unfinished, "SECONDS", 0.0)
    compute(Config(epochs=5), (0,))
    assert not list(tmp_path.iterdir())


def test_a_disk_that_is_full_costs_the_file_and_not_the_unit(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    monkeypatch.setattr(unfinished, "SECONDS", 0.0)
    with kept_at(tmp_path / "kept"):
        assert len(compute(Config(epochs=5), (0,))) == 2
    assert not list(tmp_path.iterdir())
