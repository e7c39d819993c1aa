"""The networks of the page are those that are kept; without a file the text says how to make it."""

from __future__ import annotations

from dataclasses import replace

from study.article.networks.findings import facts
from study.experiments import contents
from study.networks.chosen import CHOSEN
from study.networks.kept import KEPT, keep
from study.networks.make import train
from study.report.evidence import Evidence
from study.runs.store import Store


def told(folder):
    return facts(Evidence(Store(folder), contents()))


def test_without_kept_networks_the_text_names_the_command(tmp_path):
    assert told(tmp_path)["kept"] == []
    assert told(tmp_path)["made_by"] == f"python -m study.networks.make --results {tmp_path.name}"


def test_kept_networks_come_with_the_name_that_a_reader_sees(tmp_path):
    network = train("in_order")
    keep([network], tmp_path / KEPT)
    (one,) = told(tmp_path)["kept"]
    chosen = CHOSEN["in_order"]
    assert one["label"] == f"batch size {chosen.config.batch_size}, rows in order, {chosen.epoch} epochs"
    assert one["known"] == ""  # no scores are stored
    assert one["weights"] == network.weights


def test_a_network_of_another_configuration_is_not_shown(tmp_path):
    keep([replace(train("in_order"), identity="of another")], tmp_path / KEPT)
    assert told(tmp_path)["kept"] == []
