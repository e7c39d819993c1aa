"""Sequences for `study why` from text files and lists, and what is said of those that are ill-formed."""

from __future__ import annotations

import json

import pytest
from command_line import run_json

from study import StudyError, why
from study.commands import why as command
from study.explain.reading import parse_sequences, read_file

pytestmark = pytest.mark.lowest


def test_text_file(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text("a,b,c\n\nd b e\n", encoding="utf-8")
    told = json.loads(run_json([str(path)]))
    assert (told["alphabet"], told["rows"], told["needed_reach"]) == (["a", "b", "c", "d", "e"], 4, 1)


@pytest.mark.parametrize("data", [[3, 0, 1], "abc", [[1, [2]]], [[1.0, float("nan")]], [], [[1]]])
def test_ill_formed_sequences(data):
    with pytest.raises(StudyError):
        why(data)


@pytest.mark.parametrize(
    ("sequences", "warned"),
    [
        ([[20.5, 20.25, 19.75], [20.5, 21.0]], "5 values (with decimals)"),
        ([list(range(30))], "30 values (nearly all different)"),
        ([["20.5", "a"]], "with decimals"),
        ([[1.0, 2.0, 1.0]], ""),
        ([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]], ""),
        ([["a", "b"] * 20], ""),
    ],
)
def test_measured_numbers_taken_as_symbols_are_warned_of(sequences, warned):
    answer = why(sequences)
    told = answer.to_dict()["warnings"]
    shown = " ".join(str(answer).split())
    assert len(told) == bool(warned)
    if warned:
        assert warned in told[0]
        assert "study.to_lanes" in told[0]
        assert f"warning {told[0]}" in shown
    else:
        assert "warning" not in shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: it holds no sequence"),
        (" \n\n", "is empty"),
        ("3,0,1\n\n4\n", "line 3: sequence '4' has fewer than two symbols"),
        ("3,0\n4,,1\n", "line 2: sequence '4,,1' has an empty symbol"),
    ],
)
def test_bad_text_file_names_the_line(text, message, tmp_path, capsys):
    path = tmp_path / "x.txt"
    path.write_text(text, encoding="utf-8")
    assert command.main([str(path)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(("name", "mark"), [("readings.csv", ";"), ("readings.csv", "\t"), ("readings.tsv", ",")])
def test_a_table_with_other_separators_is_refused_by_name(name, mark, tmp_path):
    path = tmp_path / name
    path.write_text("sensor,time,level\n1,1,2\n1,2,3\n".replace(",", mark), encoding="utf-8")
    with pytest.raises(StudyError, match="which looks like several; put commas"):
        read_file(path, group="sensor")


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        (["[3,0,1]", "[4,0,1]"], [[3, 0, 1], [4, 0, 1]]),
        (["[3, 0, 1]", "(4, 0, 1)"], [[3, 0, 1], [4, 0, 1]]),
        (['["a", "b"]', "'a b'"], [["a", "b"], ["a", "b"]]),
        (["( a )", "(a) b (c)"], [["(", "a", ")"], ["(a)", "b", "(c)"]]),  # symbols, not around the sequence
    ],
)
def test_brackets_and_quotes_around_a_sequence_are_no_symbols(texts, read):
    assert parse_sequences(texts) == read


def test_a_bracket_left_beside_a_number_is_refused():
    with pytest.raises(StudyError, match=r"has the symbol '\[\[3', a number with a bracket or quote; write sequences"):
        parse_sequences(["[[3,0,1],[4,0,1]]"])
