"""Measured odds: the nearest configuration, what it differs in, and nothing where a theorem decides."""

from dataclasses import replace
from pathlib import Path

import pytest

from study import why
from study.article import contents
from study.experiments.one_line_changes.first_changes import first_changes
from study.explain import odds
from study.report.evidence import Evidence
from study.report.explorer.odds import odds_of
from study.runs.store import Store
from study.sequences.tasks import make_task

RESULTS = Path(__file__).parents[2] / "results"
PLAIN = odds.Odds(True, 1, 1, "consecutive", "sequence", "fixed", 3, odds.USUAL, 250, 100, 40, 0, 31, 50, 0.0)
INVENTED = (
    PLAIN,
    replace(PLAIN, epochs=4000, right=5),
    replace(PLAIN, training="SGD 0.5", epochs=4000, right=95, within=76, within_low=0.67),
    replace(PLAIN, training="SGD 0.1", epochs=4000, right=98, within=70, within_low=0.6),
    replace(PLAIN, lag=10, right=1),
    replace(PLAIN, batch_size=2, layout="interleaved", right=81),
    replace(PLAIN, layout="shuffled", right=12),
    replace(PLAIN, timesteps=4, stateful=False, right=100, within=100),
)

FIRST = odds.FirstChange(PLAIN.place, "another optimiser", True, 250, 50, 49, 90, 100, 33)


@pytest.fixture
def invented(monkeypatch):
    monkeypatch.setattr(odds, "stored", lambda: odds.Known(INVENTED))


@pytest.mark.usefixtures("invented")
def test_the_tutorial_gets_its_own_odds_and_the_surest_other_way_of_training():
    found = why().measured
    assert [(each.epochs, each.right) for each in found.usual] == [(250, 40), (4000, 5)]
    assert found.best.training == "SGD 0.5"  # SGD 0.1 is right more often, and less often within 0.25
    assert found.tried == 3
    assert found.differs == ""
    assert "40 of 100 seeds (31–50 %) right, 0 within 0.25, after 250 epochs" in str(why())
    assert "SGD 0.5: 95 of 100" in str(why())


def test_what_to_change_first_is_what_was_chosen_on_other_seeds_where_that_was_asked(monkeypatch):
    monkeypatch.setattr(odds, "stored", lambda: odds.Known(INVENTED, (FIRST,)))
    said = "with one symbol at a time, another optimiser: 49 of 50 seeds (90–100 %) within 0.25 after 250 epochs"
    assert why().measured.change == f"{said} (chosen among 33 changes, on other seeds)"
    assert FIRST not in why(batch_size=2, layout="interleaved").measured.changes


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize("settings", [{"batch_size": 4}, {"batch_size": 2}, {"batch_size": 4, "layout": "shuffled"}])
def test_what_the_layout_rules_out_has_no_odds(settings):
    assert why(**settings).measured is None
    assert why(**settings).to_dict()["odds"] is None


@pytest.mark.usefixtures("invented")
def test_a_cure_that_is_only_lucky_says_its_odds():
    window, lanes = why(batch_size=4).to_dict()["repair"], why(batch_size=4).to_dict()["other_repairs"][0]
    assert window["odds"]["usual"][0]["right"] == 100
    assert lanes["odds"]["usual"][0]["right"] == 81
    assert "81 of 100" in str(why(batch_size=4))


@pytest.mark.usefixtures("invented")
def test_shuffled_rows_get_the_odds_of_use():
    assert why(layout="shuffled").measured.usual[0].right == 12
    assert why(layout="shuffled").measured.differs == ""


@pytest.mark.usefixtures("invented")
def test_how_the_nearest_differs_is_said():
    sequences = [["a", *range(8), "a"], ["b", *range(8), "b"], ["c", *range(8), "c"]]
    found = why(sequences, reset="never").measured
    assert found.usual[0].lag == 10
    assert found.differs == (
        "measured at lag 10, not 8; reset sequence, not never; sequences 2, not 3; symbols 12, not 11; "
        "ambiguous rows 2, not 3"
    )


def test_what_was_measured_has_the_symbols_and_ambiguous_rows_that_are_compared():
    for lag in (3, 10):
        explained = why(make_task("long_lag", {"lag": lag}).sequences(0)).explanation
        assert explained.needed_reach == lag
        assert explained.dataset.features == replace(PLAIN, lag=lag).symbols
        assert explained.dataset.ambiguous[:, -1].sum() == odds.AMBIGUOUS_ROWS


def test_other_data_are_not_told_what_to_change_first_in_the_tutorials(monkeypatch):
    monkeypatch.setattr(odds, "stored", lambda: odds.Known(INVENTED, (FIRST,)))
    more = why([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4], [5, 0, 1, 2, 5]])
    assert more.measured.usual[0].place == FIRST.place
    assert FIRST.lines not in str(more)
    assert FIRST.lines in str(why())


@pytest.mark.usefixtures("invented")
@pytest.mark.parametrize(
    ("sequences", "reason"),
    [
        (["abx", "aby", "cbx"], "the data contradict themselves"),
        (["abc", "abc"], "no memory is needed"),
    ],
)
def test_why_there_are_no_odds_is_said(sequences, reason):
    answer = why(sequences)
    assert answer.measured is None
    assert f"odds          none, as {reason}" in str(answer)
    assert "odds " not in str(why(batch_size=4)).split("cure 1")[0]


def test_without_the_file_nothing_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(odds, "FILE", tmp_path / "odds.json")
    odds.stored.cache_clear()
    try:
        assert why().measured is None
        assert why().to_dict()["odds"] is None
        known = odds.Known(INVENTED, (FIRST,))
        odds.write(known)
        odds.stored.cache_clear()
        assert odds.stored() == known
    finally:
        monkeypatch.undo()
        odds.stored.cache_clear()


@pytest.mark.skipif(not RESULTS.is_dir(), reason="there is no results folder")
def test_the_odds_are_those_of_the_stored_results():
    evidence = Evidence(Store(RESULTS), contents())
    if not evidence.has("main_grid"):
        pytest.skip("these results are of another version")
    known = odds.Known(tuple(odds_of(evidence)), tuple(first_changes(evidence)))
    assert odds.stored() == known, "renew with python -m study.commands.readme"
