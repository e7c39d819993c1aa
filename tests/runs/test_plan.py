"""What is stored is not computed again, nothing is lost to a kill or a fault, and a seed's bits never change."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import study.runs.compute
from study.commands.line import main
from study.config import Config
from study.experiments import EXPERIMENTS, Experiment
from study.runs.backends import Processes, Serial, Unit
from study.runs.compute import compute
from study.runs.plan import make_plan, run_plan
from study.runs.store import Store

pytestmark = pytest.mark.lowest

CONFIGS = [
    Config(epochs=10),
    Config(epochs=10, batch_size=4, layout="interleaved"),
    Config(epochs=10, layout="shuffled", batch_size=2),
    Config(epochs=10, model="stateless_lstm", timesteps=4, batch_size=8),
    Config(epochs=10, model="mlp", batch_size=4),
]
NAMES = ["stateful", "interleaved", "shuffled", "whole window", "mlp"]


class Tiny(Experiment):
    """A handful of configurations, to be run by the command line."""

    name = "tiny"
    question = "Does it run?"

    def configs(self, preset):
        return [replace(config, epochs=5) for config in CONFIGS] if preset.name == "quick" else CONFIGS


@pytest.fixture
def tiny(monkeypatch):
    for name in list(EXPERIMENTS):
        monkeypatch.delitem(EXPERIMENTS, name)
    monkeypatch.setitem(EXPERIMENTS, "tiny", Tiny())


@pytest.fixture
def counted(monkeypatch):
    """List of the (configuration, seeds) that are really computed in this process."""
    calls = []

    def counting(config, seeds):
        calls.append((config, tuple(seeds)))
        return compute(config, seeds)

    monkeypatch.setattr(study.runs.compute, "compute", counting)
    return calls


def run(configs, seeds, store, backend=None):
    outcomes = []
    plan = make_plan(configs, seeds, store)
    failed = run_plan(plan, store, backend or Serial(), outcomes.append)
    return plan, outcomes, failed


def files(folder):
    return {path: path.read_bytes() for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def test_a_second_run_computes_nothing(tmp_path, counted):
    store = Store(tmp_path)
    plan, outcomes, failed = run(CONFIGS, 3, store)
    assert (len(plan.units), len(outcomes), failed) == (5, 5, 0)
    assert len(counted) == 5
    before = files(tmp_path)
    plan, outcomes, failed = run(CONFIGS, 3, store)
    assert (plan.units, plan.seeds_wanted, plan.seeds_present) == ([], 15, 15)
    assert (outcomes, failed, len(counted)) == ([], 0, 5)
    assert files(tmp_path) == before


def test_more_seeds_compute_only_the_new_ones(tmp_path, counted):
    store = Store(tmp_path)
    run(CONFIGS[:1], 3, store)
    run(CONFIGS[:1], 5, store)
    assert [seeds for _, seeds in counted] == [(0, 1, 2), (3, 4)]
    run(CONFIGS[:1], 2, store)  # fewer are there already
    assert len(counted) == 2
    table = store.read(CONFIGS[0])
    assert sorted(table["seed"].unique()) == [0, 1, 2, 3, 4]
    assert not table.duplicated(["seed", "epoch"]).any()


def test_another_config_is_computed_anew(tmp_path, counted):
    store = Store(tmp_path)
    run(CONFIGS[:1], 2, store)
    run([replace(CONFIGS[0], learning_rate=0.002)], 2, store)
    assert len(counted) == 2


def test_pandas_reads_all_results_in_one_line(tmp_path):
    run(CONFIGS, 2, Store(tmp_path))
    everything = pd.read_parquet(tmp_path / "runs")
    assert everything["cell"].nunique() == len(CONFIGS)
    assert set(everything["seed"]) == {0, 1}
    needed = {"model", "layout", "batch_size", "budget", "epoch", "updates", "ambiguous_accuracy", "memory_gap"}
    assert needed <= set(everything.columns)
    assert len(everything) == len(CONFIGS) * 2 * 3  # epochs 0, 5 and 10


def test_provenance_stands_in_every_file(tmp_path):
    store = Store(tmp_path)
    run(CONFIGS[:1], 2, store)
    (origin,) = store.provenance(CONFIGS[0])
    assert {"version", "commit", "python", "processor", "torch", "computed", "seconds"} <= set(origin)
    assert origin["seeds"] == [0, 1]
    assert origin["cell"]["epochs"] == 10


@pytest.mark.usefixtures("tiny")
def test_a_damaged_file_is_set_aside_named_and_computed_anew(tmp_path, capsys):
    arguments = ["run", "--preset", "quick", "--seeds", "2", "--workers", "1", "--results", str(tmp_path)]
    assert main(arguments) == 0
    configs = Tiny().configs(type("P", (), {"name": "quick"}))
    store = Store(tmp_path)
    (path,) = store.units(configs[0])
    whole, expected = path.read_bytes(), store.read(configs[0])
    damaged = whole[: len(whole) // 2]
    path.write_bytes(damaged)
    capsys.readouterr()
    assert main(arguments) == 0
    err = capsys.readouterr().err
    assert path.name in err
    assert "damaged" in err
    assert "Traceback" not in err
    aside = path.with_name(f"_damaged_{path.name}")
    assert aside.read_bytes() == damaged
    pd.testing.assert_frame_equal(store.read(configs[0]), expected)
    assert main(arguments) == 0
    assert "nothing to compute" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a table at all", None])
def test_any_damage_is_found_before_anything_is_computed(tmp_path, content):
    store = Store(tmp_path)
    run(CONFIGS[:1], 2, store)
    (path,) = store.units(CONFIGS[0])
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + bytes(len(whole) - 50) + whole[-46:] if content is None else content)
    plan = make_plan(CONFIGS[:1], 2, store)
    assert len(plan.repairs) == 1
    assert path.name in plan.repairs[0]
    assert [unit.seeds for unit in plan.units] == [(0, 1)]


@pytest.mark.usefixtures("tiny")
def test_a_unit_that_raises_is_kept_apart_counted_and_tried_again(tmp_path, monkeypatch, capsys):
    def failing(config, seeds):
        if config.layout == "shuffled":
            raise RuntimeError("the disk is on fire")
        return compute(config, seeds)

    arguments = ["run", "--seeds", "2", "--workers", "1", "--results", str(tmp_path)]
    monkeypatch.setattr(study.runs.compute, "compute", failing)
    assert main(arguments) == 1
    err = capsys.readouterr().err
    assert "4 done, 1 failed, 0 left" in err
    assert "Traceback" not in err
    (failure,) = (tmp_path / "failures").iterdir()
    text = failure.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "the disk is on fire" in text
    assert json.loads(text.splitlines()[0])["seeds"] == [0, 1]
    assert main(["status", "--results", str(tmp_path)]) == 0
    shown = capsys.readouterr().out.split()
    assert shown[-6:] == ["tiny", "5", "8", "500", "0", "1"]

    monkeypatch.setattr(study.runs.compute, "compute", compute)
    assert main(arguments) == 0
    assert "4 configurations" not in capsys.readouterr().err
    assert not list((tmp_path / "failures").iterdir())
    assert len(Store(tmp_path).read(CONFIGS[2])["seed"].unique()) == 2


def test_a_failed_unit_is_remembered_until_all_of_its_seeds_are_stored(tmp_path):
    store, config = Store(tmp_path), CONFIGS[0]
    table = compute(config, range(4))
    first, second = store.write_failure(config, (0, 1), "first"), store.write_failure(config, (2, 3), "second")
    assert store.failures([config]) == [first, second]
    store.write(config, of_seed(table, 2), {})  # half of the second, cut otherwise
    assert store.failures([config]) == [first, second]
    assert first.read_text(encoding="utf-8").endswith("first")
    store.write(config, of_seed(table, 3), {})
    assert store.failures([config]) == [first]
    store.write(config, table.query("seed < 2"), {})
    assert store.failures([config]) == []


def test_failures_of_a_config_are_found_by_the_configs_that_coincide_with_it_and_counted_once(tmp_path):
    store, config = Store(tmp_path), CONFIGS[0]
    coincides = replace(config, layout="interleaved")
    kept = store.write_failure(config, (0, 1), "why")
    assert store.failures([coincides]) == store.failures([config, coincides]) == [kept]
    assert store.failures([CONFIGS[1]]) == []
    store.write(coincides, compute(coincides, (0, 1)), {})
    assert store.failures([config]) == []


@pytest.mark.usefixtures("tiny")
def test_configs_that_coincide_are_counted_once_by_run_and_status(tmp_path, monkeypatch, capsys):
    configs = [Config(epochs=1), Config(epochs=1, layout="interleaved"), Config(epochs=1, batch_size=2)]
    monkeypatch.setattr(Tiny, "configs", lambda *_: configs)
    assert main(["run", "--seeds", "3", "--workers", "1", "--results", str(tmp_path)]) == 0
    assert "2 configurations, 6 runs: 0 stored, 6 to compute" in capsys.readouterr().err
    assert main(["status", "--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.split()[-6:] == ["tiny", "2", "6", "200", "0", "0"]


def same(table, other):
    """Bit for bit, in every measure."""
    assert list(table.columns) == list(other.columns)
    for name in table.columns:
        ours, theirs = table[name].to_numpy(), other[name].to_numpy()
        assert ours.dtype == theirs.dtype, name
        if ours.dtype == object:
            assert ours.tolist() == theirs.tolist(), name
        else:
            assert ours.tobytes() == theirs.tobytes(), name


def of_seed(table, seed):
    return table[table["seed"] == seed].reset_index(drop=True)


@pytest.mark.parametrize("config", [replace(config, epochs=20) for config in CONFIGS], ids=NAMES)
def test_a_seed_has_the_same_bits_alone_and_in_a_block_of_64(config):
    together = compute(config, range(64))
    for seed in (0, 17, 63):
        same(compute(config, [seed]), of_seed(together, seed))
    backwards = compute(config, [5, 3, 40])
    for seed in (3, 5, 40):
        same(of_seed(backwards, seed), of_seed(together, seed))


@pytest.mark.slow
def test_two_workers_give_the_bits_of_one_and_hand_failures_back():
    units = [Unit(replace(config, epochs=20), (0, 1, 2), 1.0) for config in CONFIGS]
    wrong = Unit(Config(epochs=5, initialisation="nowhere"), (0,), 9.0)
    outcomes = {outcome.unit: outcome for outcome in Processes(2).run([*units, wrong])}
    assert outcomes[wrong].table is None
    assert "Traceback" in outcomes[wrong].failure
    assert "nowhere" in outcomes[wrong].failure
    for unit in units:
        same(outcomes[unit].table, compute(unit.config, range(4)).query("seed < 3").reset_index(drop=True))


def test_the_order_of_configs_changes_no_bit(tmp_path):
    one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
    run(CONFIGS, 2, one)
    run(CONFIGS[::-1], 2, two)
    for config in CONFIGS:
        same(one.read(config), two.read(config))


UNITS = 5


def many():
    return [Config(epochs=400 + n, batch_size=2, layout="interleaved") for n in range(UNITS)]


PROGRAM = f"""
import sys
from study.config import Config
from study.commands.line import main
from study.experiments import EXPERIMENTS, Experiment

