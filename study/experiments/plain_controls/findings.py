"""Facts of the section on plain controls: chance, n-grams, the MLP with the window, and the ring of letters."""

from __future__ import annotations

from fractions import Fraction

from study.config import Config
from study.experiments.main_grid.configs import BATCH_SIZES, WHOLE
from study.experiments.main_grid.findings import budget_facts
from study.experiments.plain_controls.configs import (
    EPOCHS,
    LETTERS,
    MLP,
    NETWORKS,
    RING_NETWORKS,
    RING_RATE,
    SGD,
    STATELESS,
    TUTORIAL,
    WINDOW,
    of_ring,
    planned,
    trained,
)
from study.measures.summaries import Summary, possible
from study.report.claims import Claim
from study.report.comparisons import ahead, compare, comparisons_table, told
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table, measures_table
from study.report.words import number
from study.sequences.configured import datasets_of, schedule_of
from study.theory.ceilings import best_accuracy
from study.theory.contexts import Context, HistoryNumbers, Occurrence, Window, occurrences

GRAMS = tuple(range(1, WHOLE + 1))  # inputs that an n-gram table looks at, the row's own included
NAMING = (Column("network", "left"), Column("batch"))
RING_MEASURES = ("ceiling_all", "updates", "all_right")
RING_NAMING = (Column("network", "left"), Column("ambiguous rows"))


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["plain_controls"]
    epoch = EPOCHS[preset.long]
    found = {network: evidence.summary(trained(network, preset), epoch) for network in NETWORKS}
    windows = {size: evidence.summary(trained(MLP, preset, size), epoch) for size in BATCH_SIZES}
    ring = {network: evidence.summary(of_ring(network, preset)) for network in RING_NETWORKS}
    outcomes = compare(evidence, planned(preset))
    named = {"mlp": MLP, "window": WINDOW, "tutorial": TUTORIAL, "sgd": SGD, "stateless": STATELESS}
    return {
        "epochs": number(epoch),
        "seeds": number(min(summary.solved.n for summary in found.values())),
        "chance": str(found[MLP].possible.ceiling.chance),
        "letters": number(LETTERS),
        **{name: budget_facts(found[network]) for name, network in named.items()},
        "ring": {
            "k": number(min(each.all_right.k for each in ring.values())),
            "n": number(min(each.all_right.n for each in ring.values())),
            "ambiguous": number(_ambiguous_rows(ring["MLP"].config)),
            "epochs": number(next(iter(ring.values())).epoch),
            "rate": f"{RING_RATE:g}",
        },
        "pair": {name: told(outcome) for name, outcome in outcomes.items()},
        "grams": _grams(),
        "table": measures_table(
            "plain controls",
            NAMING,
            [_named(network, each) for network, each in found.items() if network != MLP]
            + [_named(MLP, each) for each in windows.values()],
            ("ceiling", "updates", "right", "within", "gap"),
        ),
        "ring_table": measures_table(
            "ring of letters", RING_NAMING, [_of_ring(*each) for each in ring.items()], RING_MEASURES
        ),
        "comparisons": comparisons_table(outcomes),
        "claims": [
            Claim(
                "mlp_solves",
                all(each.solved.k == each.solved.n for each in windows.values()),
                "seeds right, MLP with the whole window at every batch size: all",
            ),
            ahead("mlp_ahead", outcomes["mlp_tutorial"]),
            ahead("window_ahead", outcomes["window_tutorial"]),
            ahead("window_surer", outcomes["window_sgd"]),
            Claim(
                "blind",
                found[STATELESS].solved.k == 0,
                "seeds right, stateless LSTM with 1 timestep: none; a check of the exact ceiling",
            ),
            Claim(
                "table_as_ceiling",
                all(gram_accuracy(size, WHOLE) == _ceiling(size) for size in BATCH_SIZES),
                "n-gram table of the longest context and exact ceiling, every batch size: equal fractions",
            ),
            Claim(
                "ring_learnt",
                all(each.all_right.k == each.all_right.n for each in ring.values()),
                "seeds with all rows right, every network: all",
            ),
        ],
    }


def gram_accuracy(batch_size: int, inputs: int) -> Fraction:
    """Find the accuracy on the ambiguous rows of a table of what followed the last inputs that the row's lane has seen.

    Parameters
    ----------
    batch_size : int
        Of the tutorial's rows in order, reset after each sequence.
    inputs : int
        How many the table looks at, the row's own included; fewer where the lane has seen fewer.

    Returns
    -------
    Fraction

    Examples
    --------
    >>> [str(gram_accuracy(1, inputs)) for inputs in (1, 3, 4)], str(gram_accuracy(4, 4))
    (['1/2', '1/2', '1'], '1/2')
    """
    config = Config(batch_size=batch_size)
    (dataset,) = datasets_of(config, [0])
    numbers = HistoryNumbers[Window]()
    seen = occurrences(dataset, schedule_of(config, dataset), carries_state=True, numbers=numbers)

    def last_inputs(each: Occurrence) -> Context:
        return (*numbers.read(each.history.since_reset, inputs - 1), each.context[-1])

    return best_accuracy([each for each in seen if each.ambiguous], last_inputs)


def _ceiling(batch_size: int) -> Fraction:
    return possible(Config(batch_size=batch_size)).ceiling.ambiguous


def _grams() -> Table:
    """Write the accuracy of n-gram tables at each batch size."""
    columns = (Column("batch size", align="left"), *(Column(f"last {k} input{'s' * (k > 1)}") for k in GRAMS))
    rows = [(number(size), *(str(gram_accuracy(size, k)) for k in GRAMS)) for size in BATCH_SIZES]
    return Table("n-gram tables", columns, rows)


def _ambiguous_rows(config: Config) -> int:
    return int(datasets_of(config, [0])[0].ambiguous.sum())


def _named(network: str, each: Summary) -> tuple[tuple[str, str], Summary]:
    return (network, number(each.config.batch_size)), each


def _of_ring(network: str, each: Summary) -> tuple[tuple[str, str], Summary]:
    return (network, number(_ambiguous_rows(each.config))), each
