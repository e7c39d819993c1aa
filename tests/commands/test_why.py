"""`study why` on the command line: one screen, markup as it is, errors of one line, checks to paste."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from command_line import run_json
from rich.cells import cell_len

from study import StudyError, to_lanes, why
from study.commands import line as cli
from study.commands import why as command
from study.presentation import LAYOUTS

pytestmark = pytest.mark.lowest


@pytest.mark.parametrize(
    "options",
    [
        "--batch-size 4",
        "",
        "--batch-size 2",
        "--batch-size 8",
        "--timesteps 2",
        "--batch-size 4 --reset never",
        "--layout shuffled",
        "--timesteps 4",
        "--reset never",
        "--batch-size 2 --reset epoch --order random",
    ],
)
def test_fits_one_screen(options, capsys):
    assert command.main(options.split()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 40
    assert max(cell_len(line) for line in lines) <= 100


def test_markup_and_odd_symbols_are_shown_as_they_are(capsys):
    sequences = ["<b>,[red],🙂,x", "[/],[red],🙂,y", "a very long symbol that goes on,\u202e\x1b[31m,\t ,z"]
    assert command.main(["--sequences", *sequences[:2]]) == 0
    out = capsys.readouterr().out
    assert "<b>,[red],🙂 → x" in out
    assert "[/],[red],🙂 → y" in out
    text = str(why([["a very long symbol that goes on", "\x1b[31m", "z"], ["", " ", "q"]]))
    assert "\x1b" not in text
    assert "a very long…" in text
    assert max(cell_len(line) for line in text.splitlines()) <= 100


def test_markup_in_error_is_kept():
    with pytest.raises(StudyError, match=re.escape("unknown layout '[red]'")):
        why(layout="[red]")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--batch-size", "3"], "batch size 3 does not divide the 8 rows"),
        (["--batch-size", "16"], "batch size 16 does not divide"),
        (["--batch-size", "0"], "batch size is 0"),
        (["--timesteps", "0"], "timesteps is 0"),
        (["--layout", "interleave"], "did you mean 'interleaved'"),
        (["--sequences", "3"], "fewer than two symbols"),
        (["--sequences", "3,,4"], "empty symbol"),
        (["missing.csv"], "does not exist"),
        (["3,0,1,2,3"], "is read as the name of a file, and there is none; did you mean --sequences 3,0,1,2,3?"),
        (["3,0,1,2,3", "4,0,1,2,4"], "did you mean --sequences 3,0,1,2,3 4,0,1,2,4?"),
        (["3 0 1", "4 0 1", "--batch-size", "2"], "did you mean --sequences '3 0 1' '4 0 1'?"),
        (["a.txt", "b.txt"], "2 files are given (a.txt, b.txt); give one"),
        (["--sequences", "[[3,0],[4,0]]"], "has the symbol '[[3', a number with a bracket or quote"),
        (["--sequences", '"3,0', '4,0"'], "write sequences without either"),
        (["--group", "g"], "give its file too"),
        (["--snippet", "tensorflow"], "known: keras, pytorch"),
        (["--snippet", "keras", "--cure", "7"], "there is no cure 7"),
        (["--batch-size", "4", "--cure", "2"], "--cure 2 goes with --snippet alone; add --snippet keras"),
    ],
)
def test_bad_arguments_are_one_line_and_exit_code_two(arguments, message, capsys):
    assert command.main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


CHECK = re.compile(r"check it: study why((?:.*\\\n)*.*)")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--batch-size", "4"],
        ["--sequences", "3,0,1,2,3", "4,0,1,2,4", "5,0,1,2,5", "--batch-size", "3"],
        ["--sequences", "-1,0,1,-1", "-2,0,1,-2", "--batch-size", "2", "--order", "alternating"],
        ["--sequences", "it's,b c,$x,it's", "*,b c,$x,*", "--batch-size", "2", "--reset", "never"],
        ["my words.txt", "--batch-size", "2", "--stateless"],
        ["table.csv", "--group", "the group", "--time", "t", "--value", "v", "--batch-size", "3"],
    ],
)
def test_printed_check_can_be_pasted_and_has_the_promised_ceiling(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("my words.txt").write_text("a b,x,y,a b\nc,x,y,c\n", encoding="utf-8")
    frame = pd.DataFrame({"the group": list("aaaabbbb"), "t": [*range(4)] * 2, "v": [3, 0, 1, 3, 4, 0, 1, 4]})
    frame.to_csv("table.csv", index=False)
    assert cli.main(["why", *arguments]) == 0
    shown = [found.group(1) for found in CHECK.finditer(capsys.readouterr().out)]
    told = json.loads(run_json(arguments))
    repairs = [repair for repair in (told["repair"], *told["other_repairs"]) if repair]
    assert len(shown) == len(repairs) >= 1
    for command_line, repair in zip(shown, repairs, strict=True):
        # A shell, not this test, takes the words apart.
        printed = subprocess.run(
            ["sh", "-c", f"printf '%s\\0' {command_line}"], capture_output=True, text=True, check=True
        ).stdout
        again = json.loads(run_json(printed.split("\0")[:-1]))
        assert (again["ceiling"], again["ceiling_all"]) == (repair["ceiling"], repair["ceiling_all"])
        assert again["settings"] == repair["settings"]


def test_python_says_how_to_check_in_python():
    assert "check it: why(..., batch_size=3, timesteps=4)" in str(
        why([[k, 0, 1, 2, k] for k in (3, 4, 5)], batch_size=3)
    )


@pytest.mark.parametrize("batch_size", [8, 16])
def test_marks_of_ambiguous_rows_are_not_cut_off(batch_size):
    sequences = [[f"sensor {k}", *(f"symbol {j}" for j in range(14)), "x", f"sensor {k}"] for k in (3, 4)]
    answer = why(sequences, batch_size=batch_size)
    text = str(answer)
    lanes = text.partition("What each lane")[2].partition("row: inputs")[0]
    shown = [int(row) for row in re.findall(r"(\d+): [^◀→]*→[^◀→]*◀", lanes)]
    ambiguous = [slot.row for slot in answer.explanation.slots[: 6 * batch_size] if slot.ambiguous]
    assert [row for row in ambiguous if row not in shown] == []
    assert len(ambiguous) == 2
    assert max(cell_len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("order", ["fixed", "alternating"])
def test_marks_stay_where_eight_lanes_fill_the_line(order):
    sequences = [[k, *range(100, 120), 2, k] for k in (3, 4, 5, 6, 7, 8, 9, 10)]
    text = str(why(sequences, batch_size=8, layout="interleaved", order=order, reset="never"))
    assert max(cell_len(line) for line in text.splitlines()) <= 100
    text = str(why([[k, 0, 1, 2, k] for k in range(300, 332)], batch_size=8))
    drawn = [line for line in text.splitlines() if line.startswith("batch ")]
    assert drawn
    assert all(line.count("◀") == 2 for line in drawn)  # of eight rows in two sequences


def test_sequences_that_do_not_fit_are_told_what_takes_them(capsys):
    sequences = ["3,0,1,2,3", "4,0,4", "5,1,0,5"]
    assert command.main(["--sequences", *sequences, "--batch-size", "2"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    hinted = re.search(r"--layout interleaved --batch-size (\d)", error)
    assert command.main(["--sequences", *sequences, *hinted.group(0).split()]) == 0
    assert "study.to_lanes(frame, ..., batch_size=2)" in error
    rows = [(name, int(symbol)) for name, text in enumerate(sequences) for symbol in text.split(",")]
    lanes = to_lanes(pd.DataFrame(rows, columns=["g", "v"]), group="g", values="v", batch_size=2)
    assert lanes.mask.sum() == 9
    assert command.main(["--sequences", *sequences, "--batch-size", "2", "--layout", "interleaved"]) == 2
    assert "study.to_lanes(frame, ..., batch_size=2)" in capsys.readouterr().err


def test_why_and_help_load_no_training_and_no_drawing():
    heavy = "torch", "sklearn", "matplotlib", "scipy", "pandas"
    for words in (["why"], ["why", "--help"], ["--help"]):
        program = (
            "import sys\nfrom study.commands.line import main\n"
            f"try: main({words})\nexcept SystemExit: pass\n"
            f"sys.exit(str([name for name in {heavy} if name in sys.modules] or ''))"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert done.stderr.strip() == ""
        assert "study" in done.stdout or "tutorial" in done.stdout


def test_help_explains_every_layout():
    assert all(name in command.LAYOUT_HELP for name in LAYOUTS)


def test_snippet_examples_in_help_work():
    for line in command.EXAMPLES.splitlines():
        words = line.strip().split("  ")[0].split()
        if words[:2] == ["study", "why"] and not any(Path(word).suffix in (".txt", ".csv") for word in words):
            assert command.main(words[2:]) == 0