class Many(Experiment):
    name, question = "many", "Is nothing lost?"
    def configs(self, preset):
        return [Config(epochs=400 + n, batch_size=2, layout="interleaved") for n in range({UNITS})]

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

def compute(configuration, seeds):
    with (here / f"computed_{config.epochs}").open("a") as file:
        file.write(f"{os.getpid()}\\n")
    FAULT
    return whole(configuration, seeds)

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
    assert 1 <= len(before) < UNITS
    for path in before:
        assert set(pd.read_parquet(path)["seed"]) == {0, 1}

    store = Store(results)
    plan, outcomes, failed = run(many(), 2, store)
    assert (plan.seeds_present, len(plan.units)) == (2 * len(before), UNITS - len(before))
    assert (len(outcomes), failed, plan.repairs) == (len(plan.units), 0, [])
    after = stored(results)
    assert len(after) == UNITS
    assert before.items() <= after.items()
    assert not list(results.glob("failures/*"))
    assert len(pd.read_parquet(results / "runs")["cell"].unique()) == UNITS


def computed(folder):
    """List the processes that began each unit, by its number."""
    return {n: (folder / f"computed_{400 + n}").read_text(encoding="utf-8").split() for n in range(UNITS)}


def assert_all_is_stored(results):
    assert len(stored(results)) == UNITS
    assert not list(results.glob("failures/*"))


