"""Readers' questions: networks that run freely do as a plain LSTM does, and what is shown as an answer does run."""

from __future__ import annotations

import re
import shlex
from fractions import Fraction
from math import isclose, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study.article import contents
from study.commands.line import main
from study.config import Config
from study.errors import StudyError
from study.estimators import StatefulLSTMClassifier, StatelessLSTMClassifier
from study.experiments import PRESETS
from study.experiments.questions import reader_questions
from study.experiments.questions.configs import PASSES, configs_of
from study.experiments.questions.exact import alphabet_facts
from study.experiments.questions.findings import facts
from study.experiments.questions.free_runs import right_runs
from study.experiments.questions.reader_questions import READER_QUESTIONS
from study.experiments.questions.short_answers import short_answers
from study.explain import why
from study.keras.porting import LINES, Outcome
from study.measures.probe_columns import MOST_GENERATED
from study.measures.probes import _right_before_first_error, _sequences
from study.measures.statistics import Rate
from study.measures.summaries import possible
from study.models import find_model
from study.report.build import build
from study.report.evidence import Evidence
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.runs.store import Store
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.tasks import make_task
from study.theory.explanation import SOLVABLE
from study.training.loop import Trainer

ROOT = Path(__file__).parents[2]
SEEDS = range(6)
FREE = configs_of(PRESETS["standard"])["running freely"]


def trained(**settings):
    """Some seeds after a short training."""
    config = Config(**settings)
    dataset = datasets_of(config, SEEDS)[0]
    with one_thread():
        trainer = Trainer(find_model(config.model), config, [dataset], schedule_of(config, dataset), list(SEEDS))
        trainer.train_to(config.epochs)
    return trainer


def plain_free_run(weights, sequence, given, window):
    """Right predictions before the first wrong one, by equations written anew."""

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def step(symbol, h, c):
        x = np.zeros(len(weights["kernel"]))
        if symbol >= 0:
            x[symbol] = 1
        z = x @ weights["kernel"] + h @ weights["recurrent_kernel"] + weights["bias"]
        i, f, g, o = np.split(z, 4)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    units = len(weights["recurrent_kernel"])
    seen, h, c, right = [], np.zeros(units), np.zeros(units), 0
    endless = (list(sequence[:-1]) * (MOST_GENERATED + given))[: MOST_GENERATED + given]
    symbol = endless[0]
    for place in range(1, MOST_GENERATED + given):
        seen.append(symbol)
        if window:
            h, c = np.zeros(units), np.zeros(units)
            for each in ([-1] * window + seen)[-window:]:
                h, c = step(each, h, c)
        else:
            h, c = step(symbol, h, c)
        symbol = int((h @ weights["dense_kernel"] + weights["dense_bias"]).argmax())
        if place < given:
            symbol = endless[place]
        elif symbol != endless[place]:
            return right
        else:
            right += 1
    return right


@pytest.mark.parametrize(
    ("settings", "window"),
    [
        ({"epochs": 120, "learning_rate": 1e-2}, 0),
        ({"epochs": 120, "learning_rate": 1e-2, "batch_size": 2, "layout": "interleaved"}, 0),
        ({"epochs": 40, "learning_rate": 1e-2, "model": "stateless_lstm", "timesteps": 4}, 4),
        ({"epochs": 40, "learning_rate": 1e-2, "model": "stateless_lstm", "timesteps": 4}, 0),
        (
            {"epochs": 40, "learning_rate": 1e-2, "timesteps": 8, "targets": "every", "task_options": (("passes", 2),)},
            0,
        ),
    ],
)
def test_a_free_run_is_that_of_a_plain_lstm(settings, window):
    trainer = trained(**settings)
    weights = trainer.learner.export()
    met = set()
    for sequence in _sequences(trainer.batch_maker.datasets[0]):
        for given in (1, len(sequence)):
            with one_thread():
                found = _right_before_first_error(trainer, sequence, given, window)
            for seed in SEEDS:
                one = {name: values[seed].astype(np.float64) for name, values in weights.items()}
                assert found[seed] == plain_free_run(one, sequence, given, window)
            met |= set(found.tolist())
    assert len(met) > 1  # or the comparison would show nothing


