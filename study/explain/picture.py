"""The answer of `why` as a picture for the terminal: verdict and cures first, then the lanes and figures behind them.

Small data fit one screen; of larger data the beginning is drawn, and it is said how much is hidden.
"""

from __future__ import annotations

import shlex
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction
from io import StringIO
from itertools import accumulate, groupby, islice
from operator import itemgetter

from rich.cells import cell_len, set_cell_size
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from study.explain.answer import Answer
from study.explain.odds import measured_near, without_odds
from study.explain.repairs import Repair
from study.explain.words import (
    BY_LEAK,
    DEFAULTS,
    cause_sentence,
    continuity_sentence,
    floor_sentence,
    leak_sentence,
    needed_sentence,
    needs_leak,
    options,
    plural,
    repair_sentence,
    share,
    symbol_text,
)
from study.theory.explanation import SOLVABLE, Explanation, Settings
from study.theory.lanes import Slot

WIDTH = 100
MOST_LINES = 11  # of the lanes, where that is all of them
FEWEST_LINES = 6  # where it is not
MARGIN = 14  # columns of the labels and the gap beside them
MOST_MEASURED = 64  # first slots that decide how wide lanes are, and which are drawn
NARROWEST = 11  # columns of a lane
LONGEST_SYMBOL = 12
MOST_CONFUSIONS = 2
MOST_ROWS = 4  # of one confusion
MOST_ORDER = 40  # entries of a row order that is shown whole
MOST_HEAD = 9  # entries of a longer one

COUNTED = "right: every ambiguous row; within 0.25: every output that close to its target"

HEADING, AMBIGUOUS, QUIET, GOOD, BAD = "bold", "bold yellow", "dim", "bold green", "bold red"


def as_text(answer: Answer, width: int = WIDTH) -> str:
    """Draw without colour."""
    console = Console(file=StringIO(), width=width, color_system=None, highlight=False, legacy_windows=False)
    console.print(picture(answer, width))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines())


def picture(answer: Answer, width: int = WIDTH) -> RenderableType:
    """Draw the answer.

    Parameters
    ----------
    answer : Answer
    width : int, default 100
        Columns.

    Returns
    -------
    rich renderable
    """
    e = answer.explanation
    verdict = ("verdict", Text(answer.verdict, style=GOOD if e.verdict == SOLVABLE and not answer.unsaid else BAD))
    judged = [verdict] if answer.unsaid else []
    judged += [("warning", Text(warning, style=BAD)) for warning in answer.warnings]
    if lanes := continuity_sentence(e):
        judged.append(("each lane", Text(lanes)))
    if not answer.unsaid:
        judged.append(verdict)
    if not answer.unsaid and (cause := cause_sentence(e)):
        judged.append(("cause", Text(cause, style=AMBIGUOUS)))
    parts: list[RenderableType] = [_title(answer), _table([*judged, *_odds(answer)]), _gap()]
    parts += [_table(_cures(answer, width)), _gap(), *_lanes(e, width), *_confusions(e)]
    return Group(*parts, _table(_figures(answer)))


def _gap() -> Text:
    return Text("")


