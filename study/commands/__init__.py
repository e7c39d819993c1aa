"""All commands, one line each."""

from __future__ import annotations

from study import bench
from study.commands import report, run, status, verify
from study.commands.base import Command
from study.explain import command as why

COMMANDS: tuple[Command, ...] = (
    Command("run", "compute what is missing of the study's results", run),
    Command("report", "rebuild the HTML and PDF reports from stored results, without training", report),
    Command("status", "show what is stored, and what is missing", status),
    Command("why", "show what each lane of a batch has seen, prove what cannot be learnt, and say what helps", why),
    Command("verify", "replay traces recorded from real Keras and measure the difference", verify),
    Command("bench", "time the engine beside a plain loop and a floor, in turn", bench),
)
