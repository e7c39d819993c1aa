"""Where results live: one Parquet file for each finished job, in a folder for each configuration.

A file stands under its final name only when it is whole, so whatever is there is done, and a second run computes only
what is missing. ``results/README.md`` says what each column is, and how to read them all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from study.config import Config
from study.errors import StudyError
from study.runs.diverged import said_of
from study.runs.stand_in import stand_in
from study.runs.validation import DamagedResultError, find_fault, numbers_of, seeds_named, settings_of, validate

CHECKSUM, EMPTY_CHECKSUM = b'"checksum": "', b"0" * 32  # in a file's metadata: what stands before it, and its place
KERAS_DIFFERENCES = "keras.csv"  # where a results folder keeps how well the engine agrees with Keras


class Store:
    """A folder of results.

    Parameters
    ----------
    root : str or Path
        Made when something is first written.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)

    def folder(self, config: Config) -> Path:
        """Where the configuration's files lie: with those of the configuration that stands for it.

        Files of probes and of streams have other columns, so they lie in folders of their own. See
        `study.runs.stand_in`.
        """
        return (
            self.root / ("probes" if config.probe else "streams" if config.streams else "runs") / stand_in(config).slug
        )

    def check_writable(self) -> None:
        """Raise a StudyError unless files can be written here."""
        probe = self.root / ".writable"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StudyError(
                f"results folder {self.root} cannot be written to ({error.strerror}); give another with --results"
            ) from error

    def files(self, config: Config) -> list[Path]:
        """List the configuration's files."""
        return sorted(self.folder(config).glob("seeds_*.parquet"))

    def seeds(self, config: Config) -> set[int]:
        """Which seeds of the configuration are there, those that diverged included.

        Raises
        ------
        DamagedResultError
            If a file cannot be read.
        """
        return self._stored(config) | self.diverged(config)

    def _stored(self, config: Config) -> set[int]:
        return {seed for path in self.files(config) for seed in _metadata_of(_open(path), path)["seeds"]}

    def diverged(self, config: Config) -> set[int]:
        """Which seeds of the configuration diverged, and have no results; see `study.runs.diverged`."""
        kept = {seed for path in self._diverged_of(config) for seed in _seeds_of_failure(path)}
        return kept - self._stored(config) if kept else kept

    def read(self, config: Config, *, settings: bool = True) -> pd.DataFrame:
        """Read all measures of a configuration: one row a seed and checkpoint, sorted.

        Parameters
        ----------
        config : Config
        settings : bool, default True
            Whether the settings that stand beside the measures are read too. Without them, which takes a third of the
            time, a file is believed by its checksum, as `check_file` says.

        Raises
        ------
        DamagedResultError
            If a file cannot be read, or is not of this configuration.
        StudyError
            If there is none.
        """
        paths = self.files(config)
        if not paths:
            raise StudyError(f"no results for {config.slug} in {self.root}; compute them with 'study run'")
        parts = [self.read_file(config, path, settings=settings) for path in paths]
        if len(parts) == 1:  # a file has each seed and checkpoint once
            return parts[0].sort_values(["seed", config.clock], ignore_index=True)
        table = pd.concat(parts, ignore_index=True)
        once = table.drop_duplicates(["seed", config.clock])
        if len(once) < len(table) and len(table.drop_duplicates()) > len(once):
            raise DamagedResultError(paths[-1], "it and another file of its folder disagree on a seed")
        return once.sort_values(["seed", config.clock], ignore_index=True)

    def read_file(self, config: Config, path: Path, *, settings: bool = True) -> pd.DataFrame:
        """Read one of a configuration's files; a DamagedResultError says what is wrong with it. See `read`."""
        data = _bytes_of(path)
        file = _open(path, data)
        believed = not settings and _is_sealed(data, path, stand_in(config))
        try:
            names = None if settings else numbers_of(config, file.schema_arrow)
            table = file.read(names if believed else None, use_threads=False)  # so short that threads take longer
        except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
            raise DamagedResultError(path, _first_line(error)) from error
        if not believed:
            validate(path, stand_in(config), table, _metadata_of(file, path))
            table = table if names is None else table.select(names)
        measures: pd.DataFrame = table.replace_schema_metadata(None).to_pandas(  # no checksum guards these
            use_threads=False
        )
        return measures

    def check_file(self, config: Config, path: Path) -> None:
        """Raise a DamagedResultError unless one of a configuration's files can be believed.

        It is believed by the checksum that `write` gave it, of every byte, its name and its configuration; a file
        without one, or with another one, is read and checked, as `read_file` does.
        """
        if not _is_sealed(_bytes_of(path), path, stand_in(config)):
            self.read_file(config, path)

    def provenance(self, config: Config) -> list[dict[str, Any]]:
        """Read what produced each of the configuration's files."""
        return [_metadata_of(_open(path), path) for path in self.files(config)]

    def write(self, config: Config, table: pd.DataFrame, provenance: Mapping[str, Any]) -> Path:
        """Keep the results of one job: written beside, flushed, renamed.

        Parameters
        ----------
        config : Config
        table : DataFrame
            As `study.runs.compute.compute` gives it.
        provenance : mapping
            Kept in the file, for `provenance`.

        Returns
        -------
        Path
            The finished file.

        Raises
        ------
        StudyError
            If the table would be refused when it is read.
        """
        config = stand_in(config)
        seeds = sorted(int(seed) for seed in table["seed"].unique())
        settings = settings_of(config)
        # Settings stand in every row, so that one call reads all results; the measure's own columns win.
        columns = {name: value for name, value in settings.items() if name not in table.columns}
        columns["budget"] = settings[config.budget]
        columns.pop("epochs")
        wide = table.assign(**{"config": config.identity}, **columns)
        metadata = {**provenance, "seeds": seeds, "config": settings, "checksum": EMPTY_CHECKSUM.decode()}
        path = self.folder(config) / f"{seeds_named(seeds)}.parquet"
        arrow = pa.Table.from_pandas(wide, preserve_index=False)
        if fault := find_fault(path, config, arrow, metadata):
            raise StudyError(f"what was computed for {path} is not kept: {fault}")
        arrow = arrow.replace_schema_metadata(
            {**(arrow.schema.metadata or {}), b"study": json.dumps(metadata).encode()}
        )
        measured = [field.name for field in arrow.schema if pa.types.is_floating(field.type)]
        packed = io.BytesIO()
        pq.write_table(
            arrow,
            packed,
            compression="zstd",
            use_dictionary=[name for name in arrow.column_names if name not in measured],
            use_byte_stream_split=measured,  # measures hardly repeat: bytes of one weight together pack 3/10 better
            write_page_checksum=True,
        )
        _put(path, _sealed(packed.getvalue(), path, config))
        self._forget_failures(config)
        return path

    def unfinished_path(self, config: Config, seeds: Sequence[int]) -> Path:
        """Where a job is saved while it is computed, under a name that no reader of results matches."""
        return self.folder(config) / f".{seeds_named(seeds)}.unfinished"

    def unfinished(self, config: Config) -> list[Path]:
        """List the saved jobs of the configuration that are unfinished, half-written files included."""
        return sorted(self.folder(config).glob(".seeds_*.unfinished*"))

    def set_aside(self, path: Path) -> Path:
        """Move a damaged file aside under a name that no reader matches; nothing is deleted."""
        aside = path.with_name(f"_damaged_{path.name}")
        path.replace(aside)
        return aside

    def write_failure(self, config: Config, seeds: Sequence[int], traceback: str) -> Path:
        """Keep the traceback of a job that failed, apart from results; the next run tries it again.

        It is deleted once all of its seeds are stored, whichever jobs they came in.
        """
        path = self.root / "failures" / f"{stand_in(config).slug}_{seeds_named(seeds)}.txt"
        return _write_failure(path, config, seeds, traceback)

    def write_diverged(self, config: Config, moments: dict[int, int]) -> Path:
        """Keep which seeds diverged and when, apart from results."""
        path = self.root / "failures" / f"{stand_in(config).slug}_diverged_{seeds_named(sorted(moments))}.txt"
        _write_failure(path, config, sorted(moments), said_of(config, moments))
        self._forget_failures(config)
        return path

    def damaged_failures(self, config: Config) -> list[DamagedResultError]:
        """Say which files about failed jobs and diverged seeds of the configuration cannot be read."""
        found = []
        for path in (*self._failures_of(config), *self._diverged_of(config)):
            try:
                _seeds_of_failure(path)
            except DamagedResultError as damage:
                found.append(damage)
        return found

    def failures(self, configs: Iterable[Config]) -> list[Path]:
        """List the tracebacks kept for some configurations, one for each failed job."""
        computed = dict.fromkeys(stand_in(config) for config in configs)
        return [path for config in computed for path in self._failures_of(config)]

    def _failures_of(self, config: Config) -> list[Path]:
        return self._failures_named(f"{stand_in(config).slug}_seeds_")

    def _diverged_of(self, config: Config) -> list[Path]:
        return self._failures_named(f"{stand_in(config).slug}_diverged_")

    def _failures_named(self, beginning: str) -> list[Path]:
        """List the failures whose names begin so."""
        folder = self.root / "failures"
        return sorted(path for path in folder.iterdir() if path.name.startswith(beginning)) if folder.is_dir() else []

    def _forget_failures(self, config: Config) -> None:
        """Drop the tracebacks of jobs whose seeds are all stored by now."""
        for path in self._failures_of(config):
            if self.seeds(config).issuperset(_seeds_of_failure(path)):
                path.unlink()


