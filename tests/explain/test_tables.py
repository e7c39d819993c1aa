"""Sequences for `study why` from tables and text files, and what is said of those that are ill-formed."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from command_line import run_json

from study import StudyError, why
from study.explain.reading import read_file

pytestmark = pytest.mark.lowest


def test_table_is_sorted_by_time_within_groups(tmp_path):
    frame = pd.DataFrame({"g": list("abababab"), "t": [3, 2, 1, 1, 2, 3, 4, 4], "v": [1, 0, 3, 4, 0, 1, 3, 4]})
    expected = why([[3, 0, 1, 3], [4, 0, 1, 4]], batch_size=2).to_dict()
    for name, write in (("x.csv", frame.to_csv), ("x.parquet", frame.to_parquet)):
        path = tmp_path / name
        write(path, index=False)
        told = json.loads(run_json([str(path), "--group", "g", "--time", "t", "--value", "v", "--batch-size", "2"]))
        assert any("sorted" in note for note in told["notes"])
        assert told["lanes"] == expected["lanes"]
        assert told["ceiling"] == expected["ceiling"]
    assert why(frame, group="g", time="t", value="v", batch_size=2).to_dict()["lanes"] == expected["lanes"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="t"), "unknown column 't'"),
        (lambda f: f.assign(t=1), "2 rows have the same t as the row before"),
        (lambda f: f.assign(t=[1, 1, 1, 2]), "1 row has the same t as the row before"),
        (
            lambda f: f.assign(v=[1.0, None, 2.0, 3.0]),
            "'v' has 1 missing value, in row 1 counted from 0, which is line 3",
        ),
        (lambda f: f.assign(g=["a", "a", None, "b"]), "'g' has 1 missing"),
        (lambda f: f.iloc[:0], "no rows"),
        (lambda f: f.iloc[:3], "group 'b' has 1 row"),
    ],
)
def test_ill_formed_tables(change, message):
    frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "t": [1, 2, 1, 2], "v": [1, 2, 3, 4]})
    with pytest.raises(StudyError, match=re.escape(message)):
        why(change(frame), group="g", time="t", value="v")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"g,t,v\na,1,7,0\na,2,8,0\n", "line 2 has 4 fields, the header has 3"),
        ("x.csv", b"\xef\xbb\xbf\ng,t,v\na,1,7\n\na,2,8,0\n", "line 5 has 4 fields, the header has 3"),
        ("x.tsv", b"g\tt\tv\na\t1\t7\t0\n", "line 2 has 4 fields, the header has 3"),
        ("x.csv", b"PK\x03\x04\0\0\0,\n,,", "is not a text table (zero bytes)"),
        ("x.csv", b"\x89PNG\r\n", "is not a text table ('utf-8' codec"),
        ("x.csv", b"", "cannot be read (No columns"),
    ],
)
def test_tables_whose_columns_cannot_be_told(name, content, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match=re.escape(message)) as caught:
        read_file(tmp_path / name, group="g", time="t", value="v")
    assert "\n" not in str(caught.value)


def test_quoted_separators_are_no_fields(tmp_path):
    (tmp_path / "x.csv").write_text('v,w\n"1,5",0\n"2\n5",0\n', encoding="utf-8")
    assert read_file(tmp_path / "x.csv", value="v")[0] == [["1,5", "2\n5"]]
