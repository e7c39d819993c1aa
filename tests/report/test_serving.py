"""The report is served to this machine alone, follows the results, and stops when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from threading import Event, Thread
from urllib.request import urlopen

import pytest
from invented import ORIGIN, invented

from study.commands.line import main
from study.config import Config
from study.errors import StudyError
from study.experiments import PRESETS, find_experiment
from study.report import serving
from study.report.serving import LOOPBACK, follow, served, state_of
from study.runs.compute import compute
from study.runs.store import Store


def test_a_folder_is_served_on_loopback_while_the_block_runs(tmp_path, monkeypatch):
    bound, real = [], serving.ThreadingHTTPServer.server_bind
    monkeypatch.setattr(
        serving.ThreadingHTTPServer, "server_bind", lambda one: real(one) or bound.append(one.socket.getsockname())
    )
    (tmp_path / "report.html").write_text("first", encoding="utf-8")
    with served(tmp_path, 0) as address:
        assert address.startswith(f"http://{LOOPBACK}:")
        assert urlopen(address).read() == b"first"
        assert bound == [(LOOPBACK, int(address.split(":")[2].split("/")[0]))]
        (tmp_path / "report.html").write_text("second", encoding="utf-8")
        answer = urlopen(address)
        assert (answer.read(), answer.headers["Cache-Control"]) == (b"second", "no-cache")
    with pytest.raises(OSError, match="refused"):
        urlopen(address)


def test_a_port_that_cannot_be_had_is_one_line(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StudyError, match=f"port {port} is taken; give another with --port"), served(tmp_path, port):
            pass
        assert main(["report", "--serve", "--port", str(port), "--output", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    with pytest.raises(StudyError, match="port is 70000"), served(tmp_path, 70000):
        pass


def test_results_that_changed_and_came_to_rest_are_built_once(tmp_path):
    built, stop, done = [], Event(), Event()

    def state():
        return state_of(tmp_path, apart=tmp_path / "report")

    before = state()
    watching = Thread(target=follow, args=(state, before, lambda: built.append(1) or done.set(), stop, 0.01))
    (tmp_path / "run.parquet").write_bytes(b"1")
    watching.start()
    assert done.wait(30)
    done.clear()
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.html").write_text("built")
    assert not done.wait(0.2)  # nothing has changed but the report, which may stand inside the results
    (tmp_path / "run.parquet").write_bytes(b"22")
    assert done.wait(30)
    stop.set()
    watching.join(30)
    assert not watching.is_alive()
    assert len(built) == 2


def test_the_command_serves_what_it_built_and_ctrl_c_ends_it_cleanly(tmp_path):
    store, columns = Store(tmp_path / "results"), compute(Config(epochs=5), [0]).columns
    for config in find_experiment("main_grid").configs(PRESETS["quick"]):
        store.write(config, invented(config, 8, columns), ORIGIN)
    words = ["report", "--serve", "--port", "0", "--results", str(store.root), "--output", str(tmp_path / "out")]
    heard = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "  # where tests run unheard
    running = subprocess.Popen(
        [sys.executable, "-c", f"{heard}from study.commands.line import main; sys.exit(main(sys.argv[1:]))", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        lines = [running.stdout.readline() for _ in range(3)]
        address = lines[-1].split()[0]
        assert b"<!DOCTYPE html>" in urlopen(address).read()[:200]
        running.send_signal(signal.SIGINT)
        said, errors = running.communicate(timeout=60)
    finally:
        running.kill()
    assert (running.returncode, said, "Traceback" in errors) == (0, "stopped\n", False)
