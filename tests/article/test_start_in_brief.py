"""A run ends with the answer that its results give, and says where they give none."""

from __future__ import annotations

import argparse
import re
import shutil

import pytest
from invented import ORIGIN, invented

from study.article.start.in_brief import in_brief
from study.commands import run
from study.commands.line import main
from study.config import Config
from study.experiments import PRESETS, find_experiment
from study.runs.compute import compute
from study.runs.store import Store


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    store, columns = Store(tmp_path_factory.mktemp("results")), compute(Config(epochs=5), [0]).columns
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        store.write(config, invented(config, 8, columns, level=0.0), ORIGIN)
    return store


def test_the_answer_counts_what_is_stored_and_says_that_quick_is_no_evidence(grid):
    said = in_brief(grid.root)
    assert said.startswith("Answer: Batch size 4 ")
    assert re.search(r"batch size 4, one symbol a row: 0 of 8 \(0–\d+ %\) after \d+ epochs", said)
    assert "Preset quick is no evidence" in said


def test_without_the_main_grid_there_is_no_answer(tmp_path):
    assert in_brief(tmp_path).startswith("No answer yet: it rests on main_grid, which is not stored whole")


def test_a_run_ends_with_the_answer_and_where_the_report_is(grid, capsys):
    words = ["run", "--experiment", "main_grid", "--preset", "quick", "--results", str(grid.root)]
    assert main(words) == 0
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("Answer: ")
    assert last.endswith(f"The report with all of it: study report --results {grid.root}")


def test_a_damaged_file_of_the_answer_is_said_and_the_run_is_done_all_the_same(grid, tmp_path):
    stored = tmp_path / "results"
    shutil.copytree(grid.root, stored)
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        for path in Store(stored).files(config):
            path.write_bytes(b"damaged")
    asked = argparse.Namespace(results=str(stored), device="cpu")
    said = run._end(asked, None)
    assert said.startswith("No answer yet: ")
    assert "is damaged" in said
    assert said.endswith(f"study report --results {stored}")


def test_where_numba_is_missing_the_results_are_said_to_be_stored_apart(grid):
    asked = argparse.Namespace(results=str(grid.root), device="cpu", engine=None)
    assert run._end(asked, "torch").startswith("These results are stored apart")
