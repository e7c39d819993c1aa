"""Facts of the section on interventions: what each explanation predicted, and what came."""

from __future__ import annotations

from collections.abc import Mapping

from study.experiment import TUTORIAL_EPOCHS, Arm, Comparison, Preset
from study.experiments.interventions.configs import (
    ACROSS,
    BATCH_SIZES,
    KEEPING_FROZEN,
    MIDDLE_EPOCHS,
    NOTHING,
    OUTPUTS_ALONE,
    PADDED,
    RATES,
    ROWS,
    STOPPED,
    WHOLE_SEQUENCES,
    WRITING_FROZEN,
    Intervention,
    Trial,
    planned,
    trials,
)
from study.experiments.main_grid.configs import WHOLE
from study.experiments.main_grid.findings import budget_facts
from study.experiments.optimisers.configs import ADAM, FAST, LONG_EPOCHS, SLOW, Rule
from study.measures.summaries import Summary
from study.report.claims import Claim, Refuter
from study.report.comparisons import Outcome, ahead, all_ahead, arm_of, compare, comparisons_table, told, undecided
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

BUDGETS = (TUTORIAL_EPOCHS, MIDDLE_EPOCHS, LONG_EPOCHS)
COLUMNS = (
    Column("given", "left"),
    Column("batch"),
    Column("optimiser", "left"),
    Column("intervention", "left"),
    *(Column(f"right: {number(epochs)} epochs") for epochs in BUDGETS),
    Column("within 0.25"),
    Column("gap: median"),
)
MOST = 0.9  # share of the seeds
SGD = FAST.rule


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["interventions"]
    found = {trial: judged(evidence, trial) for trial in trials()}
    outcomes, after = compare(evidence, planned(preset)), _compared_after(evidence, found)
    named = {
        "nothing": NOTHING,
        "outputs_alone": OUTPUTS_ALONE,
        "writing": WRITING_FROZEN,
        "keeping": KEEPING_FROZEN,
        **{f"across_{k}": each for k, each in ACROSS.items()},
    }
    return {
        **{
            key: {name: _facts(evidence, Trial(ROWS, rule, each)) for name, each in named.items()}
            for key, rule in (("adam", ADAM), ("sgd", SGD))
        },
        "plain": FAST.label,
        "rates": {rule.label: f"{value:g}" for rule, value in RATES.items()},
        "across": {"two": number(min(ACROSS)), "three": number(WHOLE - 1), "all": number(WHOLE)},
        "end": number(found[_rows(ADAM)].epoch),
        "seeds": number(min(summary.solved.n for summary in found.values())),
        "whole": _both(found, Trial(WHOLE_SEQUENCES, ADAM, NOTHING)),
        "whole_both": _both(found, Trial(WHOLE_SEQUENCES, ADAM, NOTHING, 2)),
        "padded": _both(found, Trial(PADDED, ADAM, NOTHING)),
        "planned": number(len(outcomes)),
        "compared": {name: told(outcome) for name, outcome in outcomes.items()},
        "table": Table("interventions", COLUMNS, [_row(evidence, trial) for trial in found], heads=4),
        "comparisons": comparisons_table(outcomes),
        "compared_after": comparisons_table(after),
        "claims": [
            *_planned_claims(outcomes),
            _erases_less(outcomes),
            *_other_claims(found, after),
            *_abstract(preset, outcomes, after),
        ],
    }


def judged(evidence: Evidence, trial: Trial, epochs: int | None = None) -> Summary:
    """Sum a trial up at the epochs at which it is judged, or at others that its training passes through."""
    preset = evidence.presets["interventions"]
    return evidence.summary(trial.trained(preset), epochs or trial.epochs(preset))


def _rows(rule: Rule) -> Trial:
    return Trial(ROWS, rule, NOTHING)


PLAIN = _rows(SGD)  # the tutorial's layout, by plain gradient descent


