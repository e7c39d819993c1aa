"""No number is typed into prose: settings and results are looked up, and what may be typed is listed here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import python_prose
import typst_prose

from study.experiment import PRESETS
from study.experiments import EXPERIMENTS
from study.keras.traces import TOLERANCES
from study.measures.statistics import CONFIDENCE
from study.measures.summaries import WITHIN
from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain

STUDY = Path(__file__).parents[2] / "study"
WORDS = "three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|hundreds?|thousands?|millions?|quarter"
NUMBER = re.compile(rf"[+−-]?\d[\d.,/]*|\b(?:{WORDS})\b", re.IGNORECASE)
LIST = r"\d+(?:, \d+)*(?: (?:and|or) \d+)?"
COUNTED = "epochs|updates|sequences|runs|seeds|times|units|of|%|inputs|lanes|passes|rows|steps|symbols|lines|points|{}"
SYMBOLS = r"[0-4](?:(?:, [0-4])* (?:and|or)(?: of| from| after)? [0-4])?"

# What may be typed: names, and what no result and no configuration could change.
ALLOWED = {
    "symbols of the tutorial's sequences": (
        r"[34],0,1,2(?:,[34])?|\bP\(3\b|\b[02] ?→ ?[0-4]|`[34]`|"
        r"\b(?:[Tt]he|[Aa]fter|[Rr]ows? of|weights of|probability of|input is|as|than|about|but|by|before|only|seen|"
        rf"one|which|symbol,|answers|follows a|Here,|back:) {SYMBOLS}(?! (?:{COUNTED})|\d|[.,]\d)"
    ),
    "exact bounds of the task": (
        r"[Cc]eilings? (?:\w+ ){0,6}(?:1/2|3/4|1, but 1/2|1)\b|(?:and|but) (?:3/4|1/2)(?= in| at)|"
        r"(?:[Cc]hance|[Gg]uessing)(?: \w+){0,4} 1/2|looking at the input, is 1/2|Where it is 1\b|Below 1/2|"
        r"0 where the ceiling is below 1"
    ),
    "formulas, and the ends of a scale": (
        r"1/symbols|2 ln 2 / 3|begins? at 1/2|(?:above|below|exactly|Exactly) (?:1/2|0|1|one half)\b|0–1\b|"
        r"\b[01] (?:if|for) (?:the|no|fully|one)\b|instead of 1/2|gap \{\} of 1\b|keeps 1\b|against 1$|_r_ − 2 _B_"
    ),
    "what the tutorial says": r"hundreds (?:and thousands )?of steps",
    "years, versions, and names with a number in them": (
        r"\b(?:19|20)\d\d\b|[Vv]ersion [123]\b|Tasks? 2[abc]|Keras [23]\b|AVX-?512|AVX2|x86-64|method 10\b"
    ),
    "how many parts a figure has": rf"\b(?:{WORDS}) (?:panels|maps|marks)\b|rows of (?:{WORDS})\b",
    "shapes of the tutorial's arrays": r"\(\d(?:, \d)+\)",
    "options of a command, and the number of an item": r"--[\w-]+ [\w,]+(?: \d[\d,]*)*|^\d\. \*\*",
}
HELD = {  # names of settings and constants, held to those of the study
    "batch size": re.compile(rf"[Bb]atch(?:es)?(?: sizes?)?(?: of)? ({LIST})|\bat ({LIST}) in one"),
    "timesteps": re.compile(rf"({LIST})[ -]timesteps?"),
    "within": re.compile(r"[Ww]ithin (\d\.\d+)"),
    "percent": re.compile(r"(\d+) (?:%|per cent)"),
    "place": re.compile(r"(?:place|lane) (\d)\b"),
    "tolerance": re.compile(r"\b(\de-\d+)\b"),
}
EXEMPT = {
    "literature.typ": "years, pages and numbers of papers",
    "references.typ": "years, pages and numbers of papers",
    "document.typ": "layout of the page",
    "reader_questions.py": "questions as readers ask them, and programs to paste",
}


def sources():
    """Every text of the report, and every module that fills it or the README."""
    texts = sorted(STUDY.rglob("*.typ"))
    modules = [
        path
        for path in sorted(STUDY.glob("experiments/*/*.py"))
        if path.name != "configs.py" and not path.name.startswith("figure")
    ]
    frame = [
        *sorted((STUDY / "report/frame").glob("*.py")),
        STUDY / "commands/readme.py",
        STUDY / "article/first_answers.py",
    ]
    return [path for path in (*texts, *modules, *frame) if path.name not in EXEMPT and path.is_file()]


def prose(path):
    """Line and text of each piece of prose of a source."""
    return (typst_prose if path.suffix == ".typ" else python_prose).prose_of(path.read_text(encoding="utf-8"))


def typed(text):
    """Give the numbers of a text that nothing allows, each with the words around it."""
    for pattern in (*map(re.compile, ALLOWED.values()), *HELD.values()):
        text = pattern.sub("_", text)
    return [f"...{text[max(0, m.start() - 40) : m.end() + 25]}..." for m in NUMBER.finditer(text)]


def held():
    """Give what each kind of name may be, from the study's configurations and constants."""
    configs = [
        config for each in EXPERIMENTS.values() for preset in PRESETS.values() for config in each.configs(preset)
    ]
    four = explain(make_task("two_sequences").sequences(seed=0), Settings(batch_size=4)).cause
    return {
        "batch size": {f"{config.batch_size}" for config in configs},
        "timesteps": {f"{config.timesteps}" for config in configs},
        "within": {f"{WITHIN:g}"},
        "percent": {f"{100 * CONFIDENCE:g}"},
        "place": {f"{lane}" for lane in (four.lane, *four.input_lanes)},
        "tolerance": {f"{bound:.0e}".replace("e-0", "e-") for bounds in TOLERANCES.values() for bound in bounds},
    }


