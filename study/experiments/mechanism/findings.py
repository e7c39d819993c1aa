"""Facts of the section on the mechanism: which weights are trained, and what becomes of the first symbol."""

from __future__ import annotations

from collections.abc import Mapping
from math import atanh, sqrt, tanh

import pandas as pd
from scipy import stats

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.experiments.mechanism.configs import probed_configs
from study.measures.probed import BLOCKS, GATES
from study.measures.statistics import CONFIDENCE, Rate
from study.measures.summaries import explain_config
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small

LAST = f"hidden_distance_{WHOLE}"  # at the ambiguous row, the last of a sequence
FIRST = "hidden_distance_1"


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    configs = probed_configs(evidence.presets["mechanism"])
    tables = {label: evidence.table(config) for label, config in configs.items()}
    dead = {label: _dead(table) for label, table in tables.items()}
    return {
        "seeds": number(min(table["seed"].nunique() for table in tables.values())),
        "epochs": number(TUTORIAL_EPOCHS),
        "table": Table(
            "gradients",
            [Column("weights", align="left"), *(Column(label) for label in configs)],
            [_row(block, tables) for block in BLOCKS],
        ),
        "without_gradient": [label for label, blocks in dead.items() if blocks],
        "as_predicted": all(dead[label] == _predicted(config) for label, config in configs.items()),
        "unmoved": all(_unmoved(table) == dead[label] for label, table in tables.items()),
        **_alike({label: _at(table, TUTORIAL_EPOCHS) for label, table in tables.items()}),
        "told_apart": _median(_at(tables["batch size 4"], TUTORIAL_EPOCHS), f"fresh_{LAST}"),
        "prediction": _prediction(_at(tables["batch size 1"], TUTORIAL_EPOCHS)),
        "forgetting": _forgetting(tables["batch size 1"]),
        "windows": _forgetting(tables["whole windows"]),
    }


def _at(table: pd.DataFrame, epoch: int) -> pd.DataFrame:
    return table[table["epoch"] == epoch]


def _median(table: pd.DataFrame, column: str) -> str:
    return small(float(table[column].median()))


def _dead(table: pd.DataFrame) -> set[str]:
    """Name the blocks whose gradient is exactly 0 at every update of every seed."""
    return {block for block in BLOCKS if table[f"gradient_{block}"].max() == 0}


def _unmoved(table: pd.DataFrame) -> set[str]:
    """Name the blocks that no seed has changed by one bit."""
    return {block for block in BLOCKS if table[f"moved_{block}"].max() == 0}


def _predicted(config: Config) -> set[str]:
    """Name the blocks that can have no gradient, from what `study why` knows before training."""
    if not explain_config(config).dead_weights:
        return set()
    return {f"recurrent_kernel_{gate}" for gate in GATES} | {"kernel_forget", "bias_forget"}


def _row(block: str, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Write one block of weights: its largest gradient, the median over seeds, or that it has none."""
    name, _, gate = block.rpartition("_")
    label = f"{name.replace('_', ' ')}, {gate}" if name else block
    largest = [table.groupby("seed")[f"gradient_{block}"].max() for table in tables.values()]
    return (label, *("exactly 0" if found.max() == 0 else small(float(found.median())) for found in largest))


def _alike(tables: Mapping[str, pd.DataFrame]) -> Facts:
    """Which layouts leave one and the same state at both ambiguous rows, and how far it is apart in the others."""
    same = {label: (seeds[LAST] == 0) & (seeds[f"cell_distance_{WHOLE}"] == 0) for label, seeds in tables.items()}
    return {
        "alike": [label for label, found in same.items() if found.all()],
        "apart": [f"{_median(tables[label], LAST)} with {label}" for label, found in same.items() if not found.any()],
        "partly": [
            f"{rate(Rate(int(found.sum()), len(found)))} with {label}"
            for label, found in same.items()
            if found.any() and not found.all()
        ],
    }


def _prediction(seeds: pd.DataFrame) -> Facts:
    """How the distance at the ambiguous row goes with the gap and with success."""
    far = seeds[LAST].rank(method="first") > len(seeds) / 2
    solved = seeds["ambiguous_accuracy"] == 1
    near_rate, far_rate = (
        Rate(int(solved[half].sum()), int(half.sum())) if half.any() else None for half in (~far, far)
    )
    correlation = float(seeds[LAST].corr(seeds["memory_gap"], method="spearman"))
    low, high = _interval_of(correlation, len(seeds))
    return {
        "correlation": number(correlation, 2),
        "seeds": number(len(seeds)),
        "interval": f"{number(low, 2)} to {number(high, 2)}",
        "goes_together": low > 0,
        "goes_against": high < 0,
        "halves": {}
        if near_rate is None or far_rate is None  # of one seed there is no half
        else {
            "near": rate(near_rate),
            "far": rate(far_rate),
            "apart": far_rate.low > near_rate.high or near_rate.low > far_rate.high,
        },
    }


def _interval_of(correlation: float, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a rank correlation, by Fisher's transformation with the variance of Fieller (1957)."""
    if n < 4 or not abs(correlation) < 1:
        return correlation, correlation
    half = float(stats.norm.ppf((1 + CONFIDENCE) / 2)) * sqrt(1.06 / (n - 3))
    return tanh(atanh(correlation) - half), tanh(atanh(correlation) + half)


def _falls(before: pd.DataFrame, after: pd.DataFrame, column: str) -> bool:
    """Whether a measure falls in most seeds, by more than the interval allows."""
    change = after.set_index("seed")[column] - before.set_index("seed")[column]
    return Rate(int((change < 0).sum()), len(change)).low > 0.5


def _forgetting(table: pd.DataFrame) -> Facts:
    """What becomes of the distances and of success from before training to the tutorial's budget and the longest."""
    longest = int(table["epoch"].max())
    untrained, trained, end = (_at(table, epoch) for epoch in (0, TUTORIAL_EPOCHS, longest))
    kept = [float((part[LAST] / part[FIRST]).median()) for part in (untrained, end)]  # seed by seed, then the median
    early, late = (Rate(int((part["ambiguous_accuracy"] == 1).sum()), len(part)) for part in (trained, end))
    return {
        "epochs": number(longest),
        "longer": longest > TUTORIAL_EPOCHS,
        "first": [_median(part, FIRST) for part in (untrained, trained, end)],
        "last": [_median(part, LAST) for part in (untrained, trained, end)],
        "kept": [small(share) for share in kept],
        "gate": [_median(part, f"forget_gate_{WHOLE}") for part in (untrained, trained, end)],
        "first_falls": _falls(untrained, end, FIRST),
        "last_falls": _falls(untrained, end, LAST),
        "gate_falls": _falls(untrained, end, f"forget_gate_{WHOLE}"),
        "tutorial_epochs": number(TUTORIAL_EPOCHS),
        "early": rate(early),
        "solved": rate(late),
        "forgets": late.high < early.low,
        "learns": late.low > early.high,
    }