def middle(preset: Preset) -> int:
    """Epochs between the tutorial's and the longest, where the preset has them."""
    return MIDDLE_EPOCHS if preset.long else TUTORIAL_EPOCHS


def _facts(evidence: Evidence, trial: Trial) -> Facts:
    """What the text says of a trial at the end, and halfway."""
    halfway = judged(evidence, trial, middle(evidence.presets["interventions"]))
    return {**budget_facts(judged(evidence, trial)), "middle": budget_facts(halfway)}


def _both(found: Mapping[Trial, Summary], trial: Trial) -> Facts:
    """What the text says of windows with the gradient through all steps, and stopped between them."""
    return {"full": budget_facts(found[trial]), "stopped": budget_facts(found[stopped(trial)])}


def stopped(trial: Trial) -> Trial:
    """Give the same trial with the gradient stopped between the steps of its windows."""
    return Trial(trial.inputs, trial.rule, STOPPED, trial.batch_size)


def _row(evidence: Evidence, trial: Trial) -> tuple[str, ...]:
    """Write one trial; budgets that its training does not reach are dashes, the last two columns are of the longest."""
    config = trial.trained(evidence.presets["interventions"])
    reached = {epochs: evidence.summary(config, epochs) for epochs in BUDGETS if epochs <= config.epochs}
    last = reached[max(reached)]
    right = [rate(reached[epochs].solved) if epochs in reached else "–" for epochs in BUDGETS]
    named = (trial.inputs, number(trial.batch_size), trial.rule.label, trial.intervention.label)
    return (*named, *right, rate(last.within), small(last.gap))


def _planned_claims(outcomes: Mapping[str, Outcome]) -> list[Claim]:
    """Judge the sentences that rest on planned comparisons."""
    return [
        ahead("outputs_alone", outcomes["outputs_alone"]),
        ahead("writing_frozen", outcomes["writing_frozen"]),
        undecided("keeping_frozen", outcomes["keeping_frozen"]),
        ahead("across_all", outcomes["across_4"]),
        ahead("across_2", outcomes["across_2"]),
        ahead("across_3", outcomes["across_3"]),
        ahead("whole_stopped", outcomes["whole_1"]),
        undecided("whole_both_stopped", outcomes["whole_2"]),
        Claim(
            "padded_stopped",
            not any(outcomes[f"padded_{size}"].ahead for size in BATCH_SIZES),
            "; ".join(outcomes[f"padded_{size}"].test for size in BATCH_SIZES),
        ),
    ]


def _erases_less(outcomes: Mapping[str, Outcome]) -> Claim:
    """Claim that freezing where the first symbol is written gains fewer seeds with SGD than with Adam."""
    adam, sgd = (outcomes[name].pair for name in ("writing_frozen", "sgd_writing_frozen"))
    said = " and ".join(
        f"{number(100 * pair.low)} to {number(100 * pair.high)} points with {rule.label}"
        for rule, pair in ((SGD, sgd), (ADAM, adam))
    )
    return Claim("sgd_erases_less", sgd.high < adam.low, f"seeds gained by freezing, Newcombe's 95 % intervals: {said}")


