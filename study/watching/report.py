"""What watching has shown, as readers get it: verdict, lanes, states, gradient and cure, as text and in notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from textwrap import wrap
from typing import Any

from study.sequences.following import GOES_ON
from study.watching.calls import Call
from study.watching.cures import cures_of
from study.watching.findings import (
    MILD,
    Finding,
    advance_told,
    findings_of,
    gradient_told,
    lanes_told,
    origin,
    state_told,
)
from study.watching.sources import EARLIER, NOT_KNOWN, OTHER_LANE, OUTSIDE
from study.watching.steps import Step, Watched, watched

WIDTH, LABEL = 100, 10
MOST_LANES, MOST_CALLS = 16, 12  # that a notebook shows


@dataclass(frozen=True, repr=False)
class Report:
    """What was seen of one layer, or of one loader.

    Attributes
    ----------
    watched : Watched
        Every step of every lane.
    framework : {'keras', 'pytorch', 'arrays'}
        In whose words the cure is told.
    layer : str
        Name of the layer; empty for a loader.
    """

    watched: Watched
    framework: str
    layer: str = ""
    notes: tuple[str, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was seen, the gravest first."""
        return findings_of(self.watched)

    @property
    def verdict(self) -> str:
        """The gravest finding, in one sentence."""
        return self.findings[0].sentence

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong."""
        return all(finding.kind in MILD for finding in self.findings)

    @property
    def cures(self) -> tuple[str, ...]:
        """What to change; empty where nothing is to be changed."""
        return cures_of(self.watched, self.findings, self.framework)

    def lines(self) -> list[tuple[str, str]]:
        """List label and sentence of all that is told."""
        seen = self.watched
        told = [("verdict", self.verdict)]
        told += [("also", finding.sentence) for finding in self.findings[1:]]
        told += [("lanes", text) for text in lanes_told(seen)]
        told += [("lanes", text) for text in [advance_told(seen)] if text]
        if any(step.source.kind != NOT_KNOWN for step in seen.later):
            told += [("state", state_told(seen))]
        told += [("gradient", text) for text in [gradient_told(seen)] if text]
        if seen.other_calls:
            calls = f"{seen.other_calls:,} call{'s' * (seen.other_calls != 1)}"
            told += [("outside", f"{calls} of validation or prediction happened between those of training")]
        if seen.unknown:
            text = (
                f"{seen.unknown:,} windows were not found: give the series as the network gets it, scaled and encoded"
            )
            told += [("not found", text)]
        if seen.repeated:
            text = (
                f"{seen.repeated:,} windows fit several places, since contents repeat; where one of them goes on, it "
                "is taken; give rows=... to tell them apart"
            )
            told += [("repeated", text)]
        told += [("note", text) for text in self.notes]
        return told + [("cure", text) for text in self.cures]

    def __str__(self) -> str:
        """Tell all of it, 100 columns wide."""
        out, before = [], ""
        for label, text in self.lines():
            first = f"{'' if label == before else label:<{LABEL}}"
            out += wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * LABEL, break_on_hyphens=False)
            before = label
        return "\n".join(out)

    def __repr__(self) -> str:
        """Say the verdict in one line."""
        finding = self.findings[0]
        counted = f", {finding.count:,} of {finding.of:,} steps" if finding.of else ""
        name = f" of {self.layer}" if self.layer else ""
        return f"<Report{name}: {finding.kind}{counted}; print it for the whole>"

    def _repr_html_(self) -> str:
        """Draw it for a notebook: the sentences, then the first calls of the first lanes in colours."""
        rows = "".join(
            f"<tr><th style='text-align:left;vertical-align:top'>{escape(label)}</th>"
            f"<td style='text-align:left'>{escape(text)}</td></tr>"
            for label, text in self.lines()
        )
        return f"<table>{rows}</table>{self._lanes_html()}"

    def _lanes_html(self) -> str:
        """Draw lanes as rows and calls as columns; the rows of the series in each cell."""
        calls = list(dict.fromkeys(step.call for step in self.watched.steps))[:MOST_CALLS]
        cells = {(step.call, step.lane): step for step in self.watched.steps}
        head = "".join(f"<th>call {call}</th>" for call in calls)
        body = ""
        for lane in range(min(self.watched.lanes, MOST_LANES)):
            row = "".join(_cell(cells.get((call, lane))) for call in calls)
            body += f"<tr><th>lane {lane}</th>{row}</tr>"
        return f"<table><tr><th></th>{head}</tr>{body}</table>"


def _cell(step: Step | None) -> str:
    """Draw one call of one lane: its rows and its state; coloured where they do not belong together, and bold."""
    if step is None:
        return "<td></td>"
    place = step.place
    rows = (
        "" if place is None else f"{place.first}" if place.end == place.first + 1 else f"{place.first}–{place.end - 1}"
    )
    stray = step.source.kind in (OTHER_LANE, OUTSIDE, EARLIER) and not step.follows
    wrong = step.misled or step.cut or stray
    right = step.way is not None and step.way.kind == GOES_ON
    colour = "#f6c9b8" if wrong else "#cfe8cf" if right else "transparent"
    text = f"{escape(rows)}<br><small>{escape(origin(step.source))}</small>"
    return f"<td style='background:{colour};color:#111'>{f'<b>{text}</b>' if wrong else text}</td>"


def report(
    calls: Sequence[Call],
    series: Any = None,
    *,
    rows: Sequence[Any] | None = None,
    framework: str = "arrays",
    layer: str = "",
    notes: Sequence[str] = (),
) -> Report:
    """Tell what recorded calls show.

    Parameters
    ----------
    calls : sequence of Call
    series, rows
        As in `study.watching.steps.watched`.
    framework : {'keras', 'pytorch', 'arrays'}
    layer : str
    notes : sequence of str
        What else is to be told.

    Returns
    -------
    Report

    Raises
    ------
    StudyError
        If nothing was recorded, or series and rows do not fit what was.
    """
    return Report(watched(calls, series, rows), framework, layer, tuple(notes))
