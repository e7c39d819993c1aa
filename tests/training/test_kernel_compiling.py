"""What is compiled is kept where there is a place for it; that it takes a while is said once, and only when it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
from study.training.kernel.vectors.compiling import entry

@entry
def double(x):
    return 2 * x

@entry
def triple(x):
    return 3 * x
"""
CALL = "import doubling; print(doubling.double(1.5), doubling.triple(2.0))"
NO_PLACE = """
import numba
plain = numba.njit
def refusing(*arguments, **options):
    if options.pop("cache", False):
        raise RuntimeError("cannot cache function: no locator available")
    return plain(*arguments, **options)
numba.njit = refusing
"""
SAID = "compiling what trains networks, which takes up to half a minute: "


@pytest.fixture
def call(tmp_path):
    (tmp_path / "doubling.py").write_text(MODULE, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    environment = {**os.environ, "PYTHONPATH": paths, "NUMBA_CACHE_DIR": str(tmp_path / "kept")}

    def called(before=""):
        words = [sys.executable, "-c", before + CALL]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == "3.0 6.0\n"
        return done.stderr

    return called


def test_the_first_process_says_once_that_it_compiles_and_the_next_finds_it(call):
    assert call() == f"{SAID}it is kept, and found by all later processes\n"
    assert call() == ""


def test_where_no_folder_can_be_written_it_works_and_says_so(call):
    expected = f"{SAID}no folder can be written to keep it in, so each process does it; NUMBA_CACHE_DIR names one\n"
    assert call(NO_PLACE) == call(NO_PLACE) == expected
