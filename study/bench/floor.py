"""Adam alone, again and again: what training cannot be faster than with the same divisions and roots."""

from __future__ import annotations

from typing import Any

from study.training.kernel.optimisers import learn, rates
from study.training.kernel.vectors.compiling import entry


@entry
def adam_again(rule: Any, clock: Any, free: Any, w: Any, g: Any, m: Any, v: Any, times: Any) -> None:
    """Apply an optimiser many times to the weights of one vector of seeds, with the same gradient."""
    for _ in range(times):
        learn((rule, free, w, m, v), rates(rule, clock), g)
