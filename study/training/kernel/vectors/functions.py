"""The exponential, the logistic function and the hyperbolic tangent, and their slopes: the same bits everywhere.

The C library's are another on every system; these are made of sums, products and quotients alone.
"""

from __future__ import annotations

from math import factorial, log
from typing import Any

from study.training.kernel.vectors.compiling import arithmetic
from study.training.kernel.vectors.vector import (
    SHIFT,
    absolute,
    by_precision,
    exponent,
    fma,
    larger,
    polynomial,
    power_of_two,
    smaller,
    without_exponent,
)

LIMIT = by_precision(87.0, 700.0)  # beyond which 2^n would be none of the precision's numbers
LOG2_E = 1 / log(2)
# The logarithm of 2 in two parts, the first so short that its products with whole numbers are exact.
LN_2 = by_precision(0.693359375, 0.6931471803691238)
LN_2_REST = by_precision(-2.121944400546905e-4, 1.9082149292705877e-10)
SHIFTED = by_precision(*SHIFT)
# (exp(r) - 1) / r by Taylor for |r| <= ln(2) / 2: what is left out is 5e-9 of it, and 4e-18.
SERIES = polynomial(*([1 / factorial(k) for k in range(degree, 0, -1)] for degree in (7, 13)))
# log((1 + s) / (1 - s)) = 2 s (1 + s^2 / 3 + ...) for s <= 1/3: what is left out is 6e-9 of it, and 3e-18.
ATANH = polynomial(*([2 / k for k in range(last, 0, -2)] for last in (15, 35)))


@arithmetic
def exp_less_one(x: Any) -> Any:
    """Exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1), with x = n ln(2) + r; exact to a few ulps for small x too."""
    x = smaller(LIMIT(x), larger(-LIMIT(x), x))
    shifted = fma(x, LOG2_E, SHIFTED(x))
    n = shifted - SHIFTED(x)
    r = fma(-n, LN_2_REST(x), fma(-n, LN_2(x), x))
    power = power_of_two(shifted)
    return fma(SERIES(r) * r, power, power - 1)


@arithmetic
def logistic(z: Any) -> Any:
    """1 / (1 + exp(-z)); its slope is y (1 - y)."""
    return 1 / (2 + exp_less_one(-z))


@arithmetic
def tanh(z: Any) -> Any:
    """(1 - exp(-2 z)) / (1 + exp(-2 z)); its slope is 1 - y^2."""
    e = exp_less_one(-2 * z)
    return -e / (2 + e)


@arithmetic
def logistic_slope(y: Any) -> Any:
    """Slope of the logistic function where it is y."""
    return y * (1 - y)


@arithmetic
def tanh_slope(y: Any) -> Any:
    """Slope of the hyperbolic tangent where it is y."""
    return fma(-y, y, 1)


@arithmetic
def log_one_plus_exp(z: Any) -> Any:
    """log(1 + exp(z)) = max(z, 0) + log(1 + exp(-|z|))."""
    e = exp_less_one(-absolute(z)) + 1
    s = e / (2 + e)
    return larger(z, 0) + ATANH(s * s) * s


@arithmetic
def logarithm(x: Any) -> Any:
    """Natural logarithm of a positive number: n ln(2) + log(m), with m between the roots of 1/2 and of 2."""
    n, m = exponent(x), without_exponent(x)
    s = (m - 1) / (m + 1)
    return fma(n, LN_2(x), fma(n, LN_2_REST(x), ATANH(s * s) * s))
