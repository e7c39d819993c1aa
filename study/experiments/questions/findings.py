"""Facts of the section that answers readers' questions one by one: exact ones from layouts, measured ones from runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from study.config import Config
from study.errors import StudyError
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.experiments.questions.asked import ASKED
from study.experiments.questions.configs import PASSES, configs_of
from study.explain import why
from study.keras.porting import FRAMEWORKS, KEPT, LINES, Outcome, read
from study.measures.probed import MOST_GENERATED
from study.measures.statistics import Rate
from study.measures.summaries import Summary, explain_config
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.report.words import number, rate, small
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.frames import to_lanes
from study.theory.ceilings import ceiling
from study.theory.explanation import CONFLICT, Explanation

TUTORIAL_LOSS = 0.0925  # printed by the tutorial at the end of its run
EARLY = 50  # epochs, at which a solvable configuration is looked at too
FRAME_SHAPE = (107_904, 10)
MEASURES = ("ambiguous_accuracy", "accuracy", "memory_gap", "largest_error", "loss")
CONFIG_COLUMNS = (
    Column("question", 1.6, "left"),
    Column("network", 2.4, "left"),
    Column("epochs", 0.8),
    Column("updates", 0.9),
    Column("ceiling", 0.8),
    Column("chance", 0.8),
    Column("solved: k of n (95 %)", 2),
    Column("within 0.25", 2),
    Column("memory gap: median", 1.1),
    Column("loss / floor", 1.6),
    Column("verdict", 3, "left"),
)
RUN_COLUMNS = (
    Column("trained as", 2.5, "left"),
    Column("run", 1.9, "left"),
    Column("epochs", 0.8),
    Column("own sequence right", 2),
    Column("next after the last right", 2),
    Column(f"right for {MOST_GENERATED} predictions", 2),
    Column("median", 1.1),
)
TRIAGE_COLUMNS = (
    Column("case", 1.9, "left"),
    Column("what it is", 2.2, "left"),
    Column("epochs", 0.8),
    Column("ceiling", 0.9),
    Column("solved: k of n (95 %)", 1.9),
    Column("loss / floor", 1.5),
    Column("what shows it", 2.6, "left"),
)
PORTING_COLUMNS = (
    Column("what", 1.3, "left"),
    Column("Keras 2", 2.2, "left", code=True),
    Column("what Keras 3 says to it", 1.5, "left"),
    Column("Keras 3", 2.6, "left", code=True),
    Column("PyTorch", 3.2, "left", code=True),
)


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    configs = configs_of(evidence.presets["questions"])
    return {
        "asked": {
            key: {"question": asked.question, "command": asked.command, "program": asked.program.strip()}
            for key, asked in ASKED.items()
        },
        "seeds": number(min(evidence.summary(c).solved.n for group in configs.values() for c in group.values())),
        "lanes": _lanes(),
        "gradient": _gradient(evidence, configs),
        "left_over": _left_over(),
        "triage": _triage(evidence, configs),
        **{
            name: {label: _told(evidence.summary(config)) for label, config in configs[group].items()}
            for name, group in (("two", "windows of two inputs"), ("stateless", "without state"))
        },
        "pairs": _pairs(evidence, configs["one input, two answers"]),
        "free": _free(evidence, configs["running freely"]),
        "frame": _frame(),
        "other": _other(evidence, configs["other batch size in use"]),
        "porting": porting_facts(read(evidence.store.root / KEPT)),
        "loss": _loss(evidence, configs["running freely"]["the tutorial"]),
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
    }


def _told(summary: Summary) -> Facts:
    """What the text says of a configuration at one budget."""
    return {
        "epochs": number(summary.epoch),
        "updates": number(summary.updates),
        "ceiling": str(summary.possible.ceiling.ambiguous),
        "ruled_out": summary.possible.ruled_out,
        "solved": rate(summary.solved),
        "within": rate(summary.within),
        "by_a_hair": summary.within.high < summary.solved.low,
        "gap": small(summary.gap),
        "loss": number(summary.loss, 4),
        "floor": number(summary.possible.ceiling.loss_floor, 4),
    }


def _row(group: str, label: str, summary: Summary) -> tuple[str, ...]:
    """Write one row of the table of configurations."""
    told, known = _told(summary), summary.possible.ceiling
    return (
        group, label, told["epochs"], told["updates"], told["ceiling"], str(known.chance), told["solved"],
        told["within"], told["gap"], f"{told['loss']} / {told['floor']}", _verdict(summary),
    )  # fmt: skip


def _lanes() -> Facts:
    """What the ambiguous rows have seen at each batch size, and the ceiling this leaves."""
    found = {}
    for batch_size in (2, 4):
        known = why(batch_size=batch_size).explanation
        seen = [str(symbol) for symbol in known.confusions[0].context]
        found[str(batch_size)] = {"seen": " and ".join(seen), "ceiling": str(known.ceiling.ambiguous)}
    return found


def _gradient(evidence: Evidence, configs: Mapping[str, Mapping[str, Config]]) -> Facts:
    """The tutorial's network beside the same one with a gradient through the whole sequence."""
    known = why().explanation
    free = configs["running freely"]
    return {
        "needed": str(known.needed_reach),
        "tutorial": _told(evidence.summary(free["the tutorial"], TUTORIAL_EPOCHS)),
        "whole": _told(evidence.summary(free["whole sequence a row"], TUTORIAL_EPOCHS)),
    }


