"""What to change, in the words of the reader's framework, for each thing that was found wrong."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from study.errors import unknown_name
from study.sequences.following import GOES_ON
from study.watching.findings import CUT, MISLED, MIXED, MOVED, NEW_EPOCH, NEW_SERIES, NOT_CARRIED, STALE, Finding
from study.watching.steps import Watched

FRAMEWORKS = ("keras", "pytorch", "arrays")
RESET = {
    "keras": "for layer in model.layers: layer.reset_state() if getattr(layer, 'stateful', False) else None",
    "pytorch": "state = None",
    "arrays": "set the state to zero",
}
IN_ORDER = {
    "keras": "model.fit(X, y, batch_size=B, shuffle=False)",
    "pytorch": "DataLoader(TensorDataset(X, y), batch_size=B, shuffle=False, drop_last=True)",
    "arrays": "take the batches in order",
}
WITHOUT = {
    "keras": "leave stateful=True out",
    "pytorch": "pass no state to the layer",
    "arrays": "carry no state",
}

CHANGE_PLACES = "keep each series in one lane: do not reorder the batch, or reorder the state with it"


def cures_of(watched: Watched, findings: tuple[Finding, ...], framework: str) -> tuple[str, ...]:
    """List what to change, one for each finding that needs it.

    Parameters
    ----------
    watched : Watched
    findings : tuple of Finding
    framework : {'keras', 'pytorch', 'arrays'}

    Returns
    -------
    tuple of str

    Raises
    ------
    StudyError
        If the framework is not known.
    """
    if framework not in FRAMEWORKS:
        raise unknown_name("framework", framework, FRAMEWORKS)
    return tuple(text for finding in findings if (text := _cure(watched, finding, framework)))


def _cure(watched: Watched, finding: Finding, framework: str) -> str:
    reset = RESET[framework]
    if finding.kind == MISLED:
        return _in_lanes(watched, framework)
    if finding.kind == NOT_CARRIED:
        return _carry(watched, framework)
    if finding.kind == CUT:
        if framework == "pytorch":
            return "hand on the state that the layer returns, and set it to zero only where a series begins"
        return f"reset only where a series begins or an epoch does, not in between: {reset}"
    return {
        NEW_SERIES: f"before the first window of each series: {reset}",
        NEW_EPOCH: f"before the first batch of each epoch: {reset}",
        MOVED: {
            "keras": "validate with a second model of the same weights (twin.set_weights(model.get_weights())), or "
            f"reset before training goes on: {reset}",
            "pytorch": "give validation a state of its own, and do not hand it on to training",
            "arrays": "give validation a state of its own",
        }[framework],
        MIXED: CHANGE_PLACES,
        STALE: "hand on the state that the last call returned, not an older one",
    }.get(finding.kind, "")


def overlaps(watched: Watched) -> bool:
    """Whether windows overlap: some two begin at different rows, nearer than a window is long."""
    firsts: dict[int, set[int]] = {}
    for step in watched.steps:
        if step.place is not None:
            firsts.setdefault(step.place.series, set()).add(step.place.first)
    window = min(watched.timesteps)
    ordered = [sorted(rows) for rows in firsts.values()]
    return any(b - a < window for rows in ordered for a, b in pairwise(rows))


def shuffled(watched: Watched) -> bool:
    """Whether lanes move in many different ways, as shuffled rows do."""
    ways = Counter(step.way for step in watched.later if step.way is not None and step.way.kind != GOES_ON)
    return len(ways) > 2 and ways.most_common(1)[0][1] * 2 <= sum(ways.values())


def exchanged(watched: Watched) -> bool:
    """Whether series change lanes: most misled rows follow those that another lane was fed in the call before."""
    places = {(step.call, step.lane): step.place for step in watched.steps}
    ends = {(call, place.series, place.end): lane for (call, lane), place in places.items() if place is not None}
    misled = [step for step in watched.later if step.misled]
    moved = [
        step
        for step in misled
        if step.place is not None and (step.source.call, step.place.series, step.place.first) in ends
    ]
    return 2 * len(moved) > len(misled)


def _in_lanes(watched: Watched, framework: str) -> str:
    """Say how to put rows into lanes."""
    if exchanged(watched):
        return CHANGE_PLACES
    size, window = watched.lanes, max(watched.timesteps)
    parts = []
    if overlaps(watched):
        parts.append(f"cut windows that do not overlap, one every {window:,} rows: X, y = X[::{window}], y[::{window}]")
    if size > 1:
        parts.append(
            f"give each lane a contiguous piece: B = {size}; n = len(X) // B * B; "
            "order = np.arange(n).reshape(B, -1).T.ravel(); X, y = X[order], y[order]"
        )
    feed = IN_ORDER[framework].replace("batch_size=B", f"batch_size={size}")
    parts.append(f"feed them {'unshuffled' if shuffled(watched) else 'in that order'}: {feed}")
    reset = f"reset before each epoch: {RESET[framework]}"
    return f"{'; '.join([*parts, reset])}. Or {WITHOUT[framework]}: then a window's own rows are all it sees"


def _carry(watched: Watched, framework: str) -> str:
    """Say how to carry state, where the rows go on; where they do not, nothing is wrong with zero."""
    if any(step.way is None or step.way.kind != GOES_ON for step in watched.later):
        return ""
    return {
        "keras": "to carry it: stateful=True and Input(batch_shape=...), on TensorFlow or PyTorch (on JAX it is never "
        "carried)",
        "pytorch": "to carry it: out, state = layer(x, state); then state = tuple(s.detach() for s in state) for an "
        "LSTM, state.detach() for a GRU or a plain RNN",
        "arrays": "to carry it: start each call from the state that the last one left",
    }[framework]
