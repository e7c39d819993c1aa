"""``study figure`` writes a figure as its file's name ends, the same bytes each time, and lists all names."""

from __future__ import annotations

import pytest

from study.article.figures import names
from study.commands.line import main

SIGNS = {"svg": b"<svg ", "png": b"\x89PNG", "pdf": b"%PDF"}


@pytest.mark.parametrize("kind", SIGNS)
def test_a_figure_is_written_as_its_name_ends_and_is_the_same_every_time(kind, tmp_path, capsys):
    paths = [tmp_path / f"{number}.{kind}" for number in range(2)]
    for path in paths:
        assert main(["figure", "one_step_gradient", "-o", str(path)]) == 0
    written = [path.read_bytes() for path in paths]
    assert written[0] == written[1]
    assert written[0].startswith(SIGNS[kind])
    assert capsys.readouterr().out == "".join(f"{path}\n{names()['one_step_gradient'].alt}\n" for path in paths)


def test_without_a_name_all_names_are_listed(capsys):
    assert main(["figure"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(names())


def test_the_name_of_the_file_is_that_of_the_figure_if_none_is_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["figure", "start"]) == 2 or (tmp_path / "start.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tutoral"], "unknown figure 'tutoral'; did you mean 'tutorial'? known: "),
        (["does_it_happen", "--results", "nowhere"], "there is no folder nowhere here; run this in the repository's"),
        (["tutorial", "-o", "tutorial.jpg"], "tutorial.jpg ends in none of .svg, .png, .pdf; give such a file with -o"),
        (["hs1997_2a_map", "--narrow"], "has no variant for phones; leave --narrow out"),
        (["tutorial", "-o", "/nowhere/tutorial.pdf"], "/nowhere/tutorial.pdf cannot be written"),
    ],
)
def test_mistakes_are_one_line(arguments, said, capsys):
    assert main(["figure", *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
