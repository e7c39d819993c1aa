"""On a terminal or pipe that is not in UTF-8, every command still says all it has to say, with plainer signs."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from study.commands.console import DRAWN, ESCAPED, degrade_gracefully, escaped
from study.runs.plan import Plan
from study.runs.progress import tracking

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("seq_b4*f32.npz"))[0]
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NARROW = [{"PYTHONIOENCODING": "cp1252"}, {"PYTHONIOENCODING": "ascii"}, C_LOCALE]
ODD = ("--sequences", "é,→,b,c", "c,→,d,日本🐈", "--batch-size", "2")


def study(words, environment, folder, code=0):
    """Run a command in a process of its own; see that it ends as it should, and give what it printed as lines."""
    cleared = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONIO", "PYTHONU"))}
    done = subprocess.run(
        [sys.executable, "-m", "study.commands.line", *words],
        capture_output=True, cwd=folder, env={**cleared, **environment}, check=False, timeout=120,
    )  # fmt: skip
    encoding = environment.get("PYTHONIOENCODING", "ascii").partition(":")[0]
    said, complaint = done.stdout.decode(encoding), done.stderr.decode(encoding)
    assert "Traceback" not in complaint
    assert done.returncode == code, complaint
    return said, complaint


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """What `study why --batch-size 4` says where every character is carried."""
    return study(["why", "--batch-size", "4"], {"PYTHONIOENCODING": "utf-8"}, tmp_path_factory.mktemp("whole"))[0]


@pytest.mark.parametrize("environment", NARROW)
def test_the_picture_keeps_its_columns(environment, whole, tmp_path):
    said, complaint = study(["why", "--batch-size", "4"], environment, tmp_path)
    assert not complaint
    assert "batch 0   0: 3 > 0    1: 0 > 1    2: 1 > 2    3: 2 > 3 <" in said
    assert "- reset -   ----------" in said
    assert not re.search(r"[→◀─]|\\[xu]", said)
    assert [len(line) for line in said.splitlines()] == [len(line) for line in whole.splitlines()]
    kept = "".join(character if character.isascii() else "." for character in whole)
    assert re.fullmatch(re.sub(r"\\\.", "[^\0]", re.escape(kept)), said)  # and nothing else is another


@pytest.mark.parametrize("environment", NARROW[:2])
def test_symbols_that_are_not_carried_are_escaped_and_keep_their_columns(environment, tmp_path):
    said, _ = study(["why", *ODD], environment, tmp_path)
    lines = said.splitlines()
    (place,) = (line.index("lane 1") for line in lines if line.lstrip().startswith("lane 0"))
    drawn = [line for line in lines if line.startswith("batch ")]
    assert len(drawn) == 3
    for row, line in enumerate(drawn):
        assert line[place - 1 :].startswith(f" {2 * row + 1}: ")
    assert r"1: \u2192 > b <" in said  # the symbol is no sign
    assert ("0: é > " in said) == (environment["PYTHONIOENCODING"] == "cp1252")
    assert "check it: study why ... --batch-size 2 --timesteps 2" in said  # what is escaped cannot be pasted


def test_a_file_whose_name_is_not_carried_is_left_out_of_what_is_pasted(tmp_path):
    (tmp_path / "→.txt").write_text("a,x,b\nc,x,d\n", encoding="utf-8")
    said, _ = study(["why", "→.txt", "--batch-size", "2"], {"PYTHONIOENCODING": "cp1252"}, tmp_path)
    assert "check it: study why ... --batch-size 2 --timesteps 2" in said


@pytest.mark.parametrize("environment", NARROW[:2])
def test_json_stays_json_and_says_the_same(environment, tmp_path):
    found = json.loads(study(["why", *ODD, "--json"], environment, tmp_path)[0])
    whole = json.loads(study(["why", *ODD, "--json"], {"PYTHONIOENCODING": "utf-8"}, tmp_path)[0])
    assert found == whole
    assert {"é", "→", "日本🐈"} < set(found["alphabet"])


@pytest.mark.parametrize("environment", NARROW[:2])
def test_a_program_keeps_its_symbols(environment, tmp_path):
    said, _ = study(["why", *ODD, "--snippet", "pytorch"], environment, tmp_path)
    named = {}
    exec("\n".join(re.findall(r"^symbols = .*$", said, re.MULTILINE)), named)
    assert {"é", "→", "日本🐈"} < set(named["symbols"])
    compile(said, "program", "exec")


@pytest.mark.parametrize("environment", NARROW)
def test_a_table_is_laid_out(environment, tmp_path):
    said, complaint = study(["status", "--results", "→"], environment, tmp_path)
    assert re.search(r"^experiment +configurations +runs stored +of", said)
    assert re.search(
        r"there is no folder \\u(2192|dce2)", complaint
    )  # a locale of bytes knows no arrow, only its bytes


@pytest.mark.parametrize("environment", NARROW[1:2])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["verify", str(GOLDEN)], 0),
        (["run", "--experiment", "main_grid", "--preset", "quick", "--seeds", "0"], 2),
        (["report", "--results", "é→"], 2),
        (["bench", "--help"], 0),
        (["--help"], 0),
    ],
)
def test_every_command_ends_as_it_does_elsewhere(environment, words, code, tmp_path):
    said, complaint = study(words, environment, tmp_path, code)
    assert said if code == 0 else not said and complaint.startswith("study")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["why", "--sequences", "→"], r"'\u2192'"),
        (["why", "é→.csv"], r"\u2192.csv"),
        (["why", "--layout", "→"], r"layout '\u2192'"),
        (["dance→"], r"'dance\u2192'"),
    ],
)
@pytest.mark.parametrize("environment", NARROW[:2])
def test_a_mistake_with_an_odd_symbol_is_one_line_that_names_it(environment, words, part, tmp_path):
    said, complaint = study(words, environment, tmp_path, 2)
    assert not said
    assert part in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("environment", [*NARROW, {"PYTHONIOENCODING": "utf-8"}])
def test_names_that_are_no_text_end_in_no_traceback(environment, tmp_path):
    odd = os.fsdecode(b"a,\xff,b")
    said, _ = study(["why", "--sequences", odd, "c,d"], environment, tmp_path)
    assert r"\udcff" in said
    json.loads(study(["why", "--sequences", odd, "c,d", "--json"], environment, tmp_path)[0])


def test_what_the_user_chose_for_characters_that_are_not_carried_stands(tmp_path):
    assert "0: 3 ? 0" in study(["why"], {"PYTHONIOENCODING": "ascii:replace"}, tmp_path)[0]


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_streams_of_others_are_left_alone(stream, monkeypatch):
    monkeypatch.setattr(sys, "stdout", stream)
    degrade_gracefully()
    assert escaped("→") == "→"  # no encoding, so all is carried


def test_a_bar_is_drawn_with_plain_signs():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    console = Console(file=stream, force_terminal=True, width=100, legacy_windows=False)
    with tracking(Plan(), console, 1):
        pass
    stream.seek(0)
    drawn = stream.read()
    assert "----" in drawn
    assert not re.search(r"\\[ux]", drawn)


@pytest.mark.parametrize("name", ["ascii", "cp1252", "latin-1", "cp437", "gbk", "utf-16", "utf-8"])
def test_every_character_can_be_written_in_every_encoding(name):
    text = "".join(map(chr, [*range(32, 0x3000), *range(0xDC80, 0xDD00), 0xE000, 0x1F408]))  # halves of no pair
    for errors in (DRAWN, ESCAPED, "backslashreplace"):
        assert codecs.decode(text.encode(name, errors), name)
    stream = io.TextIOWrapper(io.BytesIO(), encoding=name)
    assert json.loads(escaped(json.dumps(text, ensure_ascii=False), stream, ESCAPED)) == text
