"""Facts of the section on layers and widths: which of them solve the tutorial with a gradient of one row."""

from __future__ import annotations

from itertools import product

from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.layers.configs import (
    ADAM,
    JUDGED,
    LAYERS,
    LSTM,
    OPTIMISERS,
    SGD,
    SIMPLE,
    UNITS,
    USUAL,
    WIDE,
    planned,
    trained,
)
from study.experiments.main_grid.findings import budget_facts
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import Outcome, ahead, all_ahead, arm_of, behind, compare, comparisons_table, told
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.tables import Column, Table, measures_table
from study.report.words import number, percent, rate, small

COLUMNS = (
    Column("layer", "left"),
    Column("units"),
    Column("weights"),
    *(
        Column(f"{optimiser}: {what}")
        for optimiser in ("Adam", "SGD")
        for what in ("right (95 %)", "within 0.25", "gap")
    ),
)
NAMING = (Column("layer", "left"), Column("units"), Column("optimiser", "left"))
TOLD = ("ceiling", "epochs", "updates", "right", "within", "gap")
Found = dict[tuple[str, int, str], Summary]  # by layer, units and optimiser


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["layers"]
    judged = JUDGED if preset.long else TUTORIAL_EPOCHS
    stored = {config.units for config in evidence.configs_of["layers"]}
    keys = [(layer, units, each) for layer in LAYERS for units in UNITS if units in stored for each in OPTIMISERS]
    found = {key: evidence.summary(trained(*key, preset), judged) for key in keys}
    longest = evidence.summary(trained(LSTM, WIDE, ADAM, preset))
    outcomes, after = compare(evidence, planned(preset)), _compared_after(evidence, found, longest)
    return {
        "epochs": number(judged),
        "tutorial_epochs": number(TUTORIAL_EPOCHS),
        "seeds": number(min(summary.solved.n for summary in found.values())),
        "usual": number(USUAL),
        "wide": number(WIDE),
        "units": ", ".join(number(units) for units in UNITS if units in stored),
        "chance": str(found[LSTM, USUAL, ADAM].possible.ceiling.chance),
        "enough": percent(ENOUGH),
        "narrow": budget_facts(found[LSTM, min(stored), ADAM]),
        "lstm": budget_facts(found[LSTM, USUAL, ADAM]),
        "wide_lstm": budget_facts(found[LSTM, WIDE, ADAM]),
        "wide_lstm_longest": budget_facts(longest),
        "wide_simple": budget_facts(found[SIMPLE, WIDE, ADAM]),
        "pair": {name: told(outcome) for name, outcome in outcomes.items()},
        "least_enough": {layer: _least_enough(found, layer) for layer in LAYERS},
        "table": Table("layers", COLUMNS, [_row(found, *key[:2]) for key in keys if key[2] == ADAM], heads=2),
        "all": measures_table("all layers", NAMING, [row for key in keys for row in _rows(evidence, key)], TOLD),
        "comparisons": comparisons_table(outcomes),
        "compared_after": comparisons_table(after),
        "claims": [
            *(ahead(name, outcomes[name]) for name in ("wide_lstm", "wide_gru", "wide_simple", "wide_simple_sure")),
            behind("gru_behind", outcomes["gru"]),
            behind("sgd_behind", outcomes["sgd_wide_simple"]),
            ahead("sgd_ahead", outcomes["sgd_lstm"]),
            ahead("wide_lstm_falls", after["wide_lstm_falls"]),
            Claim(
                "wide_reliable",
                found[SIMPLE, WIDE, ADAM].solved.share >= ENOUGH,
                f"seeds right, simple RNN of {WIDE} units under Adam, {rate(found[SIMPLE, WIDE, ADAM].solved)}: "
                f"at least {percent(ENOUGH)}",
            ),
            all_ahead(
                "wider_helps",
                [after[f"{layer}, {each}"] for layer in LAYERS for each in OPTIMISERS],
                "seeds right, the greatest width against the least, each layer and optimiser",
            ),
        ],
    }


def _compared_after(evidence: Evidence, found: Found, longest: Summary) -> dict[str, Outcome]:
    """Compare what sentences written after the runs rest on; corrected together, apart from what was planned."""
    wide = found[LSTM, WIDE, ADAM]
    ends = f"{number(wide.epoch)} against {number(longest.epoch)} epochs"
    given = {"wide_lstm_falls": Comparison(f"LSTM of {WIDE} units, Adam, right: {ends}", arm_of(wide), arm_of(longest))}
    for layer, optimiser in product(LAYERS, OPTIMISERS):
        widths = [units for one, units, each in found if (one, each) == (layer, optimiser)]
        least, most = min(widths), max(widths)
        what = f"{layer}, {optimiser}, right: {most} units against {least}"
        first, second = (arm_of(found[layer, units, optimiser]) for units in (most, least))
        given[f"{layer}, {optimiser}"] = Comparison(what, first, second)
    return compare(evidence, given)


def _least_enough(found: Found, layer: str) -> dict[str, str]:
    """The least width at which enough seeds are right, by optimiser; a dash if there is none."""
    by_name = {"adam": ADAM, "sgd": SGD}
    return {name: next((number(u) for u in UNITS if _enough(found, layer, u, o)), "–") for name, o in by_name.items()}


def _enough(found: Found, layer: str, units: int, optimiser: str) -> bool:
    key = (layer, units, optimiser)
    return key in found and found[key].solved.share >= ENOUGH


def _row(found: Found, layer: str, units: int) -> tuple[str, ...]:
    """Write a layer of some width under both optimisers."""
    both = [found[layer, units, optimiser] for optimiser in OPTIMISERS]
    measured = [text for s in both for text in (rate(s.solved), rate(s.within), small(s.gap))]
    return (layer, number(units), number(weights_of(layer, units)), *measured)


def _rows(evidence: Evidence, key: tuple[str, int, str]) -> list[tuple[tuple[str, ...], Summary]]:
    """Sum a configuration up at all budgets that are told."""
    layer, units, optimiser = key
    config = trained(*key, evidence.presets["layers"])
    budgets = [epoch for epoch in sorted({TUTORIAL_EPOCHS, JUDGED, config.epochs}) if epoch <= config.epochs]
    return [((layer, number(units), optimiser), evidence.summary(config, epoch)) for epoch in budgets]


def weights_of(layer: str, units: int, symbols: int = 5) -> int:
    """Count the weights of a network, biases included.

    Examples
    --------
    >>> weights_of("LSTM", 20), weights_of("GRU", 20), weights_of("simple RNN", 20)
    (2185, 1725, 625)
    """
    blocks = {"LSTM": (4, 1), "GRU": (3, 2), "simple RNN": (1, 1)}  # blocks of columns, biases of each
    gates, biases = blocks[layer]
    return gates * units * (symbols + units + biases) + symbols * (units + 1)
