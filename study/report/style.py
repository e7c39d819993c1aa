"""Colours of figures that have not been drawn in the language of `study.report.figures` yet."""

from __future__ import annotations

from typing import Any

from study.report.figures.colours import IN_ORDER, LINES, MUTED, ONE_PER_LANE, TUTORIAL

LAYOUT_MARKS = {"consecutive": "o", "interleaved": "s", "shuffled": "^"}
COLOURS: tuple[Any, ...] = (TUTORIAL, IN_ORDER, ONE_PER_LANE, *LINES, MUTED)
LAYOUT_COLOURS: dict[str, Any] = {"consecutive": COLOURS[0], "interleaved": COLOURS[1], "shuffled": COLOURS[7]}
