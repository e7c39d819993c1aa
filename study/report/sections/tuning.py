"""Facts of the section on tuning: the smallest and the shortest setting that is reliable, chosen and then confirmed."""

from __future__ import annotations

from study.experiments.tuning import LEARNING_RATES, ROUTES, UNITS
from study.report.evidence import Evidence
from study.report.halves import ENOUGH, Setting, best, settings, shortest, smallest, tuned_cells
from study.report.sections.base import Facts
from study.report.words import number, percent, rate, small
from study.summaries import possible

HEADINGS = (
    "row", "chosen as", "units", "learning rate", "epochs", "updates", "ceiling", "right: first half, chosen by it",
    "right: second half, fresh", "within 0.25: second half", "memory gap: median",
)  # fmt: skip
FULL, CARRIED = ROUTES


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    full, carried = (settings(evidence, tuned_cells(evidence, route)) for route in (FULL, CARRIED))
    chosen = [
        (FULL, "fewest units", smallest(full)),
        (FULL, "fewest epochs", shortest(full)),
        (FULL, "fewest epochs with 1 unit", shortest([each for each in full if each.cell.units == 1])),
        (CARRIED, "fewest units", smallest(carried)),
        (CARRIED, "right most often", best(carried)),
    ]
    return {
        "halves": f"{number(full[0].chosen.n)} and {number(full[0].confirmed.n)}",
        "units": f"{UNITS[0]} to {UNITS[-1]}",
        "rates": f"{LEARNING_RATES[0]:g} to {LEARNING_RATES[-1]:g}",
        "cells": number(len(UNITS) * len(LEARNING_RATES)),
        "enough": percent(ENOUGH),
        "full_epochs": number(max(each.epoch for each in full)),
        "carried_epochs": number(max(each.epoch for each in carried)),
        "carried_updates": number(max(each.updates for each in carried)),
        "smallest": _facts(smallest(full)),
        "shortest": _facts(shortest(full)),
        "carried_smallest": _facts(smallest(carried)),
        "carried_hair": best(carried).confirmed_within.k < best(carried).confirmed.k / 2,
        "carried_best": _facts(best(carried)),
        "one_unit": _facts(best([each for each in full if each.cell.units == 1])),
        "table": [HEADINGS, *(_row(route, name, each) for route, name, each in chosen if each is not None)],
    }


def _facts(setting: Setting | None) -> Facts:
    """What the text says of a setting; ``found`` is false if there is none."""
    if setting is None:
        return {"found": False}
    return {
        "found": True,
        "units": f"{setting.cell.units} unit{'s' * (setting.cell.units != 1)}",
        "rate": f"{setting.cell.learning_rate:g}",
        "epochs": number(setting.epoch),
        "updates": number(setting.updates),
        "chosen": rate(setting.chosen),
        "confirmed": rate(setting.confirmed),
        "within": rate(setting.confirmed_within),
        "holds": setting.confirmed.share >= ENOUGH,
        "certain": setting.confirmed.low >= ENOUGH,
        "gap": small(setting.gap),
    }


def _row(route: str, name: str, setting: Setting) -> tuple[str, ...]:
    return (
        route,
        name,
        str(setting.cell.units),
        f"{setting.cell.learning_rate:g}",
        number(setting.epoch),
        number(setting.updates),
        str(possible(setting.cell).ceiling.ambiguous),
        rate(setting.chosen),
        rate(setting.confirmed),
        rate(setting.confirmed_within),
        small(setting.gap),
    )
