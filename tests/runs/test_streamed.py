"""Jobs on streams: what is stored, what is refused, and one that is killed and goes on."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from killed import SEEDS, run_and_kill

from study.commands.run import _placed
from study.config import Config
from study.errors import StudyError
from study.experiment import PRESETS
from study.measures.stop_rules import make_stop_rule, sequences_to_success
from study.report.bounds import bounds_of, refuse_above_ceiling
from study.runs import streamed
from study.runs.backends import Serial
from study.runs.compute import compute
from study.runs.plan import make_plan, run_plan
from study.runs.stand_in import stand_in
from study.runs.store import Store
from study.runs.validation import DamagedResultError
from study.sequences.streams import stored_at

SGD = {"optimiser": "sgd", "learning_rate": 0.5}
CONFIG = Config(
    sequences=800, judged_every=200, stop="every_step", stop_options=(("count", 100),), model="stateless_lstm",
    timesteps=4, targets="every", **SGD,
)  # fmt: skip
JOINING = replace(CONFIG, sequences=800, sees_inputs=True, joins="after", joins_options=(("window", 300),))
LOOKS_BACK = replace(CONFIG, model="stateful_lstm", timesteps=1, targets="last")
UNIT_1997 = Config(
    task="long_lag", task_options=(("lag", 9),), model="memory_cell_1997", units=1, precision="float64",
    optimiser="sgd", learning_rate=1.0, loss="squared_error", initialisation="uniform_1997", sequences=20_000,
    judged_every=10, stop="every_step", joins="plateau",
)  # fmt: skip
BLIND = replace(LOOKS_BACK, model="stateless_lstm", sequences=400)


@pytest.fixture(scope="module")
def computed():
    return {config: compute(config, range(SEEDS)) for config in (CONFIG, JOINING, UNIT_1997)}


def test_a_seed_is_judged_up_to_its_success_or_the_budget(computed):
    table = computed[CONFIG]
    last = table.groupby("seed").tail(1)
    assert 0 < (last["passed"] == 100).sum() < SEEDS  # some of them, so that both kinds are looked at
    assert (last[last["passed"] < 100]["sequences"] == 800).all()
    for _, own in table.groupby("seed"):
        assert own["sequences"].tolist() == list(range(0, int(own["sequences"].max()) + 1, 200))
        assert (own["passed"].iloc[:-1] < 100).all()
        assert (own["updates"] == own["sequences"]).all()  # one window a sequence
    joined = computed[JOINING]
    assert joined[joined["sequences"] < 300]["joined_after"].isna().all()
    assert (joined[joined["sequences"] > 300]["joined_after"] == 300).all()


def test_of_many_judgements_a_few_and_the_last_are_stored(computed):
    table, moments = computed[UNIT_1997], set(stored_at(UNIT_1997))
    ends = table.groupby("seed").tail(1)
    assert (ends["passed"] == 10_000).all()
    assert not set(ends["sequences"]) <= moments
    assert set(table["sequences"]) - set(ends["sequences"]) <= moments
    assert sequences_to_success(table, make_stop_rule("every_step", {})).tolist() == ends["sequences"].tolist()
    often = replace(CONFIG, judged_every=4)
    table = compute(often, range(SEEDS))
    assert set(table["sequences"]) - set(table.groupby("seed").tail(1)["sequences"]) <= set(stored_at(often))


def test_what_is_stored_is_read_again_and_nothing_is_computed_twice(computed, tmp_path):
    store = Store(tmp_path)
    for config, table in computed.items():
        store.write(config, table, {"seconds": 1.0})
        pd.testing.assert_frame_equal(store.read(config)[table.columns], table, check_exact=True)
        assert store.folder(config).parent == tmp_path / "streams"
        kept = store.read(config)
        assert (kept["budget"] == config.sequences).all()
        assert "epochs" not in kept
    assert not make_plan(list(computed), SEEDS, store).jobs
    assert stand_in(CONFIG) == CONFIG


def changed(name, value, where):
    def change(table):
        return table.assign(**{name: table[name].mask(where(table), value)})

    return change


FAULTS = {
    "a row is missing": (CONFIG, lambda t: t.drop(t.index[1]), "seed 0 is not judged once every 200"),
    "a row twice": (CONFIG, lambda t: pd.concat([t, t.iloc[:1]]), "seed 0 is not judged once"),
    "it ends too soon": (
        CONFIG,
        lambda t: t[(t["sequences"] < 400)],
        "seed . ends after 200 of 800 sequences without success",
    ),
    "it goes on": (CONFIG, changed("passed", 100, lambda t: t["sequences"] == 0), "seed 0 is judged after its success"),
    "more than all": (CONFIG, changed("passed", 101, lambda t: t.index == 0), "passed is 101"),
    "updates": (CONFIG, changed("updates", 7, lambda t: t.index == 1), "7 updates at sequences 200 instead of 200"),
    "an error": (CONFIG, changed("last_error", 1.5, lambda t: t.index == 1), "last_error is 1.5 for seed 0"),
    "a loss": (CONFIG, changed("training_loss", np.nan, lambda t: t.index == 1), "training_loss is nan"),
    "a gate": (UNIT_1997, changed("in_gate_1_other", 1.5, lambda t: t.index == 3), "in_gate_1_other is 1.5 for seed 0"),
    "no gate": (UNIT_1997, lambda t: t.drop(columns="in_gate_1_class"), "no column in_gate_1_class"),
    "not where it is stored": (
        UNIT_1997, changed("sequences", 1010, lambda t: t["sequences"] == 1000), "seed 0 is not judged once every 10",
    ),
    "no rule": (CONFIG, lambda t: t.drop(columns="passed"), "no column passed"),
    "joined later": (JOINING, changed("joined_after", 900, lambda t: t.index == 2), "joined_after lies after"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_table_that_no_stream_gives_is_refused(name, computed, tmp_path):
    config, change, said = FAULTS[name]
    table = change(computed[config].reset_index(drop=True))
    with pytest.raises(StudyError, match=said):
        Store(tmp_path).write(config, table, {"seconds": 1.0})


def test_another_budget_is_another_configuration(computed, tmp_path):
    store, longer = Store(tmp_path), replace(CONFIG, sequences=1600)
    path = store.write(CONFIG, computed[CONFIG], {"seconds": 1.0})
    store.folder(longer).mkdir(parents=True)
    moved = path.rename(store.folder(longer) / path.name)
    with pytest.raises(DamagedResultError, match="holds configuration"):
        store.read_file(longer, moved)


@pytest.mark.parametrize("config", [CONFIG, JOINING, replace(LOOKS_BACK, sequences=600), UNIT_1997])
def test_a_unit_that_is_killed_goes_on_where_it_was_bit_for_bit(config, tmp_path):
    store = Store(tmp_path / "results")
    expected = compute(config, range(SEEDS))
    assert run_and_kill(tmp_path, config, 3).returncode == -signal.SIGKILL
    (kept,) = store.unfinished(config)
    run_and_kill(tmp_path, config, 2)  # the second process goes on too, and is killed too
    plan = make_plan([config], SEEDS, store)
    assert [job.kept for job in plan.jobs] == [kept]
    assert run_plan(plan, store, Serial(), lambda _: None) == 0
    pd.testing.assert_frame_equal(store.read(config)[expected.columns], expected, check_exact=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "mlp"}, "model mlp does not learn from a stream"),
        ({"stop": "soon"}, "every_step"),
        ({"joins": "soon"}, "plateau"),
        ({"batch_size": 3}, "layout"),
        ({"model": "memory_cell_1997"}, "units is 20; model memory_cell_1997 has 1"),
        ({"model": "memory_cell_1997", "sequences": 0}, "model memory_cell_1997 learns from streams alone"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_computed(changes, said, tmp_path):
    with pytest.raises(StudyError, match=said):
        make_plan([replace(CONFIG, **changes)], PRESETS["quick"].seeds, Store(tmp_path))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"task": "random_sequences"}, "task is random_sequences; .* declared for long_lag and random_middle alone"),
        ({"task": "distractors"}, "task is distractors; .* declared for long_lag and random_middle alone"),
        (
            {"task": "two_sequences", "model": "cell_blocks_1997", "units": 2, "joins": ""},
            "task is two_sequences; .* declared for distractors alone",
        ),
        ({"engine": "torch"}, "engine is 'torch'; model memory_cell_1997 has 'kernel', so set that"),
        ({"device": "cuda"}, "device is 'cuda'; model memory_cell_1997 has 'cpu'"),
        ({"targets": "every"}, "targets is 'every'; model memory_cell_1997 has 'last'"),
    ],
)
def test_what_a_network_of_1997_cannot_be_measured_on_or_would_ignore_is_refused(changes, said, tmp_path):
    changes = {"task_options": (), **changes} if "task" in changes else changes
    with pytest.raises(StudyError, match=said):
        make_plan([replace(UNIT_1997, **changes)], 1, Store(tmp_path))


def test_without_numba_a_network_of_1997_says_what_to_install(monkeypatch):
    monkeypatch.setattr(streamed, "find_spec", lambda _: None)
    with pytest.raises(StudyError, match=r"memory_cell_1997 .* install numba"):
        compute(UNIT_1997, [0])


def test_whatever_engine_is_asked_for_a_network_of_1997_keeps_its_own():
    assert _placed(UNIT_1997, "torch", "cpu") == _placed(UNIT_1997, "torch", "cuda") == UNIT_1997
    assert _placed(CONFIG, "torch", "cpu").engine == "torch"


def test_no_mean_above_what_steps_without_state_can_reach_is_shown(tmp_path):
    store, table = Store(tmp_path), compute(BLIND, range(20))
    (bound,) = bounds_of(BLIND, table.columns).values()
    assert (str(bound.ceiling), bound.by_chance) == ("7/8", True)
    refuse_above_ceiling(store, BLIND, table)
    store.write(BLIND, table, {"seconds": 1.0})
    table.loc[table["sequences"] == 200, "accuracy"] = 1.0
    with pytest.raises(StudyError, match=r"at sequences 200 the mean of accuracy is 1\.000"):
        refuse_above_ceiling(store, BLIND, table)
    assert {str(b.ceiling) for b in bounds_of(CONFIG, table.columns).values()} == {"1"}
    assert {str(b.ceiling) for b in bounds_of(LOOKS_BACK, table.columns).values()} == {"1"}
    fresh = replace(CONFIG, task="random_sequences", task_options=(("length", 4), ("longest", 5)))
    assert bounds_of(fresh, table.columns) == {}
