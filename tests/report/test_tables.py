"""A table of the report is one value: a row or a width that does not fit its columns is an error, never a scramble."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest
import typst

from study.config import Config
from study.errors import StudyError
from study.experiments.main_grid import findings as answer
from study.measures.summaries import summarise
from study.report.build import SOURCES
from study.report.frame import methods
from study.report.tables import MEASURES, Column, Table, measures_table
from study.report.tables.plain import as_data

COLUMNS = (Column("batch", "left"), Column("solved"), Column("command", "left", code=True))
ROWS = (("1", "40 of 100", "fit(X)"), ("2", "0 of 100", "fit(Y)"))
DOCUMENT = '#import "lib.typ": *\n#data-table(fact("table"), caption: [Small])\n'


@pytest.mark.parametrize("row", [("3", "0 of 100"), ("3", "0 of 100", "fit(Z)", "more"), ()])
def test_a_row_of_another_length_is_named_with_its_table(row):
    with pytest.raises(StudyError) as refused:
        Table("lanes", COLUMNS, [*ROWS, row])
    for part in ("table lanes", "row 3", repr(row), "3 columns", "batch, solved, command"):
        assert part in str(refused.value)


def test_measures_are_written_of_each_row_in_the_order_asked_for():
    table = pd.DataFrame({"seed": range(4), "epoch": 250, "updates": 2000, "ambiguous_accuracy": [1, 1, 0.5, 1]})
    table = table.assign(accuracy=0.875, memory_gap=[0.1, 0.3, 0.5, 0.9], largest_error=[0.2, 0.9, 0.9, 0.9], loss=0.1)
    table = table.assign(**{f"fresh_{name}": table[name] for name in ("ambiguous_accuracy", "largest_error")})
    summary = summarise(Config(), table)
    made = measures_table("some", (Column("network", "left"),), [(["LSTM"], summary)], tuple(MEASURES))
    written = dict(zip(made.headings, made.rows[0], strict=True))
    assert written["network"] == "LSTM"
    assert (written["ceiling"], written["ceiling, all rows"], written["chance"]) == ("1", "1", "1/2")
    assert (written["epochs"], written["updates"], written["gap: median"]) == ("250", "2,000", "0.40")
    counts = [written[f"{name} (95 %)"].split(" (")[0] for name in ("right", "all rows right", "within 0.25")]
    assert counts == ["3 of 4", "0 of 4", "1 of 4"]
    assert made.heads == 1
    with pytest.raises(StudyError, match=r"unknown measure 'gaps'; .* did you mean 'gap'"):
        measures_table("some", (), [], ("gaps",))


def test_no_more_columns_name_the_row_than_there_are():
    with pytest.raises(StudyError, match="4 columns that name the row, of 3"):
        Table("lanes", COLUMNS, ROWS, heads=4)


def test_a_column_added_to_a_section_reaches_no_report(monkeypatch):
    monkeypatch.setattr(methods, "TRACE_COLUMNS", (*methods.TRACE_COLUMNS, Column("seconds")))
    trace = {"trace": "a", "precision": "f32", "updates": 8, "agrees": True}
    row = methods._trace_row(trace | dict.fromkeys(("loss", "weights", "probabilities"), 0.0))
    with pytest.raises(StudyError, match="table traces of Keras: row 1"):
        Table("traces of Keras", methods.TRACE_COLUMNS, [row])


@pytest.mark.parametrize("longer", [True, False])
def test_columns_of_the_main_table_fit_both_its_forms(longer):
    columns = answer._columns(longer=longer)
    assert len(columns) == (10 if longer else 8)
    assert [column.align for column in columns] == ["left", "left", *["right"] * (len(columns) - 3), "left"]


def compiled(folder, data, name):
    """Compile a document of one table."""
    for source in ("frame/lib.typ", "notices/notices.typ", "paper/paper.typ", "tables/tables.typ"):
        shutil.copy(SOURCES / source, folder)
    (folder / "document.typ").write_text(DOCUMENT, encoding="utf-8")
    (folder / "facts.json").write_text(json.dumps({"sections": [], "table": data}), encoding="utf-8")
    made, warnings = typst.compile_with_warnings(
        str(folder / "document.typ"), root=str(folder), format=name, sys_inputs={"out": name}
    )
    assert all("html export is under active development" in warning.message for warning in warnings)
    return bytes(made)


def test_plain_data_holds_all_that_the_template_lays_out(tmp_path):
    data = as_data(Table("lanes", COLUMNS, ROWS), "lanes.table")
    page = compiled(tmp_path, data, "html").decode()
    assert page.count('<th scope="col"') == 3
    assert page.count('<th scope="row" class="txt"') == 2
    assert '<th scope="col" class="num">solved, of 100</th>' in page
    assert '<td class="num">40</td>' in page
    assert 'id="table-lanes" data-name="lanes"' in page
    assert page.count('<td class="txt"><code') == 2
    assert compiled(tmp_path, data, "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["html", "pdf"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_template_refuses_a_row_of_another_length(tmp_path, name, place):
    data = as_data(Table("lanes", COLUMNS, ROWS), "lanes")
    data["rows"] = [row[: 2 if at == place else 3] for at, row in enumerate(ROWS)]
    with pytest.raises(typst.TypstError, match="table lanes: a row of another length"):
        compiled(tmp_path, data, name)
