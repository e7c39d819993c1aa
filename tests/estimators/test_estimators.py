"""The estimators keep scikit-learn's conventions, and do what the study's models do."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.estimator_checks import parametrize_with_checks

from study.errors import StudyError
from study.estimators import MLPBaseline, StatefulLSTMClassifier, StatelessLSTMClassifier
from study.training import learner
from study.training.engines.block import Block
from study.training.kernel.learner import KernelBlock

pytestmark = pytest.mark.lowest

ORDER = "rows are steps in time: what a row is told depends on the rows before it"
EXPECTED_FAILURES = {
    StatefulLSTMClassifier: {
        "check_methods_sample_order_invariance": ORDER,
        "check_methods_subset_invariance": ORDER,
    },
}
SYMBOLS = np.eye(5)
X, Y = SYMBOLS[[3, 0, 1, 2, 4, 0, 1, 2]], np.array([0, 1, 2, 3, 0, 1, 2, 4])
ALL = [
    MLPBaseline(learning_rate=0.02, random_state=0),
    StatelessLSTMClassifier(epochs=60, learning_rate=0.02, random_state=0),
    StatefulLSTMClassifier(epochs=4, learning_rate=0.02, random_state=0),
]


@parametrize_with_checks(ALL, expected_failed_checks=lambda estimator: EXPECTED_FAILURES.get(type(estimator), {}))
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def stateful(**options):
    return StatefulLSTMClassifier(
        **{"batch_size": 2, "sequence_length": 4, "learning_rate": 0.02, "epochs": 300, "random_state": 1} | options
    )


def test_only_memory_tells_the_ambiguous_rows_apart():
    assert MLPBaseline(random_state=0).fit(X, Y).score(X, Y) == 7 / 8
    assert StatelessLSTMClassifier(random_state=0).fit(X, Y).score(X, Y) == 7 / 8
    assert stateful().fit(X, Y).score(X, Y) == 1
    windows = np.hstack(
        [np.vstack([np.zeros((k, 5)), SYMBOLS[seq[: 4 - k]]]) for k in (3, 2, 1, 0) for seq in [[3, 0, 1, 2]]]
    )
    other = np.hstack([np.vstack([np.zeros((k, 5)), SYMBOLS[[4, 0, 1, 2][: 4 - k]]]) for k in (3, 2, 1, 0)])
    both = np.vstack([windows, other])
    assert StatelessLSTMClassifier(timesteps=4, random_state=0).fit(both, Y).score(both, Y) == 1


def test_prediction_never_needs_the_batch_size_of_training():
    network = stateful().fit(X, Y)
    assert network.predict(X[:3]).tolist() == [0, 1, 2]
    assert network.predict(X[4:7]).tolist() == [0, 1, 2]
    assert np.allclose(network.predict_proba(X)[4:], network.predict_proba(X[4:]), atol=1e-6)
    assert np.array_equal(stateful(batch_size=1).fit(X, Y).predict(X).shape, (8,))


def test_groups_are_sequences():
    network = stateful(sequence_length=None)
    groups = np.repeat(["a", "b"], 4)
    assert np.array_equal(network.fit(X, Y, groups=groups).outputs(X, groups), stateful().fit(X, Y).outputs(X))
    with pytest.raises(StudyError, match="sort the rows by group"):
        network.fit(X, Y, groups=np.array([0, 1] * 4))
    with pytest.raises(StudyError, match="batch size 3"):
        network.set_params(batch_size=3, layout="consecutive").fit(X, Y, groups=groups)


def test_state_goes_on_from_observe_to_observe_until_it_is_reset():
    network = stateful().fit(X, Y)
    whole = network.predict_proba(X[:4])
    assert np.allclose(np.vstack([network.observe(X[:1]), network.observe(X[1:4])]), whole, atol=1e-6)
    network.predict(X)  # disturbs nothing
    network.reset_state()
    assert np.allclose(network.observe(X[4:]), network.predict_proba(X[4:]), atol=1e-6)
    with pytest.raises(NotFittedError):
        stateful().reset_state()


def test_free_running_prediction():
    network = stateful().fit(X, Y)
    assert network.generate(4, start=SYMBOLS[[3]]).tolist() == [0, 1, 2, 3]
    assert network.generate(4, start=SYMBOLS[[4]]).tolist() == [0, 1, 2, 4]
    network.reset_state()
    network.observe(X[4:6])
    assert network.generate(3).tolist() == [1, 2, 4]
    assert StatelessLSTMClassifier(random_state=0).fit(X, Y).generate(3, SYMBOLS[[3]]).tolist() == [0, 1, 2]
    with pytest.raises(StudyError, match="give start"):
        network.reset_state().generate(1)
    with pytest.raises(StudyError, match="one-hot"):
        stateful().fit(X[:, :4], Y).generate(1, start=X[:1, :4])


@pytest.mark.parametrize("timesteps", [0, 4])
def test_timesteps_that_do_not_divide_a_row_are_refused_with_those_that_do(timesteps):
    with pytest.raises(StudyError, match=f"timesteps is {timesteps}.*numbers.*use 1, 2, 5 or 10"):
        StatelessLSTMClassifier(timesteps=timesteps).fit(np.hstack([X, X]), Y)


@pytest.mark.parametrize("network", ALL[1:])
def test_pickling_keeps_predictions_and_training_goes_on_as_before(network):
    network = clone(network).fit(X, Y)
    copy = pickle.loads(pickle.dumps(network))
    assert np.array_equal(copy.outputs(X), network.outputs(X))
    assert np.array_equal(copy.partial_fit(X, Y).outputs(X), network.partial_fit(X, Y).outputs(X))


@pytest.mark.parametrize("network", ALL)
def test_partial_fit_epoch_by_epoch_learns_with_labels_that_come_later(network):
    network = clone(network)
    for _ in range(150):
        network.partial_fit(X[:4], Y[:4], classes=range(5))
        network.partial_fit(X[4:], Y[4:])
    assert network.score(X[:3], Y[:3]) == 1
    with pytest.raises(StudyError, match="label 7"):
        network.partial_fit(X[:1], [7])


def test_cross_validation_leaves_a_sequence_out():
    x, y = np.vstack([X] * 2), np.tile(Y, 2)
    scores = cross_val_score(stateful(), x, y, cv=KFold(2))
    assert scores.tolist() == [1, 1]
    groups = np.repeat([0, 1, 2, 3], 4)
    assert len(cross_val_score(stateful(batch_size=1, epochs=5), x, y, groups=groups, cv=GroupKFold(2))) == 2


def test_grid_search_chooses_the_layout():
    search = GridSearchCV(
        stateful(),
        {"layout": ["consecutive", "interleaved"]},
        cv=[(np.arange(8), np.arange(8))],
    ).fit(X, Y)
    assert search.best_params_ == {"layout": "interleaved"}


@pytest.mark.parametrize("network", [MLPBaseline(random_state=0), stateful()])
def test_a_pipeline_encodes_symbols(network):
    symbols = np.array([[3], [0], [1], [2], [4], [0], [1], [2]])
    pipeline = make_pipeline(OneHotEncoder(sparse_output=False), clone(network)).fit(symbols, Y)
    assert pipeline.score(symbols, Y) == (1 if isinstance(network, StatefulLSTMClassifier) else 7 / 8)


def test_random_state_decides_everything():
    outputs = [stateful(random_state=seed).fit(X, Y).outputs(X) for seed in (1, 1, 2)]
    assert np.array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[0], outputs[2])


def test_without_numba_torch_trains_and_says_so_once(monkeypatch):
    rows, y = np.random.default_rng(0).random((12, 8), dtype=np.float32), np.arange(12) % 2
    options = {"epochs": 5, "units": 3, "random_state": 0, "timesteps": 4}
    network = StatelessLSTMClassifier(**options).fit(rows, y)
    assert isinstance(network.block_, KernelBlock)
    monkeypatch.setattr(learner, "numba_is_there", lambda: False)
    learner._told.clear()
    with pytest.warns(UserWarning, match="Numba is not installed; training goes on with torch"):
        other = StatelessLSTMClassifier(**options).fit(rows, y)
    assert isinstance(other.block_, Block)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StatelessLSTMClassifier(**options).fit(rows, y)
    assert np.abs(network.predict_proba(rows) - other.predict_proba(rows)).max() < 1e-5


@pytest.mark.parametrize(
    "settings",
    [{"epochs": -1}, {"units": 2.5}, {"sequence_length": -1}, {"learning_rate": -1.0}, {"batch_size": 0}],
    ids=str,
)
def test_settings_out_of_range_are_refused_by_name(settings):
    (name,) = settings
    with pytest.raises(StudyError, match=f"{name} is .*; it must be"):
        StatefulLSTMClassifier(**settings).fit(np.eye(4), [0, 1, 0, 1])


def test_score_asks_as_predict_does():
    rows, labels, groups = np.eye(4)[[0, 1, 2, 3, 0, 1]], np.array([0, 1, 0, 1, 1, 0]), [0, 0, 0, 1, 1, 1]
    network = StatefulLSTMClassifier(epochs=3, random_state=0).fit(rows, labels, groups=groups)
    found = network.predict(rows, groups=groups) == labels
    assert network.score(rows, labels, groups=groups) == found.mean()
    assert network.score(rows, labels, [3, 1, 1, 1, 1, 1], groups) == np.average(found, weights=[3, 1, 1, 1, 1, 1])
