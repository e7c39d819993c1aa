"""What a run says while it goes and when it has ended is true, and the bar reaches its end."""

from __future__ import annotations

import io
import random
import re

import pandas as pd
import pytest
from rich.console import Console

import study.runs.compute
from study.commands.line import main
from study.config import Config
from study.experiments import EXPERIMENTS, Experiment
from study.runs.backends import Job, Outcome
from study.runs.plan import Plan
from study.runs.progress import Count, tracking

TABLE = pd.DataFrame()


def jobs(costs, seeds=3):
    return [Job(Config(epochs=1 + n), tuple(range(seeds)), cost) for n, cost in enumerate(costs)]


def done(job, seconds=1.0):
    return Outcome(job, TABLE, seconds)


def failed(job, seconds=0.0):
    return Outcome(job, None, seconds, "why")


class Clock:
    """Shows what it is set to."""

    now = 1000.0

    def __call__(self):
        return self.now


def last_drawn(plan, outcomes, **terminal):
    """What a terminal shows at the end."""
    file = io.StringIO()
    with tracking(plan, Console(file=file, force_terminal=True, width=120, **terminal), 2) as track:
        for outcome in outcomes:
            track(outcome)
    return file.getvalue().rpartition("\r")[2]


@pytest.mark.parametrize("seed", range(8))
def test_the_bar_is_full_at_the_end_whatever_the_order_of_outcomes(seed):
    draw = random.Random(seed)
    plan = Plan(jobs([100 * draw.random() for _ in range(37)]))  # their sum depends on the order
    ended = [draw.choice([done, failed])(job) for job in draw.sample(plan.jobs, 37)]
    drawn = last_drawn(plan, ended)
    assert drawn.count("━") == 40
    assert "╸" not in drawn
    assert "100 %" in drawn
    assert "0 left" in drawn


def test_the_bar_is_full_where_nothing_costs_anything():
    plan = Plan(jobs([0.0, 0.0]))
    assert "100 %" in last_drawn(plan, map(done, plan.jobs))


def test_the_bar_is_not_full_before_the_end():
    plan = Plan(jobs([1e9, 1e-9]))
    drawn = last_drawn(plan, [failed(plan.jobs[1])])
    assert "  0 %" in drawn
    assert "1 left" in drawn


def test_a_full_bar_does_not_look_like_an_empty_one_in_16_colours():
    plan = Plan(jobs([1.0]))
    full, empty = (
        re.search(r"\x1b\[(\d+)m━", last_drawn(plan, ended, color_system="standard")).group(1)
        for ended in ([done(plan.jobs[0])], [])
    )
    assert full != empty


def test_time_left_rests_on_the_seconds_of_finished_units_and_not_on_the_start_of_workers():
    clock, work = Clock(), jobs([1000.0] * 10)
    count = Count(Plan(work), 2, clock)
    clock.now += 500 + 300  # workers start for 500 s, then the first two jobs take 300 s side by side
    count.add(done(work[0], 300))
    count.add(done(work[1], 300))
    assert count.seconds_left == pytest.approx(8 / 2 * 300, rel=0.02)
    assert count.line() == "2 done, 0 failed, 8 left, about 20 min 14 s to go"
    clock.now += 100  # and it is counted down
    assert count.seconds_left == pytest.approx(8 / 2 * 300 - 100, rel=0.02)


def test_time_left_is_neither_misled_by_units_that_fail_at_once_nor_by_idle_workers():
    clock, work = Clock(), jobs([1000.0] * 4)
    count = Count(Plan(work), 8, clock)
    count.add(failed(work[0]))
    count.add(done(work[1], 2000))
    count.add(done(work[2], 2000))
    assert count.seconds_left == pytest.approx(2000, rel=0.02)  # one job is left, which one worker computes
    clock.now += 1e6
    assert count.line() == "2 done, 1 failed, 1 left"


def test_before_any_unit_has_ended_costs_are_taken_for_seconds():
    count = Count(Plan(jobs([100.0, 20.0])), 2, Clock())
    assert count.line() == "0 done, 0 failed, 2 left, about 1 min 0 s to go"


