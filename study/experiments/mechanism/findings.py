"""Facts of the section on the mechanism: which weights are trained, and what becomes of the first symbol."""

from __future__ import annotations

from collections.abc import Mapping
from math import atanh, sqrt, tanh

import pandas as pd
from scipy.special import ndtri

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Arm, Comparison
from study.experiments.main_grid.configs import WHOLE
from study.experiments.mechanism.configs import probed_configs
from study.measures.probe_columns import BLOCKS, GATES
from study.measures.statistics import CONFIDENCE, Rate
from study.measures.summaries import explain_config
from study.report.claims import Claim, apart
from study.report.comparisons import Outcome, ahead, compare, comparisons_table
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small

LAST = f"hidden_distance_{WHOLE}"  # at the ambiguous row, the last of a sequence
FIRST = "hidden_distance_1"
GATE = f"forget_gate_{WHOLE}"  # mean over the units, at the ambiguous row
SEEING = ("batch size 1", "one sequence per lane", "whole windows")  # layouts that keep the first symbol in sight
MEMORY = {f"recurrent_kernel_{gate}" for gate in GATES} | {"kernel_forget", "bias_forget"}


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    configs = probed_configs(evidence.presets["mechanism"])
    tables = {label: evidence.table(config) for label, config in configs.items()}
    trained = {label: _at(table, TUTORIAL_EPOCHS) for label, table in tables.items()}
    compared = _comparisons(evidence, configs["batch size 1"])
    distances = {label: _median(trained[label], LAST) for label in SEEING}
    return {
        "seeds": number(min(table["seed"].nunique() for table in tables.values())),
        "epochs": number(TUTORIAL_EPOCHS),
        "units": number(configs["batch size 1"].units),
        "learning_rate": f"{configs['batch size 1'].learning_rate:g}",
        "table": Table(
            "gradients",
            [Column("weights", align="left"), *(Column(label) for label in configs)],
            [_row(block, tables) for block in BLOCKS],
        ),
        "distance": {"one": distances[SEEING[0]], "lanes": distances[SEEING[1]], "windows": distances[SEEING[2]]},
        "told_apart": _median(trained["batch size 4"], f"fresh_{LAST}"),
        "prediction": _prediction(trained["batch size 1"]),
        "forgetting": _forgetting(tables["batch size 1"]),
        "windows": _forgetting(tables["whole windows"]),
        "compared_after": comparisons_table(compared),
        "claims": [
            *_claims_of_layouts(configs, tables),
            *_claims_of_prediction(trained["batch size 1"]),
            *_claims_of_forgetting(tables["batch size 1"]),
            ahead("fewer_right", compared["fewer_right"]),
            *_claims_of_windows(tables["whole windows"]),
        ],
    }


def _claims_of_layouts(configs: Mapping[str, Config], tables: Mapping[str, pd.DataFrame]) -> list[Claim]:
    """Judge what each layout trains, and what it leaves at the ambiguous row."""
    dead = {label: _dead(table) for label, table in tables.items()}
    trained = {label: _at(table, TUTORIAL_EPOCHS) for label, table in tables.items()}
    same = {label: (seeds[LAST] == 0) & (seeds[f"cell_distance_{WHOLE}"] == 0) for label, seeds in trained.items()}
    return [
        Claim(
            "memory_untrained",
            {label for label, blocks in dead.items() if blocks} == {"batch size 4", "batch size 8"}
            and all(blocks in (set(), MEMORY) for blocks in dead.values()),
            "largest gradient of each block over all updates and seeds: exactly 0 in these and in no other",
        ),
        Claim(
            "bitwise_as_drawn",
            all(_unmoved(table) == dead[label] for label, table in tables.items()),
            "blocks that no seed has changed by one bit: those with a gradient of exactly 0",
        ),
        Claim(
            "as_predicted",
            all(dead[label] == _predicted(config) for label, config in configs.items()),
            "blocks with a gradient of exactly 0 in each layout, against the prediction from the layout",
        ),
        Claim(
            "alike",
            all(same[label].all() for label in tables if label not in SEEING),
            "hidden and cell distance at the ambiguous row, every seed: exactly 0",
        ),
        Claim(
            "apart",
            not any(same[label].any() for label in SEEING),
            "hidden or cell distance at the ambiguous row, every seed: above 0",
        ),
        Claim(
            "in_another_lane",
            bool((trained["batch size 4"][f"fresh_{LAST}"] > 0).all()),
            "hidden distance row by row, batch size 4, every seed: above 0",
        ),
    ]


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
    return MEMORY if explain_config(config).dead_weights else set()


