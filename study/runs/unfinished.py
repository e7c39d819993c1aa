"""Jobs that are killed resume where they were, from a file that stands where their result will stand.

A file holds tensors and plain data, never code; it is valid only for the code and the libraries that wrote it, since
others may compute other bits. Workers write these files, and only these; jobs of probes and of the MLP start over.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from study.config import Config

SECONDS = 30.0  # between two files of a job: what a kill costs at most, beside the epoch at hand
PACKAGES = ("torch", "numpy", "numba", "pandas")

_kept_at: list[Path] = []  # where the current job is saved, if it is


class Training(Protocol):
    """What trains a job; see `study.training.loop.Blocks` and `study.training.streamed.trainer.Streams`."""

    def train_to(self, checkpoint: int, /, *, between: Callable[[], None] | None = None) -> None:
        """Train until so many epochs, or sequences of a stream, are done in all, calling `between` now and then."""

    def state_dict(self) -> dict[str, Any]:
        """Copy all that the rest of training depends on."""

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


@contextmanager
def kept_at(path: Path | None) -> Iterator[None]:
    """Save the job that is computed in this context at a path; nowhere if it is None."""
    if path is None:
        yield
        return
    _kept_at.append(path)
    try:
        yield
    finally:
        _kept_at.pop()


def measured(
    config: Config,
    seeds: Sequence[int],
    training: Training,
    checkpoints: Sequence[int],
    measure: Callable[[], pd.DataFrame],
) -> pd.DataFrame:
    """Train to each checkpoint and measure there, resuming where an earlier process was killed.

    Parameters
    ----------
    config, seeds
        The job.
    training : Training
        Freshly made.
    checkpoints : sequence of int
        Epochs, or sequences of a stream, in ascending order.
    measure : callable
        Measures what was trained so far, as a table.

    Returns
    -------
    DataFrame
        All of the tables, one below the other; the same bits whether interrupted or not.
    """
    path, key = _kept_at[-1] if _kept_at else None, key_of(config, seeds)
    saved = None if path is None else read(path, key)
    done, tables = 0, list[pd.DataFrame]()
    if saved is not None:
        done, tables = saved["done"], [_table(saved["table"])] if saved["done"] else []
        training.load_state_dict(saved["training"])
    last = time.monotonic()

    def keep_now_and_then() -> None:
        nonlocal last
        if path is not None and time.monotonic() - last >= SECONDS:
            table = _bytes(pd.concat(tables)) if tables else b""
            write(path, key, {"done": done, "table": table, "training": training.state_dict()})
            last = time.monotonic()

    for checkpoint in checkpoints[done:]:
        training.train_to(checkpoint, between=keep_now_and_then)
        if len(measures := measure()):  # nobody is measured where all seeds of a stream have ended
            tables.append(measures)
        done += 1
    return pd.concat(tables, ignore_index=True)


def write(path: Path, key: str, saved: dict[str, Any]) -> None:
    """Write a file: beside, flushed, renamed. A disk that is full costs the file, not the job."""
    import torch  # noqa: PLC0415  (here and below: so that the driver starts without waiting for torch)

    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            torch.save({"key": key, **saved}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()


def read(path: Path, key: str) -> dict[str, Any] | None:
    """Read a file; None where it is missing, damaged, or of another job, code or library."""
    import torch  # noqa: PLC0415

    try:
        saved: dict[str, Any] = torch.load(path, weights_only=True)
    except Exception:
        return None
    return saved if isinstance(saved, dict) and saved.get("key") == key else None


def key_of(config: Config, seeds: Sequence[int]) -> str:
    """Name what a file is valid for: configuration, seeds, code and libraries."""
    return f"{config.identity} {list(seeds)} {_code()}"


@cache
def _code() -> str:
    """Hash the source of everything that computes, and the versions of the libraries it computes with."""
    digest, root = sha256(), Path(__file__).parents[1]
    for room in ("sequences", "training", "models", "measures"):
        for source in sorted((root / room).rglob("*.py")):
            digest.update(source.read_bytes())
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            digest.update(f"{package} {version(package)}".encode())
    return digest.hexdigest()[:16]


def _bytes(table: pd.DataFrame) -> bytes:
    file = BytesIO()
    table.to_parquet(file)
    return file.getvalue()


def _table(data: bytes) -> pd.DataFrame:
    return pd.read_parquet(BytesIO(data))