def test_a_seed_runs_alone_as_it_does_among_others():
    config = Config(task_options=(("passes", PASSES),), timesteps=20, targets="every", probe="generation", epochs=20)
    with one_thread():
        together, alone = compute(config, range(40)), compute(config, [7])
    assert together.query("seed == 7").reset_index(drop=True).equals(alone)


@pytest.mark.parametrize("settings", [{}, {"reset": "never"}, {"model": "stateless_lstm", "timesteps": 4}])
def test_running_freely_changes_no_result(settings):
    with one_thread():
        probed = compute(Config(probe="generation", epochs=20, **settings), SEEDS)
        plain = compute(Config(epochs=20, **settings), SEEDS)
    assert probed[plain.columns].equals(plain)
    assert probed["from_first_1"].between(0, MOST_GENERATED).all()


def test_a_network_that_is_never_reset_starts_from_the_state_that_training_left():
    trainer = trained(reset="never", epochs=30)
    sequence = _sequences(trainer.batch_maker.datasets[0])[0]
    state = [part.clone() for part in trainer.learner.state]
    with one_thread():
        carried = _right_before_first_error(trainer, sequence, 1, 0)
        assert all((now == before).all() for now, before in zip(trainer.learner.state, state, strict=True))
        trainer.learner.state = tuple(each + 3.0 for each in state)
        moved = _right_before_first_error(trainer, sequence, 1, 0)
    assert (carried != moved).any()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"model": "mlp"}, "model mlp"),
        ({"layout": "shuffled"}, "layout shuffled"),
        ({"task": "two_pairs"}, "ends with another symbol"),
    ],
)
def test_a_config_that_cannot_run_freely_is_refused(settings, named):
    with pytest.raises(StudyError, match=named):
        compute(Config(**{"probe": "generation", "epochs": 5, **settings}), SEEDS)


def test_sequences_of_several_passes_go_on_where_they_ended():
    plain, longer = (make_task("two_sequences", {"passes": passes}).sequences(0) for passes in (1, 3))
    for one, several in zip(plain, longer, strict=True):
        assert several == (*one[:-1], *one[:-1], *one)
    with pytest.raises(StudyError, match="passes is 0"):
        make_task("two_sequences", {"passes": 0})
    assert Config(task_options=(("passes", 1),)).identity != Config().identity  # options that are named count


def test_no_state_inside_a_batch_and_no_memory_of_what_was_alike():
    configs = configs_of(PRESETS["standard"])["one input, two answers"]
    ceilings = {label: possible(config).ceiling for label, config in configs.items()}
    assert {label for label, known in ceilings.items() if known.ambiguous == 1} == {
        "stateful, batch size 1, reset after each epoch"
    }
    for label, known in ceilings.items():
        if known.ambiguous < 1:
            assert known.ambiguous == Fraction(1, 2), label
            assert isclose(known.loss_floor, 2 * log(2) / 3)


def test_windows_of_two_bring_the_first_symbol_into_the_lane_at_batch_size_two_alone():
    ceilings = [
        possible(config).ceiling.ambiguous
        for config in configs_of(PRESETS["standard"])["windows of two inputs"].values()
    ]
    assert ceilings == [1, 1, Fraction(1, 2), Fraction(1, 2)]


@pytest.mark.parametrize("key", [key for key, question in READER_QUESTIONS.items() if question.command])
def test_the_command_of_each_question_runs(key, capsys):
    words = shlex.split(READER_QUESTIONS[key].command)
    assert words[0] == "study"
    assert main(words[1:]) == READER_QUESTIONS[key].code
    captured = capsys.readouterr()
    assert captured.err.count("\n") == (READER_QUESTIONS[key].code != 0)
    assert bool(captured.out) == (READER_QUESTIONS[key].code == 0)


def test_the_programs_run_and_show_what_they_are_for(capsys):
    assert reader_questions.main(["I"]) == 0
    printed = capsys.readouterr().out.strip().splitlines()[-1]
    assert printed.startswith("[0 1 2 4")  # the sequence itself; what follows is what the question is about
    assert reader_questions.main(["K"]) == 0
    together, one_by_one = capsys.readouterr().out.strip().splitlines()[-2:]
    numbers = [[int(each) for each in line.strip("[]").replace(",", " ").split()] for line in (together, one_by_one)]
    assert numbers[0][:4] == numbers[1]
    assert reader_questions.main(["A"]) == 2
    assert "no program" in capsys.readouterr().err


