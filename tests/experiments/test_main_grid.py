"""The sentences of the answer: each holds on the stored results by a condition, and is struck out where it fails."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from study.article import contents
from study.commands.line import main
from study.config import Config
from study.experiments import FOLDER, PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.report.build import SOURCES
from study.report.evidence import Evidence
from study.runs.compute import compute
from study.runs.store import Store

STORE = Store(Path(__file__).parents[2] / "results")
SECTIONS = ("main_grid", "tutorial", "optimisers", "causal", "mechanism")
ABSTRACT = (SOURCES / "frame" / "abstract.typ").read_text(encoding="utf-8")

BODY = " ".join(section.text.read_text(encoding="utf-8") for section in contents().body)

pytestmark = pytest.mark.skipif(not STORE.root.is_dir(), reason="there is no results folder")


@pytest.fixture(scope="module")
def claims():
    """The claims of the sections, on the stored results."""
    evidence = Evidence(STORE, contents())
    return {one.name: one.facts(evidence)["claims"] for one in contents().sections if one.name in SECTIONS}


def text_of(section):
    return (FOLDER / section / "text.typ").read_text(encoding="utf-8")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_claim_holds_on_the_stored_results(claims, section):
    assert claims[section]
    assert not [claim.name for claim in claims[section] if not claim.holds]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_claim_is_a_sentence_and_stands_once(claims, section):
    """Once in its section, or else in abstract or body."""
    said = re.findall(r'#claim\("(\w+)"\)', text_of(section))
    assert len(set(said)) == len(said)
    said += re.findall(rf'claim\("{section}\.(\w+)"\)', ABSTRACT + BODY)
    assert set(said) == {claim.name for claim in claims[section]}


@pytest.mark.parametrize("section", SECTIONS)
def test_no_sentence_is_assembled_from_conditions(section):
    assert "#if" not in text_of(section)
    assert not re.search(r"\bcells?\b", text_of(section))  # a configuration is called one


def test_a_sentence_that_fails_is_struck_out_and_named(tmp_path, capsys):
    changed = Store(tmp_path / "results")
    tutorial = next(c for c in MainGrid().configs(PRESETS["standard"]) if c == Config(epochs=c.epochs))
    for config in MainGrid().configs(PRESETS["standard"]):
        for path in STORE.files(config) if config != tutorial else ():
            target = changed.root / path.relative_to(STORE.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    table = STORE.read(tutorial)[list(compute(Config(epochs=5), [0]).columns)]
    table.loc[table["epoch"] == tutorial.epochs, "loss"] = 0.2  # far above the best without memory
    changed.write(tutorial, table, STORE.provenance(tutorial)[0])

    assert main(["report", "--results", str(changed.root), "--output", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().err
    assert "1 claim not supported by these results" in said
    assert "main_grid.loss_of_no_memory" in said
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    shown = {name: page.split(f'id="claim-main_grid-{name}"')[1][:600] for name in ("loss_of_no_memory", "no_memory")}
    struck = re.match(r"[^>]*><(s|del)>It ends at .*?</\1> <em>", shown["loss_of_no_memory"], re.DOTALL)
    assert struck
    assert shown["loss_of_no_memory"][struck.end() :].startswith("(not supported by these results)")
    assert "not supported" not in shown["no_memory"].split("</span>")[0]
