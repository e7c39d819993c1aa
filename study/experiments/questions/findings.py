"""Facts of the section that answers readers' questions one by one: exact ones from layouts, measured ones from runs."""

from __future__ import annotations

from collections.abc import Mapping

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.questions.claims import claims_on_loss, claims_on_training, claims_on_use, compared_seeds
from study.experiments.questions.configs import configs_of
from study.experiments.questions.exact import alphabet_facts, frame_facts, lanes_facts, left_over, porting_facts
from study.experiments.questions.free_runs import at_the_end, free_facts, free_runs
from study.experiments.questions.losses import loss_facts, losses
from study.experiments.questions.reader_questions import READER_QUESTIONS
from study.explain import why
from study.keras.porting import KEPT, read
from study.measures.statistics import Rate
from study.measures.summaries import Summary, explain_config
from study.report.comparisons import comparisons_table
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import counted, number, rate, small
from study.theory.explanation import CONFLICT, Explanation

EARLY = 50  # epochs, at which a solvable configuration is looked at too
COUNTING = "stateful, batch size 1, reset after each epoch"
MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss")
SHORT = {  # names by which the text calls the configurations of two questions
    "two": ("windows of two inputs", ("one", "two", "four", "stateless")),
    "rows": ("without state", ("one", "two", "three", "four", "every")),
}
CONFIG_COLUMNS = (
    Column("question", "left"),
    Column("network", "left"),
    Column("epochs"),
    Column("updates"),
    Column("ceiling"),
    Column("chance"),
    Column("solved: k of n (95 %)"),
    Column("within 0.25"),
    Column("memory gap: median"),
    Column("loss / floor"),
    Column("verdict", "left"),
)
TRIAGE_COLUMNS = (
    Column("case", "left"),
    Column("what it is", "left"),
    Column("epochs"),
    Column("ceiling"),
    Column("solved: k of n (95 %)"),
    Column("loss / floor"),
    Column("what shows it", "left"),
)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    configs = configs_of(evidence.presets["questions"])
    free = free_runs(evidence, configs["running freely"])
    compared = compared_seeds(evidence, configs)
    random, difference = _random(evidence, configs), _difference(evidence, configs)
    tutorial = configs["running freely"]["the tutorial"]
    first, last = losses(evidence, tutorial)
    return {
        "reader_questions": {
            key: {"question": question.question, "command": question.command, "program": question.program.strip()}
            for key, question in READER_QUESTIONS.items()
        },
        "seeds": number(min(evidence.summary(c).solved.n for group in configs.values() for c in group.values())),
        "lanes": lanes_facts(),
        "alphabet": alphabet_facts(),
        "gradient": _gradient(evidence, configs),
        "left_over": left_over(),
        "triage": _triage(evidence, configs),
        **{
            name: {
                key: _told(evidence.summary(config)) for key, config in zip(keys, configs[group].values(), strict=True)
            }
            for name, (group, keys) in SHORT.items()
        },
        "pairs": _pairs(evidence, configs["one input, two answers"], random),
        "free": free_facts(free),
        "frame": frame_facts(),
        "other": _other(evidence, configs["other batch size in use"], difference),
        "porting": porting_facts(read(evidence.store.root / KEPT)),
        "loss": loss_facts(tutorial, first, last),
        "table": Table(
            "questions",
            CONFIG_COLUMNS,
            [
                _row(group, label, evidence.summary(config))
                for group, labelled in configs.items()
                if group != "running freely"
                for label, config in labelled.items()
            ],
            heads=2,
        ),
        "compared_after": comparisons_table(compared),
        "claims": [
            *claims_on_training(evidence, configs, compared),
            *claims_on_use(evidence, configs["other batch size in use"], at_the_end(free), difference, compared),
            *claims_on_loss(first, last),
        ],
    }


def _told(summary: Summary) -> Facts:
    """What the text says of a configuration at one budget."""
    return {
        "epochs": number(summary.epoch),
        "updates": number(summary.updates),
        "ceiling": str(summary.possible.ceiling.ambiguous),
        "solved": counted(summary.solved),
        "within": counted(summary.within),
        "gap": small(summary.gap),
        "loss": number(summary.loss, 4),
        "floor": number(summary.possible.ceiling.loss_floor, 4),
    }


def _row(group: str, label: str, summary: Summary) -> tuple[str, ...]:
    """Write one row of the table of configurations."""
    told, known = _told(summary), summary.possible.ceiling
    return (
        group, label, told["epochs"], told["updates"], told["ceiling"], str(known.chance), rate(summary.solved),
        rate(summary.within), told["gap"], f"{told['loss']} / {told['floor']}", _verdict(summary),
    )  # fmt: skip