def _left_over() -> str:
    """What `study why` says of a batch size that leaves rows over."""
    try:
        why(batch_size=3)
    except StudyError as error:
        return str(error)
    return ""


def _triage(evidence: Evidence, configs: Mapping[str, Mapping[str, Config]]) -> Table:
    """Write the table of what can be the matter, an example a row."""
    free, pairs = configs["running freely"], configs["one input, two answers"]
    reset = "stateful, batch size 1, reset after each epoch"
    windows = configs["without state"]["4 timesteps"]
    examples = (
        ("batch size 4, rows in order", configs["other batch size in use"]["batch size 4, rows in order"], 0, "A"),
        ("batch size 1, 1 timestep", free["the tutorial"], 0, "B"),
        ("0→1 and 0→2, stateless", pairs["stateless, batch size 2"], 0, "H"),
        ("0→1 and 0→2, reset after each epoch", pairs[reset], 0, "study why --sequences 0,1 0,2 --reset epoch"),
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
                told["solved"],
                f"{told['loss']} / {told['floor']}",
                ASKED[shown].command if shown in ASKED else shown,
            )
        )
    return Table("triage", TRIAGE_COLUMNS, rows)


def _counts(known: Explanation, summary: Summary) -> bool:
    """Whether what is right can only be counted."""
    return bool(known.leaks) and known.own < 1 and not summary.possible.ruled_out


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
    if known.own == 1 and known.gradient_reaches:
        short = "" if summary.solved.k == summary.solved.n else ", but the budget was short for some seeds"
        return f"{known.verdict}{short}"
    return known.verdict


def _pairs(evidence: Evidence, configs: Mapping[str, Config]) -> Facts:
    """The two samples that never converge, and the counter that seems to help."""
    asked = evidence.summary(configs["stateless, batch size 2"])
    counting = configs["stateful, batch size 1, reset after each epoch"]
    runs = evidence.table(counting).query("epoch == @counting.epochs")
    random = Rate(int((runs["random_ambiguous_accuracy"] == 1).sum()), len(runs))
    ruled_out = [evidence.summary(config) for config in configs.values()]
    ruled_out = [summary for summary in ruled_out if summary.possible.ruled_out]
    return {
        "asked": _told(asked),
        "ruled_out": number(len(ruled_out)),
        "ruled_out_runs": number(sum(summary.solved.n for summary in ruled_out)),
        "ruled_out_solved": number(sum(summary.solved.k for summary in ruled_out)),
        "never": _told(evidence.summary(configs["stateful, batch size 2, never reset"])),
        "counting": {**_told(evidence.summary(counting)), "random": rate(random)},
        "counts": evidence.summary(counting).solved.low > random.high,
    }


