"""The report's folder served to this machine alone, and built anew when the results change.

A browser opens the page from a file as well; what serving adds is that a long run can be watched as it goes.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

from study.errors import StudyError

LOOPBACK = "127.0.0.1"  # no other machine can reach it
PAUSE = 2.0  # seconds between two looks at the results
State = frozenset[tuple[str, int, int]]  # of a folder: path, size and time of change of every file


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files, and keeps still about it; nothing is kept by a browser, since the report may be built anew."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        """Add one of our own."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


@contextmanager
def served(folder: str | Path, port: int) -> Iterator[str]:
    """Serve a folder while the block runs.

    Parameters
    ----------
    folder : str or Path
    port : int
        0 for any that is free.

    Yields
    ------
    str
        The address of the page.

    Raises
    ------
    StudyError
        If the port cannot be had.
    """
    if not 0 <= port <= 65535:
        raise StudyError(f"port is {port}; it must be 0 (any that is free) to 65535")
    try:
        server = ThreadingHTTPServer((LOOPBACK, port), partial(_Quiet, directory=str(folder)))
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
        raise StudyError(f"port {port} {why}; give another with --port, or 0 for any that is free") from error
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}/report.html"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def follow(
    state: Callable[[], State],
    built: State,
    rebuild: Callable[[], None],
    stop: Event | None = None,
    pause: float = PAUSE,
) -> None:
    """Build anew whenever the results have changed and come to rest, until told to stop.

    Parameters
    ----------
    state : callable
        Tells how the results are now.
    built : State
        How it was before the report was built.
    rebuild : callable
    stop : Event, optional
        Ends it when it is set; without one it goes on until it is interrupted.
    pause : float, default 2
        Seconds between two looks. Results that changed between the last two are still being written, and wait.
    """
    stop = stop or Event()
    seen = built
    while not stop.wait(pause):
        now = state()
        if now == seen and now != built:
            rebuild()
            built = now
        seen = now


def state_of(folder: str | Path, apart: str | Path) -> State:
    """Tell what stands in a folder, what is below `apart` left out, and any file that vanishes meanwhile."""
    found = set()
    for path in Path(folder).rglob("*"):
        if path.resolve().is_relative_to(Path(apart).resolve()):
            continue
        try:
            told = path.stat()
        except OSError:
            continue
        found.add((str(path), told.st_size, told.st_mtime_ns))
    return frozenset(found)
