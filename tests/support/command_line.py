"""The command line, called from a test."""

from __future__ import annotations

import contextlib
import io

from study.commands import why as command


def run_json(arguments):
    """What `study why` prints with `--json`."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert command.main([*arguments, "--json"]) == 0
    return out.getvalue()
