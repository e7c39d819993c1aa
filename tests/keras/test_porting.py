"""Lines of Keras 3 and PyTorch that are shown do run and do what is said; what is kept is of these very lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from study.errors import StudyError
from study.keras import porting
from study.keras.porting import FRAMEWORKS, KEPT, LINES, Outcome, installed, keep, read, run_lines

STORED = Path(__file__).parents[2] / "results" / KEPT


def test_every_line_of_pytorch_runs_and_does_what_it_should():
    found = run_lines("pytorch")
    assert [one.what for one in found] == [line.what for line in LINES]
    assert [one.outcome for one in found if not one.ran] == []


@pytest.mark.slow
@pytest.mark.skipif(not installed("keras3"), reason="Keras is not installed")
def test_every_line_of_keras_3_runs_and_does_what_it_should():
    assert [one.outcome for one in run_lines("keras3") if not one.ran] == []


def test_a_line_that_does_something_else_is_found_out(monkeypatch):
    first = replace(LINES[0], pytorch_holds="lstm.hidden_size == 21")
    broken = replace(LINES[2], pytorch="dense = torch.nn.Linea(20, 5)")
    monkeypatch.setattr(porting, "LINES", (first, broken, LINES[2]))
    outcomes = [one.outcome for one in run_lines("pytorch")]
    assert "does not hold" in outcomes[0]
    assert outcomes[1].startswith("AttributeError")
    assert outcomes[2] == "ran"


def test_a_framework_that_is_not_there_is_one_line(monkeypatch):
    monkeypatch.setitem(FRAMEWORKS, "keras3", ("no_such_package",))
    with pytest.raises(StudyError, match="no_such_package is not installed"):
        run_lines("keras3")


def test_what_is_kept_of_one_framework_stays_when_another_is_run(tmp_path):
    path = tmp_path / KEPT
    keras = [Outcome("keras3", "keras 3", line.what, line.keras3, "ran") for line in LINES]
    keep(keras, path)
    keep(run_lines("pytorch"), path)
    found = read(path)
    assert {framework for framework, _ in found} == {"keras3", "pytorch"}
    assert len(found) == 2 * len(LINES)
    assert found["keras3", LINES[5].what] == keras[5]


def test_outcomes_of_lines_that_were_changed_since_do_not_count(tmp_path):
    path = tmp_path / KEPT
    keep([replace(one, code=f"{one.code}\n") for one in run_lines("pytorch")[:1]], path)
    assert read(path) == {}
    assert read(tmp_path / "none.csv") == {}


@pytest.mark.skipif(not STORED.exists(), reason="nothing is kept")
def test_what_is_kept_is_of_all_lines_as_they_are_and_all_of_them_ran():
    found = read(STORED)
    assert len(found) == len(pd.read_csv(STORED))
    for framework in ("keras3", "pytorch"):
        assert all(found[framework, line.what].ran for line in LINES)
    refused = {what for (framework, what), one in found.items() if framework == "keras2" and not one.ran}
    assert refused
    for line in LINES:  # a line that Keras 3 refuses has another in its place
        assert (line.what in refused) <= (line.keras2 != line.keras3)
