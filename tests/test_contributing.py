"""CONTRIBUTING's examples, each done in a copy of the tree by someone who follows it."""

from __future__ import annotations

import shutil

import pytest
from invented import ORIGIN, invented
from stranger import ADDITIONS, effort, make_copy, study, write

from study.config import Config
from study.experiment import PRESETS
from study.experiments import find_experiment
from study.runs.compute import compute
from study.runs.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def efforts(tmp_path_factory):
    """A copy with all five additions, and what each took."""
    folder = make_copy(tmp_path_factory.mktemp("copy"))
    return folder, {name: effort(folder, add) for name, add in ADDITIONS.items()}


@pytest.fixture(scope="module")
def copy(efforts):
    return efforts[0]


def test_each_addition_takes_few_files(efforts):
    for name, (files, lines) in efforts[1].items():
        print(f"{name}: {files} files, {lines} lines")
    assert {name: files for name, (files, _) in efforts[1].items()} == {
        "layer": 4,
        "task": 2,
        "experiment": 6,
        "command": 2,
        "column": 1,
    }


def test_a_column_of_the_main_table_reaches_the_report(copy):
    store, columns = Store(copy / "grid"), compute(Config(epochs=5), [0]).columns
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        store.write(config, invented(config, 4, columns), ORIGIN)
    built = study(copy, "report", "--results", "grid", "--output", "grid_report")
    assert built.returncode == 0, built.stderr
    assert "rows seen" in (copy / "grid_report/report.html").read_text(encoding="utf-8")


def test_an_experiment_with_a_task_a_figure_and_claims_reaches_the_report(copy):
    words = ("--results", "results")
    ran = study(copy, "run", "--experiment", "echo", "--preset", "quick", "--workers", "1", *words)
    assert ran.returncode == 0, ran.stderr
    built = study(copy, "report", *words, "--output", "reports")
    assert built.returncode == 0, built.stderr
    assert "echo.too_many" in built.stderr
    page = (copy / "reports/report.html").read_text(encoding="utf-8")
    assert "Is an echo learnt?" in page
    assert "We tried 8 seeds." in page
    assert "not supported by these results" in page
    assert (copy / "reports/figures/echo.svg").is_file()


def test_a_command_is_listed_and_runs(copy):
    assert study(copy, "hello").stdout == "hello\n"
    assert "say hello" in study(copy, "--help").stdout


def test_a_folder_without_experiments_is_named(copy):
    write(copy, "experiments/empty/configs.py", '"""Nothing."""\n')
    listed = study(copy, "status")
    shutil.rmtree(copy / "study/experiments/empty")
    assert "study/experiments/empty/configs.py declares no EXPERIMENTS" in listed.stderr
