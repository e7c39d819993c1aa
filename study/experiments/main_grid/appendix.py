"""Facts of the appendix: every configuration of the main grid, with all that must stand beside a measured number."""

from __future__ import annotations

from collections.abc import Sequence

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.measures.summaries import Summary
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.labels import kind
from study.report.tables import Column, Table
from study.report.words import mean, number, rate, small
from study.runs.stand_in import stand_in

COLUMNS = (
    Column("network", "left"),
    Column("layout", "left"),
    Column("batch"),
    Column("epochs"),
    Column("updates"),
    Column("ceiling"),
    Column("chance"),
    Column("ambiguous accuracy: mean (95 %)"),
    Column("solved: k of n (95 %)"),
    Column("within 0.25"),
    Column("memory gap: median (range)"),
    Column("loss / floor"),
    Column("verdict", "left"),
)


def facts(evidence: Evidence) -> Facts:
    """Collect the tables: at the tutorial's budget, and at the end of longer ones where there are any."""
    configs = evidence.longest("main_grid")
    longer = [config for config in configs if config.epochs > TUTORIAL_EPOCHS]
    return {
        "tutorial": _table("all configurations, at the tutorial's budget", evidence, configs, TUTORIAL_EPOCHS),
        "longer": [_table("all configurations, at longer budgets", evidence, longer, None)] if longer else [],
    }


def alike(configs: Sequence[Config]) -> list[tuple[Config, str, str]]:
    """Gather configurations that share one computation: one of them, their layouts, and their batch sizes."""
    groups: dict[Config, list[Config]] = {}
    for config in configs:
        groups.setdefault(stand_in(config), []).append(config)
    return [
        (
            group[0],
            ", ".join(dict.fromkeys(config.layout for config in group)),
            ", ".join(dict.fromkeys(str(config.batch_size) for config in group)),
        )
        for group in groups.values()
    ]


def _table(name: str, evidence: Evidence, configs: Sequence[Config], budget: int | None) -> Table:
    return Table(name, COLUMNS, [_row(evidence.summary(config, budget), *names) for config, *names in alike(configs)])


def _row(summary: Summary, layouts: str, batch_sizes: str) -> tuple[str, ...]:
    """Write one row."""
    known = summary.possible
    return (
        kind(summary.config),
        layouts,
        batch_sizes,
        number(summary.epoch),
        number(summary.updates),
        str(known.ceiling.ambiguous),
        str(known.ceiling.chance),
        mean(summary.accuracy),
        rate(summary.solved),
        rate(summary.within),
        f"{small(summary.gap)} ({small(summary.gap_low)} to {small(summary.gap_high)})",
        f"{number(summary.loss, 4)} / {number(known.ceiling.loss_floor, 4)}",
        summary.judgement,
    )
