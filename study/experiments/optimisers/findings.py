"""Facts of the section on optimisers: what becomes of the tutorial's layout with another optimiser, rate or loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.main_grid.findings import budget_facts
from study.experiments.optimisers.configs import (
    ADAM,
    FAST,
    FOUR,
    GENTLE,
    LANES,
    LOGISTIC,
    LONG_EPOCHS,
    LONGEST_EPOCHS,
    PUSHED,
    PYTORCH,
    RULES,
    SGD,
    SHUFFLED,
    SLOW,
    SOFTMAX,
    TUTORIAL,
    WIDE,
    Rule,
    Setting,
    planned,
    settings,
)
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.comparisons import Outcome, ahead, arm_of, compare, comparisons_table, told
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

MIDDLE_EPOCHS = 1000
COLUMNS = (
    Column("layout", "left"),
    Column("optimiser, rate", "left"),
    Column("also changed", "left"),
    *(Column(f"right: {number(epochs)} epochs") for epochs in (TUTORIAL_EPOCHS, MIDDLE_EPOCHS, LONG_EPOCHS)),
    Column(f"within 0.25: {number(LONG_EPOCHS)}"),
    Column(f"gap: {number(LONG_EPOCHS)}"),
)
BUDGETS = (TUTORIAL_EPOCHS, MIDDLE_EPOCHS, LONG_EPOCHS, LONGEST_EPOCHS)
SURE = 0.5  # memory gap from which the first symbol decides the answer
SURE_SHARE = 0.9  # of the seeds
SOFT, SURE_AND_FAST = replace(SLOW, loss=SOFTMAX), replace(PUSHED, loss=SOFTMAX)
NAMED: dict[str, Setting] = {  # settings that text, README and abstract may speak of
    "adam": SLOW,
    "fast": FAST,
    "gentle": GENTLE,
    "momentum": PUSHED,
    "softmax": SOFT,
    "momentum_softmax": SURE_AND_FAST,
    "wide": WIDE,
    "pytorch": replace(SLOW, initialisation=PYTORCH),
    "fast_pytorch": replace(FAST, initialisation=PYTORCH),
    "lanes_adam": replace(SLOW, layout=LANES),
    "lanes_fast": replace(FAST, layout=LANES),
    "lanes_momentum": replace(PUSHED, layout=LANES),
    "lanes_softmax": replace(SOFT, layout=LANES),
    "shuffled_adam": replace(SLOW, layout=SHUFFLED),
    "shuffled_fast": replace(FAST, layout=SHUFFLED),
    "four_adam": replace(SLOW, layout=FOUR),
    "four_fast": replace(FAST, layout=FOUR),
}
Shown = Mapping[Setting, Mapping[int, Summary]]


def shown(evidence: Evidence) -> dict[Setting, dict[int, Summary]]:
    """Sum up every setting that is stored, at each of `BUDGETS` that its training reaches."""
    preset, stored = evidence.presets["optimisers"], set(evidence.configs_of["optimisers"])
    found = {}
    for setting in settings():
        config = setting.trained(preset)
        if config in stored:
            reached = [epoch for epoch in BUDGETS if epoch <= config.epochs]
            found[setting] = {epoch: evidence.summary(config, epoch) for epoch in reached}
    return found


def facts(evidence: Evidence) -> Facts:
    """Collect what the section, the abstract and the README name."""
    runs = shown(evidence)
    end = min(LONG_EPOCHS, max(runs[SLOW]))  # epochs at which all are compared
    outcomes = compare(evidence, planned(evidence.presets["optimisers"]))
    after = compare(evidence, _compared_after(runs, end))
    return {
        **{name: _facts(setting, runs, end) for name, setting in NAMED.items()},
        "settings": number(len(runs)),
        "seeds": number(min(each[end].solved.n for each in runs.values())),
        "end": number(end),
        "units": number(Config.units),
        "wide_units": number(WIDE.units),
        "decades": {rule.label: f"{min(rule.rates):g} to {max(rule.rates):g}" for rule in RULES},
        "best": {rule.label: _facts(_best(runs, rule, end), runs, end) for rule in RULES},
        "compared": {name: told(outcome) for name, outcome in outcomes.items()},
        "four_ceiling": str(runs[NAMED["four_adam"]][end].possible.ceiling.ambiguous),
        "shuffled_ceiling": str(runs[NAMED["shuffled_adam"]][end].possible.ceiling.ambiguous),
        "table": Table("optimisers", COLUMNS, [_row(setting, runs[setting]) for setting in NAMED.values()], heads=3),
        "comparisons": comparisons_table(outcomes),
        "compared_after": comparisons_table(after),
        "claims": [
            *_planned_claims(outcomes),
            *_other_claims(runs, end),
            *(ahead(name, after[name]) for name in after),
        ],
    }


def of_tutorial(runs: Shown, rule: Rule, loss: str = LOGISTIC) -> list[Setting]:
    """List the settings of the tutorial's own layout, initialised as there, that differ by the rate alone."""
    like = Setting(TUTORIAL, rule, 0, loss)
    return [each for each in runs if replace(each, rate=0) == like]


def _best(runs: Shown, rule: Rule, end: int) -> Setting:
    """Find the rate at which most seeds are right in the tutorial's own program, of equals the smallest."""
    return max(of_tutorial(runs, rule), key=lambda each: (runs[each][end].solved.k, -each.rate))


