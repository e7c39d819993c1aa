"""Whether compiled code is kept from an earlier process, found out without loading what compiles."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

KERNEL = Path(__file__).parent
INDEX = ".nbi"  # how the name of Numba's file about a kept function ends


def sources_of(folder: Path) -> str:
    """Hash the files that compiled code is made of: the kernel's, and those beside the function."""
    digest = sha256()
    for path in sorted({*KERNEL.rglob("*.py"), *folder.glob("*.py")}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def is_kept(folder: Path = KERNEL) -> bool:
    """Whether a folder's ``loop.train`` is found in one of the places where Numba keeps what it compiles."""
    name = f"loop.train_{sources_of(folder)}-*{INDEX}"
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        return any(Path(given).rglob(name))
    local = os.environ.get("LOCALAPPDATA")
    users = (Path.home() / ".cache", Path.home() / "Library" / "Caches", *([Path(local)] if local else []))
    return any((folder / "__pycache__").glob(name)) or any(
        any(place.rglob(name)) for user in users for place in user.glob("[nN]umba*")
    )
