"""Programs that `study why` writes: they run, lay rows out as the study does, and promise nothing too much."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from study import why
from study.explain.odds import USUAL, measured_near
from study.explain.snippets import EPOCHS, RATE
from study.presentation import RESETS

pytestmark = pytest.mark.lowest


@pytest.mark.parametrize("cure", [0, 1, 2])
def test_pytorch_program_runs_and_solves_where_it_should(cure, tmp_path):
    answer = why([[3, 0, 1, 3], [4, 0, 4]], batch_size=5)  # unequal lengths: the lanes have empty slots
    program = answer.snippet("pytorch", cure)
    assert ("-1" in program.split("order = ")[1].split("\n")[0]) if cure == 2 else True
    path = tmp_path / "program.py"
    path.write_text(program.replace(", 400\n", ", 250\n"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True, timeout=120)
    answers = re.findall(r"-> (\d+) wanted: (\d+)", done.stdout)
    assert len(answers) == 5 * (1 if cure < 2 else 2 if answer.repairs[1].settings.batch_size == 4 else 3)
    if cure == 1:
        assert all(given == wanted for given, wanted in answers)
    if cure == 0:  # ruled out: rows without memory cannot all be right
        assert any(given != wanted for given, wanted in answers)


def test_program_for_long_data_lays_out_as_the_schedule_does():
    from study.sequences.layouts import Schedule

    generator = np.random.default_rng(0)
    sequences = [generator.integers(0, 9, size=size).tolist() for size in (60, 90, 70, 90, 80, 50)]
    for layout, batch_size in (("interleaved", 3), ("interleaved", 12), ("consecutive", 2)):
        for reset in RESETS:
            answer = why(sequences, batch_size=batch_size, layout=layout, reset=reset)
            program = answer.snippet("keras", 0)
            made = program[program.index("# A row") : program.index("X, Y = np.concatenate")]
            if "lengths = [" not in made:
                raise AssertionError("the program should not list this many slots")
            names = {
                "np": np,
                "sequences": sequences,
                "symbols": list(range(9)),
                "timesteps": 1,
                "batch_size": batch_size,
            }
            exec(made, names)
            epoch = Schedule(
                tuple(len(s) - 1 for s in sequences), batch_size=batch_size, layout=layout, reset=reset
            ).epoch()
            assert names["order"].tolist() == epoch.rows.tolist()
            assert names["reset_after"] == set(epoch.reset_after.nonzero()[0].tolist())


@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_program_without_a_gradient_across_rows_says_that_one_seed_proves_little(framework):
    answer = why(batch_size=4)
    assert "one seed ends right or wrong proves little" in answer.snippet(framework, 2)
    assert "one seed" not in answer.snippet(framework, 1)
    compile(answer.snippet(framework, 2), "program", "exec")


def test_a_program_that_cannot_succeed_says_so_before_it_runs():
    conflict = why([[1, 2, 3], [1, 2, 4]])
    assert "no network is right on more than 1/2" in conflict.snippet("keras")
    ruled_out = why(batch_size=4)
    assert "no network is right on more than 1/2" in ruled_out.snippet("pytorch", 0)
    assert "no network" not in ruled_out.snippet("pytorch", 1)
    counted = why(batch_size=4, reset="epoch")  # ruled out without counting, and with it everything can be right
    assert counted.explanation.own_sequence_ceiling < 1 == counted.explanation.ceiling.ambiguous
    assert "no network" not in counted.snippet("keras", 0)
    shuffled = why(batch_size=1, layout="shuffled", reset="epoch")  # the program feeds the rows in order
    assert "no network" not in shuffled.snippet("keras", 0)


@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_program_says_that_the_odds_are_for_another_training(framework):
    answer = why(batch_size=4)
    for cure, repair in enumerate(answer.repairs, 1):
        program = answer.snippet(framework, cure)
        said = " ".join(line.removeprefix("# ") for line in program.splitlines() if line.startswith("# "))
        assert f"trains with Adam {RATE} for {EPOCHS} epochs" in said
        assert f"training, {USUAL} for {measured_near(repair.result).usual[0].epochs} or " in said
        assert ("rows shuffled" in said) == repair.result.gradient_reaches
        assert re.search(rf"(Adam\({RATE}\)|lr={RATE}\))", program)
        assert f", {EPOCHS}\n" in program
    assert "odds" not in answer.snippet(framework, 0)  # a theorem decides there


@pytest.mark.parametrize("framework", ["keras", "pytorch"])
def test_program_for_decimals_begins_with_the_warning(framework):
    answer = why([[20.1, 20.4, 20.2], [19.8, 20.4, 20.3]], batch_size=4)
    (warning,) = answer.warnings
    for program in (
        answer.snippet(framework, 0),
        answer.snippet(framework),
        answer.to_dict()["repair"]["snippets"][framework],
    ):
        comments = " ".join(line.removeprefix("# ") for line in program.splitlines() if line.startswith("# "))
        assert program.startswith("# Warning: ")
        assert comments.startswith(f"Warning: {warning}.")
        assert max(map(len, program.splitlines())) <= 120
        compile(program, "program.py", "exec")
    assert "Warning" not in why(batch_size=4).snippet(framework)
