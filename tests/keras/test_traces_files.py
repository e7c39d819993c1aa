"""Trace files that were changed, spoilt or kept: what differs is named, and what is no trace is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from keras_semantics import ROWS, TUTORIAL, batches_of_windows, record

import study.commands.verify
from study.commands.line import main
from study.keras.traces import fingerprint, replay


@pytest.fixture
def trace(tmp_path):
    batches = batches_of_windows(TUTORIAL, 2, [ROWS[:4], ROWS[4:]], [True, True], 5)
    return record(tmp_path / "trace.npz", batches, features=5, outputs=5, stateful=True)


def change(path, **arrays):
    with np.load(path) as file:
        whole = {name: file[name] for name in file.files}
    np.savez(path, **{name: value for name, value in {**whole, **arrays}.items() if value is not None})


def entry(path, name, by=1e-9):
    """One array of a trace with its last number changed by a little."""
    with np.load(path) as file:
        array = file[name].copy()
    array.flat[-1] += by
    return {name: array}


@pytest.mark.parametrize("name", ["loss", "final_kernel", "final_dense_bias", "final_probs"])
def test_a_trace_that_was_changed_differs_and_the_exit_code_is_1(name, trace, capsys):
    assert main(["verify", str(trace)]) == 0
    change(trace, **entry(trace, name))
    assert main(["verify", str(trace)]) == 1
    out = capsys.readouterr().out
    assert "DIFFERS" in out
    assert "0 of 1 traces agree" in out


def test_one_bad_trace_among_good_ones_is_named(trace, tmp_path, capsys):
    good = tmp_path / "good.npz"
    good.write_bytes(trace.read_bytes())
    change(trace, **entry(trace, "loss"))
    assert main(["verify", str(good), str(trace)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("good.npz" in line and "agrees" in line for line in lines)
    assert any("trace.npz" in line and "DIFFERS" in line for line in lines)


def test_a_loss_that_is_no_number_differs(trace):
    change(trace, **entry(trace, "loss", by=np.nan))
    assert main(["verify", str(trace)]) == 1


def spoil(path, how):  # noqa: PLR0912, PLR0915
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "text":
        path.write_text("loss\n0.1\n", encoding="utf-8")
    elif how == "cut short":
        path.write_bytes(content[: len(content) // 2])
    elif how == "bytes changed":
        middle = len(content) // 2
        path.write_bytes(
            content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 200]) + content[middle + 200 :]
        )
    elif how == "compressed, bytes changed":
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        np.savez_compressed(path, **arrays)
        content = path.read_bytes()
        path.write_bytes(content[:600] + bytes(byte ^ 0xFF for byte in content[600:700]) + content[700:])
    elif how == "a single array":
        with path.open("wb") as file:
            np.save(file, np.zeros(3))
    elif how == "pickled objects":
        np.savez(path, loss=np.array([{}], dtype=object))
    elif how == "no trace":
        np.savez(path, loss=np.zeros(3))
    elif how == "no losses":
        change(path, loss=None)
    elif how == "a step lacking":
        change(path, step1_x=None)
    elif how == "losses of other steps":
        change(path, loss=np.zeros((5, 7)))
    elif how == "losses without epochs":
        change(path, loss=np.zeros(4))
    elif how == "weights of other shapes":
        change(path, final_kernel=np.zeros((2, 2)))
    elif how == "initial weights that do not fit":
        change(path, init_recurrent_kernel=np.zeros((5, 20)))
    elif how == "inputs of another alphabet":
        change(path, step0_x=np.zeros((4, 2, 9)))
    elif how == "targets of another alphabet":
        change(path, step0_y=np.zeros((4, 9)))
    elif how == "rows beyond the answers":
        change(path, step0_rows=np.arange(90, 94))
    elif how == "steps that are text":
        change(path, n_steps=np.array("two"))
    elif how == "text for numbers":
        change(path, loss=np.full((12, 2), "x"))
    elif how == "no step at all":
        change(path, n_steps=np.array(0), loss=np.zeros((12, 0)))
    elif how == "an unknown optimiser":
        change(path, optimiser=np.array("adamw"))
    elif how == "an unknown layer":
        change(path, layer=np.array("lstms"))
    elif how == "a rate that is text":
        change(path, learning_rate=np.array("fast"))
    elif how == "a momentum beyond 1":
        change(path, optimiser=np.array("sgd"), momentum=np.array(1.5))
    elif how == "weights of another layer":
        change(path, layer=np.array("gru"))


@pytest.mark.parametrize(
    "how",
    [
        "missing", "folder", "empty", "text", "cut short", "bytes changed", "compressed, bytes changed",
        "a single array", "pickled objects", "no trace", "no losses", "a step lacking", "losses of other steps",
        "losses without epochs", "weights of other shapes", "initial weights that do not fit",
        "inputs of another alphabet", "targets of another alphabet", "rows beyond the answers", "steps that are text",
        "text for numbers", "no step at all", "an unknown optimiser", "an unknown layer", "a rate that is text",
        "a momentum beyond 1", "weights of another layer",
    ],
)  # fmt: skip
def test_a_file_that_is_no_whole_trace_is_one_line_and_exit_code_2(how, trace, capsys):
    spoil(trace, how)
    assert main(["verify", str(trace)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("study verify: ")
    assert "trace.npz" in captured.err


def test_results_folder_keeps_the_differences(trace, tmp_path):
    assert main(["verify", "--results", str(tmp_path / "kept"), str(trace)]) == 0
    header, line = (tmp_path / "kept" / "keras.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",")[0] == "trace"
    assert line.startswith("trace.npz,kernel,float64,24,")


def test_kept_differences_are_used_until_the_engine_or_a_trace_changes(trace, tmp_path, monkeypatch, capsys):
    replayed = []
    monkeypatch.setattr(study.commands.verify, "replay", lambda *given: replayed.append(given) or replay(*given))
    command = ["verify", "--results", str(tmp_path / "kept"), "--if-changed", str(trace)]
    assert main(command) == 0
    assert main(command) == 0
    assert len(replayed) == 1
    assert "unchanged since they were replayed: 1 of 1 traces agree" in capsys.readouterr().out
    content = dict(np.load(trace))
    np.savez(trace, **{**content, "loss": content["loss"] + 1e-3})
    assert main(command) == 1
    assert main(command) == 1  # a difference that is kept is no agreement
    assert len(replayed) == 2
    monkeypatch.setattr(study.commands.verify, "fingerprint", lambda _: "another code")
    assert main(command) == 1
    assert len(replayed) == 3
    assert main([*command, "--engine", "torch"]) == 1  # kept are those of the kernel
    assert len(replayed) == 4
    (tmp_path / "kept" / "keras.csv").write_text("", encoding="utf-8")
    assert main(command) == 1
    assert len(replayed) == 5


def test_if_changed_without_a_folder_says_what_to_give(trace, capsys):
    assert main(["verify", "--if-changed", str(trace)]) == 2
    assert "give it with --results" in capsys.readouterr().err


def test_the_fingerprint_tells_sources_and_traces_apart(trace, monkeypatch):
    before = fingerprint([trace])
    assert fingerprint([trace]) == before
    trace.write_bytes(trace.read_bytes() + b"0")
    assert fingerprint([trace]) != before
    after, text = fingerprint([trace]), Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **how: text(path, **how) + "#" * (path.name == "optimisers.py"))
    assert fingerprint([trace]) != after
