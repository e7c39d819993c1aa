"""One page and one browser for all tests that look at the page."""

from __future__ import annotations

import pytest
from browser import PROGRAM, Browser
from invented import ORIGIN, invented

from study.article import contents
from study.config import Config
from study.experiments import PRESETS
from study.experiments.main_grid.configs import MainGrid
from study.networks.chosen import CHOSEN
from study.networks.kept import KEPT, keep
from study.networks.make import train
from study.report.build import build
from study.runs.compute import compute
from study.runs.store import Store


@pytest.fixture(scope="session")
def small_page(tmp_path_factory):
    """A report of the main grid alone, with numbers made up: it has all that a page is made of, and is small."""
    store = Store(tmp_path_factory.mktemp("results"))
    columns = compute(Config(epochs=5), [0]).columns
    for config in MainGrid().configs(PRESETS["quick"]):
        store.write(config, invented(config, 4, columns), ORIGIN)
    keep([train(name) for name in CHOSEN], store.root / KEPT)
    built = build(store.root, tmp_path_factory.mktemp("page"), contents())
    return next(path for path in built.paths if path.suffix == ".html")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """A browser; whatever a page complained of while it was shown fails the last of the tests."""
    if PROGRAM is None:
        pytest.skip("Chromium is not installed, which shows the page")
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    complaints, asked = found.complaints(), found.asked()
    found.close()
    assert complaints == []
    assert asked <= {"about", "file", "data"}
