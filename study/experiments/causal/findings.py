"""Facts of the section on the cause: what each change to the baseline did, and which explanation is left standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.causal.configs import (
    ACCUMULATED,
    ACCUMULATED_LONGER,
    AS_MANY_UPDATES,
    BASELINE,
    BATCH_SIZES,
    HYPOTHESES,
    LANES,
    NO_RESET,
    ONE_RESET,
    WINDOWS,
    Change,
    Variation,
    variations,
)
from study.measures.statistics import Rate
from study.measures.summaries import Summary, explain_config
from study.report.claims import Claim
from study.report.comparisons import Outcome, ahead, all_ahead, arm_of, compare, comparisons_table
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, percent
from study.runs.stand_in import stand_in

COLUMNS = (
    Column("explanation", "left"),
    Column("changes tried", "left"),
    Column("runs"),
    Column("solved in the layout"),
    Column("solved by memory"),
    Column("stands"),
)

POOLED = ("variations", "distinct", "runs", "solved", "least", "most", "n", "row_by_row", "within", "epochs", "updates")
NAMED = {
    "same_updates": AS_MANY_UPDATES,
    "few_updates": ACCUMULATED,
    "equal_updates": ACCUMULATED_LONGER,
    "lanes": LANES,
    "windows": WINDOWS,
}
FEW = 0.1  # share of seeds
HELPING = {"state_handed_on": ACCUMULATED, "lanes_help": LANES}  # by the claim that they do
COUNTING = {"counts": 4, "counts_alone": 1}  # batch size, by the claim
UNSURE = "possible_is_not_reliable"


@dataclass(frozen=True)
class Finding:
    """The result of a variation.

    Attributes
    ----------
    variation : Variation
    summary : Summary
        At the variation's budget.
    own : Fraction
        Ceiling on the ambiguous rows for what the lane has seen of the row's own sequence: memory without counting.
    leaked : Fraction
        Ceiling on the ambiguous rows of position or order beside the row's own input alone; 0 if nothing leaks.
    gap : float
        Median memory gap, row by row.
    """

    variation: Variation
    summary: Summary
    own: Fraction
    leaked: Fraction
    gap: float

    @property
    def counts(self) -> bool:
        """Whether a network that counts batches can solve it, and need not remember the first symbol."""
        return self.leaked == 1

    @property
    def remembers(self) -> bool:
        """Whether some seed solved it where nothing but the row's own sequence gives the label away."""
        return self.own == 1 and not self.leaked and self.summary.solved.k > 0

    @property
    def verdict(self) -> str:
        """What the summary says, unless counting can do it."""
        if not self.counts:
            return self.summary.verdict
        solved, row_by_row = self.summary.solved, self.summary.fresh_solved
        return f"position or order gives the label away: {solved.k} seeds in the layout, {row_by_row.k} row by row"


