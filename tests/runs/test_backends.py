"""Nothing is lost to a kill or a fault: a run goes on from what is stored, and a fault costs its own job alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from planned import run

import study.runs.compute
from study.config import Config
from study.runs.backends import Job, Serial
from study.runs.store import Store

pytestmark = pytest.mark.lowest


JOBS = 5


def many():
    return [Config(epochs=400 + n, batch_size=2, layout="interleaved") for n in range(JOBS)]


PROGRAM = f"""
import sys
from study.config import Config
from study.commands.line import main
from study.experiments import EXPERIMENTS, Experiment

class Many(Experiment):
    name, question = "many", "Is nothing lost?"
    def configs(self, preset):
        return [Config(epochs=400 + n, batch_size=2, layout="interleaved") for n in range({JOBS})]

EXPERIMENTS.clear()
EXPERIMENTS["many"] = Many()
"""


FAULTY = """
import os, signal, time
from pathlib import Path
import study.runs.compute

here, whole = Path(__file__).parent, study.runs.compute.compute

def once(name):
    try:
        (here / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

def wait_for(name):
    while not (here / name).exists():
        time.sleep(0.02)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def compute(config, seeds):
    if config.epochs == 1:  # what one worker compiles before the others begin, where nothing is kept
        return whole(config, seeds)
    with (here / f"computed_{config.epochs}").open("a") as file:
        file.write(f"{os.getpid()}\\n")
    FAULT
    return whole(config, seeds)

study.runs.compute.compute = compute
"""


MAIN = """
if __name__ == "__main__":
    sys.exit(main())
"""


@pytest.fixture
def start(tmp_path):
    """Start `study run` in a process group of its own, on an experiment of a few configurations.

    `fault` stands before each computation in each worker, and `outset` before all else in each worker.
    """
    path, running = tmp_path / "program.py", []

    def start(workers, fault="", outset=""):
        faulty = FAULTY.replace("FAULT", fault) if fault or outset else ""
        begin = f'if __name__ != "__main__":\n    {outset}\n' if outset else ""
        path.write_text(PROGRAM + faulty + begin + MAIN, encoding="utf-8")
        words = ["run", "--experiment", "many", "--seeds", "2", "--workers", str(workers)]
        running.append(
            subprocess.Popen(
                [sys.executable, str(path), *words, "--results", str(tmp_path / "results")],
                env={**os.environ, "PYTHONPATH": str(Path(study.runs.compute.__file__).parents[2])},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
                # A job in a shell's background inherits that interrupts are ignored, and Python would keep it so.
                preexec_fn=accept_interrupts,  # noqa: PLW1509  (no other thread runs here)
            )
        )
        return running[-1]

    yield start
    for process in running:
        if members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def stored(results):
    return {path: path.read_bytes() for path in results.glob("runs/*/seeds_*.parquet")}


def wait_for(condition, seconds=120):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def accept_interrupts():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def members(group):
    """List the processes of a group that still live."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getpgid(int(entry.name)) == group:
                state = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
                if state != "Z":
                    found.append(int(entry.name))
        except OSError:  # it has just ended
            continue
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="counts processes in /proc")
@pytest.mark.parametrize(("how", "workers"), [(signal.SIGKILL, 2), (signal.SIGINT, 1)])
def test_a_run_that_is_killed_keeps_what_is_done_and_goes_on_from_there(how, workers, start, tmp_path):
    results = tmp_path / "results"
    running = start(workers)
    wait_for(lambda: stored(results) or running.poll() is not None)
    os.kill(running.pid, how)
    out, err = running.communicate(timeout=60)
    wait_for(lambda: not members(running.pid), 30)  # workers end with the driver, however it went
    assert out == ""
    if how == signal.SIGINT:
        assert running.returncode == 130
        assert "interrupted; what was finished is kept" in err
    assert "Traceback" not in err
    before = stored(results)
    assert 1 <= len(before) < JOBS
    for path in before:
        assert set(pd.read_parquet(path)["seed"]) == {0, 1}

    store = Store(results)
    plan, outcomes, failed = run(many(), 2, store)
    assert (plan.seeds_present, len(plan.jobs)) == (2 * len(before), JOBS - len(before))
    assert (len(outcomes), failed, plan.repairs) == (len(plan.jobs), 0, [])
    after = stored(results)
    assert len(after) == JOBS
    assert before.items() <= after.items()
    assert not list(results.glob("failures/*"))
    assert len(pd.read_parquet(results / "runs")["config"].unique()) == JOBS


