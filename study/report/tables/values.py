"""What is in a printed value: its interval, and the count that a whole column is out of.

Findings write ``40 of 100 (31–50 %)``, which says all of it where it stands alone. In a column that repeats it the
count goes to the heading and the interval is set apart, and as data each of the four numbers is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = r"[−-]?[\d,]*\d(?:\.\d+)?(?:e-?\d+)?"
INTERVAL = re.compile(rf"(.*\S) (\({NUMBER}(?:–| to ){NUMBER}(?: %)?\)|\(all equal\))", re.DOTALL)
OUT_OF = re.compile(r"([\d,]+) of ([\d,]+)")
LEVEL = " (95 %)"  # how a heading ends whose values have intervals
GAP = "–"  # a value that there is not


def parted(value: str) -> tuple[str, str]:
    """Part a printed value from its interval, which is empty where it has none.

    Examples
    --------
    >>> parted("40 of 100 (31–50 %)"), parted("+16 (7 to 25)"), parted("LSTM (two)")
    (('40 of 100', '(31–50 %)'), ('+16', '(7 to 25)'), ('LSTM (two)', ''))
    """
    found = INTERVAL.fullmatch(value)
    return (found[1], found[2]) if found else (value, "")


def out_of(values: Sequence[str]) -> str:
    """Give the count that all values of a column are out of; empty where they are no rates, or differ in it.

    Examples
    --------
    >>> out_of(["40 of 100 (31–50 %)", "–", "0 of 100 (0–4 %)"]), out_of(["3 of 30", "5 of 100"])
    ('100', '')
    """
    given = [OUT_OF.fullmatch(parted(value)[0]) for value in values if value != GAP]
    counts = {found[2] if found else "" for found in given}
    return counts.pop() if len(given) > 1 and len(counts) == 1 else ""


def headed(heading: str, count: str) -> str:
    """Put a count into a heading.

    Examples
    --------
    >>> headed("solved: k of n (95 %)", "100"), headed("right", "30"), headed("gap", "")
    ('solved, of 100 (95 %)', 'right, of 30', 'gap')
    """
    if not count:
        return heading
    plain = heading.removesuffix(LEVEL).replace(": k of n", "")
    return f"{plain}, of {count}{LEVEL if heading.endswith(LEVEL) else ''}"


def amount(value: str) -> int | float | None:
    """Read a printed number, a percentage as a share of 100; None where it is no number.

    Examples
    --------
    >>> amount("1,250"), amount("−0.003"), amount("1/2"), amount("12 %"), amount("first")
    (1250, -0.003, 0.5, 12, None)
    """
    plain = value.removesuffix(" %").replace(",", "").replace("−", "-")
    if re.fullmatch(r"\d+/\d+", plain):
        above, below = map(int, plain.split("/"))
        return above / below
    if not re.fullmatch(NUMBER, plain):
        return None
    return int(plain) if re.fullmatch(r"-?\d+", plain) else float(plain)


def bounds(interval: str) -> tuple[str, str]:
    """Give the two ends of a printed interval; both are empty where it says that all values are equal.

    Examples
    --------
    >>> bounds("(31–50 %)"), bounds("(−6 to 4)")
    (('31', '50'), ('−6', '4'))
    """
    found = re.fullmatch(rf"\(({NUMBER})(?:–| to )({NUMBER})(?: %)?\)", interval)
    return (found[1], found[2]) if found else ("", "")
