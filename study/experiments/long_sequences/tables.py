"""Tables of the section on long sequences: how far each recipe reaches, what one change does, what is kept."""

from __future__ import annotations

from study.experiments.long_sequences.by_lag import FORGET_BIASES, AtLag, ByRecipe, kept, kept_by, reach_of
from study.experiments.long_sequences.configs import (
    BEST,
    BEST_SEEING,
    CHRONO_WEIGHTED,
    HIGH,
    HIGH_SEEING,
    LONGER,
    OF_1997,
    PLAIN,
    SHUT,
    SHUT_SHARE,
    SLOW_BEST,
    SLOW_PLAIN,
    WEIGHTED,
    WIDE,
)
from study.report.tables import Column, Table
from study.report.words import number, rate, small

COLUMNS = (
    Column("recipe", 3.6, "left"),
    Column("lag", 0.7),
    Column("rate", 0.7),
    Column("epochs", 0.8),
    Column("updates", 0.9),
    Column("rows", 1.1),
    Column("ceiling", 0.8),
    Column("chance", 0.9),
    Column("solved (95 %)", 2.1),
    Column("within 0.25", 2.1),
    Column("all rows: accuracy", 1),
    Column("gap: median", 1),
    Column("loss / floor", 1.8),
    Column("kept untrained", 1.1),
    Column("verdict", 2.6, "left"),
)
REACH_COLUMNS = (
    Column("recipe", 3.4, "left"),
    Column("longest reliable lag", 1.2),
    Column("longest lag tried", 1.2),
    Column("last symbol right there", 2.2),
    Column("all rows right", 2.2),
    Column("within 0.25", 2.2),
    Column("gap: median", 1),
)
CONTRASTS = (  # what is changed, and the recipes before and after
    ("forget bias 1 to 7", PLAIN, HIGH),
    ("the same, where the last step is weighted", WEIGHTED, BEST),
    ("last step weighted, at forget bias 1", PLAIN, WEIGHTED),
    ("the same, at forget bias 7", HIGH, BEST),
    ("outputs see inputs, at forget bias 7", HIGH, HIGH_SEEING),
    ("the same, where the last step is weighted", BEST, BEST_SEEING),
    ("20 units to 40, at forget bias 7, last step weighted", BEST, WIDE),
    ("forget bias 7 to 10 and input bias 0 to -3, 40 units, last step weighted", WIDE, SHUT),
    ("outputs begin at 1/symbols, at these biases", SHUT, SHUT_SHARE),
    ("cell of 1997 for forget bias 7, outputs see inputs", HIGH_SEEING, OF_1997),
    ("chrono for forget bias 7, last step weighted", BEST, CHRONO_WEIGHTED),
    ("rate 0.1 to 0.01, at forget bias 1", PLAIN, SLOW_PLAIN),
    ("the same, at forget bias 7, last step weighted", BEST, SLOW_BEST),
)


def reaches_table(recipes: ByRecipe) -> Table:
    """How far each recipe is reliable, and how it fares at the longest lag it was tried at."""
    rows = []
    for recipe, by_lag in recipes.items():
        reached = reach_of(by_lag)
        rows.append((recipe, number(reached) if reached else "none", *_end(by_lag)))
    return Table("reaches", REACH_COLUMNS, rows)


def contrasts_table(recipes: ByRecipe) -> Table:
    """Seeds right before and after one change, and where the intervals lie apart."""
    columns = [
        Column("change", 3, "left"),
        *(Column(f"lag {number(lag)}, of {number(at.end.solved.n)}", 1.5) for lag, at in recipes[BEST].items()),
        Column("lags with intervals apart", 2.6, "left"),
    ]
    rows = [
        _contrast(change, recipes[before], recipes[after], list(recipes[BEST])) for change, before, after in CONTRASTS
    ]
    return Table("contrasts", columns, rows)


def longer_table(recipes: ByRecipe, lags: list[int]) -> Table:
    """The recipes that ran on, at the shared budget and at the end."""
    columns = [
        Column("recipe", 2.2, "left"),
        Column("updates", 1),
        *(Column(f"lag {number(lag)}", 2.4) for lag in lags),
    ]
    return Table(
        "longer training", columns, [row for recipe in LONGER for row in _longer(recipe, recipes[recipe], lags)]
    )


def kept_table(recipes: ByRecipe) -> Table:
    """What an untrained forget gate keeps, by its bias."""
    lags = list(recipes[BEST])
    columns = [Column("forget bias", align="left"), *(Column(f"lag {number(lag)}") for lag in lags)]
    return Table(
        "kept untrained", columns, [(str(bias), *(left(kept(bias, lag)) for lag in lags)) for bias in FORGET_BIASES]
    )


def recipes_table(recipes: ByRecipe) -> Table:
    """Every recipe at every lag."""
    rows = [_row(recipe, lag, each) for recipe, by_lag in recipes.items() for lag, each in by_lag.items()]
    return Table("all recipes", COLUMNS, rows)


def _end(by_lag: dict[int, AtLag]) -> tuple[str, ...]:
    """Write how a recipe fares at the longest lag it was tried at."""
    lag = max(by_lag)
    end = by_lag[lag].end
    return number(lag), rate(end.solved), rate(end.all_right), rate(end.within), small(end.gap)


def _contrast(change: str, before: dict[int, AtLag], after: dict[int, AtLag], lags: list[int]) -> tuple[str, ...]:
    """Write how many seeds are right before and after a change, and where their intervals lie apart."""
    pairs = {lag: (before[lag].end.solved, after[lag].end.solved) for lag in lags if lag in before and lag in after}
    more = [number(lag) for lag, (one, other) in pairs.items() if other.low > one.high]
    fewer = [number(lag) for lag, (one, other) in pairs.items() if other.high < one.low]
    differences = [f"{word} at {_listed(where)}" for word, where in (("more", more), ("fewer", fewer)) if where]
    counts = {lag: f"{one.k} → {other.k}" for lag, (one, other) in pairs.items()}
    return (change, *(counts.get(lag, "–") for lag in lags), "; ".join(differences) or "not told apart")


def _listed(words: list[str]) -> str:
    """Join words, the last with 'and'."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _longer(recipe: str, by_lag: dict[int, AtLag], lags: list[int]) -> list[tuple[str, ...]]:
    """Write a recipe's rates at the shared budget and at the end of its longer training."""
    rows = []
    for name in ("end", "longer"):
        summaries = [getattr(by_lag[lag], name) for lag in lags]
        rows.append((recipe, number(summaries[0].updates), *(rate(each.solved) for each in summaries)))
    return rows


def left(share: float) -> str:
    """Write a share that may be next to nothing."""
    return small(share) if share >= 1e-4 else f"{share:.0e}"


def _row(recipe: str, lag: int, each: AtLag) -> tuple[str, ...]:
    end = each.end
    known, config = end.possible.ceiling, end.config
    return (
        recipe,
        number(lag),
        f"{config.learning_rate:g}",
        number(end.epoch),
        number(end.updates),
        number(end.rows_seen),
        str(known.ambiguous),
        str(known.chance),
        rate(end.solved),
        rate(end.within),
        number(end.overall.value, 3),
        small(end.gap),
        f"{number(end.loss, 4)} / {number(known.loss_floor, 4)}",
        left(kept_by(config)),
        each.verdict,
    )
