"""Figures of an earlier build are used again where nothing that they are made of has changed.

Beside the figures stands a file that says what they were made of and how each was written, so that an edited figure is
drawn once more too. Git keeps it with the figures: a fresh clone draws only what changed.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

LEDGER = ".drawn.json"
PACKAGE = Path(__file__).parents[2]
DRAWN_WITH = ("matplotlib", "numpy", "pandas", "scipy", "seaborn")
NEVER_DRAW = {"bench", "commands", "watching"}  # rooms that no script of a figure imports, nor the findings beside it


def ingredients(results: Path) -> str:
    """Sum up all that a figure can depend on: the stored runs, this package, and what draws.

    Parameters
    ----------
    results : Path
        The folder of stored results, of which figures show the finished runs alone.

    Returns
    -------
    str
        A digest, the same wherever both lie.
    """
    found = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in DRAWN_WITH).encode())
    scripts = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in NEVER_DRAW]
    for folder, paths in ((results, [*results.rglob("*.parquet")]), (PACKAGE, scripts)):
        for path in sorted(paths):
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # a run has put another in its place meanwhile
                continue
            found.update(path.relative_to(folder).as_posix().encode())
            found.update(hashlib.sha256(content).digest())
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
            said = json.loads((folder / LEDGER).read_text("utf-8"))
        except (OSError, ValueError):
            said = None
        same = isinstance(said, dict) and said.get("made_of") == made_of and isinstance(said.get("figures"), dict)
        self._written: dict[str, str] = said["figures"] if same else {}

    def find(self, name: str) -> str | None:
        """Give the SVG of a figure, such as ``narrow/tutorial.svg``, if it is as it was drawn of the same."""
        try:
            text = (self.folder / name).read_text("utf-8")
        except (OSError, ValueError):
            return None
        return text if self._written.get(name) == _sum(text) else None

    def ledger(self, drawn: dict[str, str]) -> str:
        """Write the ledger of a build's figures: name and SVG of each."""
        figures = {name: _sum(text) for name, text in drawn.items()}
        return json.dumps({"made_of": self.made_of, "figures": figures}, indent=1) + "\n"


def _sum(text: str) -> str:
    """Sum up a figure as it was written."""
    return hashlib.sha256(text.encode()).hexdigest()
