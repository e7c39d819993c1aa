"""Tables of the section on long sequences: how far each recipe reaches, what one change does, what is kept."""

from __future__ import annotations

from collections.abc import Mapping

from study.experiments.long_sequences.by_lag import (
    FORGET_BIASES,
    AtLag,
    ByRecipe,
    kept,
    kept_by,
    reach_of,
    reach_of_all_rows,
)
from study.experiments.long_sequences.configs import BEST, CONTRASTS, LONGER, SOUGHT
from study.report.comparisons import Outcome, told
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
    Column("last symbol right (95 %)", 2.1),
    Column("all rows right (95 %)", 2.1),
    Column("within 0.25 (95 %)", 2.1),
    Column("all rows: accuracy", 1),
    Column("gap: median", 1),
    Column("loss / floor", 1.8),
    Column("kept untrained", 1.1),
    Column("verdict on the last symbol", 2.6, "left"),
)
REACH_COLUMNS = (
    Column("recipe", 3.2, "left"),
    Column("reliable up to lag: last symbol", 1.2),
    Column("reliable up to lag: all rows", 1.2),
    Column("lag tried", 0.8),
    Column("last symbol right there", 2.1),
    Column("all rows right", 2.1),
    Column("within 0.25", 2.1),
    Column("gap: median", 1),
)
CONTRAST_COLUMNS = (
    Column("change", 3.4, "left"),
    Column("last symbol right", 1.3),
    Column("difference (95 %)", 1.7),
    Column("p after Holm", 1),
    Column("all rows right", 1.3),
    Column("difference (95 %)", 1.7),
    Column("p after Holm", 1),
)


def reaches_table(recipes: ByRecipe) -> Table:
    """How far each recipe is reliable, and how it fares at the longest lag."""
    rows = [
        (recipe, *(number(lag) if lag else "none" for lag in (reach_of(of), reach_of_all_rows(of))), *_end(of))
        for recipe, of in recipes.items()
    ]
    return Table("reaches", REACH_COLUMNS, rows)


def contrasts_table(outcomes: Mapping[str, Outcome]) -> Table:
    """Seeds right before and after one change at the longest lag, with the outcome of the paired comparison."""
    rows = [
        (change, *(cell for sought in SOUGHT.values() for cell in _contrast(outcomes[f"{change}: {sought}"])))
        for change, _, _ in CONTRASTS
    ]
    return Table("contrasts", CONTRAST_COLUMNS, rows)


def longer_table(recipes: ByRecipe, lags: list[int]) -> Table:
    """The recipes that ran on, at the shared budget and at the end."""
    columns = [
        Column("recipe", 2.2, "left"),
        Column("updates", 1),
        Column("right", 1.2, "left"),
        *(Column(f"lag {number(lag)}", 2.2) for lag in lags),
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


def _contrast(outcome: Outcome) -> tuple[str, ...]:
    """Write how many seeds are right before and after a change, by how much they differ, and whether by chance."""
    said = told(outcome)
    return f"{said['second']} → {said['first']}", said["difference"], said["p"].removeprefix("= ")


def _longer(recipe: str, by_lag: dict[int, AtLag], lags: list[int]) -> list[tuple[str, ...]]:
    """Write a recipe's rates at the shared budget and at the end of its longer training."""
    rows = []
    for name in ("end", "longer"):
        summaries = [getattr(by_lag[lag], name) for lag in lags]
        updates = number(summaries[0].updates)
        rows.append((recipe, updates, "last symbol", *(rate(each.solved) for each in summaries)))
        rows.append((recipe, updates, "all rows", *(rate(each.all_right) for each in summaries)))
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
        rate(end.all_right),
        rate(end.within),
        number(end.overall.value, 3),
        small(end.gap),
        f"{number(end.loss, 4)} / {number(known.loss_floor, 4)}",
        left(kept_by(config)),
        each.verdict,
    )
