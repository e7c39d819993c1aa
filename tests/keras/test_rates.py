"""Rates of Keras: counted as the study counts its own, of configurations that it stores, kept as they are now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from study.config import Config
from study.errors import StudyError
from study.experiments import EXPERIMENTS, PRESETS
from study.keras import rates
from study.keras.rates import (
    CONFIGS,
    EPOCHS,
    FURTHER,
    HERE,
    KEPT,
    KERAS,
    KNOWN,
    NAMED,
    SEEDS,
    TRAINED,
    Counted,
    count,
    judged,
    keep,
    read,
    wanted,
)
from study.sequences.configured import datasets_of

STORED = Path(__file__).parents[2] / "results" / KEPT
ROWS = datasets_of(Config(), [0])[0]


def sure(seeds):
    """Answers that are the targets."""
    return np.repeat(ROWS.Y[None], seeds, axis=0)


def some_counts(name, by=KERAS, right=3, config=None):
    return [Counted(name, config or CONFIGS[name].identity, by, epoch, right, 1, 5, "keras 3") for epoch in EPOCHS]


def test_a_seed_counts_as_right_by_its_ambiguous_rows_and_as_within_by_all_outputs():
    answers = sure(5)
    answers[1, 3] = [0, 0, 0, 0.4, 0.6]  # wrong at the first ambiguous row
    answers[2, 3] = [0, 0, 0, 0.501, 0.5]  # right by a hair
    answers[3, 0] = [0, 1, 0, 0, 0]  # wrong elsewhere
    answers[4, 0] = [0.7, 0.1, 0, 0, 0]  # one output too far from its target
    assert judged(Config(), answers) == (4, 1)
    assert judged(CONFIGS["Adam, softmax"], sure(2)) == (2, 2)


def test_every_configuration_is_one_that_the_study_trains_as_long():
    trained = {
        replace(config, epochs=EPOCHS[-1])
        for each in EXPERIMENTS.values()
        for config in each.configs(PRESETS["standard"])
        if config.epochs >= EPOCHS[-1]
    }
    assert set(CONFIGS.values()) <= trained
    assert len(set(CONFIGS.values())) == len(CONFIGS) == len(NAMED) + len(FURTHER) + len(KNOWN)


def test_what_was_chosen_before_any_rate_of_keras_was_known():
    """Momentum 0.9 with rate 0.1, RMSprop and Adam 0.01, softmax with Adam and SGD 0.5, 64 units; three in lanes."""
    told = {
        (each.optimiser, each.learning_rate, each.softmax, each.units, each.batch_size, each.layout)
        for each in NAMED.values()
    }
    tutorial, lanes = (20, 1, "consecutive"), (20, 2, "interleaved")
    assert told == {
        ("sgd", 0.1, False, *tutorial),
        ("rmsprop", 0.01, False, *tutorial),
        ("adam", 0.01, False, *tutorial),
        ("adam", 0.001, True, *tutorial),
        ("sgd", 0.5, True, *tutorial),
        ("adam", 0.001, False, 64, *tutorial[1:]),
        ("sgd", 0.5, False, *lanes),
        ("sgd", 0.1, False, *lanes),
        ("adam", 0.001, True, *lanes),
    }


def test_networks_are_counted_at_each_budget(monkeypatch):
    monkeypatch.setattr(rates, "versions", lambda: "keras 3")
    monkeypatch.setitem(TRAINED, HERE, lambda _, seeds, epochs: {e: sure(len(seeds)) * (e > 250) for e in epochs})
    counted = count("Adam", HERE, range(4))
    assert [(one.by, one.epochs, one.right, one.within, one.seeds) for one in counted] == [
        (HERE, 250, 0, 0, 4),
        (HERE, 1000, 4, 4, 4),
        (HERE, 4000, 4, 4, 4),
    ]
    with pytest.raises(StudyError, match=r"unknown configuration 'Adma'.*did you mean 'Adam'"):
        count("Adma")


def test_what_is_kept_of_one_configuration_stays_when_another_is_run(tmp_path):
    path = tmp_path / "new" / KEPT
    assert read(path) == []
    for counted in (
        some_counts("Adam", HERE),
        some_counts("Adam"),
        some_counts("Adam, 64 units"),
        some_counts("Adam", right=4),
    ):
        keep(counted, path)
    assert read(path) == [*some_counts("Adam, 64 units"), *some_counts("Adam", right=4), *some_counts("Adam", HERE)]


def test_counts_of_configurations_that_are_others_now_do_not_count(tmp_path):
    keep(some_counts("Adam", config="0123456789"), tmp_path / KEPT)
    assert read(tmp_path / KEPT) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [(",3,1,5,", ",4,1,5,"), (",right,", ",wrong,"), (",3,1,5,", ",x,1,5,"), (CONFIGS["Adam"].identity, "0123456789")],
)
def test_an_edited_or_damaged_file_is_one_line_that_says_what_to_do(tmp_path, old, new):
    path = tmp_path / KEPT
    keep(some_counts("Adam"), path)
    assert [each.name for each in tmp_path.iterdir()] == [KEPT]
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(StudyError, match=r"keras_rates\.csv is damaged.*delete it and count anew with"):
        read(path)
    path.write_text("")
    with pytest.raises(StudyError, match="damaged"):
        read(path)


def test_counts_without_their_digests_are_damaged(tmp_path):
    path = tmp_path / KEPT
    keep(some_counts("Adam"), path)
    pd.read_csv(path).drop(columns="digest").to_csv(path, index=False)
    with pytest.raises(StudyError, match="is damaged"):
        read(path)


def test_only_what_is_not_kept_yet_is_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(rates, "require_keras", lambda: None)
    monkeypatch.setattr(rates, "count", some_counts)
    keep([one for each in wanted() if each != ("Adam", HERE) for one in some_counts(*each)], tmp_path / KEPT)
    assert rates.main(["--results", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("Adam, by here: 250: 3 (1), 1,000: 3 (1)")
    assert len(read(tmp_path / KEPT)) == len(wanted()) * len(EPOCHS)


def test_where_keras_is_missing_the_program_says_so_in_one_line(tmp_path, monkeypatch, capsys):
    def refuse():
        raise StudyError("keras not installed; install it")

    monkeypatch.setattr(rates, "require_keras", refuse)
    assert rates.main(["--results", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "error: keras not installed; install it\n"


@pytest.mark.skipif(not STORED.exists(), reason="nothing is kept")
def test_what_is_kept_is_of_all_configurations_as_they_are_and_of_all_seeds():
    kept = read(STORED)
    assert len(kept) == len(pd.read_csv(STORED))
    assert [(one.name, one.by, one.epochs) for one in kept] == [(*each, epoch) for each in wanted() for epoch in EPOCHS]
    assert {one.seeds for one in kept} == {len(SEEDS)}
