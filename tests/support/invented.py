"""Results that nobody trained, for tests of what is shown of results: none of them may be better than it can be."""

from __future__ import annotations

import numpy as np

from study.report.bounds import bounds_of


def at_most_the_ceiling(cell, table):
    """Lower every share of a table that lies above its exact ceiling; the report would refuse it."""
    lowered = {name: np.float32(float(bound.ceiling)) for name, bound in bounds_of(cell, table.columns).items()}
    return table.assign(**{name: table[name].clip(upper=most) for name, most in lowered.items()})
