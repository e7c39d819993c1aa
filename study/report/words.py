"""Numbers as the report prints them: finished strings, so that tables and prose cannot round differently."""

from __future__ import annotations

from math import isfinite

from study.measures.statistics import Mean, Rate


def number(value: float, digits: int = 0) -> str:
    """Write a number with thousands separated and a true minus.

    Examples
    --------
    >>> number(-1234.5, 1), number(float("inf"))
    ('−1,234.5', '∞')
    """
    if not isfinite(value):
        return "∞" if value > 0 else "–"
    text = f"{value:,.{digits}f}".replace("-", "−")
    return text.removeprefix("−") if float(f"{value:.{digits}f}") == 0 else text


def small(value: float) -> str:
    """Write a number of unknown size, such as a memory gap, with two significant digits.

    Examples
    --------
    >>> small(0.00174), small(0.5), small(-0.0003), small(3e-9)
    ('0.0017', '0.50', '−0.0003', '0.0000')
    """
    return number(value, 2 if abs(value) >= 0.095 else 3 if abs(value) >= 0.0095 else 4)


def percent(value: float) -> str:
    """Write a share as a whole percentage, never rounding to 0 or 100 a share that is neither.

    Examples
    --------
    >>> percent(0.39), percent(0.999), percent(0.001)
    ('39 %', '> 99 %', '< 1 %')
    """
    if 0 < value < 0.005:
        return "< 1 %"
    if 0.995 <= value < 1:
        return "> 99 %"
    return f"{100 * value:.0f} %"


def p_value(value: float) -> str:
    """Write a p-value as it follows the letter p; its sign and its number stay on one line.

    Examples
    --------
    >>> [p_value(value).replace("\u00a0", "~") for value in (0.0012072, 0.25, 3e-9)]
    ['=~0.0012', '=~0.25', '<~0.0001']
    """
    return "<\u00a00.0001" if value < 0.0001 else f"=\u00a0{small(value)}"


def counted(hits: Rate) -> dict[str, str]:
    """Write a rate for prose, in its two numbers, and with its interval for a table or the README.

    Examples
    --------
    >>> counted(Rate(39, 100))
    {'k': '39', 'n': '100', 'rate': '39 of 100 (30–49 %)'}
    """
    return {"k": number(hits.k), "n": number(hits.n), "rate": rate(hits)}


def rate(hits: Rate) -> str:
    """Write a rate as ``39 of 100 (30–49 %)``."""
    return f"{hits.k:,} of {hits.n:,} ({100 * hits.low:.0f}–{100 * hits.high:.0f} %)"


def mean(average: Mean, digits: int = 3) -> str:
    """Write a mean with its interval, as ``0.695 (0.647–0.743)``."""
    if average.low == average.high:
        return f"{number(average.value, digits)} (all equal)"
    return f"{number(average.value, digits)} ({number(average.low, digits)}–{number(average.high, digits)})"