def findings(evidence: Evidence) -> list[Finding]:
    """Read the results of all variations."""
    results = []
    for variation in variations(evidence.presets["causal"]):
        config = variation.config
        table = evidence.table(config)
        known = explain_config(config)
        results.append(
            Finding(
                variation,
                evidence.summary(config, variation.epochs),
                known.own_sequence_ceiling,
                max((leak.with_it for leak in known.leaks), default=Fraction(0)),
                float(table.loc[table["epoch"] == variation.epochs, "fresh_memory_gap"].median()),
            )
        )
    return results


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    all_findings = findings(evidence)
    compared = _compared(evidence, all_findings)
    larger = [one for one in all_findings if one.variation.batch_size > 1]
    by_hypothesis = {name: [one for one in larger if one.variation.change.hypothesis == name] for name in HYPOTHESES}
    return {
        "seeds": number(min(one.summary.solved.n for one in all_findings)),
        "changes": number(len({one.variation.change.label for one in larger} - {BASELINE.label})),
        "variations": number(len(all_findings)),
        "computed": number(len(once(all_findings))),
        "epochs": number(TUTORIAL_EPOCHS),
        "chance": str(all_findings[0].summary.possible.ceiling.chance),
        "hypotheses": Table(
            "explanations",
            COLUMNS,
            [
                _judged(text, by_hypothesis[name])
                for name, text in HYPOTHESES.items()
                if name != "none" and by_hypothesis[name]
            ],
        ),
        "ruled_out": _pooled([one for one in all_findings if one.summary.possible.ruled_out]),
        "random_ceiling": str(max(one.summary.possible.ceiling.ambiguous for one in larger if _by_chance(one))),
        **{name: _pooled(_of(larger, change)) for name, change in NAMED.items()},
        "counting": _pooled(_of(larger, ONE_RESET, 4)),
        "counting_alone": _pooled(_of(all_findings, ONE_RESET, 1)),
        "never_reset": _pooled([one for one in _of(larger, NO_RESET) if one.counts]),
        "compared_after": comparisons_table(compared),
        "claims": _claims(all_findings, compared),
    }


def _claims(all_findings: Sequence[Finding], compared: Mapping[str, Outcome]) -> list[Claim]:
    """Judge the sentences; those on changes that the stored preset leaves out do not hold."""
    larger = [one for one in all_findings if one.variation.batch_size > 1]
    told = {name: [one.summary for one in _of(larger, change)] for name, change in NAMED.items()}
    ruled_out = [one.summary for one in all_findings if one.summary.possible.ruled_out]
    never_reset = [one.summary.solved for one in _of(larger, NO_RESET) if one.counts]
    return [
        Claim(
            "one_stands",
            {one.variation.change.hypothesis for one in larger if one.remembers} == {LANES.hypothesis},
            "changes under which some seed solved it where only the row's own sequence gives the label away",
        ),
        Claim("not_the_updates", _none_solved(told["same_updates"]), "runs solved at batch sizes 2, 4 and 8: none"),
        _helps("state_handed_on", compared),
        Claim(
            "no_weights_do",
            _none_solved(ruled_out),
            "runs solved in their layout, ceiling below 1: none; a check of the exact ceiling",
        ),
        Claim(
            "never_sure",
            not any(summary.fresh_within.k for summary in ruled_out),
            "the same runs scored row by row, within 0.25: none",
        ),
        *(_stored_ahead(name, compared) for name in COUNTING),
        Claim(
            "hardly_without_any",
            bool(never_reset) and max(solved.high for solved in never_reset) < FEW,
            f"seeds solved in the layout at batch sizes 2 and 4: 95 % intervals below {percent(FEW)}",
        ),
        _helps("lanes_help", compared),
        Claim(
            "windows_solve",
            bool(told["windows"]) and all(each.within.k == each.within.n for each in told["windows"]),
            "seeds within 0.25 at batch sizes 2, 4 and 8: all",
        ),
        _stored_ahead(UNSURE, compared),
    ]


def _of(all_findings: Sequence[Finding], change: Change, *batch_sizes: int) -> list[Finding]:
    """What came of one change, at all batch sizes or at those named; nothing where the preset leaves it out."""
    sizes = batch_sizes or BATCH_SIZES
    return [one for one in all_findings if one.variation.change == change and one.variation.batch_size in sizes]


def _by_chance(one: Finding) -> bool:
    """Whether the order of rows or of sequences is drawn."""
    return one.variation.config.order == "random" or one.variation.config.layout == "shuffled"


def _none_solved(summaries: Sequence[Summary]) -> bool:
    return bool(summaries) and not any(summary.solved.k for summary in summaries)


