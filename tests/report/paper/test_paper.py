"""Tables of the paper fit their page whatever stands in them, in type that can be read."""

from __future__ import annotations

import io
import json
import shutil

import pytest
import typst
from pypdf import PdfReader

from study.report.build import SOURCES
from study.report.tables import Column, Table
from study.report.tables.plain import as_data

PAGE, MARGIN = 595.3, 65.2  # A4 with margins of 23 mm, in points
DOCUMENT = """#import "lib.typ": *
#set document(title: [Title])
#set page(paper: "a4", margin: (x: 23mm, y: 24mm))
#set text(font: "Libertinus Serif", size: 10.5pt)
#show: readable-code
#show figure.where(kind: table): set block(breakable: true)
#data-table(fact("table"), caption: [Caption.] {more})
"""


def letters(folder, table, more=""):
    """What the paper shows of a table: every piece of text with its place from the left and its size, a list a page."""
    for source in ("frame/lib.typ", "notices/notices.typ", "paper/paper.typ", "tables/tables.typ"):
        shutil.copy(SOURCES / source, folder)
    (folder / "document.typ").write_text(DOCUMENT.replace("{more}", more), encoding="utf-8")
    facts = {"sections": [], "table": as_data(table, "grid.table")}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    made = typst.compile(
        str(folder / "document.typ"),
        root=str(folder),
        format="pdf",
        sys_inputs={"out": "pdf"},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    pages = []

    def look(text, device, place, font, size):
        if text.strip() and font:
            pages[-1].append((text.strip(), device[0] * place[4] + device[4], size * abs(device[0] * place[0])))

    for sheet in PdfReader(io.BytesIO(made)).pages:
        pages.append([])
        sheet.extract_text(visitor_text=look)
    return pages


def text_of(pages):
    return " ".join(text for page in pages for text, _, _ in page)


WIDE = Table(
    "wide",
    (
        Column("what is compared, in words", "left"),
        *(Column(f"right: {count} epochs (95 %)") for count in (250, 1000, 4000)),
        Column("p after Holm"),
        Column("as a program", "left", code=True),
        Column("verdict", "left"),
        Column("only as data", paper=False),
    ),
    [
        (
            "batch size 4 with one sequence per lane against rows in order, after a reset of the state",
            *("40 of 100 (31–50 %)", "100 of 100 (96–100 %)", "0 of 30 (0–11 %)"),
            "< 0.0001",
            "model.add(LSTM(20))",
            "possible, but no gradient crosses rows",
            "secret",
        )
    ]
    * 12,
)


@pytest.mark.parametrize("more", ["", ", records: true"])
def test_a_wide_table_stays_between_the_margins_and_can_be_read(tmp_path, more):
    pages = letters(tmp_path, WIDE, more)
    assert min(size for page in pages for _, _, size in page) >= 7.9
    for page in pages:
        for text, left, size in page:
            assert left >= MARGIN - 1, text
            assert left + 0.3 * size * len(text) <= PAGE - MARGIN, text  # letters are wider than that
    assert "verdict" in text_of(pages)


def test_a_column_that_is_only_data_is_named_by_the_command_that_gives_it(tmp_path):
    said = text_of(letters(tmp_path, WIDE))
    assert "secret" not in said
    assert "study table grid" in said


def test_a_table_to_look_things_up_in_is_said_to_be_in_the_page(tmp_path):
    long = Table("long", (Column("batch"), Column("right (95 %)")), [("1", "40 of 100 (31–50 %)")] * 90)
    said = text_of(letters(tmp_path, long))
    assert "90 rows: in the page, and as data with" in said
    assert "31–50" not in said
    assert "31–50" in text_of(letters(tmp_path, long, ", paper: true"))


@pytest.mark.parametrize("more", ["", ", records: true"])
def test_a_table_without_rows_says_so_and_can_be_heard(tmp_path, more):
    empty = Table("empty", (Column("of what", "left"), Column("right")), ())
    text = text_of(letters(tmp_path, empty, more))
    assert "No rows" in text
    assert "of what" not in text
