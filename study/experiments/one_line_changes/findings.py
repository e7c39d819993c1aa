"""Facts of the section on one-line changes: what each did, which is best, and whether the other seeds confirm it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from study.experiments.one_line_changes.configs import BATCH_SIZES, LAYOUT, LINES, Change, changes
from study.experiments.one_line_changes.judged import Judged, Results, best, budgets, ceiling_of, judge_all, keeps_rows
from study.experiments.tuning.selection import HalfRates
from study.measures.statistics import Rate
from study.report.claims import Claim, Refuter
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

(LANES,) = (line for line in LINES if line.kind == LAYOUT)
ROWS_KEPT = {"kept_line": 1, "kept_pair": 2, "kept_three": 3}  # lines changed, where rows of 1 timestep are left


def facts(evidence: Evidence) -> Facts:
    """Collect what the section, the abstract, the README and `study why` may name."""
    results, epochs = judge_all(evidence), budgets(evidence)
    chosen = {size: choices(results, size) for size in BATCH_SIZES}
    untouched = {size: Change((), size) for size in BATCH_SIZES}
    singles = [change for change in changes() if len(change.lines) <= 1]
    choosing = results[untouched[1]][0].right.first.n
    return {
        "changes": number(len(results)),
        "early": number(epochs[0]),
        "late": number(epochs[-1]),
        "choosing": f"{number(0)} to {number(choosing - 1)}",
        "confirming": f"{number(choosing)} to {number(choosing + results[untouched[1]][0].right.second.n - 1)}",
        "enough": percent(ENOUGH),
        "at_each_size": _at_each_size([told(chosen[size]["line"], results)["late"] for size in BATCH_SIZES]),
        "untouched": {str(size): told(change, results) for size, change in untouched.items()},
        "best": {
            str(size): {kind: told(change, results) for kind, change in by_kind.items()}
            for size, by_kind in chosen.items()
        },
        "table": table_of("one-line changes", singles, results, evidence),
        "claims": _claims(results, chosen, evidence),
    }


def choices(results: Results, batch_size: int) -> dict[str, Change]:
    """Choose the best line at a batch size, and the best of one, two and three lines that leave rows of 1 timestep."""
    here = [change for change in results if change.batch_size == batch_size]
    kept = {
        kind: [change for change in here if len(change.lines) == count and keeps_rows(change)]
        for kind, count in ROWS_KEPT.items()
    }
    among = {"line": [change for change in here if len(change.lines) == 1], **kept}
    return {kind: best(results, changes) for kind, changes in among.items() if changes}


def first_line(evidence: Evidence) -> str:
    """Write what to change first, in one line of Markdown: for README, report and tool.

    Parameters
    ----------
    evidence : Evidence
        With this experiment stored.

    Returns
    -------
    str
    """
    results = judge_all(evidence)
    chosen = {size: choices(results, size) for size in BATCH_SIZES}
    line = [told(chosen[size]["line"], results) for size in BATCH_SIZES]
    pair, three = told(chosen[1]["kept_pair"], results)["early"], told(chosen[2]["kept_three"], results)["late"]
    return (
        f"**Which line to change first:** {line[0]['lines']}. After {line[0]['late']['epochs']} epochs "
        f"{_at_each_size([each['late'] for each in line])}. With one symbol at a time it takes two lines at batch size "
        f"1, {chosen[1]['kept_pair'].label}: {_within(pair)} after {pair['epochs']} epochs. At larger ones it also "
        f"takes one sequence per lane: {_within(three)} after {three['epochs']}."
    )


def _at_each_size(judged: Sequence[Facts]) -> str:
    """Say how many seeds are within 0.25 at the batch sizes, once where it is as many at each."""
    n, who = judged[0]["confirmed_n"], "seeds that had no part in choosing it are within 0.25"
    if all(each["confirmed_k"] == n for each in judged):
        return f"all {n} {who} at each batch size"
    return f"{_listed(each['confirmed_k'] for each in judged)} of {n} {who}, at batch sizes {_listed(BATCH_SIZES)}"


def _within(judged: Facts) -> str:
    """Write how many of the seeds that did not choose are within 0.25."""
    k, n = judged["confirmed_k"], judged["confirmed_n"]
    return f"all {n}" if k == n else f"{k} of {n}"


def _listed(values: Iterable[object]) -> str:
    """Write values as ``1, 2 and 4``."""
    *others, last = map(str, values)
    return f"{', '.join(others)} and {last}"


def told(change: Change, results: Results) -> Facts:
    """What a text says of a change: all seeds at both budgets, and the half that confirms."""
    early, late = results[change][0], results[change][-1]
    return {
        "lines": change.label,
        "early": _numbers(early),
        "late": _numbers(late),
    }


def _numbers(judged: Judged) -> Facts:
    right, within = together(judged.right), together(judged.within)
    return {
        "epochs": number(judged.epoch),
        "k": number(right.k),
        "n": number(right.n),
        "right": rate(right),
        "within_k": number(within.k),
        "within": rate(within),
        "confirmed": rate(judged.right.second),
        "confirmed_within": rate(judged.within.second),
        "confirmed_k": number(judged.within.second.k),
        "confirmed_n": number(judged.within.second.n),
        "gap": small(judged.gap),
    }


def together(halves: HalfRates) -> Rate:
    """Count both halves of the seeds."""
    return Rate(halves.first.k + halves.second.k, halves.first.n + halves.second.n)


def table_of(name: str, shown: list[Change], results: Results, evidence: Evidence) -> Table:
    """Write changes by batch size: right, within 0.25 and gap at each budget."""
    epochs = budgets(evidence)
    columns = [
        Column("batch"),
        Column("lines changed", "left"),
        Column("ceiling"),
        *(Column(f"{what}: {number(epoch)} epochs") for epoch in epochs for what in ("right", "within 0.25")),
        *(Column(f"gap: {number(epoch)}") for epoch in epochs),
    ]
    rows = []
    for change in sorted(shown, key=lambda change: change.batch_size):
        judged = results[change]
        rates = [rate(together(halves)) for each in judged for halves in (each.right, each.within)]
        head = (number(change.batch_size), change.label, str(ceiling_of(change, evidence)))
        rows.append((*head, *rates, *(small(each.gap) for each in judged)))
    return Table(name, columns, rows, heads=2)


def _claims(results: Results, chosen: Mapping[int, Mapping[str, Change]], evidence: Evidence) -> list[Claim]:
    """Judge the best changes on the half that did not choose, and what cannot help."""
    ruled_out = [change for change in results if ceiling_of(change, evidence) < 1]
    lines = {size: chosen[size]["line"] for size in BATCH_SIZES}
    pair, three = chosen[1]["kept_pair"], chosen[2]["kept_three"]
    return [
        _one_line(lines, results),
        _confirmed("pair_1", pair, results[pair][0]),
        _of_abstract(pair, results[pair][0], evidence),
        _confirmed("three_2", three, results[three][-1]),
        Claim(
            "same_three",
            chosen[4]["kept_three"].lines == three.lines == (*pair.lines, LANES),
            "best of as many lines at batch sizes 2 and 4: those of batch size 1 and lanes",
        ),
        Claim(
            "no_line_keeps_rows",
            all(results[chosen[size]["kept_line"]][-1].within.second.share < ENOUGH for size in BATCH_SIZES),
            f"seeds within 0.25, best line with rows of 1 timestep, each batch size: below {percent(ENOUGH)}",
        ),
        Claim(
            "none_lifts",
            not any(each.right.first.k + each.right.second.k for change in ruled_out for each in results[change]),
            f"runs solved by the {number(len(ruled_out))} changes with a ceiling below 1: none; a check of the ceiling",
        ),
    ]


def _one_line(lines: Mapping[int, Change], results: Results) -> Claim:
    """Claim that the best line is the same at each batch size, and reliable and confident at each."""
    confirmed = [_confirmed("", line, results[line][-1]) for line in lines.values()]
    same = len({line.lines for line in lines.values()}) == 1
    return Claim("one_line", same and all(each.holds for each in confirmed), "; ".join(each.test for each in confirmed))


def _of_abstract(pair: Change, judged: Judged, evidence: Evidence) -> Claim:
    """Claim of the best pair what the abstract says, with the runs that would have refuted it."""
    config = pair.trained(evidence.presets["one_line_changes"])
    fewer = f"fewer than {percent(ENOUGH)} of the seeds that had no part in the choice within 0.25"
    return replace(
        _confirmed("abstract_pair", pair, judged), refuter=Refuter((config,), fewer, rate(judged.within.second))
    )


def _confirmed(name: str, change: Change, judged: Judged) -> Claim:
    """Claim that a change is reliable and confident at a budget, on the seeds that did not choose it."""
    within = judged.within.second
    test = (
        f"{change.label}, batch size {change.batch_size}, {number(judged.epoch)} epochs: seeds within 0.25 that did "
        f"not choose it, {rate(within)}, at least {percent(ENOUGH)}"
    )
    return Claim(name, within.share >= ENOUGH, test)
