"""All commands, one line each."""

from __future__ import annotations

from study.commands.base import Command

COMMANDS: tuple[Command, ...] = (
    Command("run", "compute what is missing of the study's results", "study.commands.run"),
    Command(
        "report", "rebuild the HTML and PDF reports from stored results, without training", "study.commands.report"
    ),
    Command("figure", "write one figure of the report as SVG, PNG or PDF", "study.commands.figure"),
    Command("table", "write one table of the report, as data or for a text of one's own", "study.commands.table"),
    Command("status", "show what is stored, and what is missing", "study.commands.status"),
    Command(
        "why",
        "show what each lane of a batch has seen, prove what cannot be learnt, and say what helps",
        "study.commands.why",
    ),
    Command("verify", "replay traces recorded from real Keras and measure the difference", "study.commands.verify"),
    Command("bench", "time the engine beside a plain loop and a floor, in turn", "study.commands.bench"),
)
