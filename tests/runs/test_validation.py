"""A stored file that holds something else than its name, its metadata and its folder say is refused when it is read."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import study.config
import study.runs.compute
from study.commands.line import main
from study.config import Config
from study.experiment import checkpoints, scored_at
from study.experiments import EXPERIMENTS
from study.experiments.main_grid.configs import MainGrid
from study.runs.backends import Serial
from study.runs.compute import compute
from study.runs.plan import make_plan, run_plan
from study.runs.store import Store
from study.runs.validation import DamagedResultError, settings_of

CONFIG = Config(epochs=10)
SEEDS = (3, 4)


@pytest.fixture(scope="module")
def computed():
    return compute(CONFIG, SEEDS)


@pytest.fixture
def stored(tmp_path, computed):
    """A store with one file of two seeds, and where it lies."""
    store = Store(tmp_path / "results")
    return store, store.write(CONFIG, computed, {"seconds": 1.0})


def rewrite(path, change=lambda table: table, **metadata):
    """Write a file anew with a changed table, the rest of its metadata as they were."""
    arrow = pq.read_table(path)
    kept = json.loads(arrow.schema.metadata[b"study"]) | metadata
    table = pa.Table.from_pandas(change(arrow.to_pandas()), preserve_index=False)
    pq.write_table(table.replace_schema_metadata({b"study": json.dumps(kept).encode()}), path)


def with_value(name, value, at=slice(None)):
    """Change a column, or some rows of it."""

    def change(table):
        table.loc[table.index[at], name] = value
        return table

    return change


CHANGES = {
    "another configuration": (with_value("config", "0123456789"), {}, "it holds configuration 0123456789"),
    "two configurations": (with_value("config", "0123456789", slice(1)), {}, "it holds configuration 0123456789, "),
    "a setting": (with_value("units", 21), {}, "column units is not 20"),
    "a setting in one row": (with_value("layout", "shuffled", slice(1)), {}, "column layout is not 'consecutive'"),
    "the budget": (with_value("budget", 20), {}, "column budget is not 10"),
    "settings of the metadata": (None, {"config": {**settings_of(CONFIG), "units": 21}}, "metadata say units 21"),
    "no configuration in the metadata": (None, {"config": None}, "metadata name no configuration"),
    "seeds of the metadata": (None, {"seeds": [3]}, "2 seeds are not those that its metadata name"),
    "no seeds in the metadata": (None, {"seeds": None}, "metadata cannot be read"),
    "seeds of the table": (lambda table: table[table["seed"] == 3], {}, "1 seeds are not those"),
    "seeds of both": (lambda table: table[table["seed"] == 3], {"seeds": [3]}, "seeds_00003-00003, which is not its"),
    "no rows": (lambda table: table[:0], {}, "it holds configuration none"),
    "a checkpoint gone": (lambda table: table.drop(index=1), {}, "seed 3 is scored 0 times at epoch 5"),
    "another epoch": (with_value("epoch", 7, slice(1, 2)), {}, "epoch 7, which is no checkpoint"),
    "a row twice": (lambda table: table.iloc[[0, *range(len(table))]], {}, "seed 3 is scored 2 times at epoch 0"),
    "updates": (
        with_value("updates", 81, slice(2, 3)),
        {},
        "81 updates at epoch 10 instead of 80",
    ),
    "a share above 1": (with_value("accuracy", 1.5, slice(1, 2)), {}, "accuracy is 1.5 for seed 3 at epoch 5"),
    "a share below 0": (with_value("fresh_accuracy", -0.5, slice(1)), {}, "fresh_accuracy is -0.5"),
    "a gap below -1": (with_value("memory_gap", -1.5, slice(1)), {}, "memory_gap is -1.5"),
    "a negative loss": (with_value("loss", -0.1, slice(1)), {}, "loss is -0.1"),
    "no number": (with_value("ambiguous_accuracy", np.nan, slice(1)), {}, "ambiguous_accuracy is nan"),
    "an infinite number": (with_value("loss", np.inf, slice(1)), {}, "loss is inf"),
    "no training loss after training": (with_value("training_loss", np.nan), {}, "training_loss is nan for seed 3"),
    "no column of a measure": (lambda table: table.drop(columns="memory_gap"), {}, "no column memory_gap of numbers"),
    "a measure in words": (lambda table: table.astype({"loss": str}), {}, "it has no column loss of numbers"),
    "no column of seeds": (lambda table: table.drop(columns="seed"), {}, "it has no column seed"),
    "a row of no configuration": (
        with_value("config", None, slice(1)),
        {},
        "its column config is not of names throughout",
    ),
    "seeds that are no numbers": (lambda table: table.astype({"seed": str}), {}, "column seed is not of whole numbers"),
}


@pytest.mark.parametrize(("change", "metadata", "reason"), CHANGES.values(), ids=CHANGES)
def test_each_mismatch_is_refused_with_its_reason_on_one_line(stored, change, metadata, reason):
    store, path = stored
    rewrite(path, *([change] if change else []), **metadata)
    with pytest.raises(DamagedResultError, match=r"is damaged \(.*\); 'study run' sets it aside") as raised:
        store.read(CONFIG)
    assert raised.value.path == path
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_only_written_anew_is_read_as_before(stored, computed):
    store, path = stored
    rewrite(path)
    assert store.read(CONFIG)[list(computed.columns)].equals(computed)


def test_a_file_in_the_folder_or_under_the_name_of_another_is_refused(stored):
    store, path = stored
    other = replace(CONFIG, units=21)
    moved = store.folder(other) / path.name
    moved.parent.mkdir()
    moved.write_bytes(path.read_bytes())
    with pytest.raises(
        DamagedResultError, match=f"it holds configuration {CONFIG.identity}, and its folder is that of"
    ):
        store.read(other)
    path.rename(path.with_name("seeds_00000-00001.parquet"))
    with pytest.raises(DamagedResultError, match="it holds seeds_00003-00004, which is not its name"):
        store.read(CONFIG)


def test_a_flipped_bit_is_no_other_number(stored, computed):
    """Each page of data carries a checksum, which reading verifies."""
    store, path = stored
    sound, draws, refused = path.read_bytes(), np.random.default_rng(0), 0
    for place in draws.integers(4, len(sound) - 4, 200).tolist():
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1 << int(draws.integers(8))]) + sound[place + 1 :])
        try:
            found = store.read(CONFIG)
        except DamagedResultError:
            refused += 1
            continue
        assert found[list(computed.columns)].equals(computed)  # the bit was in nothing that is shown
    assert refused > 20


def test_two_files_that_disagree_on_a_seed_are_refused(stored, computed):
    store, _ = stored
    again = computed[computed["seed"] == 3]
    store.write(CONFIG, again, {"seconds": 1.0})
    assert len(store.read(CONFIG)) == len(computed)
    store.write(CONFIG, again.assign(memory_gap=np.float32(0.5)), {"seconds": 1.0})
    with pytest.raises(DamagedResultError, match="disagree on a seed"):
        store.read(CONFIG)


def test_a_file_of_another_version_is_refused(stored, monkeypatch):
    store, path = stored
    monkeypatch.setattr(study.config, "VERSION", study.config.VERSION + 1)
    moved = store.folder(CONFIG) / path.name
    moved.parent.mkdir()
    path.rename(moved)
    with pytest.raises(DamagedResultError, match="it holds configuration"):
        store.read(CONFIG)


def test_settings_that_came_later_may_be_missing_where_they_have_their_default(stored):
    store, path = stored
    older = {name: value for name, value in settings_of(CONFIG).items() if name != "engine"}
    rewrite(path, lambda table: table.drop(columns="engine"), config=older)
    assert len(store.read(CONFIG)) == 6


def test_a_config_that_coincides_is_stored_as_the_one_that_is_computed(tmp_path):
    store, coincides = Store(tmp_path), replace(CONFIG, layout="interleaved")
    store.write(coincides, compute(coincides, [0]), {})
    assert store.read(coincides).equals(store.read(CONFIG))
    assert store.read(CONFIG)["layout"].unique() == ["consecutive"]


def test_every_config_is_scored_at_the_checkpoints_and_where_its_probe_looks():
    assert scored_at(CONFIG) == checkpoints(10)
    probed = replace(CONFIG, probe="mechanism")
    assert scored_at(probed) == (0, 1, 5, 10) == tuple(sorted(set(compute(probed, [0])["epoch"])))
    assert scored_at(replace(probed, epochs=1)) == (0, 1)


@pytest.fixture
def one_config(monkeypatch):
    """One experiment, of one configuration."""
    for name in list(EXPERIMENTS):
        if name != "main_grid":
            monkeypatch.delitem(EXPERIMENTS, name)
    monkeypatch.setattr(MainGrid, "configs", lambda *_: [CONFIG])


@pytest.mark.usefixtures("one_config")
def test_status_counts_it_the_report_refuses_it_and_a_run_sets_it_aside(tmp_path, capsys):
    store = Store(tmp_path / "results")
    words = ["--results", str(store.root)]
    run = ["run", "--seeds", "2", "--workers", "1", *words]
    assert main(run) == 0
    (path,) = store.files(CONFIG)
    sound = path.read_bytes()
    rewrite(path, with_value("epoch", 7, slice(1, 2)))
    edited = path.read_bytes()
    capsys.readouterr()

    assert main(["status", *words]) == 0
    assert capsys.readouterr().out.split()[-7:] == ["main_grid", "1", "0", "100", "0", "1", "0"]
    assert main(["report", *words, "--output", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{path} is damaged (it is scored at epoch 7, which is no checkpoint of its configuration)" in said
    assert path.read_bytes() == edited

    assert main(run) == 0
    assert "set aside as _damaged_seeds_00000-00001.parquet" in capsys.readouterr().err
    assert path.with_name(f"_damaged_{path.name}").read_bytes() == edited
    assert (
        pq.read_table(path)
        .drop(["training_loss"])
        .equals(pq.read_table(pa.BufferReader(sound)).drop(["training_loss"]))
    )


@pytest.mark.usefixtures("one_config")
def test_a_result_that_would_be_refused_is_a_failed_unit_and_not_computed_for_ever(tmp_path, monkeypatch, capsys):
    """A loss that is not a number before training is a fault; it must be said, and not set aside again and again."""
    monkeypatch.setattr(study.runs.compute, "compute", lambda *words: compute(*words).assign(loss=np.float32(np.inf)))
    store = Store(tmp_path)
    assert run_plan(make_plan([CONFIG], 2, store), store, Serial(), lambda _: None) == 1
    assert store.files(CONFIG) == []
    (kept,) = store.failures([CONFIG])
    assert "is not kept: loss is inf for seed 0 at epoch 0" in kept.read_text(encoding="utf-8")
    assert make_plan([CONFIG], 2, store).repairs == []
    assert main(["status", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split()[-7:] == ["main_grid", "1", "0", "100", "0", "0", "1"]
