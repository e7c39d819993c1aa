"""The answer of `why` as plain data: numbers, text, lists and dictionaries."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from study.explain.answer import Answer
from study.explain.odds import Measured, measured_near
from study.explain.repairs import Repair
from study.explain.snippets import FRAMEWORKS, snippet
from study.explain.words import cause_sentence, continuity_sentence, leak_sentence, options, repair_sentence
from study.theory.confusions import Confusion
from study.theory.explanation import Explanation, Settings
from study.theory.lanes import Slot
from study.theory.leaks import Leak

MOST_ORDER = 10_000  # rows of a repair's order that are listed


def as_data(answer: Answer) -> dict[str, Any]:
    """Give all of an answer as plain data.

    Parameters
    ----------
    answer : Answer

    Returns
    -------
    dict
        As `study why --json` prints it.
    """
    e = answer.explanation
    repairs = [_repair(repair, answer.warnings) for repair in answer.repairs]
    return {
        "settings": {name: getattr(e.settings, name) for name in Settings.__dataclass_fields__},
        "rows": e.dataset.rows,
        "sequences": len(e.sequences),
        "alphabet": [plain(symbol) for symbol in e.dataset.symbols],
        "ambiguous_rows": e.dataset.ambiguous[:, -1].nonzero()[0].tolist(),
        "ceiling": fraction(e.ceiling.ambiguous),
        "ceiling_all": fraction(e.ceiling.overall),
        "ceiling_own": fraction(e.own_sequence_ceiling),
        "ceiling_data": fraction(e.reach.best),
        "ceiling_in_use": fraction(e.ceiling_in_use),
        "differs_in_use": e.differs_in_use,
        "ceilings_are_upper_bounds": e.bound,
        "loss_floor": e.ceiling.loss_floor,
        "chance": fraction(e.ceiling.chance),
        "chance_all": fraction(e.ceiling.chance_overall),
        "lanes": [_slot(slot) for slot in e.slots],
        "lanes_left_out": e.slots_left_out,
        "indistinguishable": [_confusion(confusion) for confusion in e.confusions],
        "gradient_reach": e.gradient_reach,
        "needed_reach": e.needed_reach,
        "deciding_input": deciding_input(e),
        "gradient_reaches": e.gradient_reaches,
        "dead_weights": [{"name": dead.name, "keras": dead.keras, "pytorch": dead.pytorch} for dead in e.dead_weights],
        "leaks": [_leak(leak, e) for leak in e.leaks],
        "continuity": continuity_sentence(e),
        "cause": cause_sentence(e),
        "cause_facts": cause_facts(e),
        "verdict": answer.verdict,
        "verdict_kind": e.verdict,
        "odds": _odds(answer.measured),
        "repair": repairs[0] if repairs else None,
        "other_repairs": repairs[1:],
        "notes": list(e.notes),
        "warnings": list(answer.warnings),
    }


def _slot(slot: Slot) -> dict[str, Any]:
    """Give what stands in a lane of a batch as plain data."""
    return {
        "epoch": slot.epoch,
        "batch": slot.batch,
        "lane": slot.lane,
        "row": slot.row,
        "visible_context": [plain(symbol) for symbol in slot.context],
        "inputs_left_out": slot.left_out,
        "target": plain(slot.target),
        "ambiguous": slot.ambiguous,
        "reset_after": slot.reset_after,
    }


def _confusion(confusion: Confusion) -> dict[str, Any]:
    """Give rows that cannot be told apart as plain data."""
    return {
        "rows": list(confusion.rows),
        "targets": [plain(symbol) for symbol in confusion.targets],
        "visible_context": [plain(symbol) for symbol in confusion.context],
        "contexts": confusion.contexts,
    }


def _leak(leak: Leak, e: Explanation) -> dict[str, Any]:
    """Give a leak as plain data."""
    return {
        "kind": leak.kind,
        "without": fraction(leak.without),
        "with": fraction(leak.with_it),
        "words": leak_sentence(leak, e),
    }


def _repair(repair: Repair, warnings: Sequence[str]) -> dict[str, Any]:
    """Give a repair as plain data; its programs warn of what the sequences may be."""
    result, order = repair.result, repair.row_order
    return {
        "kind": repair.kind,
        "settings": {name: getattr(result.settings, name) for name in Settings.__dataclass_fields__},
        "options": options(result.settings),
        "ceiling": fraction(result.ceiling.ambiguous),
        "ceiling_all": fraction(result.ceiling.overall),
        "gradient_reach": result.gradient_reach,
        "needed_reach": result.needed_reach,
        "deciding_input": deciding_input(result),
        "gradient_reaches": result.gradient_reaches,
        "row_order": list(order) if len(order) <= MOST_ORDER else None,
        "odds": _odds(measured_near(result)),
        "words": repair_sentence(repair),
        "snippets": {framework: snippet(framework, result, warnings=warnings) for framework in FRAMEWORKS},
    }


def _odds(measured: Measured | None) -> dict[str, Any] | None:
    """Give measured odds as plain data."""
    if measured is None:
        return None
    return {**asdict(measured), "words": measured.words, "change": measured.change}


def deciding_input(e: Explanation) -> dict[str, Any] | None:
    """Give, as plain data, how the farthest needed input reaches the ambiguous rows: what the verdict rests on."""
    if not e.needed_reach:
        return None
    ways: dict[str, list[int]] = {}
    for route in e.deciding:
        ways.setdefault(route.way, []).append(route.row)
    return {"steps_back": e.needed_reach, "arrives_by": ways}


def cause_facts(e: Explanation) -> dict[str, Any] | None:
    """Give, as plain data, what the sentence of the cause is made from."""
    route = e.cause
    if route is None:
        return None
    return {
        "row": route.row,
        "input": plain(e.dataset.symbols[e.dataset.inputs[route.input_row, -1]]),
        "input_row": route.input_row,
        "steps_back": route.steps,
        "arrives_by": route.way,
        "lane": route.lane,
        "input_lane": route.input_lane,
        "reset_between": route.reset_between,
    }


def fraction(value: Fraction) -> dict[str, int]:
    """Give a fraction as plain data."""
    return {"numerator": value.numerator, "denominator": value.denominator}


def plain(symbol: Hashable) -> Any:
    """Give a symbol as plain data: a number, text or truth value as it is, anything else as text."""
    value = symbol.item() if hasattr(symbol, "item") else symbol
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and abs(value) < float("inf"):
        return value
    return str(value)
