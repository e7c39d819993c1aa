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
    Column("recipe", "left"),
    Column("lag"),
    Column("rate"),
    Column("epochs"),
    Column("updates"),
    Column("rows"),
    Column("ceiling"),
    Column("chance"),
    Column("last symbol right (95 %)"),
    Column("all rows right (95 %)"),
    Column("within 0.25 (95 %)"),
    Column("all rows: accuracy"),
    Column("gap: median"),
    Column("loss / floor"),
    Column("kept untrained"),
    Column("verdict on the last symbol", "left"),
)
REACH_COLUMNS = (
    Column("recipe", "left"),
    Column("reliable up to lag: last symbol"),
    Column("reliable up to lag: all rows"),
    Column("lag tried"),
    Column("last symbol right there"),
    Column("all rows right"),
    Column("within 0.25"),
    Column("gap: median"),
)
CONTRAST_COLUMNS = (
    Column("change", "left"),
    Column("last symbol right"),
    Column("difference (95 %)"),
    Column("p after Holm"),
    Column("all rows right"),
    Column("difference (95 %)"),
    Column("p after Holm"),
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
        Column("recipe", "left"),
        Column("updates"),
        Column("right", "left"),
        *(Column(f"lag {number(lag)}") for lag in lags),
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
    return f"{said['second']} → {said['first']}", said["difference"], said["p"].removeprefix("=\u00a0")


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
