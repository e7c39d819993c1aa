"""The lines to type are those that were chosen, and the figure shows what is recommended at each batch size."""

from __future__ import annotations

import ast
from dataclasses import replace

from levels import stored

from study.article.what_to_do.figure import draw
from study.article.what_to_do.findings import code_of, facts
from study.config import Config
from study.experiments.one_line_changes.configs import BATCH_SIZES, LINES
from study.report.figures.style import use_style


def test_the_program_has_the_settings_of_the_configuration():
    settings = {name: value for line in (LINES[0], LINES[2]) for name, value in line.settings.items()}
    config = replace(Config(), **settings)
    code = code_of(config)
    ast.parse(code)
    assert f"SGD({config.learning_rate:g}, momentum={dict(config.optimiser_options)['momentum']:g})" in code
    assert code_of(Config()) == ""


def test_without_the_experiment_there_is_nothing_to_recommend(tmp_path):
    assert facts(stored(tmp_path, "some", [])) == {}


def test_a_panel_for_each_batch_size(tmp_path):
    evidence = stored(tmp_path, "some", ["one_line_changes"])
    assert set(facts(evidence)) == {"code"}
    use_style()  # titles stand on the left
    titles = [panel.get_title(loc="left") for panel in draw(evidence).axes]
    assert titles == [f"batch size {size}" for size in BATCH_SIZES]
