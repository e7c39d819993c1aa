"""The one exception that a user causes and can mend: its text is the whole message, and the command line exits with 2.

Every bad input raises it, so that nobody meets a traceback for a mistyped name or a damaged file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

MOST_BEFORE_HINT = 12  # known names; where there are more, what was likely meant comes before them


class StudyError(ValueError):
    """An input that cannot be used; the message names the value, what is allowed and what to do."""


def require(owner: object, parts: Sequence[str], what: str) -> None:
    """Raise a StudyError if a part is missing of something that is added to the study.

    Parameters
    ----------
    owner : object
        A class, an instance or a module.
    parts : sequence of str
        Names that it has to define; a method that is only declared, as an abstract one is, does not count.
    what : str
        What it is, such as ``"layer MinimalGatedUnit"``.

    Examples
    --------
    >>> require("a text", ("upper", "draw"), "figure.py")
    Traceback (most recent call last):
    study.errors.StudyError: figure.py has no draw; it needs upper, draw
    """
    lacking = [
        part
        for part in parts
        if not hasattr(owner, part) or getattr(getattr(owner, part), "__isabstractmethod__", False)
    ]
    if lacking:
        raise StudyError(f"{what} has no {' and no '.join(lacking)}; it needs {', '.join(parts)}")


def unknown_name(kind: str, name: object, known: Iterable[str]) -> StudyError:
    """Build the error for a name that is not known.

    Parameters
    ----------
    kind : str
        What the name is for, such as ``"layout"``.
    name : object
        The name that was given.
    known : iterable of str
        All names that would have worked.

    Returns
    -------
    StudyError
        Ready to be raised.

    Examples
    --------
    >>> print(unknown_name("layout", "interleave", ["consecutive", "interleaved", "shuffled"]))
    unknown layout 'interleave'; known: consecutive, interleaved, shuffled; did you mean 'interleaved'?
    """
    names = list(known)
    close = get_close_matches(str(name), names, n=1)
    if close and len(names) > MOST_BEFORE_HINT:
        return StudyError(f"unknown {kind} {str(name)!r}; did you mean {close[0]!r}? known: {', '.join(names)}")
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return StudyError(f"unknown {kind} {str(name)!r}; known: {', '.join(names)}{hint}")