def _table(lines: Sequence[tuple[str, Text]]) -> Table:
    """Set labels beside text that wraps."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style=HEADING, no_wrap=True, min_width=12)
    table.add_column(overflow="fold")
    for label, text in lines:
        table.add_row(Text(label), text)
    return table


def _title(answer: Answer) -> Text:
    e, s = answer.explanation, answer.explanation.settings
    parts = [
        "tutorial" if answer.is_tutorial else plural(len(e.sequences), "sequence"),
        plural(e.dataset.rows, "row"),
        f"batch size {s.batch_size}",
        f"timesteps {s.timesteps}",
        s.layout,
        f"reset {s.reset}" if s.stateful else "stateless",
        *([f"order {s.order}"] if s.order != "fixed" else []),
    ]
    return Text(" · ".join(parts), style=HEADING, overflow="fold")


def _lanes(e: Explanation, width: int) -> Iterator[RenderableType]:
    """Draw batches and lanes with what each has seen."""
    if e.settings.stateful:
        until = "and is never reset" if e.settings.reset == "never" else "until a reset"
        carried = f"state stays in its lane, {until}"
    else:
        carried = "no state is carried: a row sees its own inputs alone"
    heading = "What each lane (place in the batch) has seen"
    yield Text.assemble((heading, HEADING), (f" · {carried}", QUIET))
    lanes = e.settings.batch_size
    several = e.slots[-1].epoch > 0 or e.settings.order == "alternating"
    margin = 18 if several else 10
    narrowest = max(NARROWEST, max(cell_len(_shortest(slot, e)) for slot in e.slots[:MOST_MEASURED]) + 1)
    chosen = _chosen_lanes(e, max(1, min(lanes, (width - margin) // narrowest)))
    shown = len(chosen)
    room = min((width - margin) // shown, max(narrowest, _widest(e) + 2))
    table = Table.grid(padding=0)
    table.add_column(no_wrap=True, width=margin)
    for _ in range(shown):
        table.add_column(no_wrap=True, width=room)
    hidden = f" … {plural(lanes - shown, 'lane')} more" if shown < lanes else ""
    table.add_row(Text(""), *(Text(f"lane {lane}", style=QUIET) for lane in chosen))
    resets = sum(slot.reset_after for slot in e.slots[::lanes]) * e.settings.stateful
    fits = not e.slots_left_out and len(e.slots) // lanes + resets <= MOST_LINES
    most = MOST_LINES if fits else FEWEST_LINES
    drawn, late = _drawn_batches(e, most)
    for slots in [*drawn, *([late] if late else [])]:
        if slots is late:
            table.add_row(Text("⋮", style=QUIET), *(Text("⋮", style=QUIET),) * shown)
        epoch, batch = slots[0].epoch, slots[0].batch
        label = f"epoch {epoch} batch {batch}" if several else f"batch {batch}"
        table.add_row(Text(label, style=QUIET), *(_slot(slots[lane], e, room) for lane in chosen))
        if slots[0].reset_after and e.settings.stateful:
            table.add_row(Text(""), Text("─ reset ─", style="cyan"), *(Text("─" * (room - 2), "cyan"),) * (shown - 1))
    yield table
    left = (len(e.slots) + e.slots_left_out) // lanes - len(drawn) - (late is not None)
    rest = f"… {plural(left, 'batch')} more" if left else ""
    legend = [text for text in (rest, hidden.strip()) if text]
    keys = "row: inputs seen → target · ◀ ambiguous: one input, several targets"
    if any(symbol is None for slot in e.slots[:MOST_MEASURED] if slot.row is not None for symbol in slot.context):
        legend.append("· zeros before the start")
    yield Text(" " * margin + " · ".join([*legend, keys]), style=QUIET, overflow="fold")


def _drawn_batches(e: Explanation, most: int) -> tuple[list[list[Slot]], list[Slot] | None]:
    """Choose the batches to draw: the first ones, and if none of them is ambiguous the first that is."""
    batches = [list(group) for _, group in groupby(e.slots, key=lambda slot: (slot.epoch, slot.batch))]
    lines = accumulate((1 + (batch[0].reset_after and e.settings.stateful) for batch in batches), initial=1)
    first = batches[: max(1, sum(line <= most for line in list(lines)[1:]))]
    if any(slot.ambiguous for batch in first for slot in batch):
        return first, None
    late = next((batch for batch in batches if any(slot.ambiguous for slot in batch)), None)
    return first[: max(1, len(first) - 2)] if late else first, late


def _chosen_lanes(e: Explanation, room: int) -> list[int]:
    """Choose the lanes to draw, those with ambiguous rows before others, in their order."""
    ambiguous = {slot.lane for slot in e.slots[:MOST_MEASURED] if slot.ambiguous}
    return sorted(sorted(range(e.settings.batch_size), key=lambda lane: (lane not in ambiguous, lane))[:room])


def _shortest(slot: Slot, e: Explanation) -> str:
    """Write a slot with its last input alone."""
    if slot.row is None:
        return "(zeros)"
    return _slot_text(slot, e.settings.timesteps, slot.context[-1:], cut=len(slot.context) + slot.left_out > 1)


def _widest(e: Explanation) -> int:
    """Count the columns that the longest of the first slots would take."""
    return max(cell_len(_slot_text(slot, e.settings.timesteps, slot.context)) for slot in e.slots[:MOST_MEASURED])


def _slot(slot: Slot, e: Explanation, room: int) -> Text:
    """Draw one lane of one batch, its oldest inputs cut off where there is no room."""
    if slot.row is None:
        return Text("(zeros)", style=QUIET)
    context, cut = list(slot.context), slot.left_out > 0
    timesteps = e.settings.timesteps
    text = _slot_text(slot, timesteps, context, cut=cut)
    while cell_len(text) > room - 1 and len(context) > 1:
        context, cut = context[1:], True
        text = _slot_text(slot, timesteps, context, cut=cut)
    if cell_len(text) > room - 1:
        mark = "… ◀" if slot.ambiguous else "…"
        text = set_cell_size(text, room - 1 - cell_len(mark)) + mark
    return Text(text, style=AMBIGUOUS if slot.ambiguous else "")


def _slot_text(slot: Slot, timesteps: int, context: Sequence[Hashable], *, cut: bool = False) -> str:
    """Write ``3: 2 → 3 ◀``; windows of several inputs stand apart by a bar."""
    symbols = [_short(symbol) for symbol in context]
    first = len(symbols) % timesteps
    windows = [symbols[:first]] if first else []
    windows += [symbols[k : k + timesteps] for k in range(first, len(symbols), timesteps)]
    seen = ("," if timesteps == 1 else " | ").join(",".join(window) for window in windows)
    mark = " ◀" if slot.ambiguous else ""
    return f"{slot.row}: {'…' if cut else ''}{seen} → {_short(slot.target)}{mark}"


def _short(symbol: Hashable) -> str:
    """Write a symbol, cut where it is long."""
    text = symbol_text(symbol)
    return text if cell_len(text) <= LONGEST_SYMBOL else set_cell_size(text, LONGEST_SYMBOL - 1).rstrip() + "…"


def _confusions(e: Explanation) -> Iterator[RenderableType]:
    """List rows that no network can tell apart here."""
    if e.bound:
        yield Text("Rows that cannot be told apart differ from shuffle to shuffle.", style=HEADING)
        return
    if not e.confusions:
        leaky = needs_leak(e)
        partly = f"; some rows are told apart only {BY_LEAK}" if leaky else ""
        yield Text(
            f"Every row can be told from every other row with another target{partly}.", style=BAD if leaky else GOOD
        )
        return
    since = " since the reset" if e.settings.stateful and e.settings.reset != "never" else ""
    for confusion in e.confusions[:MOST_CONFUSIONS]:
        seen = ",".join(_short(symbol) for symbol in confusion.context[-8:])
        seen = ("…" if len(confusion.context) > 8 else "") + seen
        pairs = list(zip(confusion.rows, confusion.targets, strict=True))
        chosen = _varied(pairs)
        wanted = ", ".join(f"row {row} must answer {_short(target)}" for row, target in chosen)
        more = f", and {plural(len(pairs) - len(chosen), 'row')} more" if len(pairs) > len(chosen) else ""
        said = (f"all have seen {seen}{since}, and {wanted}{more}", AMBIGUOUS)
        yield Text.assemble(("Cannot be told apart: ", HEADING), said, overflow="fold")
    if len(e.confusions) > MOST_CONFUSIONS:
        yield Text(f"… {plural(len(e.confusions) - MOST_CONFUSIONS, 'group')} more (--json lists all)", style=QUIET)


def _varied(pairs: Sequence[tuple[int, Hashable]]) -> list[tuple[int, Hashable]]:
    """Choose a few rows, those with different targets first."""
    firsts = list({target: (row, target) for row, target in reversed(pairs)}.values())
    rest = (pair for pair in pairs if pair not in firsts)
    return sorted([*firsts, *islice(rest, MOST_ROWS)][:MOST_ROWS], key=itemgetter(0))


def _figures(answer: Answer) -> list[tuple[str, Text]]:
    """List ceilings, floor, gradient, dead weights, leaks and remarks."""
    e = answer.explanation
    c, ambiguous = e.ceiling, int(e.dataset.ambiguous[:, -1].sum())
    most = "(at most) " if e.bound else ""
    memory = f"; {share(e.own_sequence_ceiling)} by memory" if needs_leak(e) else ""
    in_use = f"; in use {share(e.ceiling_in_use)}" if e.differs_in_use else ""
    ceiling = (
        f"{most}{_both(c.ambiguous)} on the {plural(ambiguous, 'ambiguous row')} (chance {share(c.chance)}), "
        f"{most}{_both(c.overall)} on all {e.dataset.rows:,}{memory}{in_use}"
        if ambiguous
        else f"1: no row is ambiguous (on all rows, chance {_both(c.chance_overall)})"
    )
    lines = [
        ("ceiling", Text(ceiling)),
        ("loss floor", Text(floor_sentence(e))),
        ("gradient", Text(needed_sentence(e), style="" if e.gradient_reaches else AMBIGUOUS)),
    ]
    if e.dead_weights:
        dead = "recurrent kernel; forget gate's kernel and bias"
        reason = "the state before every row is zero, so they never get a gradient"
        lines.append(("dead weights", Text(f"{dead}: {reason}", style=AMBIGUOUS)))
    if e.leaks:
        lines.append(("leaks", Text("; ".join(leak_sentence(leak, e) for leak in e.leaks))))
    lines += [("note", Text(note, style="cyan")) for note in e.notes]
    return lines


def _both(value: Fraction) -> str:
    """Write a fraction and its decimals."""
    return share(value) if value.denominator == 1 or value.denominator > 100 else f"{value} = {float(value):.3f}"


def _odds(answer: Answer) -> Iterator[tuple[str, Text]]:
    """Say what the nearest configurations of the study came to, and what to change first."""
    measured = answer.measured
    if answer.unsaid:
        return
    if measured is not None:
        yield "odds", Text(measured.words)
        windows = any(repair.kind == "window" for repair in answer.repairs)
        if windows and measured.changes:  # windows are the cure below, with its own odds
            for change in measured.changes:
                if change.keeps_rows:
                    yield "no windows", Text(f"{change.words} (chosen among {change.tried} changes, on other seeds)")
        elif measured.change:
            yield "change first", Text(measured.change)
    elif reason := without_odds(answer.explanation):
        yield "odds", Text(reason)


def _cures(answer: Answer, width: int) -> list[tuple[str, Text]]:
    """List what helps, what its odds count, and where to find the code."""
    lines: list[tuple[str, Text]] = []
    odds = [answer.measured]
    for number, repair in enumerate(answer.repairs, 1):
        label = "cure" if repair.result.reach.best == 1 else "helps"
        lines.append((f"{label} {number}" if len(answer.repairs) > 1 else label, Text(repair_sentence(repair))))
        if repair.kind == "layout" and repair.settings.batch_size > 1:
            lines.append(("", Text(f"row order {_order(repair)}", style="cyan")))
        odds.append(measured_near(repair.result))
        if odds[-1] is not None:
            lines.append(("", Text(odds[-1].brief)))
        elif reason := without_odds(repair.result):
            lines.append(("", Text(f"odds: {reason}")))
        lines.append(("", Text(_check(answer, repair, width), style=QUIET)))
    which = "cure 1 as a program (--cure 2: the other)" if len(answer.repairs) > 1 else "a program to paste"
    if any(odds):
        lines.append(("odds count", Text(COUNTED, style=QUIET)))
    return [
        *lines,
        ("more", Text(f"--snippet keras|pytorch: {which}; --json: data", style=QUIET)),
    ]


def _check(answer: Answer, repair: Repair, width: int) -> str:
    """Write the command that checks a cure, in lines that a shell takes as one."""
    if not answer.is_tutorial and not answer.source:
        settings = repair.settings
        changed = [name for name in Settings.__dataclass_fields__ if getattr(settings, name) != getattr(DEFAULTS, name)]
        return f"check it: why(..., {', '.join(f'{name}={getattr(settings, name)!r}' for name in changed)})"
    lines, room = ["check it: study why"], width - MARGIN - 2
    for word in [*_quoted_words(answer.source), *_pairs(options(repair.settings).split())]:
        if cell_len(lines[-1]) + cell_len(word) + 1 > room:
            lines[-1] += " \\"
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {word}"
    if max(map(cell_len, lines)) > room + 2:
        return f"check it: the same sequences with {options(repair.settings)}"
    return "\n".join(lines)


def _quoted_words(source: str) -> list[str]:
    """Take quoted words apart, each still quoted."""
    return [shlex.quote(word) for word in shlex.split(source)]


def _pairs(words: Sequence[str]) -> list[str]:
    """Keep an option beside its value."""
    return " ".join(words).replace(" --", "\n--").split("\n") if words else []


def _order(repair: Repair) -> str:
    """Write a row order as a list that can be pasted, or its head."""
    order = ["None" if row is None else str(row) for row in repair.row_order]
    empty = "; None: a slot of zeros without a target" if "None" in order else ""
    if len(order) <= MOST_ORDER:
        return f"[{', '.join(order)}]{empty}"
    return f"[{', '.join(order[:MOST_HEAD])}, ... {len(order) - MOST_HEAD:,} more]{empty}"