def computed(folder):
    """List the processes that began each job, by its number."""
    return {n: (folder / f"computed_{400 + n}").read_text(encoding="utf-8").split() for n in range(JOBS)}


def assert_all_is_stored(results):
    assert len(stored(results)) == JOBS
    assert not list(results.glob("failures/*"))


@pytest.mark.slow
def test_a_unit_whose_worker_dies_is_computed_again_and_no_other_is(start, tmp_path):
    # The two dearest jobs are begun together; one ends its worker while the other is under way.
    first = "if config.epochs == 404 and once('hit'): wait_for('computed_403'); die()"
    running = start(2, f"{first}\n    if config.epochs == 403: wait_for('hit'); time.sleep(1)")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (0, False), err
    assert f"{JOBS} done, 0 failed, 0 left" in err
    assert_all_is_stored(tmp_path / "results")
    assert [len(tries) for tries in computed(tmp_path).values()] == [1, 1, 1, 1, 2]


@pytest.mark.slow
def test_a_unit_that_always_ends_its_worker_fails_alone(start, tmp_path):
    running = start(2, "if config.epochs == 402: die()")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (1, False), err
    assert f"{JOBS - 1} done, 1 failed, 0 left" in err
    assert len(stored(tmp_path / "results")) == JOBS - 1
    (failure,) = (tmp_path / "results" / "failures").iterdir()
    text = failure.read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[0])["epochs"] == 402
    assert "the worker process ended (exit code -9)" in text
    assert [len(tries) for tries in computed(tmp_path).values()] == [1, 1, 2, 1, 1]


@pytest.mark.slow
def test_the_unit_of_a_worker_that_is_killed_from_outside_is_computed_again_after_all_others(start, tmp_path):
    running = start(2, "if config.epochs > 402: wait_for('killed')")
    both = [tmp_path / f"computed_{n}" for n in (404, 403)]
    wait_for(lambda: all(path.exists() and path.read_text(encoding="utf-8").strip() for path in both))
    os.kill(int(both[0].read_text(encoding="utf-8")), signal.SIGKILL)
    (tmp_path / "killed").touch()
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (0, False), err
    assert_all_is_stored(tmp_path / "results")
    assert [len(tries) for tries in computed(tmp_path).values()] == [1, 1, 1, 1, 2]
    last = max(stored(tmp_path / "results"), key=lambda path: path.stat().st_mtime_ns)
    assert "_e404_" in str(last)


@pytest.mark.slow
def test_a_worker_that_dies_before_it_takes_its_unit_costs_nothing(start, tmp_path):
    running = start(2, outset="if once('hit'): die()")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (0, False), err
    assert_all_is_stored(tmp_path / "results")
    assert [len(tries) for tries in computed(tmp_path).values()] == [1] * JOBS


@pytest.mark.slow
def test_workers_that_cannot_start_end_the_run_with_failures(start, tmp_path):
    running = start(2, outset="die()")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (1, False), err
    assert f"0 done, {JOBS} failed, 0 left" in err
    assert len(list((tmp_path / "results" / "failures").iterdir())) == JOBS


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_unit_that_would_leave_python_fails_alone(workers, start, tmp_path):
    running = start(workers, "if config.epochs == 402: sys.exit('enough')")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (1, False), err
    assert f"{JOBS - 1} done, 1 failed, 0 left" in err
    (failure,) = (tmp_path / "results" / "failures").iterdir()
    assert failure.read_text(encoding="utf-8").endswith("SystemExit: enough\n")
    assert [len(tries) for tries in computed(tmp_path).values()] == [1] * JOBS


def test_an_interrupt_ends_a_unit_even_if_it_would_swallow_keyboard_interrupts(monkeypatch):
    def swallows(*_):
        with suppress(KeyboardInterrupt):  # as scikit-learn's MLP does
            signal.raise_signal(signal.SIGINT)
        return pd.DataFrame()

    monkeypatch.setattr(study.runs.compute, "compute", swallows)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(Serial().run([Job(Config(), (0,), 1.0)]))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
