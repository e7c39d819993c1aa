"""What leaves the report as data is what it prints: the same numbers, in four formats and as a data frame."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from study.errors import StudyError
from study.report.tables import Column, Table
from study.report.tables.export import FORMATS, frame, write
from study.report.tables.plain import as_data, tables_in

COLUMNS = (Column("network", "left"), Column("right: k of n (95 %)"), Column("gap"), Column("p"), Column("gap"))
ROWS = (
    ("LSTM | 20 units", "1,040 of 2,000 (50–54 %)", "−0.0019", "< 0.0001", "1/2"),
    ("A & B_c", "–", "0.10", "0.25", "1"),
)
LANES = Table("lanes", COLUMNS, ROWS)


def test_a_rate_becomes_four_numbers_and_a_dash_none():
    given = frame(LANES)
    assert given.columns.tolist() == [
        "network", "right", "right: of", "right: from", "right: to", "gap", "p", "gap (2)",
    ]  # fmt: skip
    assert given.loc[0, ["right", "right: of", "right: from", "right: to"]].tolist() == [1040, 2000, 50, 54]
    assert given.loc[1, ["right", "right: of", "right: from", "right: to"]].isna().all()
    assert given["gap"].tolist() == [-0.0019, 0.1]
    assert given["gap (2)"].tolist() == [0.5, 1]
    assert given["p"].tolist() == ["< 0.0001", "0.25"]  # a bound is no number


def test_values_that_are_all_equal_have_themselves_as_interval():
    table = Table("means", (Column("mean (95 %)"),), [("0.500 (all equal)",), ("0.511 (0.494–0.528)",)])
    assert frame(table).to_numpy().tolist() == [[0.5, 0.5, 0.5], [0.511, 0.494, 0.528]]


def test_the_csv_reads_back_as_the_data_frame():
    assert pd.read_csv(io.StringIO(write(LANES, "csv"))).astype(object).equals(frame(LANES).astype(object))


def test_every_format_has_every_printed_value():
    for form in ("md", "html"):
        text = write(LANES, form).replace("&lt;", "<").replace("&amp;", "&").replace("\\|", "|")
        assert all(value in text for row in (LANES.headings, *ROWS) for value in row), form
    assert write(LANES, "md").count("\n") == 4
    assert "| --: |" in write(LANES, "md").splitlines()[1]
    assert r"A \& B\_c & – & 0.10 & 0.25 & 1 \\" in write(LANES, "latex")
    assert r"\textless{} 0.0001" in write(LANES, "latex")
    with pytest.raises(StudyError, match="unknown format 'xml'"):
        write(LANES, "xml")
    assert set(FORMATS) == {"csv", "md", "latex", "html"}


def test_a_table_is_named_by_the_path_of_its_facts_and_the_template_knows_the_name():
    facts = {"grid": {"table": LANES, "far": {"choice": LANES}, "longer": [LANES]}}
    assert [name for name, _ in tables_in(facts)] == ["grid", "grid.far.choice", "grid.longer.0"]
    told = json.loads(json.dumps(as_data(facts)))
    assert told["grid"]["longer"][0]["name"] == "grid.longer.0"


def test_what_all_values_are_out_of_stands_in_the_heading():
    rows = [("a", "40 of 100 (31–50 %)"), ("b", "0 of 100 (0–4 %)")]
    told = as_data(Table("lanes", (Column("network", "left"), Column("right (95 %)")), rows))
    assert told["columns"][1]["heading"] == "right, of 100 (95 %)"
    assert told["rows"] == [["a", ["40", "(31–50 %)"]], ["b", ["0", "(0–4 %)"]]]
    rows[1] = ("b", "0 of 30 (0–11 %)")  # another count: each value says its own
    told = as_data(Table("lanes", (Column("network", "left"), Column("right (95 %)")), rows))
    assert told["columns"][1]["heading"] == "right (95 %)"
    assert told["rows"][1] == ["b", ["0 of 30", "(0–11 %)"]]