def _row(block: str, tables: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Write one block of weights: its largest gradient, the median over seeds, or that it has none."""
    name, _, gate = block.rpartition("_")
    label = f"{name.replace('_', ' ')}, {gate}" if name else block
    largest = [table.groupby("seed")[f"gradient_{block}"].max() for table in tables.values()]
    return (label, *("exactly 0" if values.max() == 0 else small(float(values.median())) for values in largest))


def _prediction(seeds: pd.DataFrame) -> Facts:
    """How the distance at the ambiguous row is related to the gap and to success."""
    near, far = _halves(seeds)
    return {
        "correlation": number(_correlation(seeds), 2),
        "near": {"k": number(near.k), "n": number(near.n)},
        "far": {"k": number(far.k), "n": number(far.n)},
    }


def _claims_of_prediction(seeds: pd.DataFrame) -> list[Claim]:
    """Judge whether the distance is related to the gap and to success."""
    near, far = _halves(seeds)
    low, high = _interval_of(_correlation(seeds), len(seeds))
    interval = f"95 % interval {number(low, 2)} to {number(high, 2)}"
    return [
        Claim("distance_and_gap", low > 0, f"Spearman's rank correlation over {len(seeds)} seeds, {interval}: above 0"),
        apart("distance_and_success", far, near, "seeds solved, larger distances against smaller"),
    ]


def _correlation(seeds: pd.DataFrame) -> float:
    return float(seeds[LAST].corr(seeds["memory_gap"], method="spearman"))


def _halves(seeds: pd.DataFrame) -> tuple[Rate, Rate]:
    """Share solved of the half of the seeds with the smaller distance, and of the other; of one seed, it is both."""
    far = seeds[LAST].rank(method="first") > len(seeds) / 2
    solved = seeds["ambiguous_accuracy"] == 1
    near, others = (solved[half] if half.any() else solved for half in (~far, far))
    return Rate(int(near.sum()), len(near)), Rate(int(others.sum()), len(others))


def _interval_of(correlation: float, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a rank correlation, by Fisher's transformation with the variance of Fieller (1957)."""
    if n < 4 or not abs(correlation) < 1:
        return correlation, correlation
    half = float(ndtri((1 + CONFIDENCE) / 2)) * sqrt(1.06 / (n - 3))
    return tanh(atanh(correlation) - half), tanh(atanh(correlation) + half)


def _falls(before: pd.Series[float], after: pd.Series[float]) -> Rate:
    """Count the seeds in which a measure falls; of both, the index is the seed."""
    change = after - before
    return Rate(int((change < 0).sum()), len(change))


def _stages(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The runs before training, at the tutorial's budget and at the longest, by seed."""
    return [_at(table, epoch).set_index("seed") for epoch in (0, TUTORIAL_EPOCHS, int(table["epoch"].max()))]


def _kept(seeds: pd.DataFrame) -> pd.Series[float]:
    """Share of a seed's distance after the first step that is left at the ambiguous row."""
    return seeds[LAST] / seeds[FIRST]


def _solved(seeds: pd.DataFrame) -> Rate:
    return Rate(int((seeds["ambiguous_accuracy"] == 1).sum()), len(seeds))


def _forgetting(table: pd.DataFrame) -> Facts:
    """What becomes of the distances and of success from before training to the tutorial's budget and the longest."""
    stages = _stages(table)
    untrained, trained, end = stages
    return {
        "epochs": number(int(table["epoch"].max())),
        "first": [_median(seeds, FIRST) for seeds in stages],
        "last": [_median(seeds, LAST) for seeds in stages],
        "kept": [small(float(_kept(seeds).median())) for seeds in (untrained, end)],  # seed by seed, then the median
        "gate": [_median(seeds, GATE) for seeds in stages],
        "n": number(len(end)),
        "early": number(_solved(trained).k),
        "solved": number(_solved(end).k),
    }


def _comparisons(evidence: Evidence, config: Config) -> dict[str, Outcome]:
    """Compare the tutorial's network at its budget with the same seeds at the longest."""
    longest = int(evidence.table(config)["epoch"].max())
    what = f"batch size 1, solved: {TUTORIAL_EPOCHS} against {number(longest)} epochs"
    return compare(evidence, {"fewer_right": Comparison(what, Arm(config, TUTORIAL_EPOCHS), Arm(config, longest))})


def _claims_of_forgetting(table: pd.DataFrame) -> list[Claim]:
    """Judge what becomes of the first symbol where training forgets it."""
    untrained, _, end = _stages(table)
    return [
        _most("first_fades", _falls(untrained[FIRST], end[FIRST]), "falls"),
        _most("last_fades", _falls(untrained[LAST], end[LAST]), "falls"),
        _most("less_is_kept", _falls(_kept(untrained), _kept(end)), "falls"),
        _most("gate_closes", _falls(untrained[GATE], end[GATE]), "falls"),
    ]


def _claims_of_windows(table: pd.DataFrame) -> list[Claim]:
    """Judge what becomes of it where the gradient passes through the whole sequence."""
    untrained, _, end = _stages(table)
    solved = _solved(end)
    return [
        _most("windows_first_grows", _falls(end[FIRST], untrained[FIRST]), "grows"),
        _most("windows_last_grows", _falls(end[LAST], untrained[LAST]), "grows"),
        Claim("windows_solve", solved.k == solved.n, "seeds solved at the longest budget: all"),
    ]


def _most(name: str, seeds: Rate, what: str) -> Claim:
    """Claim that a measure falls or grows in most seeds."""
    return Claim(name, seeds.low > 0.5, f"seeds in which it {what}, {rate(seeds)}: 95 % interval above 1/2")
