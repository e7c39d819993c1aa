"""Results above an exact ceiling are no results: nothing is shown of them, and the file is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from invented import ORIGIN as OF_FILES
from invented import invented

from study.article import contents
from study.commands import readme
from study.commands.line import main
from study.config import Config
from study.errors import StudyError
from study.experiments import EXPERIMENTS, PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.report.bounds import bounds_of
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.stand_in import stand_in
from study.runs.store import Store

ORIGIN = {"seconds": 1.0}
BATCH_4 = Config(epochs=5, batch_size=4)
SHUFFLED = Config(epochs=5, layout="shuffled")  # ceiling 3/4, on average alone
MEMORYLESS = Config(epochs=5, model="stateless_lstm", layout="shuffled", batch_size=2)
ONE = Config(epochs=5)


def edited(folder, config, at, *, seeds=20, **values):
    """A store of a configuration's computed runs in two files, those of the second edited at one checkpoint."""
    store, table = Store(folder), compute(config, range(seeds))
    for name, value in values.items():
        rows = (table["epoch"] == at) & (table["seed"] >= seeds // 2)
        table.loc[rows, name] = np.resize(np.float32(value), int(rows.sum()))
    store.write(config, table[table["seed"] < seeds // 2], ORIGIN)
    return store, store.write(config, table[table["seed"] >= seeds // 2], ORIGIN)


@pytest.mark.parametrize(
    ("config", "values", "said"),
    [
        (BATCH_4, {"ambiguous_accuracy": 1}, "mean of ambiguous_accuracy is 0.[5-9].*, the greatest 1.000.* 1/2"),
        (BATCH_4, {"accuracy": (1, 0.5)}, "mean of accuracy is .* the greatest 1.000, .* 7/8"),
        (
            BATCH_4,
            {"ambiguous_accuracy": (1, *[0] * 9)},
            "mean of ambiguous_accuracy is 0.[0-4].* 1.000, .* 1/2",
        ),
        (MEMORYLESS, {"fresh_ambiguous_accuracy": 1}, "mean of fresh_ambiguous_accuracy .* 1/2"),
        (MEMORYLESS, {"ambiguous_accuracy": (1, *[0] * 9)}, "mean of ambiguous_accuracy .* 1/2"),
        (
            BATCH_4,
            {"largest_error": 0.2},
            "largest_error of seed 1. is 0.2000, and no .* less than 0.5000",
        ),
        (BATCH_4, {"loss": 0.01}, "loss of seed 1. is 0.0100, and no network can have less than 0.0693"),
        (ONE, {"fresh_largest_error": 0.1, "fresh_loss": 0.01}, None),
        (SHUFFLED, {"ambiguous_accuracy": 1}, None),  # half of the seeds: the mean may be that of the ceiling
        (ONE, {"ambiguous_accuracy": 1, "fresh_accuracy": 1}, None),  # possible, so no fault that a ceiling can find
    ],
)
def test_what_no_network_can_reach_is_refused_and_the_file_named(tmp_path, config, values, said):
    store, path = edited(tmp_path, config, 5, **values)
    if said is None:
        assert len(Evidence(store, contents()).table(config))
        return
    with pytest.raises(StudyError, match=f"at epoch 5 the {said}") as raised:
        Evidence(store, contents()).table(config)
    assert str(path) in str(raised.value)
    assert "delete that file and compute it anew with 'study run'" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("config", "name", "ceiling"),
    [(SHUFFLED, "ambiguous_accuracy", "3/4"), (replace(BATCH_4, reset="epoch"), "random_ambiguous_accuracy", "1/2")],
)
def test_by_chance_a_run_may_be_above_a_ceiling_and_a_mean_a_little(tmp_path, config, name, ceiling):
    bound = bounds_of(config, [name])[name]
    assert (str(bound.ceiling), bound.by_chance) == (ceiling, True)
    store, table = Store(tmp_path), compute(config, range(20))
    for much, refused in ((0.01, False), (0.2, True)):
        table[name] = (float(bound.ceiling) + much + (table["seed"] % 2 - 0.5) / 10).astype("float32")
        store.write(config, table, ORIGIN)
        evidence = Evidence(store, contents())
        if refused:
            with pytest.raises(StudyError, match=rf"at epoch 0 the mean of {name} is .*ceiling is {ceiling};"):
                evidence.table(config)
        else:
            assert len(evidence.table(config))


def test_without_state_no_run_may_be_above_it_however_the_rows_are_drawn():
    assert not bounds_of(MEMORYLESS, ["ambiguous_accuracy"])["ambiguous_accuracy"].by_chance


def test_a_probe_with_scores_of_its_own_has_no_ceiling_here():
    assert bounds_of(replace(BATCH_4, probe="unseen"), ["seed", "unseen_right_5"]) == {}


def with_a_main_grid(folder):
    """A store of the main grid's quick preset, in which one configuration is better than any network can be."""
    configs = [stand_in(config) for config in MainGrid().configs(PRESETS["quick"])]
    damaged = next(config for config in configs if config.batch_size == 4 and config.model == "stateful_lstm")
    store, path = edited(folder, damaged, damaged.epochs, ambiguous_accuracy=1)
    columns = compute(replace(damaged, epochs=5), [0]).columns
    for config in dict.fromkeys(configs):
        if config != damaged:
            store.write(config, invented(config, 20, columns), {**OF_FILES, **ORIGIN})
    return store, path


def test_report_and_readme_end_with_one_line_and_write_nothing(tmp_path, monkeypatch, capsys):
    for name in list(EXPERIMENTS):
        if name != "main_grid":
            monkeypatch.delitem(EXPERIMENTS, name)
    store, path = with_a_main_grid(tmp_path / "results")
    assert main(["report", "--results", str(store.root), "--output", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert str(path) in said.err
    assert not (tmp_path / "out").exists()

    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    texts = {
        file: "".join(f"{begin}\nold\n{end}\n" for begin, end in map(readme.marks, blocks))
        for file, blocks in readme.FILES.items()
    }
    for file, text in texts.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert readme.main([str(store.root)]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert str(path) in said.err
    assert {file: (tmp_path / file).read_text(encoding="utf-8") for file in texts} == texts
