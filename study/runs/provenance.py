"""What produced a result but must not change it: commit, versions, processor, time."""

from __future__ import annotations

import platform
import subprocess
import tomllib
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

NAME = "stateful-lstm-study"
PACKAGES = ("torch", "numpy", "scikit-learn", "pandas")
BUILT_FROM = "_commit.txt"  # stands in the package where it was built, with the commit; see setup.py
UNKNOWN = "unknown"
ROOT = Path(__file__).resolve().parents[2]  # the checkout, or the folder of installed packages


def provenance() -> dict[str, str]:
    """Describe this machine and this code, in words that can be printed beside a result.

    Returns
    -------
    dict of str
        ``version`` of the study, ``commit`` (with ``+changes`` where files differ from it), ``python``, ``processor``,
        ``system``, ``computed`` (UTC) and the version of each package that computes.
    """
    return {
        "version": own_version(),
        "commit": _commit(),
        "python": platform.python_version(),
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "computed": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        **{name: _version(name) for name in PACKAGES},
    }


def own_version() -> str:
    """Name the version of the code that runs, which need not be the one that is installed.

    Returns
    -------
    str
        In a checkout that of ``pyproject.toml``, since metadata may be of an earlier one; else that of the metadata
        beside the package; ``unknown`` where neither stands beside it.
    """
    beside = (distribution.version for distribution in distributions(name=NAME, path=[str(ROOT)]))
    return _declared_version(ROOT) or next(beside, UNKNOWN)


def _declared_version(root: Path) -> str:
    """Read the version from the checkout's own settings; empty where the folder is no checkout of the study."""
    try:
        settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    project = settings.get("project", {})
    return str(project["version"]) if project.get("name") == NAME else ""


def _commit() -> str:
    """Short hash of the commit this code belongs to, or was built from; ``unknown`` if neither can be told."""
    try:
        return commit_of_checkout(ROOT) or (ROOT / "study" / BUILT_FROM).read_text(encoding="utf-8").strip()
    except OSError:
        return UNKNOWN


def commit_of_checkout(root: Path) -> str:
    """Ask git for the commit of a checkout of the study.

    An installed or copied package may lie inside some other repository, whose commit says nothing about this code.

    Parameters
    ----------
    root : Path
        Folder that holds the package.

    Returns
    -------
    str
        Short hash, with ``+changes`` where files differ from it; empty where the folder is not the top of a repository
        that has the study in it, or git is missing.
    """
    if not _declared_version(root):
        return ""
    try:
        if Path(_git(root, "rev-parse", "--show-toplevel")).resolve() != root:
            return ""
        _git(root, "ls-files", "--error-unmatch", "study/runs/provenance.py")
        head = _git(root, "rev-parse", "--short=10", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no", "--", "study")
    except (OSError, subprocess.SubprocessError):
        return ""
    return head + ("+changes" if changed else "")


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def processor() -> str:
    """Name the processor, or its architecture where the system tells no more."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
