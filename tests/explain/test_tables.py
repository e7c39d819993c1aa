"""Sequences for `study why` from tables and text files, and what is said of those that are ill-formed."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest
from command_line import run_json

from study import StudyError, why

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
        (lambda f: f.assign(t=1), "have the same t"),
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