def _facts(setting: Setting, runs: Shown, end: int) -> Facts:
    """What the text says of a setting: at the end, at the tutorial's epochs and at the longest, in numbers."""
    budgets = runs[setting]
    return {
        "optimiser": setting.label,
        **budget_facts(budgets[end]),
        "row_by_row": rate(budgets[end].fresh_solved),
        "fresh_k": number(budgets[end].fresh_solved.k),
        "early": budget_facts(budgets[TUTORIAL_EPOCHS]),
        "middle": budget_facts(budgets[min(MIDDLE_EPOCHS, end)]),
        "longest": budget_facts(budgets[max(budgets)]),
    }


def _row(setting: Setting, budgets: Mapping[int, Summary]) -> tuple[str, ...]:
    """Write one setting; a budget that its training does not reach is a dash. Shuffled rows are judged in order."""
    fresh = setting.layout == SHUFFLED
    right = [
        rate(budgets[epochs].fresh_solved if fresh else budgets[epochs].solved) if epochs in budgets else "–"
        for epochs in (TUTORIAL_EPOCHS, MIDDLE_EPOCHS, LONG_EPOCHS)
    ]
    last = budgets.get(LONG_EPOCHS)
    measured = ("–", "–") if last is None else (rate(last.fresh_within if fresh else last.within), small(last.gap))
    return (setting.layout, setting.label, _changed(setting), *right, *measured)


def _changed(setting: Setting) -> str:
    """Say what is not as in the tutorial, beside optimiser, rate and layout."""
    said = {
        "softmax outputs": setting.loss == SOFTMAX,
        "initialised as PyTorch does": setting.initialisation == PYTORCH,
        f"{setting.units} units": setting.units != Config.units,
    }
    return ", ".join(words for words, holds in said.items() if holds) or "–"


def _planned_claims(outcomes: Mapping[str, Outcome]) -> list[Claim]:
    """Judge the sentences that rest on planned comparisons."""
    return [
        ahead("sgd_remembers", outcomes["sgd"]),
        ahead("momentum_remembers", outcomes["momentum"]),
        ahead("softmax_helps_adam", outcomes["softmax_adam"]),
        ahead("sgd_in_lanes", outcomes["sgd_in_lanes"]),
        ahead("momentum_in_lanes", outcomes["momentum_in_lanes"]),
        ahead("softmax_in_lanes", outcomes["softmax_in_lanes"]),
        ahead("wide_helps_adam", outcomes["wide_adam"]),
        ahead("shuffled_in_order", outcomes["sgd_shuffled"]),
        Claim(
            "pytorch_undecided",
            not any(outcomes[name].ahead for name in ("pytorch_sgd", "pytorch_adam")),
            "; ".join(outcomes[name].test for name in ("pytorch_sgd", "pytorch_adam")),
        ),
    ]


def _compared_after(runs: Shown, end: int) -> dict[str, Comparison]:
    """List what the sentences written after the runs compare, by their claims; corrected together."""
    fast, wide, soft = runs[FAST][end], runs[WIDE], runs[SOFT][end]
    best_adam = _best(runs, ADAM, end)
    too_large = max(of_tutorial(runs, SGD), key=lambda each: each.rate)
    middle = min(MIDDLE_EPOCHS, end)
    keras, pytorch = (runs[each][middle] for each in (FAST, NAMED["fast_pytorch"]))
    listed = {
        "adam_at_no_rate": (f"{FAST.label} against Adam's best rate, {best_adam.label}", fast, runs[best_adam][end]),
        "rate_matters": (f"{FAST.label} against SGD's largest rate, {too_large.label}", fast, runs[too_large][end]),
        "wide_fades": (f"{WIDE.label}, {WIDE.units} units: earliest budget against latest", wide[min(wide)], wide[end]),
        "pytorch_is_later": (
            f"{FAST.label}, {number(middle)} epochs: Keras' weights against PyTorch's",
            keras,
            pytorch,
        ),
    }
    compared = {
        name: Comparison(f"{what}, solved", arm_of(one), arm_of(two)) for name, (what, one, two) in listed.items()
    }
    what = f"{SOFT.label}, softmax: solved against within 0.25"
    return {**compared, "softmax_is_unsure": Comparison(what, arm_of(soft), arm_of(soft, "within"))}


def _other_claims(runs: Shown, end: int) -> list[Claim]:
    """Judge the sentences that were not planned as comparisons."""
    fast, sure = runs[FAST][end], runs[SURE_AND_FAST][TUTORIAL_EPOCHS]
    four = [runs[each][end].solved.k for each in runs if each.layout == FOUR]
    return [
        Claim("sgd_is_sure", fast.gap > SURE, f"median memory gap of {FAST.label} above {SURE}"),
        Claim(
            "momentum_softmax_is_sure",
            sure.within.low > SURE_SHARE,
            f"seeds within 0.25 after {number(sure.epoch)} epochs, {rate(sure.within)}: 95 % interval above "
            f"{percent(SURE_SHARE)}",
        ),
        Claim(
            "layout_binds_all",
            not any(four),
            "runs solved at batch size 4, all optimisers: none; a check of the exact ceiling",
        ),
    ]
