"""What to change first, for `study why` and the report's explorer: the best lines, and the odds on the other seeds.

The choice is that of the section; here it is written with the place at which a reader's settings are compared.
"""

from __future__ import annotations

from study.config import Config
from study.experiments.one_line_changes.configs import BATCH_SIZES, LAYOUT, Change
from study.experiments.one_line_changes.findings import choices
from study.experiments.one_line_changes.judged import Judged, Results, judge_all, keeps_rows
from study.explain.odds import FirstChange
from study.report.evidence import Evidence
from study.report.explorer.odds import place_of
from study.report.reliability import ENOUGH

LANES = 2  # batch size at which one sequence per lane stands for all larger ones


def first_changes(evidence: Evidence) -> list[FirstChange]:
    """Give what to change first with rows in order at batch size 1, and with one sequence per lane.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    list of FirstChange
        At each place the best line, and the best that leaves one symbol at a time where that is another; nothing
        where the experiment is not stored.
    """
    if not evidence.has("one_line_changes"):
        return []
    results = judge_all(evidence)
    one, lanes = (choices(results, size) for size in (BATCH_SIZES[0], LANES))
    return [
        _first(one["line"], results),
        _first(one["kept_pair"], results),
        _first(lanes["line"], results),
        _first(lanes["kept_three"], results),
    ]


def _first(change: Change, results: Results) -> FirstChange:
    """Write a change as it is told to one who has its place, at the first budget at which enough seeds are within 0.25.

    At larger batch sizes the place is one sequence per lane, so that this line is not named again.
    """
    judged = next((each for each in results[change] if _confirmed(each)), results[change][-1])
    within, others = judged.within.second, [line for line in change.lines if line.kind != LAYOUT]
    layout = "consecutive" if change.batch_size == 1 else "interleaved"
    config = Config(batch_size=change.batch_size, layout=layout)
    return FirstChange(
        place_of(config),
        " and ".join(line.label for line in others),
        keeps_rows(change),
        judged.epoch,
        within.n,
        within.k,
        round(100 * within.low),
        round(100 * within.high),
        sum(each.batch_size == change.batch_size for each in results),
    )


def _confirmed(judged: Judged) -> bool:
    return judged.within.second.share >= ENOUGH
