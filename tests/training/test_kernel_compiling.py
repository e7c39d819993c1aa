"""What is compiled is kept where there is a place for it; that it takes a while is said once, and only when it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from autograd_1997 import config_of

from study.config import Config
from study.runs.backends import ONLINE, Job, _compiled_for
from study.training.kernel import loop as kernel_loop
from study.training.kernel.kept import KERNEL, is_kept, sources_of
from study.training.online import loop as online_loop

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


def test_each_folder_of_compiled_code_is_looked_for_by_itself(monkeypatch, tmp_path):
    wired = Job(config_of("memory_cell_1997"), (0,), 1.0)
    others = [Job(Config(epochs=1), (0,), 1.0), Job(Config(epochs=1, engine="torch"), (0,), 1.0)]
    assert (_compiled_for(others), _compiled_for([wired])) == ({KERNEL}, {ONLINE})
    assert _compiled_for([*others, wired]) == {KERNEL, ONLINE}
    assert _compiled_for(others[1:]) == set()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    (tmp_path / f"loop.train_{sources_of(KERNEL)}-86.py311.nbi").touch()
    assert (is_kept(KERNEL), is_kept(ONLINE)) == (True, False)
    (tmp_path / f"loop.train_{sources_of(ONLINE)}-79.py311.nbi").touch()
    assert (is_kept(KERNEL), is_kept(ONLINE)) == (True, True)


def test_it_is_looked_for_under_the_name_that_numba_keeps_it_by():
    for folder, loop in ((KERNEL, kernel_loop), (ONLINE, online_loop)):
        assert loop.train.__qualname__ == f"train_{sources_of(folder)}"
        assert Path(loop.__file__) == folder / "loop.py"
