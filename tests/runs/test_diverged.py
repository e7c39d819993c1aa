"""A run that diverges is kept apart, counts as not solved, and leaves the other seeds of its job as they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from planned import run

from study.config import Config
from study.measures.summaries import summarise
from study.runs.compute import compute
from study.runs.diverged import diverged_in, with_diverged
from study.runs.plan import make_plan
from study.runs.progress import Count
from study.runs.store import DamagedResultError, Store

SEEDS = 8
SOME = Config(optimiser="sgd", learning_rate=1e35, epochs=5, units=2)  # weights leave the numbers there are
ALL = Config(optimiser="sgd", learning_rate=1e37, epochs=5)


@pytest.fixture(scope="module")
def lost():
    table = compute(SOME, range(SEEDS))
    seeds = set(table["seed"][table["loss"].isna()])
    assert 0 < len(seeds) < SEEDS
    return seeds


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module", autouse=True)
def ran(store):
    return run([SOME, ALL], SEEDS, store)


def test_neither_it_nor_its_job_fails(ran, store):
    _, outcomes, failed = ran
    assert failed == 0
    assert store.failures([SOME, ALL]) == []
    assert all(outcome.table is not None for outcome in outcomes)


def test_the_other_seeds_are_stored_as_if_they_were_alone(store, lost):
    stored = store.read(SOME)
    assert set(stored["seed"]) == set(range(SEEDS)) - lost
    seed = min(set(range(SEEDS)) - lost)
    alone = compute(SOME, [seed])
    pd.testing.assert_frame_equal(
        stored[stored["seed"] == seed][list(alone.columns)].reset_index(drop=True), alone, check_dtype=False
    )


def test_it_is_kept_with_its_reason_and_not_tried_again(store, lost):
    assert store.diverged(SOME) == lost
    said = [path.read_text(encoding="utf-8") for path in (store.root / "failures").iterdir()]
    for seed in lost:
        assert any(f"seed {seed} diverged: its loss is not a number at epoch 5" in text for text in said)
    plan, outcomes, _ = run([SOME, ALL], SEEDS, store)
    assert (plan.jobs, outcomes) == ([], [])
    assert plan.seeds_present == plan.seeds_wanted == 2 * SEEDS


def test_it_counts_as_not_solved_and_has_no_part_in_means(store, lost):
    table = with_diverged(SOME, store.read(SOME, settings=False), store.diverged(SOME))
    summary, of_others = summarise(SOME, table), summarise(SOME, store.read(SOME))
    assert (summary.solved.n, summary.diverged) == (SEEDS, len(lost))
    assert (summary.solved.k, summary.loss, summary.gap) == (of_others.solved.k, of_others.loss, of_others.gap)
    assert summary.accuracy == of_others.accuracy
    assert f"; {len(lost)} of {SEEDS} diverged" in summary.verdict
    assert "diverged" not in of_others.verdict


def test_where_all_diverge_none_is_solved(store):
    assert store.files(ALL) == []
    summary = summarise(ALL, with_diverged(ALL, None, store.diverged(ALL)))
    assert (summary.solved.k, summary.solved.n, summary.diverged) == (0, SEEDS, SEEDS)
    assert np.isnan(summary.loss)


def test_of_a_stream_too():
    table = pd.DataFrame({"seed": [3, 3, 4], "sequences": [100, 200, 100], "loss": [np.inf, np.nan, 0.5]})
    config = Config(sequences=200, judged_every=100)
    assert diverged_in(config, table) == {3: 100}
    rows = with_diverged(config, table[table["seed"] == 4].assign(updates=400), {3})
    assert rows[rows["seed"] == 3]["sequences"].tolist() == [200]


def test_a_loss_that_is_not_a_number_before_training_is_another_fault():
    assert diverged_in(SOME, pd.DataFrame({"seed": [0, 0], "epoch": [5, 0], "loss": [np.nan] * 2})) == {}


def test_a_run_says_how_many_diverged(ran, lost):
    plan, outcomes, _ = ran
    count = Count(plan, 1)
    for outcome in outcomes:
        count.add(outcome)
    assert f"; {SEEDS + len(lost)} runs diverged, kept apart and counted as not solved" in count.summary()


def test_a_file_of_it_that_cannot_be_read_is_named_and_the_next_run_sets_it_aside(tmp_path):
    broken = Store(tmp_path)
    path = broken.write_diverged(SOME, {0: 5})
    of_job = broken.write_failure(SOME, [1], "a traceback")
    for torn in (path, of_job):
        torn.write_text("{", encoding="utf-8")
    with pytest.raises(DamagedResultError, match=path.name):
        broken.diverged(SOME)
    plan = make_plan([SOME], 2, broken)
    assert [torn.name in repair for torn, repair in zip((of_job, path), plan.repairs, strict=True)] == [True, True]
    assert [job.seeds for job in plan.jobs] == [(0, 1)]
    assert {file.name for file in path.parent.iterdir()} == {f"_damaged_{path.name}", f"_damaged_{of_job.name}"}


def test_an_earlier_failure_of_seeds_that_diverged_since_is_forgotten(tmp_path):
    store = Store(tmp_path)
    store.write_failure(ALL, [0, 1], "a traceback")
    store.write_diverged(ALL, {0: 5})
    assert store.failures([ALL])
    store.write_diverged(ALL, {1: 5})
    assert store.failures([ALL]) == []
