"""Every table of the report is to be had by its name, in Python and from the command line."""

from __future__ import annotations

import pytest
from invented import ORIGIN, invented

from study.article import tables
from study.article.tables import table
from study.commands.line import main
from study.config import Config
from study.errors import StudyError
from study.experiments import PRESETS, find_experiment
from study.runs.compute import compute
from study.runs.store import Store


@pytest.fixture(scope="module")
def small_results(tmp_path_factory):
    """A folder with the quick preset of the main grid alone, invented."""
    store = Store(tmp_path_factory.mktemp("results"))
    columns = compute(Config(epochs=5), [0]).columns
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        store.write(config, invented(config, 4, columns), ORIGIN)
    return store.root


def test_a_table_of_the_page_is_a_data_frame(small_results):
    given = table("main_grid", small_results)
    assert {"network", "ceiling", "verdict"} <= set(given.columns)
    assert given["ceiling"].between(0, 1).all()
    assert {"main_grid", "main_grid.times", "methods.experiments", "claims"} <= set(tables.names(small_results))


def test_names_that_no_table_has_and_what_is_not_stored_are_one_line(small_results):
    with pytest.raises(StudyError, match=r"unknown table 'main_gird'; .*did you mean 'main_grid'"):
        table("main_gird", small_results)
    with pytest.raises(StudyError, match=r"unknown table 'main_grid.tims'; .*did you mean 'main_grid.times'"):
        table("main_grid.tims", small_results)
    with pytest.raises(StudyError, match="table tuning needs experiment tuning, which is not stored whole"):
        table("tuning", small_results)


def test_claims_are_a_table_by_their_names(small_results):
    given = table("claims", small_results)
    assert "main_grid.no_memory" in given["claim"].tolist()
    assert set(given["holds"]) <= {"yes", "no"}


def test_the_command_writes_a_table_in_the_format_that_its_file_names(small_results, tmp_path, capsys):
    target = tmp_path / "grid.tex"
    words = ["table", "main_grid", "--results", str(small_results)]
    assert main([*words, "-o", str(target)]) == 0
    assert target.read_text(encoding="utf-8").startswith("% needs \\usepackage{booktabs}")
    assert capsys.readouterr().out.strip() == str(target)
    assert main([*words, "--format", "md"]) == 0
    assert capsys.readouterr().out.startswith("| network |")
    assert main([*words, "-o", str(tmp_path / "none" / "grid.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert main(["table", "--results", str(small_results)]) == 0
    assert any(line.split()[0] == "main_grid.times" for line in capsys.readouterr().out.splitlines())
