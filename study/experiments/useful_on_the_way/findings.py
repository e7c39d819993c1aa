"""Facts of the section on use on the way: the same networks where the first symbol matters at each step, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from study.experiments.useful_on_the_way.configs import (
    FAVOURED,
    FILLERS,
    LSTM_ADAM,
    LSTM_SGD,
    NETWORKS,
    SIMPLE_ADAM,
    USEFUL,
    USELESS,
    lag_of,
    planned,
    trained,
)
from study.measures.statistics import Rate
from study.measures.summaries import CRITERIA
from study.report.claims import Claim
from study.report.comparisons import ahead, compare, comparisons_table, told, undecided
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small
from study.sequences.tasks.biased_fillers import OF

COLUMNS = (
    Column("network", "left"),
    Column("lag"),
    Column("first symbol", "left"),
    Column("updates"),
    Column("last rows all right (95 %)"),
    Column("gap at the last row"),
    Column("trace before"),
    Column("trace after"),
)
NEEDING = tuple(network for network in NETWORKS if network != LSTM_SGD)  # all but one that also does without
Key = tuple[str, str, int]  # network, kind of sequences, fillers


@dataclass(frozen=True)
class Traced:
    """What came of a network on one kind of sequences.

    Attributes
    ----------
    solved : Rate
        Seeds with the last row of every sequence right.
    gap : float
        Median over seeds: probability of the right first symbol less that of the other, at the last row.
    before, after : Series
        Trace at the last row before training and at the end, by seed.
    updates : int
    """

    solved: Rate
    gap: float
    before: pd.Series[float]
    after: pd.Series[float]
    updates: int


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["useful_on_the_way"]
    keys = [(network, kind, fillers) for network in NETWORKS for fillers in FILLERS for kind in (USEFUL, USELESS)]
    found = {key: _traced(evidence, key) for key in keys}
    outcomes = compare(evidence, planned(preset))
    last = max(FILLERS)
    return {
        "seeds": number(min(each.solved.n for each in found.values())),
        "lags": " and ".join(number(lag_of(fillers)) for fillers in FILLERS),
        "lag": number(lag_of(last)),
        "lstm": _told(found, LSTM_ADAM, last),
        "simple": _told(found, SIMPLE_ADAM, last),
        "sgd": {"shorter": _told(found, LSTM_SGD, min(FILLERS)), "longer": _told(found, LSTM_SGD, last)},
        "times": number(FAVOURED[USEFUL] // (OF - FAVOURED[USEFUL])),
        "short_lag": number(lag_of(min(FILLERS))),
        "pair": told(outcomes[f"{LSTM_ADAM}, {last}"]),
        "table": Table("use on the way", COLUMNS, [_row(key, each) for key, each in found.items()], heads=3),
        "comparisons": comparisons_table(outcomes),
        "claims": [
            Claim(
                "useful_is_kept",
                all(outcomes[f"{network}, {fillers}"].ahead == "first" for network in NEEDING for fillers in FILLERS),
                f"{len(NEEDING)} networks at {len(FILLERS)} lags, of {len(outcomes)} planned comparisons: the useful "
                "arm ahead, McNemar's exact test after Holm",
            ),
            ahead("sgd_longer", outcomes[f"{LSTM_SGD}, {last}"]),
            undecided("sgd_shorter", outcomes[f"{LSTM_SGD}, {min(FILLERS)}"]),
            ahead("lstm", outcomes[f"{LSTM_ADAM}, {last}"]),
            ahead("simple", outcomes[f"{SIMPLE_ADAM}, {last}"]),
            _most("trace_larger", [_larger(found, network, fillers) for network in NETWORKS for fillers in FILLERS]),
            _most("trace_fades", [_shrunk(found[LSTM_ADAM, USELESS, fillers]) for fillers in FILLERS]),
        ],
    }


def _traced(evidence: Evidence, key: Key) -> Traced:
    network, kind, fillers = key
    config = trained(network, kind, fillers, evidence.presets["useful_on_the_way"])
    table = evidence.table(config)
    start, end = (table[table["epoch"] == epoch].set_index("seed") for epoch in (0, config.epochs))
    right, column = CRITERIA["last_right"](end), f"trace_{fillers + 2}"
    return Traced(
        Rate(int(right.sum()), len(right)),
        float(end["last_memory_gap"].median()),
        start[column],
        end[column],
        int(end["updates"].iloc[0]),
    )


def _told(found: dict[Key, Traced], network: str, fillers: int) -> Facts:
    both = {"useful": found[network, USEFUL, fillers], "useless": found[network, USELESS, fillers]}
    return {
        name: {
            "k": number(each.solved.k),
            "n": number(each.solved.n),
            "gap": small(each.gap),
            "before": small(float(each.before.median())),
            "after": small(float(each.after.median())),
        }
        for name, each in both.items()
    }


def _larger(found: dict[Key, Traced], network: str, fillers: int) -> Rate:
    """Seeds whose trace at the end is larger where the first symbol is useful than where it is not."""
    useful, useless = (found[network, kind, fillers].after for kind in (USEFUL, USELESS))
    both = pd.concat([useful, useless], axis=1, join="inner")
    return Rate(int((both.iloc[:, 0] > both.iloc[:, 1]).sum()), len(both))


def _shrunk(each: Traced) -> Rate:
    """Seeds whose trace is smaller at the end than before training."""
    return Rate(int((each.after < each.before).sum()), len(each.after))


def _most(name: str, rates: list[Rate]) -> Claim:
    """Claim that a trace changes so in most seeds of each configuration."""
    least = min(rates, key=lambda found: found.low)
    return Claim(name, least.low > 0.5, f"seeds in which it does, the fewest {rate(least)}: 95 % interval above 1/2")


def _row(key: Key, each: Traced) -> tuple[str, ...]:
    network, kind, fillers = key
    before, after = (small(float(values.median())) for values in (each.before, each.after))
    lag = number(lag_of(fillers))
    return (network, lag, kind, number(each.updates), rate(each.solved), small(each.gap), before, after)