def test_a_first_unit_that_loads_much_does_not_mislead_much():
    work = jobs([3.0] * 40)
    count = Count(Plan(work), 2, Clock())
    count.add(done(work[0], 9))  # 6 s of them to load
    assert count.seconds_left < 1.5 * 39 * 3 / 2


def test_the_summary_says_what_was_done_and_how_long_it_took():
    clock, work = Clock(), jobs([1.0, 1.0, 1.0], seeds=1000)
    count = Count(Plan(work), 2, clock)
    clock.now += 200
    count.add(done(work[0]))
    count.add(done(work[1]))
    assert count.summary() == "computed 2,000 runs in 2 jobs in 3 min 20 s"
    count.add(failed(work[2]))
    assert count.summary() == "computed 2,000 runs in 2 jobs in 3 min 20 s; failed: 1,000 runs in 1 job"


class Pair(Experiment):
    """Two configurations of one epoch."""

    name, question = "pair", "Is it said?"

    def configs(self, preset):  # noqa: ARG002
        return [Config(epochs=1), Config(epochs=1, batch_size=2)]


@pytest.fixture
def pair(monkeypatch):
    for name in list(EXPERIMENTS):
        monkeypatch.delitem(EXPERIMENTS, name)
    monkeypatch.setitem(EXPERIMENTS, "pair", Pair())


def said(words, capsys):
    """Exit code, and what stands on standard error, by line."""
    code = main(["run", "--seeds", "3", "--workers", "1", *words])
    return code, capsys.readouterr().err.splitlines()


@pytest.mark.usefixtures("pair")
def test_a_run_ends_by_saying_what_was_done_and_what_comes_next(tmp_path, capsys):
    folder = tmp_path / ("a long name " * 8) / "[bold]"  # neither taken for markup nor broken into lines
    code, lines = said(["--results", str(folder)], capsys)
    assert code == 0
    assert re.fullmatch(r"computed 6 runs in 2 jobs in (\d+ min )?\d+ s", lines[-2])
    assert lines[-1].startswith("No answer yet: it rests on main_grid")
    assert lines[-1].endswith(f": study report --results '{folder}'")
    code, lines = said(["--results", str(folder)], capsys)
    assert lines == [f"nothing to compute: all 6 runs are stored in {folder}", lines[-1]]
    assert lines[-1].endswith(f": study report --results '{folder}'")


@pytest.mark.usefixtures("pair")
def test_the_default_folder_need_not_be_named_in_the_next_command(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said([], capsys)[1][-1].endswith(": study report")


@pytest.mark.usefixtures("pair")
def test_a_run_with_failures_ends_by_saying_why_and_where_tracebacks_are(tmp_path, capsys, monkeypatch):
    whole = study.runs.compute.compute

    def failing(config, seeds):
        if config.batch_size == 2:
            raise RuntimeError("no")
        return whole(config, seeds)

    monkeypatch.setattr(study.runs.compute, "compute", failing)
    code, lines = said(["--results", str(tmp_path)], capsys)
    assert code == 1
    assert re.fullmatch(r"computed 3 runs in 1 job in (\d+ min )?\d+ s; failed: 3 runs in 1 job", lines[-3])
    assert re.fullmatch(r"1 job failed: RuntimeError: no \(backends.py, line \d+\)", lines[-2])
    assert lines[-1] == f"tracebacks are in {tmp_path / 'failures'}; the same command tries what failed again"


def test_the_most_frequent_reasons_of_failures_are_told_and_a_few_of_them():
    work = [Job(Config(epochs=n), (0,), 1.0) for n in range(20)]
    count = Count(Plan(work), 1)
    for number, job in enumerate(work):
        count.add(Outcome(job, None, 0.0, "Traceback ...", "often" if number % 2 else f"reason {number}"))
    assert count.causes() == [
        "10 jobs failed: often", *(f"1 job failed: reason {number}" for number in (0, 2, 4, 6)), "..."
    ]  # fmt: skip
