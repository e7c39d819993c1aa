"""What the text says of whole-sequence windows, and which of their configurations does worst."""

from __future__ import annotations

from collections.abc import Sequence

from study.measures.summaries import Summary
from study.report.contents import Facts
from study.report.words import number, rate, small
from study.runs.stand_in import stand_in


def whole(summaries: Sequence[Summary]) -> Facts:
    """Whole-sequence windows at one budget, all layouts and batch sizes."""
    worst, name = weakest(summaries)
    return {
        "configurations": number(len({stand_in(summary.config) for summary in summaries})),
        "worst": rate(worst.solved),
        "k": number(worst.solved.k),
        "n": number(worst.solved.n),
        "all": all(summary.solved.k == summary.solved.n for summary in summaries),
        "worst_config": name,
        "gap_low": small(min(summary.gap for summary in summaries)),
        "epochs": " to ".join(dict.fromkeys(number(end(s.epoch for s in summaries)) for end in (min, max))),
        "sizes": ", ".join(sorted({str(summary.config.batch_size) for summary in summaries})),
    }


def weakest(summaries: Sequence[Summary]) -> tuple[Summary, str]:
    """Find the configuration that the smallest share of seeds solved, and name it; of several that tie, say how many.

    Parameters
    ----------
    summaries : sequence of Summary

    Returns
    -------
    tuple of Summary and str
    """
    distinct = {stand_in(summary.config): summary for summary in reversed(summaries)}
    least = min(summary.solved.share for summary in distinct.values())
    lowest = [summary for summary in distinct.values() if summary.solved.share == least]
    one = lowest[-1]
    name = f"{one.config.layout} layout, batch size {one.config.batch_size}, {number(one.updates)} updates"
    return one, name if len(lowest) == 1 else f"{len(lowest)} configurations tie"