def _gradient(evidence: Evidence, configs: Mapping[str, Mapping[str, Config]]) -> Facts:
    """The tutorial's network beside the same one with a gradient through the whole sequence."""
    known = why().explanation
    free = configs["running freely"]
    return {
        "needed": str(known.needed_reach),
        "tutorial": _told(evidence.summary(free["the tutorial"], TUTORIAL_EPOCHS)),
        "whole": _told(evidence.summary(free["whole sequence a row"], TUTORIAL_EPOCHS)),
    }


def _triage(evidence: Evidence, configs: Mapping[str, Mapping[str, Config]]) -> Table:
    """Write the table of what can be the matter, an example a row."""
    free, pairs = configs["running freely"], configs["one input, two answers"]
    windows = configs["without state"]["4 timesteps"]
    examples = (
        ("batch size 4, rows in order", configs["other batch size in use"]["batch size 4, rows in order"], 0, "A"),
        ("batch size 1, 1 timestep", free["the tutorial"], 0, "B"),
        ("0→1 and 0→2, stateless", pairs["stateless, batch size 2"], 0, "H"),
        ("0→1 and 0→2, reset after each epoch", pairs[COUNTING], 0, "study why --sequences 0,1 0,2 --reset epoch"),
        ("whole windows, stopped early", windows, EARLY, "G"),
        ("whole windows", windows, 0, "G"),
    )
    rows = []
    for label, config, epoch, shown in examples:
        summary = evidence.summary(config, epoch or None)
        told = _told(summary)
        rows.append(
            (
                label,
                _diagnosis(config, summary),
                told["epochs"],
                told["ceiling"],
                rate(summary.solved),
                f"{told['loss']} / {told['floor']}",
                READER_QUESTIONS[shown].command if shown in READER_QUESTIONS else shown,
            )
        )
    return Table("triage", TRIAGE_COLUMNS, rows)


def _counts(known: Explanation, summary: Summary) -> bool:
    """Whether a network can be right only by counting."""
    return bool(known.leaks) and known.own_sequence_ceiling < 1 and not summary.possible.ruled_out


def _verdict(summary: Summary) -> str:
    """What the summary says, unless the data contradict themselves."""
    known, solved = explain_config(summary.config), summary.solved
    if _counts(known, summary):
        return f"position or order gives the label away: {solved.k} of {solved.n} seeds in the layout"
    if known.verdict == CONFLICT:
        return f"ruled out by the data (ceiling {summary.possible.ceiling.ambiguous})"
    return summary.verdict


def _diagnosis(config: Config, summary: Summary) -> str:
    """Name what is known before training and, where that is enough, whether the budget was."""
    known = explain_config(config)
    if _counts(known, summary):
        return f"{known.verdict}; what is right is counted"
    if known.own_sequence_ceiling == 1 and known.gradient_reaches:
        short = "" if summary.solved.k == summary.solved.n else ", but the budget was short for some seeds"
        return f"{known.verdict}{short}"
    return known.verdict


def _random(evidence: Evidence, configs: Mapping[str, Mapping[str, Config]]) -> Rate:
    """Count the seeds of the network that counts which are right in random order."""
    counting = configs["one input, two answers"][COUNTING]
    runs = evidence.table(counting).query("epoch == @counting.epochs")
    return Rate(int((runs["random_ambiguous_accuracy"] == 1).sum()), len(runs))


def _pairs(evidence: Evidence, configs: Mapping[str, Config], random: Rate) -> Facts:
    """The two samples that never converge, and the counter that seems to help."""
    ruled_out = [evidence.summary(config) for config in configs.values()]
    ruled_out = [summary for summary in ruled_out if summary.possible.ruled_out]
    return {
        "confused": _told(evidence.summary(configs["stateless, batch size 2"])),
        "ruled_out": number(len(ruled_out)),
        "ruled_out_runs": number(sum(summary.solved.n for summary in ruled_out)),
        "ruled_out_solved": number(sum(summary.solved.k for summary in ruled_out)),
        "counting": {**_told(evidence.summary(configs[COUNTING])), "random": counted(random)},
    }


def _difference(evidence: Evidence, configs: Mapping[str, Mapping[str, Config]]) -> float:
    """Give the largest difference between scores in lanes and row by row, over all seeds and checkpoints."""
    table = evidence.table(configs["other batch size in use"]["batch size 2, one sequence per lane"])
    return max(float((table[name] - table[f"fresh_{name}"]).abs().max()) for name in MEASURES)


def _other(evidence: Evidence, configs: Mapping[str, Config], difference: float) -> Facts:
    """Networks trained with batch sizes 2 and 4, scored in their lanes and row by row."""
    summary = evidence.summary(configs["batch size 4, rows in order"])
    return {
        "difference": "0" if difference == 0 else f"{difference:.0e}",
        "in_order": _told(summary),
        "in_order_fresh": counted(summary.fresh_solved),
        "in_order_fresh_within": counted(summary.fresh_within),
    }