@pytest.mark.slow
def test_a_unit_whose_worker_dies_is_computed_again_and_no_other_is(start, tmp_path):
    # The two dearest units are begun together; one ends its worker while the other is under way.
    first = "if configuration.epochs == 404 and once('hit'): wait_for('computed_403'); die()"
    running = start(2, f"{first}\n    if configuration.epochs == 403: wait_for('hit'); time.sleep(1)")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (0, False), err
    assert f"{UNITS} done, 0 failed, 0 left" in err
    assert_all_is_stored(tmp_path / "results")
    assert [len(tries) for tries in computed(tmp_path).values()] == [1, 1, 1, 1, 2]


@pytest.mark.slow
def test_a_unit_that_always_ends_its_worker_fails_alone(start, tmp_path):
    running = start(2, "if configuration.epochs == 402: die()")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (1, False), err
    assert f"{UNITS - 1} done, 1 failed, 0 left" in err
    assert len(stored(tmp_path / "results")) == UNITS - 1
    (failure,) = (tmp_path / "results" / "failures").iterdir()
    text = failure.read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[0])["epochs"] == 402
    assert "the worker process ended (exit code -9)" in text
    assert [len(tries) for tries in computed(tmp_path).values()] == [1, 1, 2, 1, 1]


@pytest.mark.slow
def test_the_unit_of_a_worker_that_is_killed_from_outside_is_computed_again_after_all_others(start, tmp_path):
    running = start(2, "if configuration.epochs > 402: wait_for('killed')")
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
    assert [len(tries) for tries in computed(tmp_path).values()] == [1] * UNITS


