"""Training many seeds of one small recurrent network at once, each seed exactly as if it were alone."""

from __future__ import annotations

from study.training.bits import choose_products

choose_products()  # here, so that it holds in the command line, in a worker and in a notebook alike
