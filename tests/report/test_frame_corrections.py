"""The withdrawn cause is asserted nowhere: not in sources, README, reports, results or what `study why` prints."""

from __future__ import annotations

import html
import re
from itertools import product
from pathlib import Path

import pytest

from study import StudyError, why
from study.presentation import LAYOUTS, ORDERS, RESETS

ROOT = Path(__file__).parents[2]
WITHDRAWN = re.compile(
    r"no gradient (ever )?(trains|reaches|teaches) (the|its|their|any) memory"
    r"|memory (is|was|gets) (never|not) (be )?(trained|taught|learnt)"
    r"|memory (cannot|can not|could not|can never) be (trained|taught|learnt)"
    r"|(nothing|none) trains (the|its) memory"
    r"|(cannot|never) (train|learn|teach)s? (the|its|a) memory"
    r"|only a gradient that reaches the first symbol"
    r"|a gradient (must|has to|needs to) reach the first symbol",
    re.IGNORECASE,
)
QUOTED = {  # where it is told as what was withdrawn, or as an explanation that is put to the test
    "study/report/frame/corrections.typ",
    "study/experiments/interventions/text.typ",
    "study/experiments/interventions/configs.py",
    "tests/report/test_frame_corrections.py",
}
TEXTS = ("study/**/*.py", "study/**/*.typ", "study/**/*.js", "*.md", "docs/**/*.md", "results/*.*", "reports/*.html")


def plain(text):
    """Text without marks and line breaks, so that a sentence stands in one piece."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("*", "").replace("_", "").split())


def quoted(text):
    """A page without the tables and lists in which withdrawn sentences are told as such."""
    for section in ("corrections", "interventions"):  # each up to the next heading of its level or above
        text, count = re.subn(rf'<h([23]) [^>]*id="{section}".*?(?=<h[23][ >])', "", text, flags=re.DOTALL)
        assert count == 1
    return text


@pytest.mark.parametrize(
    "said",
    [
        "With 1 timestep no gradient trains the memory.",
        "The memory cannot be\n trained, since no gradient crosses rows.",
        "its *memory* is never trained",
        "A gradient has to reach the first symbol",
    ],
)
def test_such_sentences_are_recognised(said):
    assert WITHDRAWN.search(plain(said))


@pytest.mark.parametrize(
    "said",
    [
        "possible, but no gradient crosses rows: it depends on optimiser, width and lag",
        "At batch size 4 the weights that carry a memory are not trained.",
    ],
)
def test_the_verdict_is_not_taken_for_it(said):
    assert not WITHDRAWN.search(plain(said))


@pytest.mark.parametrize("pattern", TEXTS)
def test_no_text_asserts_it(pattern):
    for path in ROOT.glob(pattern):
        name = path.relative_to(ROOT).as_posix()
        if name in QUOTED:
            continue
        text = path.read_text(encoding="utf-8")
        found = WITHDRAWN.search(plain(quoted(text) if path.suffix == ".html" else text))
        assert found is None, f"{name}: {found[0]}"


def test_study_why_asserts_it_nowhere():
    answered = 0
    for size, steps, layout, reset, order in product((1, 2, 4), (1, 2, 4), LAYOUTS, RESETS, ORDERS):
        try:
            answer = why(batch_size=size, timesteps=steps, layout=layout, reset=reset, order=order)
        except StudyError:
            continue
        answered += 1
        assert not WITHDRAWN.search(plain(f"{answer} {answer.to_json()}"))
    assert answered > 100
