"""Where something is missing, the report shows what is there and says what is missing, not that nothing is stored."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from invented import ORIGIN, invented

from study.article import contents
from study.article.first_answers import start
from study.errors import StudyError
from study.experiments import EXPERIMENTS, PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.report import build as building
from study.report.coverage import Coverage
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.stand_in import stand_in
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"
QUICK = PRESETS["quick"]
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def page_of(folder, work):
    """The report's page as plain text, without its figures: what is asked of is what it says."""
    evidence = Evidence(Store(folder), contents())
    (work / "figures").mkdir(parents=True)
    for name, figure in contents().figures.items():
        if evidence.has(*figure.needs):
            (work / "figures" / f"{name}.svg").write_text(PICTURE, encoding="utf-8")
    building._write_sources(evidence, work)
    html = building._compile(work, "html").decode()
    return " ".join(re.sub(r"<(style|script).*?</\1>|<[^>]+>", "", html, flags=re.DOTALL).split())


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The quick presets of the main grid and of the causal experiment, whole."""
    store = Store(tmp_path_factory.mktemp("results"))
    columns = compute(MainGrid().configs(QUICK)[-1], [0]).columns
    listed = [config for name in ("main_grid", "causal") for config in EXPERIMENTS[name].configs(QUICK)]
    for config in dict.fromkeys(map(stand_in, listed)):
        store.write(config, invented(config, QUICK.seeds, columns), ORIGIN)
    return store.root


@pytest.fixture
def copied(quick, tmp_path):
    return shutil.copytree(quick, tmp_path / "results")


def lacking(folder, experiment):
    """How much the report says of an experiment that is stored in part."""
    return next(
        (each for each in Evidence(Store(folder), contents()).incomplete if each.experiment.name == experiment), None
    )


def own_config(experiment, other):
    """A computed configuration of one experiment that another does not use."""
    used = set(map(stand_in, EXPERIMENTS[other].configs(QUICK)))
    return next(config for config in map(stand_in, EXPERIMENTS[experiment].configs(QUICK)) if config not in used)


def test_whole_experiments_are_not_said_to_be_incomplete(quick):
    names = {each.experiment.name for each in Evidence(Store(quick), contents()).incomplete}
    assert not names & {"main_grid", "causal", "far_lags"}  # nobody misses what is left out unless asked for


def test_the_abstract_says_which_part_of_the_main_grid_is_missing(copied, tmp_path):
    missing = own_config("main_grid", "causal")
    shutil.rmtree(Store(copied).folder(missing))
    page = page_of(copied, tmp_path / "work")
    abstract = page[: page.index("Contents")]
    assert "These results are incomplete." in abstract
    said = "main_grid: 27 of 28 configurations, 216 of 224 runs. Not shown. Missing:"
    command = "Compute the rest with study run --experiment main_grid --preset quick."
    assert f"{said} {missing.slug}. {command}" in abstract
    assert "The answer rests on the main grid, which is not stored whole" in abstract
    assert "No results" not in page
    assert "the cause by experiment" in page
    assert "What is possible, and what happened" not in page
    assert re.search(r"Not stored whole, so not shown: [a-z_, ]*main_grid", page)
    with pytest.raises(StudyError, match=r"not stored whole \(27 of 28 configurations, 216 of 224 runs\);"):
        start(Evidence(Store(copied), contents()))


def test_the_answer_stands_where_something_else_is_missing(copied, tmp_path):
    shutil.rmtree(Store(copied).folder(own_config("causal", "main_grid")))
    found = lacking(copied, "causal")
    page = page_of(copied, tmp_path / "work")
    assert f"causal: {found.said}. Not shown" in page
    assert f"{len(found.wanted) - 1} of {len(found.wanted)} configurations" in found.said
    assert "Batch size 4 with rows in order and a reset after each sequence cannot get both answers right" in page
    assert "The answer rests on the main grid" not in page
    assert "the cause by experiment" not in page


def test_fewer_seeds_than_planned_are_shown_and_said(copied):
    store, config = Store(copied), stand_in(MainGrid().configs(QUICK)[0])
    (path,) = store.files(config)
    table = invented(config, 3, compute(config, [0]).columns)
    path.unlink()
    store.write(config, table, ORIGIN)
    assert Evidence(store, contents()).has("main_grid")
    assert Evidence(store, contents()).preset_of["main_grid"] == "quick, with 3 seeds"
    assert lacking(copied, "main_grid").said == "28 of 28 configurations, 219 of 224 runs"


def test_where_no_experiment_is_whole_the_one_line_says_what_is_there(copied, tmp_path):
    for config in map(stand_in, EXPERIMENTS["causal"].configs(QUICK)[:1]):  # of both
        shutil.rmtree(Store(copied).folder(config))
    with pytest.raises(StudyError, match=r"no finished .*; main_grid: 27 of 28 configurations, .*; causal"):
        building.build(copied, tmp_path / "out", contents())
    assert not (tmp_path / "out").exists()


def alone(experiment, folder):
    """The stored runs of one experiment, and what other experiments share with it."""
    store = Store(RESULTS)
    preset = PRESETS["standard" if EXPERIMENTS[experiment].configs(PRESETS["standard"]) else "full"]
    if experiment in ("far_choice", "far_lags") and not store.files(EXPERIMENTS[experiment].configs(preset)[0]):
        pytest.skip("the longest lags, which no default run computes, are not stored")
    for config in map(stand_in, EXPERIMENTS[experiment].configs(preset)):
        target = Store(folder).folder(config)
        if not target.exists():
            shutil.copytree(store.folder(config), target)
    return folder


@pytest.mark.skipif(not RESULTS.is_dir(), reason="there is no results folder")
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_one_experiment_alone_makes_a_page_and_one_configuration_less_is_said(experiment, tmp_path):
    folder = alone(experiment, tmp_path / "results")
    evidence = Evidence(Store(folder), contents())
    assert evidence.has(experiment)
    if experiment in ("mechanism", "far_lags", "batch_learning"):  # the quickest pages
        page = page_of(folder, tmp_path / "work")
        assert "These results are incomplete." in page
        assert "Not stored whole, so not shown" in page
    whole = next(config for config in evidence.configs_of[experiment])
    shutil.rmtree(Store(folder).folder(whole))
    found = lacking(folder, experiment)
    assert isinstance(found, Coverage)
    assert found.said.startswith(f"{len(found.wanted) - 1} of {len(found.wanted)} configurations")
    assert found.command.startswith(f"study run --experiment {experiment}")
    assert not Evidence(Store(folder), contents()).has(experiment)
