"""Facts of the first screen: the sentence, what the lanes see, what to type, and how many networks are right then."""

from __future__ import annotations

from collections.abc import Mapping

from study.article.start.change import CHANGES, FED, GIVEN, as_diff
from study.article.start.lanes import SEQUENCES, Picture, as_text, picture_of
from study.article.start.reliable import reliable
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.main_grid.configs import WHOLE
from study.measures.statistics import Rate
from study.measures.summaries import Summary
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables.values import parted
from study.report.words import number, rate

WORKS, FAILS = 1, 4  # batch sizes that are drawn side by side
COUNTED = ("ceiling", "right", "epochs", "all", "parted")  # of an outcome, beside how the network was fed
RESTS_ON = ("main_grid", "one_line_changes")
SPELLED = {1: "one", 4: "four"}


def sentence() -> str:
    """Write the sentence that page, paper and README begin with."""
    return (
        f"Batch size {FAILS} gives each of the {SPELLED[FAILS]} symbols its own memory; the one that must answer never "
        "saw the first symbol."
    )


def mechanism() -> str:
    """Say why a memory has seen only some of the symbols."""
    lanes = picture_of(FAILS).lanes
    symbols = ", ".join(str(lane.seen[-1]) for lane in lanes)
    return (
        "With `stateful=True` Keras keeps one state for each place in the batch (a lane; here: a memory) and "
        f"hands it to the same place in the next batch only; with batch size {FAILS} the inputs {symbols} are in "
        f"{SPELLED[len(lanes)]} places."
    )


def facts(evidence: Evidence) -> Facts:
    """Collect what the first screen names; what was measured only where the main grid is stored.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
    """
    works, fails = picture_of(WORKS), picture_of(FAILS)
    measured = _measured(evidence) if evidence.has("main_grid") else {}
    return {
        "sentence": sentence(),
        "sequences": [",".join(map(str, each)) for each in SEQUENCES],
        "first": [str(each[0]) for each in SEQUENCES],
        "before": str(SEQUENCES[0][-2]),
        "works": _seen(works),
        "fails": _seen(fails),
        "as_text": as_text((works, fails)),
        "mechanism": mechanism(),
        "fed": FED,
        "given": GIVEN,
        "changes": [{"framework": name, "diff": as_diff(name, _epochs(measured))} for name in CHANGES],
        "longer": _epochs(measured) is not None,
        "counted": {name: _counted(summary) for name, summary in measured.items()},
        "outcomes": _outcomes(evidence, measured),
        "claims": [
            Claim(
                "own_memory",
                len(fails.lanes) == FAILS and all(len(lane.seen) == 1 for lane in fails.lanes) and not _sees(fails),
                f"exact: at batch size {FAILS} each lane has seen one symbol, and the one asked not the first",
            ),
            Claim(
                "one_memory",
                len(works.lanes) == 1 and _sees(works) and works.ceiling == 1,
                f"exact: at batch size {WORKS} the one lane has seen the first symbol when it is asked",
            ),
            *([_whole_row(measured["change"])] if measured else []),
        ],
    }


def _sees(picture: Picture) -> bool:
    """Whether the lane that is asked has seen the first symbol."""
    return picture.asked.saw_first


def _seen(picture: Picture) -> Facts:
    """Say of a picture what its text names."""
    return {"batch_size": str(picture.batch_size), "ceiling": str(picture.ceiling), "sees": _sees(picture)}


def _measured(evidence: Evidence) -> dict[str, Summary]:
    """Sum up the tutorial as it trains, its batch size 4, and the whole sequence as one row, as long and longer."""
    stateful = {"model": "stateful_lstm", "timesteps": 1, "layout": "consecutive"}
    window = {"model": "stateless_lstm", "timesteps": WHOLE, "layout": "consecutive"}
    works, fails = (evidence.find("main_grid", **stateful, batch_size=size) for size in (WORKS, FAILS))
    whole = evidence.find("main_grid", **window, batch_size=FAILS)
    return {
        "works": evidence.summary(works, TUTORIAL_EPOCHS),
        "fails": evidence.summary(fails, TUTORIAL_EPOCHS),
        "early": evidence.summary(whole, TUTORIAL_EPOCHS),
        "change": evidence.summary(whole),
    }


def _epochs(measured: Mapping[str, Summary]) -> tuple[int, int] | None:
    """Give the tutorial's epochs and those after which all were right; none if it was not trained longer."""
    longer = measured["change"].epoch if measured else TUTORIAL_EPOCHS
    return (TUTORIAL_EPOCHS, longer) if longer > TUTORIAL_EPOCHS else None


def _counted(summary: Summary) -> Facts:
    """Say in short how many were right, and when."""
    right = summary.solved
    return {"k": number(right.k), "n": number(right.n), "epochs": number(summary.epoch)}


def _whole_row(change: Summary) -> Claim:
    """Judge the sentence that the whole sequence as one row is enough."""
    test = f"seeds solved with whole windows in order at batch size {FAILS}, {number(change.epoch)} epochs: all"
    return Claim("whole_row", change.solved.k == change.solved.n, test)


def _outcomes(evidence: Evidence, measured: Mapping[str, Summary]) -> list[Facts]:
    """Write one line for each way to feed and train that was measured, with its ceiling and how many were right."""
    one, four = (f"batch size {size}, one symbol a row" for size in (WORKS, FAILS))
    whole = f"batch size {FAILS}, the sequence so far as one row"
    fed = {"works": one, "fails": four, "early": whole, "change": whole}
    lines = [
        _outcome(fed[name], str(summary.possible.ceiling.ambiguous), summary.solved, summary.epoch)
        for name, summary in measured.items()
        if name != "early" or _epochs(measured)
    ]
    sure = reliable(evidence)
    if sure is None:
        return lines
    return [*lines, {"fed": f"{one}; {sure['label']}", **{name: sure[name] for name in COUNTED}}]


def _outcome(fed: str, ceiling: str, right: Rate, epochs: int) -> Facts:
    """Write one line of the table."""
    said = rate(right)
    return {
        "fed": fed,
        "ceiling": ceiling,
        "right": said,
        "parted": parted(said),
        "epochs": number(epochs),
        "all": right.k == right.n,
    }
