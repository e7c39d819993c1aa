"""Output for a terminal or pipe that does not carry all characters, such as one in ASCII or in cp1252.

Nothing may end in a traceback there. What the study draws with (arrows, lines, dots) is written with a plain sign, one
character for one, so that columns stay aligned; every other character is written as its escape. What a reader takes on
as data, names or a program is never given another sign, since that would be another symbol: so standard error, which
names things, keeps the escapes that Python writes there.
"""

from __future__ import annotations

import codecs
import io
import json
import sys
import unicodedata
from typing import TextIO

SIGNS = {  # one for one: "..." for an ellipsis would push columns apart
    **dict.fromkeys("·•∙", "*"),
    **dict.fromkeys("–—−‐‑", "-"),
    **dict.fromkeys("→⇒▶▸►", ">"),
    **dict.fromkeys("←⇐◀◂◄", "<"),
    **dict.fromkeys("✓✔", "v"),
    **dict.fromkeys("✗✘×", "x"),
    **{"…": "+", "⋮": ":", "↑": "^", "↓": "v", "↔": "=", "†": "+", "␣": "_"},
}
ACROSS, DOWN = ("HORIZONTAL", "LEFT", "RIGHT"), ("VERTICAL", "UP", "DOWN")
DRAWN, ESCAPED = "study.drawn", "study.escaped_in_json"  # how errors of encoding are handled
REFUSING = ("strict", "surrogateescape")  # Python's own choices; others are the user's


def plain_sign(character: str) -> str:
    r"""Find one plain character that stands for what is drawn; the character's escape if there is none.

    Examples
    --------
    >>> [plain_sign(character) for character in "→─│└⠋²⁻é"]
    ['>', '-', '|', '+', '*', '2', '-', '\\xe9']
    """
    if character in SIGNS:
        return SIGNS[character]
    name = unicodedata.name(character, "")
    if name.startswith("BOX DRAWINGS"):
        across, down = (any(word in name for word in words) for words in (ACROSS, DOWN))
        return "+" if across and down else "-" if across else "|"
    if name.startswith("BRAILLE PATTERN") or name.endswith("BLOCK"):  # spinners and bars
        return "*"
    kind, _, number = unicodedata.decomposition(character).partition(" ")
    if kind == "<super>" and len(number) == 4:  # of one character
        raised = chr(int(number, 16))
        return raised if raised.isascii() else plain_sign(raised)
    return character.encode("ascii", "backslashreplace").decode()


def _draw(error: UnicodeError) -> tuple[str, int]:
    """Write what a stream cannot carry with plain signs."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(plain_sign, error.object[error.start : error.end])), error.end


def _escape_in_json(error: UnicodeError) -> tuple[str, int]:
    """Write what a stream cannot carry with escapes that JSON knows."""
    assert isinstance(error, UnicodeEncodeError)
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(DRAWN, _draw)
codecs.register_error(ESCAPED, _escape_in_json)


def degrade_gracefully() -> None:
    """Let standard output write plain signs for what it cannot carry; a choice of the user's stands."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in REFUSING:
        sys.stdout.reconfigure(errors=DRAWN)


def escaped(text: str, stream: TextIO | None = None, errors: str = "backslashreplace") -> str:
    r"""Escape what a stream cannot carry: for names, data and programs, which must not change.

    Parameters
    ----------
    text : str
    stream : text stream, optional
        Standard output if left out.
    errors : str
        How: with escapes of Python by default, with those of JSON if it is `ESCAPED`.

    Returns
    -------
    str

    Examples
    --------
    >>> narrow = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    >>> print(escaped("é → 🐈", narrow), escaped("é → 🐈", narrow, ESCAPED))
    é \u2192 \U0001f408 é \u2192 \ud83d\udc08
    """
    encoding = getattr(stream or sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, errors).decode(encoding)
