"""The declared rule: an exact test for shares, a factor of 2 for means, and what decides where readings differ."""

from __future__ import annotations

from math import nan

import pytest

from study.measures.statistics import Rate
from study.replication.verdicts import (
    CONTRADICTED,
    CUT_SHORT,
    REPRODUCED,
    Measured,
    Published,
    Verdict,
    compatible,
    judge,
    over_readings,
)

RTRL = Published(Rate(14, 18), 1_043_000, 5_000_000)
NEVER = Published(Rate(0, 18), nan, 5_000_000)


@pytest.mark.parametrize(
    ("published", "measured", "says"),
    [
        (RTRL, Measured(Rate(78, 100), 1_043_000, 5_000_000), REPRODUCED),
        (RTRL, Measured(Rate(78, 100), 2_086_000, 5_000_000), REPRODUCED),  # a factor of 2, which is the margin
        (RTRL, Measured(Rate(78, 100), 2_087_000, 5_000_000), CONTRADICTED),
        (RTRL, Measured(Rate(78, 100), 521_000, 5_000_000), CONTRADICTED),
        (RTRL, Measured(Rate(30, 100), 1_043_000, 5_000_000), CONTRADICTED),
        (RTRL, Measured(Rate(0, 100), nan, 5_000_000), CONTRADICTED),
        (NEVER, Measured(Rate(0, 18), nan, 5_000_000), REPRODUCED),
        (NEVER, Measured(Rate(0, 18), nan, 100_000), CUT_SHORT),
        (NEVER, Measured(Rate(9, 18), 50_000, 100_000), CONTRADICTED),
        (Published(Rate(20, 20), 30_000), Measured(Rate(20, 20), 30_400, 150_000), REPRODUCED),
    ],
)
def test_a_row_is_judged_by_share_and_mean(published, measured, says):
    assert judge(published, measured).says == says


def test_what_18_trials_cannot_tell():
    fewest, most = compatible(RTRL.succeeded, 100)
    assert judge(RTRL, Measured(Rate(fewest, 100), 1e6, 5e6)).says == REPRODUCED
    assert judge(RTRL, Measured(Rate(fewest - 1, 100), 1e6, 5e6)).says == CONTRADICTED
    assert judge(RTRL, Measured(Rate(most + 1, 100), 1e6, 5e6)).says == CONTRADICTED


YES, NO = Verdict(1.0, 1.0, REPRODUCED), Verdict(0.001, 9.0, CONTRADICTED)
SETTINGS = {
    "both": {"sees": "same", "loss": "half"},
    "sees": {"sees": "before", "loss": "half"},
    "loss": {"sees": "same", "loss": "whole"},
    "neither": {"sees": "before", "loss": "whole"},
}


@pytest.mark.parametrize(
    ("yes", "says"),
    [
        ({"both", "sees", "loss", "neither"}, REPRODUCED),
        (set(), CONTRADICTED),
        ({"both", "loss"}, "depends on sees"),
        ({"both"}, "depends on sees and loss"),
    ],
)
def test_over_readings_it_depends_on_what_decides_alone(yes, says):
    assert over_readings({name: YES if name in yes else NO for name in SETTINGS}, SETTINGS) == says


def test_where_no_setting_alone_was_changed_several_decide():
    assert over_readings({"both": YES, "neither": NO}, SETTINGS) == "depends on several settings together"
