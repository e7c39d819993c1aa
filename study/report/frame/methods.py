"""Facts of the methods: what was run, on which processors, with which packages, and checked how."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from study.report.against_keras import rates as keras_rates
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number
from study.runs.provenance import PACKAGES
from study.runs.stand_in import stand_in
from study.runs.store import KERAS_DIFFERENCES
from study.training.rows import SCORING_EPOCHS

TRACE_COLUMNS = (
    Column("trace", align="left"),
    Column("engine", align="left"),
    Column("precision", align="left"),
    Column("updates"),
    Column("loss"),
    Column("weights"),
    Column("probabilities"),
    Column("rounding"),
    Column("agrees", align="left"),
)


def facts(evidence: Evidence) -> Facts:
    """Collect what the methods name."""
    grid = evidence.configs_of.get("main_grid", [])
    configs = [config for shown in evidence.configs_of.values() for config in shown]
    configs += [config for lacking in evidence.incomplete for config in lacking.wanted]
    origins = pd.DataFrame(evidence.origins())
    rates = keras_rates.facts(evidence)
    keras = evidence.store.root / KERAS_DIFFERENCES
    traces = pd.read_csv(keras).to_dict("records") if keras.exists() else []
    # Results of before the study's version was kept have none; where no file has it, nothing is said of it.
    shown = (*(["version"] if "version" in origins else []), "commit", "python", "processor", "system", *PACKAGES)
    return {
        "experiments": Table(
            "experiments",
            [*_named("experiment", "question", "preset"), Column("configurations")],
            [
                (name, evidence.contents.experiments[name].question, evidence.preset_of[name], number(len(shown)))
                for name, shown in evidence.configs_of.items()
            ],
        ),
        "missing": [name for name in evidence.contents.experiments if not evidence.has(name)],
        "provenance": Table(
            "provenance",
            _named("what", "values in the stored results"),
            [
                *(
                    (name, "; ".join(sorted(origins[name].fillna("not recorded").astype(str).unique())))
                    for name in shown
                ),
                ("computed", f"{origins['computed'].min()} to {origins['computed'].max()} UTC"),
                ("time in workers, added up", f"{number(origins['seconds'].sum() / 60, 1)} min by the clock"),
            ],
        ),
        "failures": number(len(evidence.store.failures(configs))),
        "diverged": number(
            sum(len(evidence.store.diverged(config)) for config in dict.fromkeys(map(stand_in, configs)))
        ),
        "figures": Table(
            "figures",
            _named("figure", "drawn by"),
            [(name, figure.script) for name, figure in evidence.contents.figures.items()],
        ),
        "scoring_epochs": number(SCORING_EPOCHS),
        "units": {
            "mlp": _listed(c.units for c in grid if c.model == "mlp"),
            "lstm": _listed(c.units for c in grid if c.model != "mlp"),
        },
        "learning_rate": _listed(c.learning_rate for c in grid),
        "checked": bool(traces),
        "traces": Table("traces of Keras", TRACE_COLUMNS, [_trace_row(trace) for trace in traces]),
        "traces_checked": number(len(traces)),
        "rates": rates,
        "claims": [
            Claim(
                "traces_agree",
                all(bool(trace["agrees"]) for trace in traces),
                "largest differences of losses and weights from Keras's, each trace within its tolerance",
            ),
            *rates.pop("claims"),
        ],
    }


def _named(*headings: str) -> list[Column]:
    """Make columns of text."""
    return [Column(heading, align="left") for heading in headings]


def _listed(settings: Iterable[float]) -> str:
    """Write the different values of a setting."""
    return ", ".join(dict.fromkeys(f"{setting:g}" for setting in settings))


def _trace_row(trace: dict[Hashable, Any]) -> tuple[str, ...]:
    """Write one row of the table of traces."""
    kept = ("loss", "weights", "probabilities", "rounding")
    differences = (f"{trace[name]:.1e}" if name in trace else "" for name in kept)
    agrees = "yes" if trace["agrees"] else "NO"
    return (
        str(trace["trace"]),
        str(trace.get("engine", "")),
        str(trace["precision"]),
        number(trace["updates"]),
        *differences,
        agrees,
    )
