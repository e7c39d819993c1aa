"""Facts of the section on batch learning: updates after each row, sequence or epoch, by three clocks."""

from __future__ import annotations

from study.experiments.base import TUTORIAL_EPOCHS
from study.experiments.batch_learning import AFTER, LEARNING_RATES, REACHES
from study.report.evidence import Evidence
from study.report.figures.batches_in_time import batch_cell, seconds_of
from study.report.sections.base import Facts
from study.report.words import number, rate, small
from study.summaries import Summary

HEADINGS = (
    "row", "update after", "learning rate", "ceiling", "updates", "solved", "within 0.25", "epochs", "solved",
    "within 0.25", "memory gap: median", "epochs", "solved",
)  # fmt: skip
KEYS = dict(zip(REACHES, ("carried", "window", "sequence"), strict=True))


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    cells = {
        (reach, after, learning_rate): batch_cell(evidence, reach, after, learning_rate)
        for reach, (_, rows) in REACHES.items()
        for after in AFTER
        if AFTER[after] <= rows
        for learning_rate in LEARNING_RATES
    }
    ends = {key: evidence.summary(cell) for key, cell in cells.items()}
    shared = min(summary.updates for summary in ends.values())
    equal_updates = {key: _at_updates(evidence, summary, shared) for key, summary in ends.items()}
    equal_epochs = {key: evidence.summary(cell, TUTORIAL_EPOCHS) for key, cell in cells.items()}
    equal_time = {
        key: _at_time(
            evidence, summary, [other for name, other in ends.items() if (name[0], name[2]) == (key[0], key[2])]
        )
        for key, summary in ends.items()
    }
    return {
        "seeds": number(min(summary.solved.n for summary in ends.values())),
        "updates": number(shared),
        "epochs": number(TUTORIAL_EPOCHS),
        "rates": " and ".join(f"{value:g}" for value in LEARNING_RATES),
        **{
            KEYS[reach]: {
                after.removeprefix("every "): {
                    name: {
                        "updates": _facts(equal_updates[reach, after, value]),
                        "epochs": _facts(equal_epochs[reach, after, value]),
                        "time": _facts(equal_time[reach, after, value]),
                    }
                    for name, value in zip(("low", "high"), LEARNING_RATES, strict=True)
                }
                for after in AFTER
                if (reach, after, LEARNING_RATES[0]) in cells
            }
            for reach in REACHES
        },
        "fewer_is_better": ends_differ(equal_updates, "every epoch", "every row"),
        "table": [
            HEADINGS,
            *(_row(key, equal_epochs[key], equal_updates[key], equal_time[key]) for key in cells),
        ],
        "none_within": max(s.within.share for key, s in equal_updates.items() if key[0] == next(iter(REACHES))) < 0.5,
    }


def ends_differ(found: dict[tuple[str, str, float], Summary], one: str, other: str) -> bool:
    """Whether, with the state carried and the lower learning rate, one moment beats the other beyond its interval."""
    reach, value = next(iter(REACHES)), LEARNING_RATES[0]
    return found[reach, one, value].solved.low > found[reach, other, value].solved.high


def _at_updates(evidence: Evidence, summary: Summary, updates: int) -> Summary:
    """Sum a cell up at the last checkpoint with no more updates than that."""
    made = evidence.table(summary.cell).groupby("epoch")["updates"].first()
    return evidence.summary(summary.cell, int(made[made <= updates].index.max()))


def _at_time(evidence: Evidence, summary: Summary, rivals: list[Summary]) -> Summary:
    """Sum a cell up at the last checkpoint within the measured time of the quickest of its rivals."""
    budget = min(seconds_of(evidence, rival.cell) for rival in rivals)
    allowed = summary.epoch * budget / seconds_of(evidence, summary.cell)
    epochs = evidence.table(summary.cell)["epoch"]
    return evidence.summary(summary.cell, int(epochs[epochs <= allowed + 0.5].max()))


def _facts(summary: Summary) -> Facts:
    return {
        "solved": rate(summary.solved),
        "within": rate(summary.within),
        "gap": small(summary.gap),
        "epochs": number(summary.epoch),
        "updates": number(summary.updates),
    }


def _row(key: tuple[str, str, float], by_epochs: Summary, by_updates: Summary, by_time: Summary) -> tuple[str, ...]:
    reach, after, value = key
    return (
        reach,
        after,
        f"{value:g}",
        str(by_epochs.possible.ceiling.ambiguous),
        number(by_epochs.updates),
        rate(by_epochs.solved),
        rate(by_epochs.within),
        number(by_updates.epoch),
        rate(by_updates.solved),
        rate(by_updates.within),
        small(by_updates.gap),
        number(by_time.epoch),
        rate(by_time.solved),
    )