@pytest.mark.slow
def test_workers_that_cannot_start_end_the_run_with_failures(start, tmp_path):
    running = start(2, outset="die()")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (1, False), err
    assert f"0 done, {UNITS} failed, 0 left" in err
    assert len(list((tmp_path / "results" / "failures").iterdir())) == UNITS


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_unit_that_would_leave_python_fails_alone(workers, start, tmp_path):
    running = start(workers, "if configuration.epochs == 402: sys.exit('enough')")
    _, err = running.communicate(timeout=120)
    assert (running.returncode, "Traceback" in err) == (1, False), err
    assert f"{UNITS - 1} done, 1 failed, 0 left" in err
    (failure,) = (tmp_path / "results" / "failures").iterdir()
    assert failure.read_text(encoding="utf-8").endswith("SystemExit: enough\n")
    assert [len(tries) for tries in computed(tmp_path).values()] == [1] * UNITS


def test_an_interrupt_ends_a_unit_even_if_it_would_swallow_keyboard_interrupts(monkeypatch):
    def swallows(*_):
        with suppress(KeyboardInterrupt):  # as scikit-learn's MLP does
            signal.raise_signal(signal.SIGINT)
        return pd.DataFrame()

    monkeypatch.setattr(study.runs.compute, "compute", swallows)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            list(Serial().run([Unit(Config(), (0,), 1.0)]))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