def _compared_after(evidence: Evidence, found: Mapping[Trial, Summary]) -> dict[str, Outcome]:
    """Compare what sentences written after the runs rest on; corrected together, apart from what was planned."""
    epochs = middle(evidence.presets["interventions"])

    def early(rule: Rule, intervention: Intervention) -> Arm:
        return arm_of(judged(evidence, Trial(ROWS, rule, intervention), epochs))

    at, frozen = f"after {number(epochs)} epochs", KEEPING_FROZEN.label
    given = {
        "keeping_frozen_early": Comparison(
            f"rows, {ADAM.label}, {at}: {frozen} against as it is", early(ADAM, KEEPING_FROZEN), early(ADAM, NOTHING)
        ),
        "sgd_keeping_slower": Comparison(
            f"rows, {SGD.label}, {at}: as it is against {frozen}", early(SGD, NOTHING), early(SGD, KEEPING_FROZEN)
        ),
        "short_reach_hurts_sgd": Comparison(
            f"rows, {SGD.label}: gradient of one row against {WHOLE - 1}",
            arm_of(found[Trial(ROWS, SGD, NOTHING)]),
            arm_of(found[Trial(ROWS, SGD, ACROSS[WHOLE - 1])]),
        ),
    }
    given["short_gradient"] = Comparison(
        f"rows: {FAST.label} against {SLOW.label}, all weights trained, a gradient of one row",
        arm_of(found[Trial(ROWS, SGD, NOTHING)]),
        arm_of(found[Trial(ROWS, ADAM, NOTHING)]),
    )
    for rule in RATES:
        alone = found[Trial(ROWS, rule, OUTPUTS_ALONE)]
        what = f"rows, {rule.label}, {OUTPUTS_ALONE.label}: solved against within 0.25"
        given[_unsure(rule)] = Comparison(what, arm_of(alone), arm_of(alone, "within"))
    for trial in _windows(found):
        what = (
            f"{trial.inputs}, batch size {trial.batch_size}, {trial.rule.label}, within 0.25: gradient through all "
            "steps against stopped"
        )
        full, cut = (arm_of(found[each], "within") for each in (trial, stopped(trial)))
        given[_sure(trial)] = Comparison(what, full, cut)
    return compare(evidence, given)


def _windows(found: Mapping[Trial, Summary]) -> list[Trial]:
    """List the trials on windows with the gradient through all steps."""
    return [trial for trial in found if trial.inputs != ROWS and trial.intervention == NOTHING]


def _unsure(rule: Rule) -> str:
    return f"unsure, {rule.label}"


def _sure(trial: Trial) -> str:
    return f"sure, {trial.inputs}, {trial.batch_size}, {trial.rule.label}"


def _abstract(preset: Preset, outcomes: Mapping[str, Outcome], after: Mapping[str, Outcome]) -> list[Claim]:
    """Judge the sentence of the abstract, with the runs that would have refuted it."""
    short, frozen = after["short_gradient"], outcomes["writing_frozen"]
    as_it_is = [Trial(ROWS, rule, NOTHING).trained(preset) for rule in RATES]
    return [
        Claim(
            "take_home_one",
            short.ahead == frozen.ahead == "first",
            f"{frozen.test}. {short.test}",
            Refuter(
                (Trial(ROWS, ADAM, WRITING_FROZEN).trained(preset), *as_it_is),
                "all optimisers fare alike, or frozen weights help no more than trained ones",
                f"{frozen.test}. {short.test}",
            ),
        ),
    ]


def _other_claims(found: Mapping[Trial, Summary], after: Mapping[str, Outcome]) -> list[Claim]:
    """Judge the sentences that were written after the runs, on what no comparison was planned for."""
    reaching = [found[Trial(ROWS, rule, ACROSS[WHOLE])].within for rule in RATES]
    return [
        all_ahead(
            "outputs_unsure",
            [after[_unsure(rule)] for rule in RATES],
            "outputs alone trained, both optimisers, seeds solved against within 0.25",
        ),
        *(ahead(name, after[name]) for name in ("keeping_frozen_early", "sgd_keeping_slower")),
        Claim(
            "reaching_is_sure",
            all(within.low > MOST for within in reaching),
            f"seeds within 0.25, gradient across {WHOLE} rows, both optimisers: 95 % intervals above {percent(MOST)}",
        ),
        ahead("short_reach_hurts_sgd", after["short_reach_hurts_sgd"]),
        all_ahead(
            "sure_with_gradient",
            [after[_sure(trial)] for trial in _windows(found)],
            "seeds within 0.25, gradient through all steps against stopped, each kind of window, batch size and "
            "optimiser",
        ),
    ]
