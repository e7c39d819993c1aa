"""What the build makes of Typst's HTML: landmarks, addresses of names, tables, and a policy that fits."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from study.errors import StudyError
from study.report.page.assemble import assemble
from study.report.page.policy import with_policy
from study.report.page.tree import read, write

HEAD = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A title</title></head><body>'


def page_of(inside):
    return f"{HEAD}{inside}</body></html>"


def table_of(rows, name=' id="table-grid" data-name="grid"'):
    cells = "".join(
        f'<tr><th scope="row">{first}</th><th scope="row">{second}</th><td class="num">{value}</td></tr>'
        for first, second, value in rows
    )
    head = "".join(f'<th scope="col">{heading}</th>' for heading in ("model", "batch", "right"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{cells}</tbody></table>"
    caption = "<figcaption><strong>Table 1.</strong> What came.</figcaption>"
    return f'<figure>{caption}<div class="scroll"{name}>{table}</div></figure>'


def made(inside):
    return read(assemble(page_of(inside)))


def ids(root):
    return [each.attributes["id"] for each in root.all() if "id" in each.attributes]


TEXT = """<header><h1>A title</h1></header><p>The start.</p>
<h2 id="cause">1 The cause</h2><p>Why.</p><h3>1.1 What a sceptic asks</h3><p>This.</p>
<h2 id="cure">2 The cure</h2><h3>A. What to do?</h3>
<h2 id="evidence">A The evidence</h2><h3 id="grid">A.1 The grid</h3><h4>All of it</h4>"""


def test_landmarks_stand_in_the_order_of_reading():
    body = made(TEXT).elements()[1]
    assert [each.tag for each in body.elements()] == ["a", "header", "nav", "main", "footer", "script"]
    skip = body.elements()[0]
    assert skip.attributes["href"] == "#main"
    assert [each.tag for each in body.first("main").elements()] == ["p", "section", "section", "section"]


def test_headings_are_named_by_their_words_and_not_by_their_numbers():
    root = made(TEXT)
    assert {"cause-what-a-sceptic-asks", "cure-what-to-do", "evidence-all-of-it", "grid"} <= set(ids(root))
    moved = made(TEXT.replace("1 The", "3 The").replace("1.1", "3.4"))
    assert ids(moved) == ids(root)


def test_a_question_keeps_its_address_and_its_letter_is_not_that_of_an_appendix():
    root = made('<h2 id="asked">B Questions</h2><h3>Question A. Why not?</h3>')
    heading = root.first("h3")
    assert heading.attributes["id"] == "asked-why-not"
    assert heading.first("span").text() == "Question A."


def test_a_percentage_stays_on_one_line_and_a_program_as_it_is_typed():
    text = made("<p>In 95 % of <code>5 % 2</code>.</p><pre>7 % 2</pre>").first("main").text()
    assert "95\N{NO-BREAK SPACE}% of 5 % 2" in text
    assert "7 % 2" in text


def test_contents_lead_to_every_chapter_and_part_and_hold_the_appendices_apart():
    navigation = made(TEXT).first("nav")
    links = [each.attributes["href"] for each in navigation.all("a")]
    assert links == ["#cause", "#cause-what-a-sceptic-asks", "#cure", "#cure-what-to-do", "#evidence", "#grid"]
    folded = next(each for each in navigation.all("details") if "appendices" in each.classes())
    assert [each.attributes["href"] for each in folded.all("a")] == ["#evidence", "#grid"]
    assert [each.text() for each in folded.all("a")] == ["A The evidence", "A.1 The grid"]


def test_rows_are_named_by_what_names_them():
    root = made(table_of([("LSTM", "1", "40 of 100"), ("LSTM", "2", "0 of 100"), ("LSTM", "2", "1 of 100")]))
    assert [each for each in ids(root) if each.startswith("table-")] == [
        "table-grid",
        "table-grid-lstm-1",
        "table-grid-lstm-2",
        "table-grid-lstm-2-1-of-100",
    ]


def test_a_figure_goes_by_its_own_name_and_links_to_its_label_follow():
    figure = table_of([("LSTM", "1", "40")]).replace("<figure>", '<figure id="tab-grid">')
    root = made(f'<p><a href="#tab-grid">Table 1</a></p>{figure}')
    assert root.first("figure").attributes["id"] == "table-grid"
    assert root.first("p").first("a").attributes["href"] == "#table-grid"


def test_rows_that_are_alike_are_counted():
    root = made(table_of([("LSTM", "1", "0 of 100")] * 3))
    assert len(set(ids(root))) == len(ids(root))


@pytest.mark.parametrize(("count", "folded"), [(3, False), (4, True)])
def test_a_long_list_of_what_is_missing_is_folded(count, folded):
    listed = "<li>one</li>" * count
    notice = made(f'<section class="notice"><p>Missing:</p><ul>{listed}</ul></section>').first("section")
    assert (notice.first("summary") is not None) == folded
    assert len(list(notice.all("li"))) == count


@pytest.mark.parametrize(("count", "folded"), [(15, False), (16, True)])
def test_a_long_table_is_folded_and_says_what_it_holds(count, folded):
    figure = made(table_of([("LSTM", str(row), "1") for row in range(count)])).first("figure")
    summary = figure.first("summary")
    assert (summary is not None) == folded
    if summary:
        assert summary.text() == "Show 16 rows, by model, batch"
    assert figure.first("figcaption").text() == "Table 1. What came."


def test_style_attributes_become_rules_of_classes():
    root = made('<p style="color: red">a</p><p style="color: red">b</p>')
    names = {tuple(each.classes()) for each in root.first("main").all("p")}
    assert len(names) == 1
    ((name,),) = names
    assert f".{name} {{ color: red }}" in root.first("style").text()
    assert not [each for each in root.all() if "style" in each.attributes]


def test_every_script_and_style_is_named_in_the_policy_and_nothing_else_may_run():
    html = with_policy(
        page_of('<style>p {}</style><script>"a &amp; b"</script><script type="application/json">1</script>')
    )
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    rules = {name: values for name, *values in (rule.split() for rule in policy.split(";"))}
    assert rules["default-src"] == ["'none'"]

    def hashed(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules["script-src"] == [hashed('"a &amp; b"')]
    assert rules["style-src"] == [hashed("p {}")]
    assert html.index("Content-Security-Policy") < html.index("<title>")


def test_a_page_is_written_as_it_was_read():
    html = '<p class="a" hidden>1 &lt; 2 &amp; <br>so</p>'
    root = read(f"<html>{html}<script>1 < 2 && 3</script></html>")
    assert write(root) == f"<html>{html}<script>1 < 2 && 3</script></html>"


def test_an_element_that_is_never_closed_is_an_error():
    with pytest.raises(StudyError, match="closes <p> where <b> is open"):
        read("<p><b></p>")
    with pytest.raises(StudyError, match="does not close <p>"):
        read("<html><p>a")
    with pytest.raises(StudyError, match="2 outermost elements"):
        read("<p></p><p></p>")


def test_a_page_without_a_place_for_its_policy_is_an_error():
    with pytest.raises(StudyError, match='lacks <meta charset="utf-8">'):
        with_policy("<html><head><meta charset=UTF-8></head></html>")