def test_names_with_a_number_in_them_are_those_of_the_study():
    known = held()
    for path in sources():
        for line, text in prose(path):
            for name, pattern in HELD.items():
                said = {each for found in pattern.findall(text) for each in re.findall(r"[\de.-]*\d", "".join(found))}
                assert said <= known[name], f"{path.name}, line {line}: {name} {said - known[name]}"


@pytest.mark.parametrize("path", sorted(STUDY.rglob("*.typ")), ids=lambda path: path.relative_to(STUDY).as_posix())
def test_no_semicolon_after_a_call_is_swallowed(path):
    """Typst takes it for the end of the call; in prose it is written with a backslash, or as a full stop."""
    calls = re.compile(r'#(?:n|fact|see|count|seeds)\("[^"]*"\);')
    assert calls.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("With SGD 0.5 it is solved by {} of {} seeds.", 1),
        ("above a threshold at epoch 100, all three rules", 2),
        ("The gradients of all eight rows; after 4 epochs", 2),
        ("At batch sizes 2, 4 and 8 the 3 or 4 is in another place, the ceiling is 1/2 (Hochreiter, 1997)", 0),
        ("every output within 0.25, with Wilson's 95 % interval", 0),
    ],
)
def test_what_counts_as_typed(text, numbers):
    assert len(typed(text)) == numbers


def test_prose_is_told_from_code():
    source = (
        '#let (n, claim) = of("x")\n#claim("a")[Of #n("k.1") seeds 40 are *right*.]\n#data-table(n("t"), size: 7pt)'
    )
    assert [text for _, text in typst_prose.prose_of(source)] == ["{}Of {} seeds 40 are *right*. {}"]
    source = '"""Doc 1."""\nx = f"{a:.3f} of 7 {b}"\ny = "label"\nz = x["bias 7 for 1"]\n'
    assert python_prose.prose_of(source) == [(2, "{} of 7 {}")]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(STUDY).as_posix())
def test_no_number_is_typed_into_prose(path):
    found = [f"line {line}: {number}" for line, text in prose(path) for number in typed(text)]
    assert not found, "look the number up: " + "; ".join(found)
