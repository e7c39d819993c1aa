"""The built page without a browser: names, links, headings and policy fit together, and it is small enough to send."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from study.report.page.tree import read

COMMITTED = Path(__file__).parents[3] / "reports" / "report.html"
MOST = 5_000_000  # bytes


@pytest.fixture(scope="module")
def html(small_page):
    return small_page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def root(html):
    return read(html)


def test_no_name_is_given_twice(root):
    names = Counter(each.attributes["id"] for each in root.all() if "id" in each.attributes)
    assert [name for name, times in names.items() if times > 1] == []


def test_every_link_inside_leads_to_something(root):
    names = {each.attributes.get("id") for each in root.all()}
    links = [each.attributes.get("href", "") for each in root.all("a")]
    assert any(link.startswith("#table-") for link in links)
    assert [link for link in links if link.startswith("#") and link[1:] not in names] == []


def test_headings_go_down_one_level_at_a_time_from_one_title(root):
    levels = [int(each.tag[1]) for each in root.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert max(later - earlier for earlier, later in pairwise(levels)) <= 1


def test_every_heading_figure_and_row_has_an_address(root):
    rows = [row for figure in root.all("figure") for body in figure.all("tbody") for row in body.elements()]
    things = [*root.all("h2", "h3", "h4", "figure"), *rows]
    assert rows
    assert [each.text()[:60] for each in things if "id" not in each.attributes] == []
    assert not [each for each in things if re.match(r"loc-\d", each.attributes["id"])]


def test_the_policy_names_every_script_and_style_and_no_attribute_needs_more(root):
    policy = next(
        each.attributes["content"]
        for each in root.all("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    for each in root.all("script", "style"):
        if each.attributes.get("type") != "application/json":
            digest = hashlib.sha256("".join(each.children).encode()).digest()
            assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert "unsafe" not in policy
    for each in root.all():
        assert not [name for name in each.attributes if name == "style" or name.startswith("on")], each.attributes


def test_the_page_can_be_sent():
    assert COMMITTED.stat().st_size < MOST