def _write_failure(path: Path, config: Config, seeds: Sequence[int], said: str) -> Path:
    """Write the settings and seeds as a first line, and what there is to say below."""
    settings = {**config.settings(), "seeds": list(seeds)}
    _put(path, f"{json.dumps(settings)}\n\n{said}".encode())
    return path


def _put(path: Path, data: bytes) -> None:
    """Write a file beside, flush it, and rename it: under its name it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _seeds_of_failure(path: Path) -> list[int]:
    """Read which seeds a failure is of; a DamagedResultError says that its first line cannot be read."""
    try:
        seeds = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])["seeds"]
        return [int(seed) for seed in seeds]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DamagedResultError(path, f"its first line cannot be read: {_first_line(error)}") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedResultError(path, _first_line(error)) from error


def _open(path: Path, data: bytes | None = None) -> pq.ParquetFile:
    """Open a file, or what was read of it."""
    source = path if data is None else pa.BufferReader(data)
    try:
        return pq.ParquetFile(source, page_checksum_verification=True)  # a flipped bit is no other number
    except (OSError, UnicodeDecodeError, pa.ArrowException) as error:
        raise DamagedResultError(path, _first_line(error)) from error


def _sealed(data: bytes, path: Path, config: Config) -> bytes:
    """Write a file's checksum into its metadata: of all its other bytes, of its name and of its configuration."""
    before, mark, after = data.rpartition(CHECKSUM)
    rest = after[len(EMPTY_CHECKSUM) :]
    digest = hashlib.blake2b(f"{config.identity}/{path.name}".encode(), digest_size=len(EMPTY_CHECKSUM) // 2)
    for part in (before, rest):
        digest.update(part)
    return before + mark + digest.hexdigest().encode() + rest


def _is_sealed(data: bytes, path: Path, config: Config) -> bool:
    """Whether a file has a checksum, and it is right."""
    return CHECKSUM in data and _sealed(data, path, config) == data


def _metadata_of(file: pq.ParquetFile, path: Path) -> dict[str, Any]:
    """Read what `Store.write` keeps beside the table."""
    try:
        metadata: dict[str, Any] = json.loads(file.schema_arrow.metadata[b"study"])
        metadata["seeds"] = [int(seed) for seed in metadata["seeds"]]
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedResultError(path, f"its metadata cannot be read: {_first_line(error)}") from error
    return metadata


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
