"""Every mistake of a user is one line and exit code 2, and costs no stored result."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from study.commands import COMMANDS
from study.commands.line import main
from study.config import Config
from study.experiments import EXPERIMENTS
from study.experiments.main_grid.configs import MainGrid
from study.models import find_model
from study.runs.backends import Serial
from study.runs.plan import make_plan, run_plan
from study.runs.provenance import own_version
from study.runs.store import Store
from study.sequences.tasks import make_task

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("seq_b4*f32.npz"))


def mistake(arguments, capsys):
    """Run, see that it ends as a mistake should, and return the line."""
    try:
        code = main(arguments)
    except SystemExit as ended:  # argparse's own way
        code = ended.code
    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert captured.err.endswith("\n")
    assert captured.err.count("\n") == 1, captured.err
    assert captured.err.startswith("study")
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ("run --preset standart", ["preset 'standart'", "quick, standard, full", "did you mean 'standard'?"]),
        ("run --experiment main-grid", ["experiment 'main-grid'", "did you mean 'main_grid'?"]),
        ("run --experiment nothing", ["experiment 'nothing'", "main_grid"]),
        ("run --seeds 0", ["seeds is 0", "1 or more"]),
        ("run --seeds -5", ["seeds is -5", "1 or more"]),
        ("run --seeds many", ["--seeds", "'many'"]),
        ("run --workers 0", ["workers is 0", "1 or more"]),
        ("run --speed 3", ["--speed"]),
        ("status --preset ful", ["preset 'ful'", "did you mean 'full'?"]),
        ("status --experiment main_gird", ["did you mean 'main_grid'?"]),
        ("why --layout interleave", ["layout 'interleave'", "consecutive, interleaved, shuffled", "'interleaved'?"]),
        ("why --reset batch", ["reset 'batch'", "sequence, epoch, never"]),
        ("why --order rnd", ["order 'rnd'", "fixed, alternating, random"]),
        ("why --batch-size 3", ["batch size 3", "rows 6 to 7 left over", "1, 2, 4 or 8"]),
        ("why --batch-size 3 --layout interleaved", ["batch size 3", "2 sequences", "1, 2, 4, 6 or 8"]),
        ("why --batch-size 0", ["batch size is 0", "1 or more"]),
        ("why --batch-size -1", ["batch size is -1", "1 or more"]),
        ("why --batch-size 2.5", ["--batch-size", "'2.5'"]),
        ("why --timesteps 0", ["timesteps is 0", "1 or more"]),
        ("why --sequences 3", ["'3'", "two symbols"]),
        ("why --sequences 3,0,1 4", ["'4'", "two symbols"]),
        ("why --sequences 3,,1", ["empty symbol"]),
        ("why nowhere.csv", ["nowhere.csv", "does not exist"]),
        ("why --snippet theano", ["theano"]),
        ("verify nowhere.npz", ["nowhere.npz", "does not exist"]),
        ("verify", ["TRACE.npz"]),
        ("dance", ["'dance'", "run"]),
        ("", ["COMMAND"]),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_allowed(arguments, parts, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = mistake(arguments.split(), capsys)
    for part in parts:
        assert part in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "call", [lambda: find_model("stateful_lsmt"), lambda: make_task("two_sequence")], ids=["model", "task"]
)
def test_names_that_only_experiments_use_are_looked_up_with_a_suggestion(call):
    with pytest.raises(ValueError, match=r"unknown \w+ '\w+'; known: .*; did you mean '\w+'\?"):
        call()


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"model": "lstm"}, ["model 'lstm'", "stateful_lstm"]),
        ({"layout": "shuffle"}, ["layout 'shuffle'", "did you mean 'shuffled'?"]),
        ({"task": "two"}, ["task 'two'"]),
        ({"batch_size": 3}, ["batch size 3", "rows 6 to 7 left over"]),
        ({"batch_size": 0}, ["batch size is 0"]),
    ],
)
def test_a_config_that_cannot_be_is_refused_before_anything_is_computed(change, parts, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(MainGrid, "configs", lambda *_: [Config(epochs=5), replace(Config(epochs=5), **change)])
    line = mistake(["run", "--experiment", "main_grid", "--workers", "1", "--results", str(tmp_path / "r")], capsys)
    for part in parts:
        assert part in line
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.mark.parametrize("command", ["run", "verify"])
@pytest.mark.parametrize("inside", ["", "/below"])
def test_a_file_in_the_place_of_the_results_folder(command, inside, tmp_path, capsys):
    place = tmp_path / "results"
    place.write_text("precious", encoding="utf-8")
    arguments = [command, "--results", f"{place}{inside}"]
    if command == "verify":
        arguments += [str(path) for path in GOLDEN]
        assert GOLDEN
    line = mistake(arguments, capsys) if command == "run" else only_error(arguments, capsys)
    assert "cannot be written to" in line
    assert str(place) in line
    assert "--results" in line
    assert place.read_text(encoding="utf-8") == "precious"


def only_error(arguments, capsys):
    """Like `mistake`, for a command that has shown something before."""
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    return err


@pytest.fixture
def small_results(tmp_path, monkeypatch):
    """A results folder that holds all of an experiment of one configuration, and nothing else."""
    config = Config(epochs=5)
    for name in list(EXPERIMENTS):
        if name != "main_grid":
            monkeypatch.delitem(EXPERIMENTS, name)
    monkeypatch.setattr(MainGrid, "configs", lambda *_: [config])
    store = Store(tmp_path / "results")
    run_plan(make_plan([config], 2, store), store, Serial(), lambda _: None)
    return store, config


def test_a_damaged_result_is_named_by_report_and_status_and_stays_where_it_is(small_results, capsys, tmp_path):
    store, config = small_results
    (path,) = store.files(config)
    damaged = path.read_bytes()[:300]
    path.write_bytes(damaged)
    line = mistake(["report", "--results", str(store.root), "--output", str(tmp_path / "out")], capsys)
    assert str(path) in line
    assert "damaged" in line
    assert "study run" in line
    assert path.read_bytes() == damaged
    assert not (tmp_path / "out").exists()
    assert main(["status", "--results", str(store.root)]) == 0
    captured = capsys.readouterr()
    assert captured.out.split()[-7:] == ["main_grid", "1", "0", "100", "0", "1", "0"]
    assert captured.err == ""


def test_a_report_without_results_says_how_to_get_some(capsys, tmp_path):
    line = mistake(["report", "--results", str(tmp_path / "nothing"), "--output", str(tmp_path / "out")], capsys)
    assert "study run" in line
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "nothing").exists()


def test_symbols_that_are_markup_are_shown_as_they_are(capsys):
    assert main(["why", "--sequences", "[bold],<b>,x", "[/red],<b>,y", "--batch-size", "2"]) == 0
    out = capsys.readouterr().out
    for symbol in ("[bold]", "[/red]", "<b>"):
        assert symbol in out
    assert "\x1b" not in out


@pytest.mark.parametrize("name", ["[bold]x[/bold]", "[/]", "<script>", "a\nb", "\x1b[31mred"])
def test_names_that_are_markup_are_repeated_as_they_are_on_one_line(name, capsys):
    line = mistake(["run", "--experiment", name], capsys)
    assert "unknown experiment" in line
    if "\n" not in name and "\x1b" not in name:
        assert name in line
    assert "\x1b" not in line


def test_status_of_an_empty_folder_shows_what_is_missing(tmp_path, capsys):
    assert main(["status", "--results", str(tmp_path / "none")]) == 0
    said = capsys.readouterr()
    assert "main_grid" in said.out
    assert "nothing is stored; compute with 'study run'" in said.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_teaches_by_examples(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command.name, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    examples = shown.partition("examples:\n")[2].splitlines()
    assert sum(line.startswith(f"  study {command.name}") for line in examples) >= 1
    assert command.summary.split(",")[0].split()[0].lower() in shown.lower()


def test_general_help_lists_every_command_and_the_version_is_shown(capsys):
    for arguments in (["--help"], ["--version"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 0
    shown = capsys.readouterr().out
    for command in COMMANDS:
        assert f"  {command.name} " in shown
    assert f"study {own_version()}" in shown


def test_help_compiles_nothing(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    words = [sys.executable, "-m", "study.commands.line", "bench", "--help"]
    told = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert told.stderr == ""
    assert "--rounds" in told.stdout
