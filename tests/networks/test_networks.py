"""Kept networks are those whose scores are stored, to the bit, and a damaged file is not believed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from study.errors import StudyError
from study.networks.chosen import CHOSEN, SEED
from study.networks.kept import KEPT, keep, read
from study.networks.make import main, train
from study.runs.store import Store

RESULTS = Path(__file__).parents[2] / "results"
SEQUENCE_ROWS = 4


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder in which all networks were kept by the command."""
    folder = tmp_path_factory.mktemp("networks")
    assert main(["--results", str(folder)]) == 0
    return read(folder / KEPT)


def test_what_is_read_back_is_what_was_trained_to_the_bit(made):
    again = train("reliable")
    assert list(made) == list(CHOSEN)
    for name, array in again.arrays().items():
        assert made["reliable"].arrays()[name].tobytes() == array.tobytes()
    assert [tuple(row) for row in made["reliable"].probabilities] == list(again.probabilities)


@pytest.mark.parametrize("name", CHOSEN)
def test_the_stored_scores_of_the_seed_are_those_of_the_kept_network(name, made):
    chosen, network = CHOSEN[name], made[name]
    if not Store(RESULTS).files(chosen.config):
        pytest.skip("its configuration is not stored")
    table = Store(RESULTS).read(chosen.config)
    (score,) = table[(table["seed"] == SEED) & (table["epoch"] == chosen.epoch)].to_dict("records")
    answer = dict(zip(network.rows, np.asarray(network.probabilities, "float32"), strict=True))
    three = network.symbols.index(3)
    last = [answer[row][three] for row in (SEQUENCE_ROWS - 1, 2 * SEQUENCE_ROWS - 1)]
    assert score["memory_gap"] == last[0] - last[1]
    wanted = [0, 1, 2, 3, 0, 1, 2, 4]
    assert score["accuracy"] == np.mean([network.symbols[answer[row].argmax()] == wanted[row] for row in range(8)])


@pytest.mark.skipif(not (RESULTS / KEPT).exists(), reason="none are kept")
def test_the_networks_that_come_with_the_results_are_these(made):
    assert read(RESULTS / KEPT) == made


def test_no_file_is_no_network_and_a_damaged_one_is_said_in_one_line(tmp_path, made):
    path = tmp_path / KEPT
    assert read(path) == {}
    keep(list(made.values()), path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["networks"][0]["seed"] = 7
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(StudyError, match=r"networks\.json is damaged; delete it, and make it anew with 'python -m"):
        read(path)
