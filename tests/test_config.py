"""A configuration's identity, which names its stored results, stays what it is; and its words are checked."""

from __future__ import annotations

import pytest

import study.config
from study.config import Config
from study.errors import StudyError
from study.measures.summaries import possible
from study.sequences.layouts import Schedule

IDENTITIES = [
    ({}, "0899eaeee7"),
    ({"batch_size": 2, "layout": "interleaved"}, "57063a9462"),
    ({"batch_size": 4, "epochs": 1000}, "63e39a21e5"),
    ({"timesteps": 4, "model": "stateless_lstm"}, "035977066e"),
    ({"reset": "never", "order": "random"}, "8b06465c5d"),
    ({"order": "alternating", "layout": "shuffled"}, "d7e8b051f9"),
    ({"model": "mlp", "batch_size": 8}, "00429e611d"),
    ({"task": "long_lag", "task_options": (("lag", 10),)}, "fbc0df82d5"),
    ({"optimiser": "sgd", "learning_rate": 0.5}, "8758350a14"),
    ({"loss": "squared_error", "accumulate": 4}, "500be46bc3"),
    ({"probe": "mechanism", "precision": "float64"}, "221b33d1cf"),
    ({"initialisation": "chrono", "initialisation_options": (("longest", 11.0),)}, "95efbfd3f3"),
]


@pytest.mark.parametrize(
    ("settings", "identity"), IDENTITIES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_identity_depends_on_the_version_and_on_what_differs_from_the_defaults_alone(
    settings, identity, monkeypatch
):
    monkeypatch.setattr(study.config, "VERSION", 2)  # under which these were written down
    assert Config(**settings).identity == identity
    monkeypatch.setattr(study.config, "VERSION", 1)
    assert Config(**settings).identity != identity


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"layout": "interleave"},
            "unknown layout 'interleave'; known: consecutive, interleaved, shuffled; did you mean",
        ),
        ({"reset": "epochs"}, "unknown reset 'epochs'; known: sequence, epoch, never; did you mean 'epoch'?"),
        ({"order": "same"}, "unknown order 'same'; known: fixed, alternating, random"),
        ({"batch_size": 0}, "batch size is 0; it must be 1 or more"),
    ],
)
def test_a_presentation_that_cannot_be_is_refused_when_it_is_named(settings, message):
    with pytest.raises(StudyError) as caught:
        Config(**settings)
    assert str(caught.value).startswith(message)


def test_a_presentation_is_handed_on_whole():
    config = Config(batch_size=2, layout="interleaved", reset="epoch", order="random", timesteps=4)
    schedule = Schedule((4, 4), **config.presentation)
    assert schedule.presentation == config.presentation
    assert config.presentation == {"batch_size": 2, "layout": "interleaved", "reset": "epoch", "order": "random"}


@pytest.mark.parametrize(
    ("settings", "reach"),
    [
        ({}, 1),
        ({"timesteps": 4}, 4),
        ({"gradient_rows": 3}, 3),
        ({"timesteps": 4, "stop_gradient": True}, 1),
        ({"timesteps": 2, "targets": "every", "gradient_rows": 2}, 4),
        ({"timesteps": 2, "gradient_rows": 2}, 3),  # windows 0,1 and 1,2
    ],
    ids=str,
)
def test_a_gradient_reaches_the_inputs_of_its_rows_and_no_further(settings, reach):
    config = Config(**settings)
    assert config.gradient_reach == possible(config).gradient_reach == reach
    assert possible(config).gradient_reaches == (reach >= 4)  # the first of the four inputs decides
