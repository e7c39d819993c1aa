"""Facts of the section on optimisers: what becomes of the tutorial's layout with another optimiser, rate or loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.findings import budget_facts
from study.experiments.optimisers.configs import (
    FAST,
    FOUR,
    GENTLE,
    KERAS,
    LANES,
    LONG_EPOCHS,
    LONGEST_EPOCHS,
    LOSSES,
    MOVING,
    PUSHED,
    PYTORCH,
    RULES,
    SHUFFLED,
    SLOW,
    SOFTMAX,
    TUTORIAL,
    WIDE,
    Rule,
    Setting,
    settings,
)
from study.measures.summaries import Summary
from study.report.claims import Claim, apart
from study.report.comparisons import comparison_table, outcomes
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small

MIDDLE_EPOCHS = 1000
BUDGETS = (TUTORIAL_EPOCHS, MIDDLE_EPOCHS, LONG_EPOCHS, LONGEST_EPOCHS)
SURE = 0.5  # memory gap from which the first symbol decides the answer
Found = Mapping[Setting, Mapping[int, Summary]]
