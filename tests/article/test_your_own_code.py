"""What is shown to type gives what is shown to come."""

from __future__ import annotations

import shlex

from study.article.your_own_code.findings import SHOWN, facts
from study.commands.line import main


def test_the_command_prints_what_the_section_shows(capsys):
    found = facts(None)
    words = shlex.split(found["command"])
    assert words[0] == "study"
    assert main(words[1:]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert len(found["answer"]) == len(SHOWN)
    for label, said in found["answer"].items():
        assert f"{label} {said}" in printed


def test_its_verdict_is_one_of_those_that_are_listed():
    found = facts(None)
    assert any(found["answer"]["verdict"].startswith(verdict) for verdict in found["verdicts"])


def test_the_program_for_tables_runs(capsys):
    exec(compile(facts(None)["lanes"], "lanes", "exec"), {})
    assert "128" in capsys.readouterr().out
