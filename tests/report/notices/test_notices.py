"""A report says of its own gaps what they are, at its head and beside each table and figure that they concern."""

from __future__ import annotations

import shutil

import pytest
from invented import ORIGIN, invented

from study.article import contents
from study.config import Config
from study.experiments import PRESETS, find_experiment
from study.report.evidence import Evidence
from study.report.notices import facts
from study.runs.compute import compute
from study.runs.stand_in import stand_in
from study.runs.store import Store

QUICK = PRESETS["quick"]


@pytest.fixture
def store(tmp_path):
    """The quick preset of the main grid, whole."""
    store, columns = Store(tmp_path / "results"), compute(Config(epochs=5), [0]).columns
    for config in dict.fromkeys(map(stand_in, find_experiment("main_grid").configs(QUICK))):
        store.write(config, invented(config, QUICK.seeds, columns), ORIGIN)
    return store


def told(store):
    return facts(Evidence(store, contents()))


def of(store, experiment):
    return next(each for each in told(store)["incomplete"] if each["experiment"] == experiment)


def test_the_quick_preset_is_said_to_be_no_evidence_at_the_head_and_beside_what_it_concerns(store):
    said = told(store)
    assert said["quick"] == ["main_grid", "tutorial"]  # whose configurations are among those
    assert said["sections"]["main_grid"] == said["figures"]["main_grid"] == "Preset quick: no evidence."
    assert said["sections"]["start"] == "Preset quick: no evidence."  # its table has results of the main grid
    assert "can_it_see" not in said["sections"]  # which rests on theory alone
    assert "tuning" not in said["sections"]
    assert said["diverged"] == []


def test_what_is_missing_is_named_with_what_failed_and_what_computes_it(store):
    config = stand_in(find_experiment("main_grid").configs(QUICK)[0])
    shutil.rmtree(store.folder(config))
    store.write_failure(config, range(4), "RuntimeError: no\n")
    lacking = of(store, "main_grid")
    assert lacking["absent"] == [config.slug]
    assert (lacking["shown"], lacking["failed"], lacking["more"]) == (False, "1 job failed", "")
    assert lacking["command"] == "study run --experiment main_grid --preset quick"
    assert "main_grid" not in told(store)["sections"]


def test_an_experiment_of_which_nothing_is_stored_is_not_listed_configuration_by_configuration(store):
    lacking = of(store, "tuning")
    assert (lacking["shown"], lacking["absent"], lacking["more"]) == (False, [], "")


def test_fewer_seeds_and_seeds_that_diverged_are_said_beside_the_tables(store):
    config = stand_in(find_experiment("main_grid").configs(QUICK)[0])
    (path,) = store.files(config)
    columns = compute(Config(epochs=5), [0]).columns
    path.unlink()
    store.write(config, invented(config, QUICK.seeds - 1, columns), ORIGIN)
    assert told(store)["sections"]["main_grid"].startswith("Preset quick: no evidence. Incomplete: 28 of 28")
    store.write_diverged(config, {QUICK.seeds - 1: 3})
    said = told(store)
    assert said["sections"]["main_grid"] == "Preset quick: no evidence. 1 run diverged and counts as not solved."
    assert said["diverged"] == [{"experiment": "main_grid", "runs": "1 run"}]
