"""What produced a result but must not change it: commit, versions, processor, time."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("torch", "numpy", "scikit-learn", "pandas")


def provenance() -> dict[str, str]:
    """Describe this machine and this code, in words that can be printed beside a result.

    Returns
    -------
    dict of str
        ``version`` of the study, ``commit`` (with ``+changes`` where files differ from it), ``python``, ``processor``,
        ``system``, ``computed`` (UTC) and the version of each package that computes.
    """
    return {
        "version": _version("stateful-lstm-study"),
        "commit": _commit(),
        "python": platform.python_version(),
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "computed": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        **{name: _version(name) for name in PACKAGES},
    }


def _commit() -> str:
    """Short hash of the commit this code belongs to; ``unknown`` outside a checkout."""
    folder = Path(__file__).parent
    try:
        head = _git(folder, "rev-parse", "--short=10", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", str(folder))
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
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
