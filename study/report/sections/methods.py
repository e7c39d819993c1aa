"""Facts of the methods: how many cells, which packages, which processors, the check against Keras, and the speed."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from study.experiments import EXPERIMENTS
from study.experiments.main_grid import KINDS
from study.models.base import SCORING_EPOCHS
from study.provenance import PACKAGES
from study.report.evidence import Evidence
from study.report.figures import FIGURES
from study.report.sections.base import Facts
from study.report.words import number
from study.timings import HEADINGS, checks, load, rows, said_of
from study.timings import KEPT as TIMED
from study.verify import KEPT

TRACE_HEADINGS = ("trace", "precision", "updates", "loss", "weights", "probabilities", "agrees")


def facts(evidence: Evidence) -> Facts:
    """Collect what the methods name."""
    grid = [cell for cell, _ in KINDS.values()]
    origins = pd.DataFrame(evidence.origins())
    keras = evidence.store.root / KEPT
    traces = pd.read_csv(keras).to_dict("records") if keras.exists() else []
    # Results of before the study's version was kept have none; where no file has it, nothing is said of it.
    shown = (*(["version"] if "version" in origins else []), "commit", "python", "processor", "system", *PACKAGES)
    return {
        "experiments": [
            ("experiment", "question", "preset", "cells"),
            *(
                (name, EXPERIMENTS[name].question, evidence.preset_of[name], number(len(cells)))
                for name, cells in evidence.cells_of.items()
            ),
        ],
        "missing": [name for name in EXPERIMENTS if not evidence.has(name)],
        "provenance": [
            ("what", "values in the stored results"),
            *((name, "; ".join(sorted(origins[name].fillna("not recorded").astype(str).unique()))) for name in shown),
            ("computed", f"{origins['computed'].min()} to {origins['computed'].max()} UTC"),
            ("processor time", f"{number(origins['seconds'].sum() / 60, 1)} min on one core"),
        ],
        "failures": number(len(evidence.store.failures(c for cells in evidence.cells_of.values() for c in cells))),
        "figures": [("figure", "drawn by"), *((name, figure.script) for name, figure in FIGURES.items())],
        "scoring_epochs": number(SCORING_EPOCHS),
        "units": {
            "mlp": _listed(c.units for c in grid if c.model == "mlp"),
            "lstm": _listed(c.units for c in grid if c.model != "mlp"),
        },
        "learning_rate": _listed(c.learning_rate for c in grid),
        "checked": bool(traces),
        "traces": [TRACE_HEADINGS, *map(_trace_row, traces)],
        **_speed(evidence),
        "traces_agreeing": f"{sum(trace['agrees'] for trace in traces)} of {len(traces)}",
    }


def _speed(evidence: Evidence) -> Facts:
    """Lay out the last stored measurements of speed, if there are any."""
    found = load(evidence.store.root / TIMED)
    if found is None:
        return {"timed": False}
    return {
        "timed": True,
        "timed_on": said_of(found["machine"]),
        "timings": [HEADINGS, *rows(found)],
        "timed_whole": [("what", "measured", "aim"), *checks(found)],
    }


def _listed(settings: Iterable[float]) -> str:
    """Write the different values of a setting."""
    return ", ".join(dict.fromkeys(f"{setting:g}" for setting in settings))


def _trace_row(trace: dict[Hashable, Any]) -> tuple[str, ...]:
    """Write one row of the table of traces."""
    differences = (f"{trace[name]:.1e}" for name in ("loss", "weights", "probabilities"))
    agrees = "yes" if trace["agrees"] else "NO"
    return (str(trace["trace"]), str(trace["precision"]), number(trace["updates"]), *differences, agrees)
