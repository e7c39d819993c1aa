"""Version and commit are those of the study's own code, wherever a copy of it lies and however it was made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.lowest

ROOT = Path(__file__).parents[2]
VERSION = "9.8.7"  # unlike the version of any copy that may be installed beside the tests
ASK = "import json, study.runs.provenance as p; print(json.dumps([p.__file__, p.provenance()]))"


def git(folder, *words):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def commit_all(folder):
    """Make a repository of a folder; the short hash of its one commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "all of it")
    return git(folder, "rev-parse", "--short=10", "HEAD")


def asked(folder):
    """Version and commit that the copy in a folder tells of itself."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd="/", env=environment, capture_output=True, text=True, check=True
    )
    place, told = json.loads(done.stdout)
    assert Path(place).is_relative_to(folder), "another copy was asked"
    return told["version"], told["commit"]


def build(checkout, kind, output):
    """Do what pip does to build a wheel or an sdist; the one file that comes of it."""
    program = f"import sys; from setuptools import build_meta; build_meta.build_{kind}(sys.argv[1])"
    output.mkdir()
    subprocess.run([sys.executable, "-c", program, str(output)], cwd=checkout, capture_output=True, check=True)
    (built,) = output.iterdir()
    return built


@pytest.fixture
def checkout(tmp_path):
    """A checkout of the study with a history of its own."""
    folder = tmp_path / "checkout"
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "study", folder / "study", ignore=unwanted)
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    settings = folder / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('\nversion = "', f'\nversion = "{VERSION}" # "', 1), encoding="utf-8")
    return folder


@pytest.fixture
def foreign(tmp_path):
    """A folder for packages inside a repository of somebody else."""
    (tmp_path / "foreign/packages").mkdir(parents=True)
    (tmp_path / "foreign/theirs.py").touch()
    commit_all(tmp_path / "foreign")
    return tmp_path / "foreign/packages"


def test_a_checkout_tells_its_commit_and_whether_it_was_changed(checkout):
    commit = commit_all(checkout)
    assert asked(checkout) == (VERSION, commit)
    with (checkout / "study/errors.py").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert asked(checkout) == (VERSION, f"{commit}+changes")


def test_a_wheel_inside_another_repository_tells_the_commit_it_was_built_from(checkout, foreign, tmp_path):
    commit = commit_all(checkout)
    with zipfile.ZipFile(build(checkout, "wheel", tmp_path / "wheel")) as wheel:
        wheel.extractall(foreign)
    assert asked(foreign) == (VERSION, commit)
    assert git(checkout, "status", "--porcelain", "--", "study") == "", "building has written into the checkout"


def test_so_does_a_wheel_built_from_an_sdist_there(checkout, foreign, tmp_path):
    commit = commit_all(checkout)
    with tarfile.open(build(checkout, "sdist", tmp_path / "sdist")) as sdist:
        sdist.extractall(foreign, filter="data")
    assert git(checkout, "status", "--porcelain", "--", "study") == "", "building has written into the checkout"
    (unpacked,) = foreign.iterdir()
    assert asked(unpacked) == (VERSION, commit)
    with zipfile.ZipFile(build(unpacked, "wheel", tmp_path / "wheel")) as wheel:
        wheel.extractall(foreign / "installed")
    assert asked(foreign / "installed") == (VERSION, commit)


@pytest.mark.parametrize("place", ["packages", "."], ids=["below its top", "at its top"])
@pytest.mark.parametrize("tracked", [False, True], ids=["beside its files", "among its files"])
def test_an_unbuilt_copy_in_another_repository_is_unknown(place, tracked, checkout, foreign):
    folder = (foreign.parent / place).resolve()
    shutil.copytree(checkout / "study", folder / "study")
    if tracked:
        commit_all(foreign.parent)
    assert asked(folder) == ("unknown", "unknown")


def test_a_whole_copy_below_the_top_of_another_repository_has_no_commit(checkout, foreign):
    shutil.copytree(checkout, foreign / "copy")
    commit_all(foreign.parent)
    assert asked(foreign / "copy") == (VERSION, "unknown")
