"""Figures of an earlier build are used again where nothing that they are made of has changed.

Beside the figures stands a file that says of each what it was made of and how it was written, so that an edited figure
is drawn anew too. Git ignores it: a fresh clone draws everything once.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd

LEDGER = ".drawn.json"
PACKAGE = Path(__file__).parents[2]


def ingredients(results: Path) -> str:
    """Sum up all that a figure can depend on: the stored results, this package, and what draws.

    Parameters
    ----------
    results : Path
        The folder of stored results.

    Returns
    -------
    str
        A digest.
    """
    versions = [mpl.__version__, np.__version__, pd.__version__, *map(str, sys.version_info[:2])]
    found = hashlib.sha256(" ".join(versions).encode())
    for folder, files in ((results, results.rglob("*")), (PACKAGE, PACKAGE.rglob("*.py"))):
        for path in sorted(_files(files)):
            found.update(path.relative_to(folder).as_posix().encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


class Kept:
    """The figures of a folder, as far as they were made of the same.

    Parameters
    ----------
    folder : Path
        Where the last build left its figures; it need not be there.
    made_of : str
        As `ingredients` gives it.
    """

    def __init__(self, folder: Path, made_of: str) -> None:
        self.folder, self.made_of = folder, made_of
        try:
            written = json.loads((folder / LEDGER).read_text("utf-8"))
        except (OSError, ValueError):
            written = {}
        self._written = written if isinstance(written, dict) else {}

    def find(self, name: str) -> str | None:
        """Give the SVG of a figure, such as ``narrow/tutorial.svg``, if it is as it was drawn of the same."""
        try:
            text = (self.folder / name).read_text("utf-8")
        except (OSError, ValueError):
            return None
        return text if self._written.get(name) == [self.made_of, _sum(text)] else None

    def ledger(self, drawn: dict[str, str]) -> str:
        """Write the ledger of a build's figures: name and SVG of each."""
        return json.dumps({name: [self.made_of, _sum(text)] for name, text in drawn.items()}, indent=0)


def _files(paths: Iterable[Path]) -> list[Path]:
    """Keep the files among paths, but none that is still being written."""
    return [path for path in paths if path.is_file() and not path.name.startswith(".")]


def _sum(text: str) -> str:
    """Sum up a figure as it was written."""
    return hashlib.sha256(text.encode()).hexdigest()
