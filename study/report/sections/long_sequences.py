"""Facts of the section on long sequences: how far each recipe reaches."""

from __future__ import annotations

from study.cell import Cell
from study.experiments.long_sequences import RECIPES
from study.report.evidence import Evidence
from study.report.figures.long_sequences import FORGET_BIASES, kept, recipe_cells
from study.report.sections.base import Facts
from study.report.words import number, percent, rate, small

ENOUGH = 0.95  # share of seeds that counts as reliable
HEADINGS = (
    "recipe", "lag", "epochs", "updates", "rows", "ceiling", "solved", "within 0.25", "accuracy on all rows",
    "memory gap: median", "loss / floor",
)  # fmt: skip


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    cells = {recipe: recipe_cells(evidence, recipe) for recipe in RECIPES}
    lags = list(next(iter(cells.values())))
    reaches = {recipe: _reach(evidence, by_lag) for recipe, by_lag in cells.items()}
    farthest = max(reaches.values())
    ends = [evidence.summary(cell) for found in cells.values() for cell in found.values()]
    counts = sorted({summary.solved.n for summary in ends})
    return {
        "lags": ", ".join(map(str, lags)),
        "longest": str(lags[-1]),
        "enough": percent(ENOUGH),
        "updates": number(max(summary.updates for summary in ends if summary.cell.timesteps > 1)),
        "seeds": " to ".join(number(count) for count in counts),
        "reaches": [
            ("recipe", f"longest lag with {percent(ENOUGH)} of seeds right", f"right at lag {lags[-1]}"),
            *(
                (recipe, str(reaches[recipe] or "none"), rate(evidence.summary(by_lag[lags[-1]]).solved))
                for recipe, by_lag in cells.items()
            ),
        ],
        "farthest": str(farthest),
        "any": farthest > 0,
        "all_the_way": farthest == lags[-1],
        "best": [recipe for recipe, reach in reaches.items() if reach == farthest],
        "kept": [
            ("forget bias", *(f"lag {lag}" for lag in lags)),
            *((str(bias), *(small(kept(bias, lag)) for lag in lags)) for bias in FORGET_BIASES),
        ],
        "table": [
            HEADINGS,
            *(_row(evidence, recipe, lag, cell) for recipe, found in cells.items() for lag, cell in found.items()),
        ],
    }  # fmt: skip


def _reach(evidence: Evidence, cells: dict[int, Cell]) -> int:
    """Find the longest lag up to which every lag is reliable; 0 if there is none."""
    reach = 0
    for lag, cell in cells.items():
        if evidence.summary(cell).solved.share < ENOUGH:
            break
        reach = lag
    return reach


def _row(evidence: Evidence, recipe: str, lag: int, cell: Cell) -> tuple[str, ...]:
    summary = evidence.summary(cell)
    known = summary.possible.ceiling
    return (
        recipe,
        str(lag),
        number(summary.epoch),
        number(summary.updates),
        number(summary.rows_seen),
        str(known.ambiguous),
        rate(summary.solved),
        rate(summary.within),
        number(summary.overall.value, 3),
        small(summary.gap),
        f"{number(summary.loss, 4)} / {number(known.loss_floor, 4)}",
    )