def test_a_frame_of_107904_rows_goes_into_128_lanes(capsys):
    names = {}
    exec(READER_QUESTIONS["J"].program, names)
    printed = capsys.readouterr().out
    lanes, frame = names["lanes"], names["frame"]
    print(printed)  # shown with -s: what was done
    assert lanes.X.shape == (107904, 1, 10)
    assert lanes.Y.shape == (107904, 2)
    assert lanes.batches() == 843
    assert "843 batches of 128 lanes" in printed
    assert lanes.rows_dropped == lanes.slots_padded == 0
    by_lane = lanes.rows[:, 0].reshape(843, 128)
    assert (np.diff(by_lane, axis=0) == 1).all()  # each lane goes through consecutive rows
    assert sorted(lanes.rows[:, 0]) == list(range(107904))
    assert np.array_equal(lanes.X[:, 0], frame.loc[lanes.rows[:, 0], names["inputs"]].to_numpy())


def test_study_why_takes_such_a_frame_and_says_what_it_looked_at(tmp_path, capsys):
    rows = np.arange(107_904)
    table = pd.DataFrame(
        {"sensor": rows // 843, "minute": rows % 843, "level": np.random.default_rng(0).integers(9, size=len(rows))}
    )
    table.to_parquet(tmp_path / "frame.parquet")
    columns = ["--group", "sensor", "--time", "minute", "--value", "level", "--batch-size", "128"]
    assert main(["why", str(tmp_path / "frame.parquet"), *columns, "--layout", "interleaved"]) == 0
    printed = capsys.readouterr().out
    assert "128 sequences" in printed
    assert "of 107,776 rows" in printed  # what was analysed of it is said


@pytest.mark.parametrize(("batch_size", "sequences"), [(4, 4), (2, 2), (2, 4), (1, 2)])
def test_predictions_know_no_batch_size(batch_size, sequences):
    symbols = np.eye(5)
    rows = np.tile(symbols[[3, 0, 1, 2, 4, 0, 1, 2]], (sequences // 2, 1))
    y = np.tile([0, 1, 2, 3, 0, 1, 2, 4], sequences // 2)
    network = StatefulLSTMClassifier(
        batch_size=batch_size, sequence_length=4, epochs=60, learning_rate=0.01, random_state=0
    ).fit(rows, y)
    twin = StatefulLSTMClassifier(batch_size=1, sequence_length=4, epochs=0, random_state=1).fit(rows, y)
    assert not np.allclose(network.predict_proba(rows), twin.predict_proba(rows))
    twin.block_.matrices = network.block_.matrices
    together = network.predict_proba(rows)
    assert np.array_equal(together, twin.predict_proba(rows))
    for start in range(0, len(rows), 4):
        network.reset_state()
        alone = np.concatenate([network.observe(row[None]) for row in rows[start : start + 4]])
        assert np.allclose(alone, together[start : start + 4], atol=1e-6)
        assert (alone.argmax(axis=1) == together[start : start + 4].argmax(axis=1)).all()


def test_free_runs_are_summed_up_over_both_sequences():
    runs = pd.DataFrame(
        {
            "from_first_1": [100, 4, 100, 3],
            "from_first_2": [100, 100, 3, 100],
            "after_last_1": [100, 0, 5, 1],
            "after_last_2": [100, 100, 5, 1],
        }
    )
    found = right_runs(runs)
    assert (found.own, found.following, found.everything) == (Rate(2, 4), Rate(3, 4), Rate(1, 4))
    assert found.median == 3.5


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """The quick preset with two seeds, and what came of porting."""
    folder = tmp_path_factory.mktemp("questions")
    store = Store(folder)
    for config in dict.fromkeys(
        config for configs in configs_of(PRESETS["quick"]).values() for config in configs.values()
    ):
        with one_thread():
            store.write(
                config,
                compute(config, range(2)),
                {
                    "commit": "0",
                    "seconds": 1.0,
                    "computed": "2026-01-01 00:00",
                    **dict.fromkeys(("python", "processor", "system", "torch", "numpy", "scikit-learn", "pandas"), "1"),
                },
            )
    return store


@pytest.mark.slow
def test_the_section_answers_every_question_from_what_is_stored(stored, tmp_path):
    build(stored.root, tmp_path, contents())
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    headings = re.sub("<[^>]*>", "", " ".join(re.findall("<h3.*?</h3>", page)))
    for key, one in READER_QUESTIONS.items():
        assert f"Question {key}. {one.question}" in headings
        if one.command:
            assert one.command in page.replace("&quot;", '"')
    found = facts(Evidence(stored, contents()))
    assert found["seeds"] == "2"
    assert found["gradient"]["needed"] == "3"
    assert found["pairs"]["ruled_out_solved"] == "0"
    assert {claim.name: claim.holds for claim in found["claims"]}["k_same"]
    assert found["free"]["several"]["all"]["n"] == "2"
    assert len(found["free"]["table"].rows) == len(FREE) + 1  # whole windows run in two ways
    verdicts = {row[1]: row[-1] for row in found["table"].rows}
    assert verdicts["stateless, batch size 2"].startswith("ruled out by the data")
    assert verdicts["stateful, batch size 1, reset after each epoch"].startswith("position or order")
    assert verdicts["stateful, batch size 4"].startswith("ruled out by the layout")
    assert f"{PASSES} passes" in short_answers(Evidence(stored, contents()))


def test_a_row_of_a_whole_sequence_answers_as_one_step_at_a_time_does_from_a_fresh_state():
    symbols, y = np.eye(5), np.array([0, 1, 2, 3, 0, 1, 2, 4])
    steps = symbols[[3, 0, 1, 2, 4, 0, 1, 2]]
    stateful = StatefulLSTMClassifier(sequence_length=4, epochs=60, learning_rate=0.01, random_state=0).fit(steps, y)
    rows = np.tile(steps.reshape(2, 20), (4, 1))
    stateless = StatelessLSTMClassifier(timesteps=4, epochs=0, random_state=1).fit(rows, y)  # y gives the labels alone
    stateless.block_.matrices = stateful.block_.matrices
    assert np.allclose(stateless.outputs(rows[:2]), stateful.outputs(steps)[[3, 7]], atol=1e-6)


def test_the_alphabet_needs_no_memory():
    assert alphabet_facts() == {"letters": "26", "pairs": "25", "ceiling": "1", "ambiguous": "0"}
    for stateful in (False, True):
        known = why(["ABCDEFGHIJKLMNOPQRSTUVWXYZ"], batch_size=25, stateful=stateful).explanation
        assert known.ceiling.overall == 1
        assert not known.confusions
        assert known.verdict == SOLVABLE


needs_results = pytest.mark.skipif(not (ROOT / "results").is_dir(), reason="there is no results folder")


@needs_results
def test_every_claim_holds_on_the_committed_results():
    found = facts(Evidence(Store(ROOT / "results"), contents()))
    assert [claim.name for claim in found["claims"] if not claim.holds] == []


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (("keras3", "pytorch"), ", each line run in Keras 3 and in PyTorch;"),
        (("pytorch",), ", each line run in PyTorch;"),
        ((), "in the report;"),
    ],
)
def test_lines_count_as_run_where_all_of_them_were(run, said, monkeypatch, tmp_path):
    found = {
        (name, line.what): Outcome(name, "1", line.what, "", "ran" if name in run else "refused")
        for name in ("keras3", "pytorch")
        for line in LINES
    }
    monkeypatch.setattr("study.experiments.questions.short_answers.read", lambda _: found)
    assert said in short_answers(Evidence(Store(tmp_path), contents()))


@pytest.mark.skipif(not (ROOT / "results").is_dir(), reason="there is no results folder")
def test_every_question_has_its_line_in_the_readme():
    written = short_answers(Evidence(Store(ROOT / "results"), contents()))
    for key in READER_QUESTIONS:
        assert f"- **{key}. " in written