def _compared(evidence: Evidence, all_findings: Sequence[Finding]) -> dict[str, Outcome]:
    """Compare on the same seeds: changes with nothing changed, and a layout with asking row by row."""
    given = {}
    for name, change in HELPING.items():
        for one in _of(all_findings, change, *BATCH_SIZES[1:]):
            size = one.variation.batch_size
            (base,) = _of(all_findings, BASELINE, size)
            what = f"batch size {size}, solved: {change.label} against the baseline"
            given[f"{name}, {size}"] = Comparison(what, arm_of(one.summary), arm_of(base.summary))
    for name, size in COUNTING.items():
        for one in _of(all_findings, ONE_RESET, size):
            what = f"batch size {size}, {ONE_RESET.label}, solved: in the layout against row by row"
            given[name] = Comparison(what, arm_of(one.summary), arm_of(one.summary, "fresh_right"))
    for one in _of(all_findings, LANES, BATCH_SIZES[1]):
        what = f"{LANES.label}, batch size {BATCH_SIZES[1]}: solved against within 0.25"
        given[UNSURE] = Comparison(what, arm_of(one.summary), arm_of(one.summary, "within"))
    return compare(evidence, given)


def _helps(name: str, compared: Mapping[str, Outcome]) -> Claim:
    """Claim that a change lets more seeds solve it than nothing changed, at every batch size."""
    of_change = [outcome for each, outcome in compared.items() if each.startswith(f"{name}, ")]
    return all_ahead(name, of_change, f"{HELPING[name].label} against the baseline at each batch size, seeds solved")


def _stored_ahead(name: str, compared: Mapping[str, Outcome]) -> Claim:
    """Claim that the first arm is ahead; not where the preset leaves the comparison out."""
    return ahead(name, compared[name]) if name in compared else Claim(name, False, "not stored")


def _computed(one: Finding) -> tuple[object, int]:
    """Which runs it uses, and at which checkpoint."""
    return stand_in(one.variation.config), one.variation.epochs


def _pooled(chosen: Sequence[Finding]) -> Facts:
    """Several variations together; intervals would not be honest, as their seeds are the same.

    Runs that stand for two variations are counted once; ``distinct`` counts a run once whatever budgets it is read at.
    Where the preset leaves all of them out, numbers are "–".
    """
    chosen = once(chosen)
    if not chosen:
        return dict.fromkeys(POOLED, "–")
    solved = sorted((one.summary.solved for one in chosen), key=_share)
    told = (
        len(chosen),
        sum({stand_in(one.variation.config): one.summary.solved.n for one in chosen}.values()),
        sum(one.n for one in solved),
        sum(one.k for one in solved),
        solved[0].k,
        solved[-1].k,
        solved[0].n,
        sum(one.summary.fresh_solved.k for one in chosen),
        sum(one.summary.fresh_within.k for one in chosen),
        chosen[0].summary.epoch,
        chosen[0].summary.updates,
    )
    return dict(zip(POOLED, map(number, told), strict=True))


def once(chosen: Sequence[Finding]) -> list[Finding]:
    """Keep one of each set of variations that are one computation, read at one budget.

    Parameters
    ----------
    chosen : sequence of Finding

    Returns
    -------
    list of Finding
    """
    return list({_computed(one): one for one in chosen}.values())


def is_own(one: Finding) -> bool:
    """Whether its runs are its own, and not those of a simpler layout."""
    return stand_in(one.variation.config) == one.variation.config


def _share(solved: Rate) -> float:
    return solved.share


def _judged(text: str, chosen: Sequence[Finding]) -> tuple[str, ...]:
    """Write one explanation and how it fared; solved by memory means that counting could not have done it."""
    chosen = once(chosen)
    remembered = [one for one in chosen if one.own == 1 and not one.leaked]
    return (
        text,
        "; ".join(dict.fromkeys(one.variation.change.label for one in chosen)),
        number(sum(one.summary.solved.n for one in chosen)),
        number(sum(one.summary.solved.k for one in chosen)),
        number(sum(one.summary.solved.k for one in remembered)),
        "yes" if any(one.remembers for one in chosen) else "no",
    )
