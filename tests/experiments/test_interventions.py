"""Interventions: each changes what it says and nothing else, in the configuration and in the weights."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from levels import LEVELS, stored

from study.config import Config
from study.experiments import FOLDER, PRESETS
from study.experiments.interventions import findings
from study.experiments.interventions.configs import (
    ACROSS,
    KEEPING_FROZEN,
    NOTHING,
    OUTPUTS_ALONE,
    PADDED,
    PLANNED,
    ROWS,
    STOPPED,
    WHOLE_SEQUENCES,
    WRITING_FROZEN,
    Trial,
    planned,
    trials,
)
from study.experiments.optimisers.configs import ADAM, FAST
from study.measures.summaries import possible
from study.models import find_model
from study.report.tables.plain import as_data
from study.runs.backends import one_thread
from study.runs.compute import compute
from study.sequences.configured import datasets_of, schedule_of
from study.training.loop import Trainer

NAME = "interventions"
STANDARD = PRESETS["standard"]


@pytest.fixture(scope="module", params=LEVELS)
def evidence(request, tmp_path_factory):
    return stored(tmp_path_factory.mktemp("results"), request.param, [NAME]), request.param


@pytest.mark.parametrize("trial", trials(), ids=str)
def test_nothing_but_the_intervention_differs_from_training_as_it_is(trial):
    plain = replace(trial, intervention=NOTHING).trained(STANDARD).settings()
    changed = trial.trained(STANDARD).settings()
    differing = {name for name in changed if changed[name] != plain[name]} - {"epochs"}
    assert differing == set(trial.intervention.settings)
    assert possible(trial.trained(STANDARD)).ceiling.ambiguous == 1


def test_a_comparison_is_of_one_network_given_its_inputs_in_one_way():
    for _, first, second, _ in PLANNED:
        assert (first.inputs, first.rule, first.batch_size) == (second.inputs, second.rule, second.batch_size)
        assert {first, second} <= set(trials())
    comparisons = planned(STANDARD)
    assert len(comparisons) == len(PLANNED) == len({each.what for each in comparisons.values()})
    assert all(each.first.epoch == each.second.epoch for each in comparisons.values())


def weights_before_and_after(intervention, rule=ADAM):
    """Weights of two seeds, trained for five epochs of the tutorial's rows."""
    config = replace(Trial(ROWS, rule, intervention).trained(PRESETS["quick"]), epochs=5)
    dataset = datasets_of(config, [0])[0]
    with one_thread():
        trainer = Trainer(find_model(config.model), config, [dataset], schedule_of(config, dataset), [0, 1])
        before = {name: values.copy() for name, values in trainer.learner.export().items()}
        trainer.train_to(config.epochs)
        return before, trainer.learner.export()


@pytest.mark.parametrize("rule", [ADAM, FAST.rule], ids=lambda rule: rule.label)
def test_what_is_frozen_keeps_every_bit_and_the_rest_moves(rule):
    units = Config.units
    forget = np.zeros(4 * units, dtype=bool)
    forget[units : 2 * units] = True
    symbols = np.isin(np.arange(5), (3, 4))
    frozen = {
        OUTPUTS_ALONE: {"kernel": np.ones((5, 1)), "recurrent_kernel": np.ones((1, 1)), "bias": np.ones(1)},
        WRITING_FROZEN: {"kernel": symbols[:, None], "recurrent_kernel": np.zeros((1, 1)), "bias": np.zeros(1)},
        KEEPING_FROZEN: {"kernel": forget[None], "recurrent_kernel": np.ones((1, 1)), "bias": forget},
    }
    for intervention, masks in frozen.items():
        before, after = weights_before_and_after(intervention, rule)
        for name, mask in masks.items():
            kept = np.broadcast_to(mask, before[name].shape[1:]).astype(bool)
            same = before[name] == after[name]
            assert same[:, kept].all(), (intervention.label, name)
            assert not same[:, ~kept].all() or kept.all(), (intervention.label, name)
        assert (before["dense_kernel"] != after["dense_kernel"]).any()


def trained(trial, epochs=60):
    with one_thread():
        return compute(replace(trial.trained(PRESETS["quick"]), epochs=epochs), range(4))


def at(table, epoch):
    return table[table["epoch"] == epoch].drop(columns=["epoch", "training_loss"]).reset_index(drop=True)


@pytest.mark.parametrize("inputs", [PADDED, WHOLE_SEQUENCES])
def test_a_stopped_gradient_leaves_the_untrained_network_and_changes_the_trained_one(inputs):
    full, stopped = (trained(Trial(inputs, ADAM, each)) for each in (NOTHING, STOPPED))
    assert at(full, 0).equals(at(stopped, 0))
    assert (at(full, 60)["memory_gap"] != at(stopped, 60)["memory_gap"]).all()


def test_a_stopped_gradient_in_a_whole_sequence_is_that_of_its_rows_accumulated():
    """With the gradient stopped, a sequence as one row makes the updates of its four rows added up to one."""
    rows = replace(Config(), accumulate=4, epochs=20, precision="float64", engine="torch")
    whole = Trial(WHOLE_SEQUENCES, ADAM, STOPPED).trained(PRESETS["quick"])
    with one_thread():
        added = compute(rows, range(3))
        stopped = compute(replace(whole, epochs=20, precision="float64", engine="torch"), range(3))
    for name in ("memory_gap", "largest_error", "loss"):
        assert np.allclose(at(added, 20)[name], at(stopped, 20)[name], rtol=1e-4, atol=1e-6), name


def test_a_gradient_across_more_rows_is_another_one_for_each_number_of_rows():
    gaps = [at(trained(Trial(ROWS, ADAM, each)), 60)["memory_gap"] for each in (NOTHING, *ACROSS.values())]
    for place, one in enumerate(gaps):
        assert all((one != other).all() for other in gaps[place + 1 :])


def test_facts_can_be_written_whatever_the_numbers(evidence):
    facts = findings.facts(evidence[0])
    assert json.dumps(as_data({**facts, "claims": []}), allow_nan=False)
    assert len(facts["comparisons"].rows) == len(PLANNED)
    assert len(facts["table"].rows) == len(trials())


def test_claims_hold_only_where_the_seeds_say_so(evidence):
    held = {claim.name for claim in findings.facts(evidence[0])["claims"] if claim.holds}
    if evidence[1] in ("nobody", "everybody", "by a hair"):  # all trials alike: no difference can be shown
        undecided = {"keeping_frozen", "whole_both_stopped", "padded_stopped"}
        assert held - {"outputs_unsure", "reaching_is_sure"} == undecided
    assert "sure_with_gradient" not in held


def test_every_claim_stands_in_the_text_once(evidence):
    abstract = (FOLDER.parent / "report" / "frame" / "abstract.typ").read_text(encoding="utf-8")
    said = re.findall(r'#claim\("(\w+)"\)', (FOLDER / NAME / "text.typ").read_text(encoding="utf-8"))
    said += re.findall(rf'claim\("{NAME}\.(\w+)"\)', abstract)
    assert sorted(said) == sorted(claim.name for claim in findings.facts(evidence[0])["claims"])
