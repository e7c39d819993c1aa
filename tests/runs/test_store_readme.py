"""results/README.md names every file and every measured column that is stored."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from study.config import Config

RESULTS = Path(__file__).parents[2] / "results"
TEXT = (RESULTS / "README.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", TEXT))
SETTINGS = {field.name for field in fields(Config)} | {"config", "budget"}


def test_every_file_is_named():
    listed = {path.name + "/" * path.is_dir() for path in RESULTS.iterdir() if path.name[0] != "."}
    assert listed - {"README.md"} <= NAMED


@pytest.mark.parametrize("kind", ["runs", "probes", "streams"])
def test_every_column_is_named(kind):
    columns = {name for path in (RESULTS / kind).rglob("*.parquet") for name in pq.read_schema(path).names}
    starts = tuple(name[:-1] for name in NAMED if name.endswith("…"))
    assert not {name for name in columns - SETTINGS - NAMED if not name.startswith(starts)}
