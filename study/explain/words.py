"""The answer of `why` in words: sentences that the picture and the data share."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from fractions import Fraction

import numpy as np

from study.explain.repairs import Repair
from study.sequences.following import Place, continuity
from study.theory.explanation import CONFLICT, NO_GRADIENT_ACROSS_ROWS, RULED_OUT, SOLVABLE, Explanation, Settings
from study.theory.leaks import Leak
from study.theory.routes import CARRIED, EARLIER, NOT_AT_ALL, SOMETIMES, Route

DEFAULTS = Settings()
LINE = 84  # columns beside a label
MOST_DECIDING = 4  # symbols that are named
MOST_NAMED = 4  # rows that are named
OPTIONS = {
    "batch_size": "--batch-size",
    "timesteps": "--timesteps",
    "layout": "--layout",
    "reset": "--reset",
    "order": "--order",
}
BY_LEAK = "by what came before the sequence (a leak)"
SAID = {
    CARRIED: ": its lane was fed it, so the carried state can hold it, but no gradient passes through that state",
    EARLIER: ", which its lane is not fed in the same epoch, though it can have been in an earlier one",
}


def options(settings: Settings) -> str:
    """Write settings as command-line options, defaults left out."""
    chosen = [
        f"{option} {getattr(settings, name)}"
        for name, option in OPTIONS.items()
        if getattr(settings, name) != getattr(DEFAULTS, name)
    ]
    return " ".join(chosen + ([] if settings.stateful else ["--stateless"]))


def plural(number: int, noun: str) -> str:
    """Write a number with its noun.

    Examples
    --------
    >>> plural(1, "input"), plural(4, "input"), plural(2, "batch")
    ('1 input', '4 inputs', '2 batches')
    """
    ending = "" if number == 1 else "es" if noun.endswith("ch") else "s"
    return f"{number:,} {noun}{ending}"


def share(value: Fraction) -> str:
    """Write a share: as a fraction if that can be read, else in decimals.

    Examples
    --------
    >>> share(Fraction(1, 2)), share(Fraction(4901, 5000))
    ('1/2', '0.9802')
    """
    if value.denominator <= 100:
        return str(value)
    rounded = f"{float(value):.4f}"
    return f"{float(value):.8f}" if rounded in ("0.0000", "1.0000") else rounded


def verdict_sentence(e: Explanation) -> str:
    """Say the verdict, its cause, and what follows."""
    at_most = "at most " if e.bound else ""
    leaky = needs_leak(e)
    if e.verdict == RULED_OUT:
        ceiling = (
            f"ceiling {share(e.own_sequence_ceiling)} by memory"
            if leaky
            else f"ceiling {at_most}{share(e.ceiling.ambiguous)}"
        )
        where = RULED_OUT if e.settings.stateful else "ruled out by the window"
        why = _unseen(e)
        if leaky:
            beyond = f"counting inputs or sequences (a leak) can reach {share(e.ceiling.ambiguous)}"
            why = f"{why}; {beyond}, and is wrong in another order"
        if e.differs_in_use:
            return f"{where} in training ({ceiling}), not in use: {why}. {use_sentence(e)}"
        return f"{where} ({ceiling}): {why}{'' if leaky else ', so no learning rate or number of epochs helps'}"
    if e.verdict == CONFLICT:
        beyond = "; what exceeds it is a leak" if e.ceiling.ambiguous > e.reach.best else ""
        short = e.needed_reach is not None and e.needed_reach >= e.gradient_reach
        rest = f"; for the other ambiguous rows the input {_steps(e.needed_reach)} decides, beyond the gradient"
        return (
            f"{CONFLICT} (ceiling {share(e.reach.best)}{beyond}): after the same past, the sequences go on differently"
            f"{rest if short else ''}"
        )
    if e.verdict == NO_GRADIENT_ACROSS_ROWS:
        beyond = "" if arrives(e) else f"; the input that decides {_without_it(e)}"
        return f"{NO_GRADIENT_ACROSS_ROWS}{beyond}"
    if not e.needed_reach:
        return f"{SOLVABLE} (ceiling 1): no input is followed by two different symbols, so no memory is needed"
    return f"{SOLVABLE} (ceiling 1): the input that decides, {_steps(e.needed_reach)}, stands in the row's own window"


def continuity_sentence(e: Explanation) -> str:
    """Say in one line what each lane does from batch to batch: the first question about carried state."""
    if not e.slots:
        return ""
    timesteps, batch_size = e.settings.timesteps, e.settings.batch_size
    places = [
        None
        if slot.row is None
        else Place(
            int(e.dataset.sequence[slot.row]),
            max(0, int(e.dataset.position[slot.row]) + 1 - timesteps),
            int(e.dataset.position[slot.row]) + 1,
        )
        for slot in e.slots
    ]
    batches = [places[k : k + batch_size] for k in range(0, len(places), batch_size)]
    line = continuity(batches, [slot.reset_after for slot in e.slots[::batch_size]], unit="input", width=LINE)
    return line if e.settings.stateful else f"no state is carried, so this does not matter: {line}"


def needs_leak(e: Explanation) -> bool:
    """Whether the ceiling is reached only with what the lane was fed before the sequence, which is a leak."""
    return e.ceiling.ambiguous > e.own_sequence_ceiling and not e.bound


def use_sentence(e: Explanation) -> str:
    """Say how right the trained network can be in use, where that is more than in training."""
    return (
        f"Used in order from a fresh state, the network can reach {share(e.ceiling_in_use)}; how often depends on "
        "optimiser, width and lag"
    )


def _unseen(e: Explanation) -> str:
    """Say what an ambiguous row lacks of the inputs that decide."""
    if e.own_sequence_ceiling >= e.reach.best:
        return (
            "what the lane has seen of an ambiguous row's sequence would be enough, but nothing tells a lane where a "
            "sequence begins"
        )
    if arrives(e):
        return (
            f"an ambiguous row sees the input {_steps(e.needed_reach)}, but not always all inputs between it and the "
            "row's own, and they decide together"
        )
    never = all(route.way == NOT_AT_ALL for route in e.deciding)
    sees = "the ambiguous rows never see" if never else "the ambiguous rows do not always see"
    return f"{sees} the input that decides, {_steps(e.needed_reach)}"


def arrives(e: Explanation) -> bool:
    """Whether every ambiguous row always sees the farthest needed input, if its sequence goes back so far."""
    return all(route.always for route in e.deciding)


def _without_it(e: Explanation) -> str:
    """Say what tells those ambiguous rows apart that do not always see the input that decides."""
    lacking = [route.row for route in e.deciding if not route.always]
    alone = [row for row in lacking if row in e.alone]
    missed = "does not reach every ambiguous row"
    if not alone:
        return f"{missed}, but what else the lane has seen of the row's sequence does as well"
    names = [str(row) for row in alone]
    if len(alone) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{len(alone) - MOST_NAMED + 1:,} more"]
    said = _seen_alone(f"row{'s' * (len(alone) > 1)} {listed(names)}", {e.alone[row] for row in alone}, len(alone), e)
    if all(e.alone.get(row) for row in lacking):
        return f"{missed}; {said}"
    return f"{missed}, but what else the lane has seen of the row's sequence does as well; only {said}"


def _seen_alone(subject: str, always: set[bool], count: int, e: Explanation) -> str:
    """Say that the lanes of some rows have seen nothing of the rows' sequences before them.

    Parameters
    ----------
    subject : str
        The rows, in words.
    always : set of bool
        Whether it is so in every epoch, for each row.
    count : int
        Number of rows.
    e : Explanation

    Returns
    -------
    str
    """
    when = "" if False not in always else "in some epochs " if True not in always else "in some epochs or all "
    epoch = " in the same epoch" if e.settings.reset == "never" else ""
    own = "input" if e.settings.timesteps == 1 else "window"
    if count == 1:
        return f"{subject} {when}sees nothing of its sequence{epoch} but its own {own} and is told apart by that alone"
    return (
        f"{subject} {when}see nothing of their sequences{epoch} but their own {own}s and are told apart by that alone"
    )


def listed(names: Sequence[str]) -> str:
    """Write names one after the other.

    Examples
    --------
    >>> listed(["0"]), listed(["0", "1"]), listed(["0", "1", "2"])
    ('0', '0 and 1', '0, 1 and 2')
    """
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _steps(steps: int | None) -> str:
    """Say how far back."""
    return f"{plural(steps or 0, 'step')} back"


def needed_sentence(e: Explanation) -> str:
    """Say how far back the gradient reaches, and how far back the deciding input lies."""
    own = ", the row's own" if e.gradient_reach == 1 else ", the row's own last"
    reaches = f"passes through {plural(e.gradient_reach, 'input')}{own}"
    if e.needed_reach is None:
        return f"{reaches}; no earlier input would help"
    if e.needed_reach == 0:
        return f"{reaches}; no earlier input is needed"
    return f"{reaches}; the input that decides{_deciding(e)} is {_steps(e.needed_reach)}"


def _deciding(e: Explanation) -> str:
    """Name, for one example, the symbols that tell the sequences apart."""
    if not e.reach.example or e.needed_reach is None:
        return ""
    inputs, position, back = e.dataset.inputs[:, -1], e.dataset.position, e.needed_reach
    example = e.reach.example[0]
    rows = np.flatnonzero((inputs == inputs[example]) & (position >= back - 1))
    for step in range(1, back):  # rows that agree in all nearer inputs
        rows = rows[inputs[rows - step] == inputs[example - step]]
    names = list(
        dict.fromkeys(
            symbol_text(e.dataset.symbols[inputs[row - back]]) if position[row] >= back else "the sequence's start"
            for row in rows.tolist()
        )
    )
    if len(names) > MOST_DECIDING:
        return f" ({', '.join(names[:MOST_DECIDING])} or one of {len(names) - MOST_DECIDING:,} more)"
    return f" ({', '.join(names[:-1])} or {names[-1]})"


def cause_sentence(e: Explanation) -> str:
    """Say, for one row, where the input that decides went; empty if no input is lacking."""
    route = e.cause
    if route is None:
        return ""
    symbol = symbol_text(e.dataset.symbols[e.dataset.inputs[route.input_row, -1]])
    verb = "needs" if _needs(route, e) else "lacks"
    return (
        f"row {route.row} {verb} the symbol {symbol} of row {route.input_row}{_obstacle(route, e)}{_instead(route, e)}"
    )


def _instead(route: Route, e: Explanation) -> str:
    """Say what tells a row apart that does not always see the input, if the verdict is that memory can."""
    if e.verdict != NO_GRADIENT_ACROSS_ROWS or route.always:
        return ""
    seen = "; what else its lane has seen of its sequence does as well"
    always = e.alone.get(route.row)
    if always is None:
        return seen
    alone = f"; {_seen_alone('it', {always}, 1, e)}"
    return alone if always else f"{seen}{alone}"


def _needs(route: Route, e: Explanation) -> bool:
    """Whether the row has the input, or is confused with another for want of it."""
    confused = e.bound or any(route.row in confusion.rows for confusion in e.confusions)
    return route.always or (route.steps == e.needed_reach and confused)


def _obstacle(route: Route, e: Explanation) -> str:
    """Say what stands between a row and an earlier input of its sequence."""
    if not e.settings.stateful:
        return ", which is outside its window, and no state is carried"
    if route.way in SAID:
        return SAID[route.way]
    if route.reset_between:
        lane = "its lane" if route.lane is None else f"lane {route.lane}"
        when = "in some epochs the state is" if route.way == SOMETIMES else "the state was"
        return f", which {lane} was fed, but {when} reset in between"
    if e.settings.layout == "shuffled":
        if route.way == SOMETIMES:
            return ", but shuffled rows feed it first only by chance"
        return ", but since the reset its lane was fed no other row of its sequence"
    return _elsewhere(route, e)


def _elsewhere(route: Route, e: Explanation) -> str:
    """Say through which lanes an input went that does not come through the row's lane."""
    if route.lane is None:
        others = "another lane" if e.settings.timesteps == 1 else "other lanes"
        return f", which went through {others}, and state stays in its lane"
    lanes = f"lane{'s' * (len(route.input_lanes) > 1)} {listed([str(lane) for lane in sorted(route.input_lanes)])}"
    return f", which went through {lanes}; lane {route.lane} never saw it, since state stays in its lane"


