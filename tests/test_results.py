"""The stored results keep what theory demands: no mean above its ceiling, and nothing learnt where nothing can be."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from study.experiments import EXPERIMENTS, PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.experiments.optimisers.configs import FAST, FOUR, LONG_EPOCHS, SLOW, settings
from study.measures.statistics import exceeds
from study.models import MODELS
from study.report.labels import KINDS, kind
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.tasks import make_task
from study.theory.ceilings import ceiling

STORE = Store(Path(__file__).parents[2] / "results")
STANDARD = MainGrid().configs(PRESETS["standard"])
MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss")

pytestmark = pytest.mark.skipif(not STORE.root.is_dir(), reason="there is no results folder")


@pytest.fixture(scope="module")
def grid():
    """Every stored table of the main grid, by configuration; results that lack one are no results of the study."""
    missing = [config.slug for config in STANDARD if not STORE.files(config)]
    assert not missing, (
        "configurations of the main grid are missing; compute them with 'study run --experiment main_grid'"
    )
    return {config: STORE.read(config) for config in STANDARD}


def stored_configs():
    """All configurations of all experiments, in any preset, that are stored."""
    configs = [
        config for each in EXPERIMENTS.values() for preset in PRESETS.values() for config in each.configs(preset)
    ]
    return [config for config in dict.fromkeys(configs) if STORE.files(config)]


def test_something_is_stored_and_all_of_it_can_be_read():
    configs = stored_configs()
    assert configs
    for config in configs:
        table = STORE.read(config)
        assert not table.duplicated(["seed", config.clock]).any()
        if not config.streams:  # whose seeds end when they have learnt
            assert table["epoch"].max() == config.epochs
            assert (table.groupby("epoch").size() == table["seed"].nunique()).all()
        for origin in STORE.provenance(config):
            assert origin["config"]["model"] == config.model
            assert origin["commit"]


def test_no_mean_exceeds_its_ceiling_by_more_than_sampling_allows():
    configs = [
        config
        for config in stored_configs()
        if not make_task(config.task, dict(config.task_options)).varies and config.epochs and not config.streams
    ]
    assert configs
    for config in configs:
        known = ceiling_of(config)
        chance_in_epochs = config.layout == "shuffled" or config.order == "random"
        for _, runs in STORE.read(config).groupby("epoch"):
            assert not exceeds(runs["ambiguous_accuracy"], float(known.ambiguous)), config.slug
            assert not exceeds(runs["accuracy"], float(known.overall)), config.slug
            if config.loss == "cross_entropy":
                assert not exceeds(-runs["loss"], -known.loss_floor), config.slug
            if not chance_in_epochs:  # then it holds for each seed, not only on average
                assert runs["accuracy"].max() <= float(known.overall) + 1e-6, config.slug


def ceiling_of(config):
    """What is possible for a configuration; one whose ceiling cannot be known is an error, and not left unchecked."""
    (rows,) = datasets_of(config, [0])
    return ceiling(rows, schedule_of(config, rows), carries_state=MODELS[config.model].carries_state)


def test_standard_preset_has_at_least_a_hundred_seeds_in_every_config(grid):
    for config, table in grid.items():
        assert set(range(100)) <= set(table["seed"]), config.slug


def test_without_memory_no_seed_is_ever_above_one_half(grid):
    """Equal inputs get equal answers: at every batch size, layout, budget and checkpoint, exactly."""
    found = [config for config in grid if kind(config) in KINDS[:2]]
    assert {config.batch_size for config in found} == {1, 2, 4, 8}
    for config in found:
        table = grid[config]
        for name in ("ambiguous_accuracy", "fresh_ambiguous_accuracy"):
            assert table[name].max() <= 0.5, config.slug
        assert table["accuracy"].max() <= 7 / 8
        assert (table["memory_gap"] == 0).all()


@pytest.mark.parametrize("size", [2, 4, 8])
def test_stateful_in_consecutive_layout_is_never_above_one_half_in_any_seed(grid, size):
    found = [c for c in grid if c.model == "stateful_lstm" and c.layout == "consecutive" and c.batch_size == size]
    assert found
    for config in found:
        table = grid[config]
        assert table["ambiguous_accuracy"].max() <= 0.5
        assert (table["memory_gap"] == 0).all()


def test_stateful_at_batch_4_is_a_feed_forward_network_bit_for_bit(grid):
    """Its state is zero before every row, so it is the stateless network, update by update."""
    for config in grid:
        if config.model != "stateful_lstm" or config.layout != "consecutive" or config.batch_size != 4:
            continue
        like = replace(config, model="stateless_lstm", epochs=0)
        twins = [other for other in grid if replace(other, epochs=0) == like]
        assert twins
        for twin in twins:
            ours, theirs = grid[config].set_index(["seed", "epoch"]), grid[twin].set_index(["seed", "epoch"])
            shared = ours.index.intersection(theirs.index)
            assert len(shared) > 500
            for name in (*MEASURES, "training_loss", "updates"):
                assert ours.loc[shared, name].to_numpy().tobytes() == theirs.loc[shared, name].to_numpy().tobytes()


def test_whole_windows_are_solved_in_nearly_every_seed_at_every_batch_size(grid):
    found = [config for config in grid if kind(config) == KINDS[2]]
    assert {(config.layout, config.batch_size) for config in found} == {
        (layout, size) for layout in ("consecutive", "interleaved", "shuffled") for size in (1, 2, 4, 8)
    }
    for config in found:
        last = grid[config].query("epoch == @config.epochs")
        assert (last["ambiguous_accuracy"] == 1).mean() >= 0.97, config.slug
        assert last["memory_gap"].median() > 0.5, config.slug


def test_the_tutorial_is_right_by_a_hair_at_best(grid):
    """Reachable, but untrained: some seeds right, hardly any memory in them, and not more of it with more training."""
    (config,) = (c for c in grid if c.model == "stateful_lstm" and c.layout == "consecutive" and c.batch_size == 1)
    at = {epoch: grid[config][grid[config]["epoch"] == epoch] for epoch in (250, config.epochs)}
    right = (at[250]["accuracy"] == 1).mean()
    assert 0.1 < right < 0.9
    assert at[250]["memory_gap"].median() < 0.05
    assert (at[250]["largest_error"] <= 0.25).sum() == 0


def test_another_optimiser_solves_what_adam_does_not_though_no_gradient_crosses_rows():
    """The control that refutes the length of the gradient as the cause; batch size 4 stays ruled out all the same."""
    preset = PRESETS["standard"]
    ends = {}
    for setting in (SLOW, FAST, *(each for each in settings() if each.layout == FOUR)):
        table = STORE.read(setting.trained(preset))
        ends[setting] = table[table["epoch"] == LONG_EPOCHS]
    solved = {setting: int((end["ambiguous_accuracy"] == 1).sum()) for setting, end in ends.items()}
    assert solved[FAST] > 5 * max(1, solved[SLOW])
    assert ends[FAST]["memory_gap"].median() > 0.9
    assert all(right == 0 for setting, right in solved.items() if setting.layout == FOUR)


WITHOUT_TRAINING = """
import sys
from importlib.abc import MetaPathFinder

class Refuse(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in {"torch", "sklearn", "numba"}:
            raise ImportError(f"the report loads {name}")

sys.meta_path.insert(0, Refuse())
from study.commands.line import main
sys.exit(main(["report", "--results", sys.argv[1], "--output", sys.argv[2]]))
"""


@pytest.mark.slow
def test_the_stored_reports_are_those_of_the_stored_results_made_where_nothing_can_be_trained(tmp_path):
    command = [sys.executable, "-c", WITHOUT_TRAINING, str(STORE.root), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for path in sorted(tmp_path.rglob("report.*")):
        assert path.read_bytes() == (STORE.root.parent / "reports" / path.name).read_bytes(), path.name
