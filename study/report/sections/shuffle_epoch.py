"""Facts of the section on the order of presentation: what is right in the order of training, and what in any other."""

from __future__ import annotations

from study.experiments.shuffle_epoch import ROUTES
from study.layouts import ORDERS, RESETS
from study.models import MODELS
from study.report.evidence import Evidence
from study.report.orders import Scored, route_cell, scored
from study.report.sections.base import Facts
from study.report.words import number, rate, small

HEADINGS = (
    "network", "reset", "order", "epochs", "updates", "ceiling: trained / random order", "right in order of training",
    "right in random order", "right with fresh state", "memory gap: median",
)  # fmt: skip


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    every = {
        (route, reset, order): scored(evidence, route_cell(evidence, route, order, reset))
        for route, cell in ROUTES.items()
        for reset in (RESETS if cell.model == "stateful_lstm" else RESETS[:1])
        for order in ORDERS
    }
    windows = [found for (route, _, _), found in every.items() if route == "whole window"]
    return {
        "epochs": number(windows[0].cell.epochs),
        "seeds": number(windows[0].trained.n),
        "counting_cells": [
            f"{route}, reset {reset}, {order} order" for (route, reset, order), found in every.items() if found.counts
        ],
        "table": [HEADINGS, *(_row(route, found) for (route, _, _), found in every.items())],
        "windows": rate(min((found.trained for found in windows), key=lambda each: each.share)),
        **{
            key: {
                reset: {order: _facts(every[route, reset, order]) for order in ORDERS} for reset in RESETS
            }
            for key, route in (("one", "stateful, batch 1"), ("lanes", "stateful, interleaved, batch 2"),
                               ("four", "stateful, consecutive, batch 4"))
        },
    }  # fmt: skip


def _facts(found: Scored) -> Facts:
    return {
        "trained": rate(found.trained),
        "random": rate(found.random),
        "fresh": rate(found.fresh),
        "ceiling": str(found.trained_ceiling),
        "random_ceiling": str(found.random_ceiling),
        "gap": small(found.gap),
        "updates": number(found.updates),
        "counts": found.counts,
    }


def _row(route: str, found: Scored) -> tuple[str, ...]:
    return (
        route,
        found.cell.reset if MODELS[found.cell.model].carries_state else "nothing carried",
        found.cell.order,
        number(found.cell.epochs),
        number(found.updates),
        f"{found.trained_ceiling} / {found.random_ceiling}",
        rate(found.trained),
        rate(found.random),
        rate(found.fresh),
        small(found.gap),
    )