def leak_sentence(leak: Leak, e: Explanation) -> str:
    """Say what gives the target away, and how much."""
    gain = f"raises the ceiling from {share(leak.without)} to {share(leak.with_it)}"
    if leak.kind == "position":
        since = "start" if e.settings.reset == "never" else "reset"
        return f"position: counting the inputs since the {since} {gain}"
    if e.settings.order == "random":
        return f"order: by elimination (a sequence already shown in this epoch does not come again) {gain}"
    if e.settings.reset == "never":
        return f"order: what the lane was fed before the sequence began, in this epoch or the ones before, {gain}"
    return f"order: what the lane was fed before the sequence began {gain}"


def repair_sentence(repair: Repair) -> str:
    """Say what to change, and what it brings."""
    result, settings = repair.result, repair.settings
    by_memory = " by memory" if result.ceiling.ambiguous > result.reach.best else ""
    ceiling = f"ceiling {share(result.reach.best)}{by_memory}"  # as in the verdict on the repaired rows
    if result.reach.best < 1:
        gain = f"from {share(repair.ceiling_before)} to " if repair.ceiling_before < result.reach.best else "stays "
        ceiling = f"ceiling {gain}{share(result.reach.best)}{by_memory} (no more is possible)"
    if repair.kind == "window":
        return (
            f"make each row a window of {settings.timesteps} inputs (timesteps {settings.timesteps}), zeros before a "
            f"sequence's start: {ceiling}, and the gradient reaches the input that decides"
        )
    if repair.kind == "layout":
        change = "feed the rows one by one in order, reset after each sequence"
        if settings.batch_size > 1:
            change = (
                f"one sequence per lane{_dealt(result)} (row k of lane s at place s + k·B, B = {settings.batch_size}), "
                "reset after each sequence"
            )
        if settings.batch_size != repair.before.batch_size:
            change += f"; the batch size becomes {settings.batch_size} instead of {repair.before.batch_size}"
        if not repair.before.stateful:
            change = f"carry state from batch to batch, {change}"
    else:
        when = {"sequence": "after each sequence", "epoch": "after each epoch only", "never": "never"}[settings.reset]
        change = f"reset the state {when}"
    return f"{change}: {ceiling}{caveat(repair)}"


