"""What is imported is declared, what is declared is pinned, and no version is claimed that is never tried."""

from __future__ import annotations

import ast
import os
import sys
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [Requirement(line) for line in (*PROJECT["dependencies"], *EXTRAS["dev"])]
BUILDING = [Requirement(line) for line in SETTINGS["build-system"]["requires"]]
TRIED_IF_THERE = {"jax", "keras", "tensorflow"}  # what a reader may have; nothing here needs it


def named(requirements):
    return {canonicalize_name(requirement.name) for requirement in requirements}


def lowest(requirement):
    """The version from which on a requirement is met; one that does not say is an error."""
    (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
    return Version(bound)


def pins():
    """Name and version of each line of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(name): Version(pin) for name, pin in (line.split("==") for line in lines)}


def imported(folder):
    """Distributions that modules of a folder import anywhere in their files, without Python's own and ours."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    names = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module.split(".")[0])
    names -= {*sys.stdlib_module_names, "study", *(path.stem for path in paths if folder == "tests")}
    known = packages_distributions()
    return {canonicalize_name(known.get(name, [name])[0]) for name in names}


def test_what_the_study_imports_is_declared():
    needed = [Requirement(line) for line in PROJECT["dependencies"]]
    assert imported("study") - named(needed) - TRIED_IF_THERE == set()


def test_what_the_tests_import_is_declared():
    assert imported("tests") - named(DIRECT) - TRIED_IF_THERE == set()


@pytest.mark.parametrize("requirement", [*DIRECT, *BUILDING], ids=str)
def test_constraints_pin_every_direct_dependency_within_its_bounds(requirement):
    pin = pins().get(canonicalize_name(requirement.name))
    assert pin, "pin it in constraints.txt"
    assert requirement.specifier.contains(pin)
    assert lowest(requirement) <= pin


def test_the_reports_typesetter_is_held_below_its_next_minor_version():
    """Its HTML export is unfinished: what one version writes, the next may write otherwise."""
    (typst,) = (requirement for requirement in DIRECT if requirement.name == "typst")
    minor = lowest(typst).release[1]
    assert not typst.specifier.contains(f"0.{minor + 1}.0")
    assert typst.specifier.contains(f"0.{minor}.99")


@pytest.mark.lowest
def test_every_module_can_be_imported():
    jax_alone = ROOT / "study" / "bench" / "alone" / "jax_scan.py"  # run by an interpreter that has JAX
    assert jax_alone.exists()
    for path in sorted(set((ROOT / "study").rglob("*.py")) - {jax_alone}):
        parts = path.relative_to(ROOT).with_suffix("").parts
        import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))


@pytest.mark.lowest
@pytest.mark.skipif("LOWEST" not in os.environ, reason="it is for make test-lowest, which has the lowest versions")
@pytest.mark.parametrize("requirement", DIRECT, ids=str)
def test_what_is_installed_is_the_lowest_that_is_claimed(requirement):
    installed = Version(version(requirement.name)).public  # without the name of the build, as in 2.13.0+cpu
    assert Version(installed) == lowest(requirement), "what is claimed was not tried; raise the bound"
