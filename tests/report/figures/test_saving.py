"""An SVG has its text as text, the same bytes each time, and the words of its points; tiny text is refused."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from xml.etree import ElementTree as Tree

import matplotlib.pyplot as plt
import pytest
from example_figure import drawn

from study.errors import StudyError
from study.report.figures.saving import as_svg, settle
from study.report.figures.shapes import panels
from study.report.figures.style import use_style
from study.report.figures.telling import tell


@pytest.fixture(autouse=True)
def _style():
    use_style()


def test_text_is_text_and_the_bytes_are_the_same():
    first, second = (as_svg(drawn(), "drawn") for _ in range(2))
    assert first == second
    words = [text.text for text in Tree.fromstring(first).iter("{http://www.w3.org/2000/svg}text")]
    assert {"the tutorial", "rows in order", "chance", "share < 1 & more", "100"} <= set(words)


def test_every_point_tells_its_numbers_where_it_is_drawn():
    root = Tree.fromstring(as_svg(drawn(), "drawn"))
    points = json.loads(root.get("data-points"))
    assert len(points) == 3 * 3 + 3 + 3
    words = [text for _, _, text in points]
    assert "the tutorial, 10 epochs: 40 of 100 (31–50 %)" in words
    assert "batch size 4: 90 of 100 (83–94 %)" in words
    assert words.count("ceiling 0.5") == 2
    *_, width, height = map(float, root.get("viewBox").split())
    assert all(0 <= x <= width and 0 <= y <= height for x, y, _ in points)
    up = {text: y for _, y, text in points}
    assert up["batch size 1: 3 of 100 (1–8 %)"] > up["batch size 4: 90 of 100 (83–94 %)"]
    # The first is the band of the tutorial's curve.
    marks = re.findall(r'<use [^>]*?x="([\d.]+)" y="([\d.]+)"[^>]*fill: #1f4fd0', as_svg(drawn(), "drawn"))
    told = [(x, y) for x, y, text in points if text.startswith("batch size")]
    assert [(pytest.approx(float(x), abs=0.06), pytest.approx(float(y), abs=0.06)) for x, y in marks[1:]] == told


def test_names_of_lines_that_end_together_do_not_cover_each_other():
    figure = drawn()
    settle(figure)
    names = [text for text in figure.axes[0].texts if text.get_text() in {"the tutorial", "rows in order", "lanes"}]
    boxes = sorted((text.get_window_extent() for text in names), key=lambda box: box.y0)
    assert len(boxes) == 3
    assert all(below.y1 <= above.y0 for below, above in pairwise(boxes))


def test_panels_stand_under_each_other_on_a_phone():
    wide, narrow = drawn(), drawn(narrow=True)
    settle(wide)
    settle(narrow)
    assert wide.axes[0].bbox.y0 == pytest.approx(wide.axes[1].bbox.y0)
    assert narrow.axes[0].bbox.y0 > narrow.axes[1].bbox.y1


def test_what_is_hard_to_read_is_refused():
    figure, grid = panels(1, 1, 2)
    grid[0, 0].text(0.5, 0.5, "tiny", fontsize=7)
    with pytest.raises(StudyError, match="figure small: 'tiny' has 7 points; give it at least 8"):
        as_svg(figure, "small")
    with pytest.raises(StudyError, match=r"figure large is 9\.00 inches wide; make it with panels"):
        as_svg(plt.figure(figsize=(9, 3)), "large")


def test_as_many_texts_as_points():
    _, grid = panels(1, 1, 2)
    with pytest.raises(ValueError, match="1 texts for 2 points"):
        tell(grid[0, 0].plot([1, 2], [1, 2])[0], ["one"])
