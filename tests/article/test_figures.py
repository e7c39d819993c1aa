"""A figure comes by its name as matplotlib has it, laid out and legible, or with one line that says what is missing."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

from study.article.figures import figure, find, names
from study.errors import StudyError
from study.report.figures.drawn import has_narrow
from study.report.figures.shapes import NARROW, WIDE
from study.report.figures.style import SMALLEST

DRAWN = [
    (name, narrow) for name, each in names().items() for narrow in ((False, True) if has_narrow(each) else (False,))
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "narrow"), DRAWN, ids=lambda each: each if isinstance(each, str) else "")
def test_every_figure_of_the_stored_results_is_legible_and_none_of_its_text_cut(name, narrow):
    drawn = figure(name, narrow=narrow)
    assert drawn.get_figwidth() <= (NARROW if narrow else WIDE) + 0.05
    plt.close(drawn)
    drawn.draw_without_rendering()
    hidden = {id(text) for panel in drawn.axes for text in hidden_ticks(panel)}
    box = drawn.bbox.padded(1.5)
    for text in drawn.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            assert float(text.get_fontsize()) >= SMALLEST, text
            extent = text.get_window_extent()
            assert box.x0 <= extent.x0 <= extent.x1 <= box.x1, text
            assert box.y0 <= extent.y0 <= extent.y1 <= box.y1, text


def hidden_ticks(panel):
    """Labels of ticks outside the range of an axis, or of a panel without axes, which are not drawn."""
    for axis in (panel.xaxis, panel.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not panel.axison or not low <= tick.get_loc() <= high:
                yield tick.label1


def test_a_figure_carries_no_words_in_its_names():
    drawn = figure("tutorial")
    assert not [each for each in drawn.findobj() if each.get_gid()]
    assert [each for each in find("tutorial").findobj() if each.get_gid()]


def test_the_settings_of_whoever_asks_for_a_figure_stay_as_they_were():
    mpl.use("pdf")
    with mpl.rc_context({"font.size": 17.0}):
        plt.close(figure("tutorial"))
        assert (mpl.rcParams["font.size"], mpl.get_backend().lower()) == (17.0, "pdf")


def test_mistakes_are_one_line(tmp_path):
    with pytest.raises(StudyError, match=r"unknown figure 'tutoral'.*did you mean 'tutorial'"):
        figure("tutoral")
    with pytest.raises(StudyError, match="hs1997_2a_map has no variant for phones"):
        figure("hs1997_2a_map", narrow=True)
    with pytest.raises(StudyError, match="needs experiment tutorial, which is not stored whole"):
        figure("tutorial", tmp_path)