def _dealt(e: Explanation) -> str:
    """Say how sequences are dealt out to lanes if there are not as many lanes as sequences."""
    if e.settings.batch_size == len(e.given):
        return ""
    return ", each in several lanes" if e.settings.batch_size > len(e.given) else ", one group after the other"


def caveat(repair: Repair) -> str:
    """Say what a repair leaves open."""
    result = repair.result
    if result.gradient_reaches or not result.needed_reach:
        return ""
    left_open = (
        "so keeping the symbol depends on optimiser, width and lag"
        if arrives(result)
        else f"and the input {_steps(result.needed_reach)} that decides {_without_it(result)}"
    )
    return f"; no gradient crosses rows, {left_open}"


def floor_sentence(e: Explanation) -> str:
    """Say how low the loss can get."""
    if not e.ceiling.loss_floor and needs_leak(e):
        return f"0 (binary cross-entropy), but in part only {BY_LEAK}"
    if not e.ceiling.loss_floor:
        return "0: what is seen gives every target away (binary cross-entropy)"
    return f"{e.ceiling.loss_floor:.4f} (binary cross-entropy): no training gets below it"


def symbol_text(symbol: Hashable) -> str:
    """Write a symbol so that it can stand in a line: nothing invisible, nothing that moves the cursor."""
    if symbol is None:
        return "·"
    text = str(symbol)
    if text == "":
        return "''"
    if text.isspace() and text.isprintable():
        return "␣" * len(text)
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
