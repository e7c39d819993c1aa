"""What ``study report`` says of struck claims is one short line, however many there are."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from study.commands import report
from study.report.build import Built


@pytest.mark.parametrize(("count", "more"), [(1, ""), (3, ""), (156, "and 153 more")])
@pytest.mark.parametrize("quick", [False, True])
def test_struck_claims_are_counted_and_the_first_are_named(count, more, quick, monkeypatch, capsys):
    names = [f"grid.claim_{place}" for place in range(count)]
    monkeypatch.setattr(report, "build", lambda *_: Built([Path("report.html")], names, quick=quick))
    parser = argparse.ArgumentParser()
    report.add_arguments(parser)
    report.run(parser.parse_args([]))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{count} claim")
    assert [name for name in names if name in line.replace(",", " ").replace(";", " ").split()] == names[:3]
    assert more in line
    assert ("expected" in line) == quick
