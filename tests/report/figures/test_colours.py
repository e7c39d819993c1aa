"""Every colour is legible on its ground, and settings stay apart for colour-blind readers or by their mark."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from study.report.figures.colours import ALL, MARK_OF, NEUTRALS, SERIES, SETTINGS, VERDICTS, as_css, as_facts

DEUTERANOPIA = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
PROTANOPIA = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
SIGHTS = {"usual": np.eye(3), "deuteranopia": np.array(DEUTERANOPIA), "protanopia": np.array(PROTANOPIA)}


def linear(colour):
    """Linear red, green and blue of a hexadecimal colour."""
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    """Relative luminance, as WCAG defines it."""
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """Contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(light):
    """CIE Lab of linear light, for white of D65."""
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = matrix @ np.clip(light, 0, 1) / [0.9505, 1, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("ground", [0, 1], ids=["light", "dark"])
def test_lines_and_text_are_legible(ground):
    drawn = {**SETTINGS, **VERDICTS, **SERIES, "ink": NEUTRALS["ink"], "muted": NEUTRALS["muted"]}
    for name, colour in drawn.items():
        assert contrast(colour[ground], NEUTRALS["page"][ground]) >= 4.5, name


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("ground", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("colours", [SETTINGS, VERDICTS], ids=["settings", "verdicts"])
def test_colours_of_one_kind_differ_for_all_readers(colours, ground, sight):
    seen = {name: lab(SIGHTS[sight] @ linear(colour[ground])) for name, colour in colours.items()}
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


def test_no_two_colours_and_no_two_marks_of_settings_are_the_same():
    assert len({colour.light for colour in ALL.values()}) == len(ALL)
    assert len(set(MARK_OF.values())) == len(SETTINGS)


def test_the_page_and_the_paper_get_every_colour():
    css = as_css()
    for name, colour in ALL.items():
        assert f"--{name.replace('_', '-')}: {colour.light};" in css
        assert f"--{name.replace('_', '-')}: {colour.dark};" in css
        assert as_facts()[name] == colour.light