def _free(evidence: Evidence, configs: Mapping[str, Config]) -> Facts:
    """How long networks stay right that are fed their own predictions, both sequences together."""
    rows = []
    found: dict[str, Facts] = {}
    for label, config in configs.items():
        table = evidence.table(config)
        for epoch in sorted({TUTORIAL_EPOCHS, config.epochs}):
            runs = table[table["epoch"] == epoch]
            for prefix, how in (("", "one input at a time"), ("windows_", f"windows of {config.timesteps}")):
                if f"{prefix}from_first_1" not in runs:
                    continue
                told = right_runs(runs, prefix)
                found[f"{prefix}{label}"] = told
                rows.append(
                    (label, how, number(epoch), told["own"], told["next"], told["all"], told["median"])
                )  # epochs ascend, so the longest is kept
    tutorial, whole = found["the tutorial"], found["whole sequence a row"]
    return {
        "table": Table("running freely", RUN_COLUMNS, rows),
        "most": number(MOST_GENERATED),
        "passes": number(PASSES),
        "trained_steps": number(PASSES * WHOLE),
        "tutorial": tutorial,
        "never": found["never reset, fixed order"],
        "windows": found["windows_whole windows"],
        "stepwise": found["whole windows"],
        "whole": whole,
        "forgetful_goes_on": tutorial["next_low"] > whole["next_high"],
        "several": found[f"{PASSES} passes a row"],
    }


def right_runs(runs: pd.DataFrame, prefix: str = "") -> Facts:
    """Sum up free runs at one checkpoint; a run counts as right as long as both sequences are.

    Parameters
    ----------
    runs : DataFrame
        One row a seed, with the columns of `study.measures.probes.generation`.
    prefix : str
        Before the names of the columns.

    Returns
    -------
    dict
    """
    first, last = (
        runs[[f"{prefix}{start}_1", f"{prefix}{start}_2"]].min(axis=1) for start in ("from_first", "after_last")
    )
    n = len(runs)
    own, following, everything = (
        Rate(int(right.sum()), n) for right in (first >= WHOLE, last >= 1, first == MOST_GENERATED)
    )
    return {
        "own": rate(own),
        "next": rate(following),
        "all": rate(everything),
        "median": number(float(first.median()), 0 if float(first.median()).is_integer() else 1),
        "next_low": following.low,
        "next_high": following.high,
        "goes_on": everything.low > 0.5,
    }


def _frame() -> Facts:
    """What becomes of a frame of the shape that was asked about, and of its rows if they are fed in order."""
    rows, columns = FRAME_SHAPE
    names = [f"x{k}" for k in range(columns)]
    frame = pd.DataFrame(np.zeros(FRAME_SHAPE, dtype=np.float32), columns=names)
    lanes = to_lanes(frame, values=names, target=names[:2], horizon=0, batch_size=128)
    first, second = lanes.rows[:128, 0], lanes.rows[128:256, 0]
    return {
        "rows": number(rows),
        "columns": number(columns),
        "said": lanes.describe(),
        "batches": number(lanes.batches()),
        "shape": f"({', '.join(str(length) for length in lanes.X.shape)})",
        "starts": ", ".join(number(row) for row in first[:3].tolist()),
        "next": ", ".join(number(row) for row in second[:3].tolist()),
    }


