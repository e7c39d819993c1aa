"""The networks that run in the page answer as the networks whose weights they have."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from scripts_of_the_page import evaluate

from study.article.start.lanes import SEQUENCES
from study.networks.chosen import CHOSEN
from study.networks.make import train

TEXT = " ".join(",".join(map(str, sequence)) for sequence in SEQUENCES)
RUN = """(() => {
  const network = KeptNetwork.read(given.network);
  const told = ExplorerLogic.answer({ sequences: given.text, ...KeptNetwork.settingsOf(network) });
  return KeptNetwork.run(network, told).filter((slot) => slot.row !== null)
    .map(({ row, probabilities, h }) => ({ row, probabilities, h }));
})()"""


@pytest.mark.parametrize("name", CHOSEN)
def test_the_page_computes_what_the_engine_computed(name):
    network = train(name)
    answers = {one["row"]: one for one in evaluate(RUN, {"network": asdict(network), "text": TEXT}, "network.js")}
    assert sorted(answers) == sorted(network.rows) == list(range(8))
    for row, stored in zip(network.rows, network.probabilities, strict=True):
        assert answers[row]["probabilities"] == pytest.approx(stored, abs=1e-6)
        assert all(abs(value) < 1 for value in answers[row]["h"])
