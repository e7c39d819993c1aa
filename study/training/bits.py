"""The same bits on Intel and AMD: which products torch's numerical library computes, chosen before the first of them.

MKL, with which torch multiplies on x86, picks its instructions by the make of the processor, and on some processors by
the number of seeds in a block. One of its modes does the same everywhere; the first product of a process fixes it.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from functools import cache

SETTING, MODE = "MKL_CBWR", "COMPATIBLE"
PROMISED = "fabcf5e4"  # `product_bits` in that mode, on the processors of tests/training/fingerprints.jsonl
SHAPES = ((1, 1, 26, 80), (7, 8, 26, 80), (32, 32, 26, 80), (50, 26, 8, 80))  # seeds, rows, inner, columns


def choose_products() -> None:
    """Ask for the mode that is the same everywhere; one that the user has set stays."""
    os.environ.setdefault(SETTING, MODE)


def product_bits() -> str:
    """Hash products of fixed matrices in both precisions; eight hexadecimal digits."""
    import torch  # noqa: PLC0415  (so that the mode can be chosen before torch is loaded)

    digest = hashlib.sha256()
    for dtype in (torch.float32, torch.float64):
        for seeds, rows, inner, columns in SHAPES:
            left, right = (
                torch.arange(a * b * c, dtype=torch.float64).mul(0.7548776662).remainder(1).sub(0.5).view(a, b, c)
                for a, b, c in ((seeds, rows, inner), (seeds, inner, columns))
            )
            digest.update(torch.bmm(left.to(dtype), right.to(dtype)).numpy().tobytes())
    return digest.hexdigest()[:8]


@cache
def check_products() -> bool:
    """Say once in a process if its products are not the promised ones, and how to get those.

    Returns
    -------
    bool
        False where torch had multiplied something before this package was imported, where the user has set another
        mode, or where the processor or the library knows no such mode. Results are then no worse, but may differ from
        stored ones in the last bits.
    """
    if product_bits() == PROMISED:
        return True
    given = os.environ.get(SETTING)
    if given != MODE:
        remedy = f"{SETTING} is set to {given!r}: unset it"
    else:
        remedy = (
            f"if torch was used before study was imported, import study first or start Python with {SETTING}={MODE}; "
            "otherwise this processor computes other products"
        )
    warnings.warn(f"results may differ from stored ones in the last bits; {remedy}", stacklevel=2)
    return False