def _other(evidence: Evidence, configs: Mapping[str, Config]) -> Facts:
    """Networks trained with batch sizes 2 and 4, scored in their lanes and row by row."""
    lanes, in_order = configs["batch size 2, one sequence per lane"], configs["batch size 4, rows in order"]
    table = evidence.table(lanes)
    differences = [float((table[name] - table[f"fresh_{name}"]).abs().max()) for name in MEASURES]
    summary = evidence.summary(in_order)
    return {
        "difference": "0" if max(differences) == 0 else f"{max(differences):.0e}",
        "equal": max(differences) < 1e-5,
        "lanes": _told(evidence.summary(lanes)),
        "in_order": _told(summary),
        "in_order_fresh": rate(summary.fresh_solved),
        "in_order_fresh_within": rate(summary.fresh_within),
    }


def porting_facts(found: Mapping[tuple[str, str], Outcome]) -> Facts:
    """Collect the lines of Keras 2, Keras 3 and PyTorch, and what came of running them.

    Parameters
    ----------
    found : mapping of (str, str) to Outcome
        By framework and line, as `study.keras.porting.read` gives it.

    Returns
    -------
    dict
    """
    ran = {name: sum(one.ran for (framework, _), one in found.items() if framework == name) for name in FRAMEWORKS}
    refused = [one for (framework, _), one in found.items() if framework == "keras2" and not one.ran]
    versions = {name: sorted({o.versions for (f, _), o in found.items() if f == name}) for name in FRAMEWORKS}
    moved = [found.get(("keras3", line.what)) for line in LINES if "state" in line.what]
    return {
        "table": Table(
            "porting",
            PORTING_COLUMNS,
            [(line.what, line.keras2, _said(found, line.what), line.keras3, line.pytorch) for line in LINES],
        ),
        "count": number(len(LINES)),
        "keras": "; ".join(versions["keras3"]),
        "torch": "; ".join(versions["pytorch"]),
        "keras_ran": number(ran["keras3"]),
        "torch_ran": number(ran["pytorch"]),
        "keras_all": ran["keras3"] == len(LINES),
        "torch_all": ran["pytorch"] == len(LINES),
        "refused": number(len(refused)),
        "old_tried": bool(versions["keras2"]),
        "state_checked": all(one is not None and one.ran for one in moved),
    }  # fmt: skip


def _said(found: Mapping[tuple[str, str], Outcome], what: str) -> str:
    """What Keras 3 says to the line of Keras 2."""
    one = found.get(("keras2", what))
    if one is None:
        return "not tried"
    return "still runs" if one.ran else one.outcome


def _loss(evidence: Evidence, config: Config) -> Facts:
    """The tutorial's loss beside what is right, at its own budget and at the longest."""
    dataset = datasets_of(config, [0])[0]
    memoryless = ceiling(dataset, schedule_of(config, dataset), carries_state=False)
    at = {}
    for name, epoch in (("first", TUTORIAL_EPOCHS), ("last", config.epochs)):
        runs = evidence.table(config).query("epoch == @epoch")
        right = runs["accuracy"] == 1
        worse = runs["loss"] > memoryless.loss_floor
        at[name] = {
            "epochs": number(epoch),
            "right": rate(Rate(int(right.sum()), len(runs))),
            "worse": rate(Rate(int(worse.sum()), len(runs))),
            "both": rate(Rate(int((right & worse).sum()), len(runs))),
            "median": number(float(runs["loss"].median()), 4),
            "low": number(float(runs["loss"].min()), 4),
            "high": number(float(runs["loss"].max()), 4),
            "error": small(float(runs.loc[right, "largest_error"].median())) if right.any() else "",
            "inside": float(runs["loss"].min()) <= TUTORIAL_LOSS <= float(runs["loss"].max()),
        }
    return {
        **at,
        "printed": number(TUTORIAL_LOSS, 4),
        "floor": number(memoryless.loss_floor, 4),
        "printed_worse": memoryless.loss_floor < TUTORIAL_LOSS,
        "right_without": str(memoryless.overall),
        "longer": config.epochs > TUTORIAL_EPOCHS,
    }
