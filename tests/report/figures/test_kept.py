"""A figure is drawn once for the same results and code, and anew when either changes, or when it was edited."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from invented import ORIGIN, invented

from study.article import contents
from study.config import Config
from study.experiments import PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.report import build
from study.report.evidence import Evidence
from study.report.figures import drawn, kept
from study.runs.compute import compute
from study.runs.store import Store


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder that holds every configuration of the main grid's quick preset."""
    store = Store(tmp_path_factory.mktemp("results"))
    columns = compute(Config(epochs=5), [0]).columns
    for config in MainGrid().configs(PRESETS["quick"]):
        store.write(config, invented(config, 4, columns), ORIGIN)
    return store.root


@pytest.fixture(scope="module")
def first(results, tmp_path_factory):
    """The figures of a first build."""
    folder = tmp_path_factory.mktemp("first") / "figures"
    drawn.draw_all(Evidence(Store(results), contents()), kept.ingredients(results), folder, folder)
    return folder


@pytest.fixture
def drawings(monkeypatch):
    """Names of the scripts that draw during a test."""
    seen, real = [], drawn.draw

    def noted(figure, evidence, *, narrow=False):
        seen.append((figure.script, narrow))
        return real(figure, evidence, narrow=narrow)

    monkeypatch.setattr(drawn, "draw", noted)
    return seen


def again(results, earlier, folder):
    """Write all figures anew beside those of an earlier build."""
    drawn.draw_all(Evidence(Store(results), contents()), kept.ingredients(results), folder, earlier)
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_is_drawn_twice_and_the_bytes_are_the_same(results, first, drawings, tmp_path):
    kept_ones = again(results, first, tmp_path / "kept")
    assert drawings == []
    assert again(results, tmp_path / "nothing", tmp_path / "new") == kept_ones
    assert drawings


def test_an_edited_figure_is_drawn_anew_alone(results, first, drawings, tmp_path):
    edited = tmp_path / "edited"
    shutil.copytree(first, edited)
    (edited / "main_grid.svg").write_text((edited / "main_grid.svg").read_text().replace("batch", "botch"))
    written = again(results, edited, tmp_path / "new")
    assert drawings == [("study/experiments/main_grid/figure.py", False)]
    assert all((first / name).read_bytes() == content for name, content in written.items())


@pytest.mark.parametrize(
    "ledger",
    ["", "{", "[]", '{"made_of": "made of", "figures": 1}', '{"made_of": "made of", "figures": {"main_grid.svg": 1}}'],
)
def test_a_ledger_that_says_nothing_keeps_nothing(first, tmp_path, ledger):
    shutil.copytree(first, tmp_path / "figures")
    (tmp_path / "figures" / kept.LEDGER).write_text(ledger)
    assert kept.Kept(tmp_path / "figures", "made of").find("main_grid.svg") is None


def test_other_results_and_other_code_make_other_figures(results, tmp_path, monkeypatch):
    before = kept.ingredients(results)
    changed = tmp_path / "results"
    shutil.copytree(results, changed)
    assert kept.ingredients(changed) == before
    (changed / "bench.json").write_text("[]")  # no figure reads it
    assert kept.ingredients(changed) == before
    one = next(changed.rglob("*.parquet"))
    one.write_bytes(one.read_bytes() + b" ")
    assert kept.ingredients(changed) != before
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "figure.py").write_text("draw = None\n")
    monkeypatch.setattr(kept, "PACKAGE", tmp_path / "package")
    assert kept.ingredients(results) != before


def test_a_run_that_ends_while_a_report_is_built_is_not_taken_for_drawn(results, tmp_path, monkeypatch):
    stored, read = tmp_path / "results", []
    shutil.copytree(results, stored)
    one = next(stored.rglob("*.parquet"))

    def evidence_then_a_run(*arguments):
        read.append(Evidence(*arguments))
        one.write_bytes(one.read_bytes() + b" ")
        return read[0]

    class EnoughError(Exception):
        """The sum that the figures are kept under has been seen."""

    def noted(_, made_of, *others):  # noqa: ARG001  (as draw_all is called)
        raise EnoughError(made_of)

    before = kept.ingredients(stored)
    monkeypatch.setattr(build, "Evidence", evidence_then_a_run)
    monkeypatch.setattr(build, "draw_all", noted)
    with pytest.raises(EnoughError, match=before):
        build.build(stored, tmp_path / "out", contents())
    assert kept.ingredients(stored) != before


def test_a_file_that_vanishes_while_all_are_summed_up_is_left_out(results, monkeypatch):
    before, real = kept.ingredients(results), type(results).read_bytes
    gone = next(results.rglob("*.parquet"))

    def read_bytes(path):
        if path == gone:
            raise FileNotFoundError(path)
        return real(path)

    monkeypatch.setattr(type(results), "read_bytes", read_bytes)
    assert kept.ingredients(results) != before


def test_what_never_draws_is_imported_by_no_script_of_a_figure():
    code = "import study.article, sys; study.article.contents(); print(*sys.modules)"
    known = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "study.experiments.main_grid.figure" in known
    assert not [
        name for name in known if name.split(".")[:1] == ["study"] and {*name.split(".")[1:2]} & kept.NEVER_DRAW
    ]
