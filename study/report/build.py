"""From stored results to report.html and report.pdf: facts, figures, then one Typst source compiled twice.

Typst was chosen because one source gives a tagged PDF and semantic HTML, and it comes whole with pip.
"""

from __future__ import annotations

import gc
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
import typst

from study.errors import StudyError
from study.report import notices
from study.report.claims import as_facts, require_sentences, unsupported
from study.report.contents import Appendix, Contents, Facts, Section
from study.report.evidence import Evidence
from study.report.figures.colours import as_facts as colours
from study.report.figures.drawn import PHONES, draw_all
from study.report.figures.inline import fill
from study.report.figures.kept import ingredients
from study.report.page.assemble import assemble
from study.report.page.policy import with_policy
from study.report.tables.plain import as_data
from study.runs.store import Store

SOURCES = Path(__file__).parent
EXPECTED_WARNING = "html export is under active development"


class Built(NamedTuple):
    """What was built: the two reports, the claims that these results do not support, and whether all results are of the
    preset that is no evidence.
    """

    paths: list[Path]
    unsupported: list[str]
    quick: bool


def build(results: str | Path, output: str | Path, contents: Contents) -> Built:
    """Build both reports.

    Parameters
    ----------
    results : str or Path
        Folder of stored results.
    output : str or Path
        Where ``report.html``, ``report.pdf`` and ``figures/`` are written; made if need be.
    contents : Contents
        As `study.article.contents` gives it.

    Returns
    -------
    Built

    Raises
    ------
    StudyError
        If no experiment is stored whole, a result is damaged or better than any network can be, a text does not
        compile, a claim has no sentence, or the folder cannot be written to.
    """
    made_of = ingredients(Path(results))  # before anything is read: a run that ends meanwhile gives another sum
    evidence = Evidence(Store(results), contents)
    if not evidence.configs_of:
        parts = [f"; {each.experiment.name}: {each.said}" for each in evidence.incomplete if each.share]
        raise StudyError(
            f"no finished experiment in {results}{''.join(parts)}; compute one with 'study run --results {results}'"
        )
    with tempfile.TemporaryDirectory() as folder, _seldom_collecting():
        work = Path(folder)
        figures = work / "figures"
        draw_all(evidence, made_of, figures, Path(output) / "figures")
        facts = _write_sources(evidence, work)
        page = fill(assemble(_compile(work, "html").decode("utf-8")), contents.figures, figures)
        made = {"html": with_policy(page).encode("utf-8"), "pdf": _compile(work, "pdf")}
        return Built(
            _keep(made, figures, Path(output)),
            unsupported(facts),
            len(facts["notices"]["quick"]) == len(evidence.presets),
        )


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for garbage seldom: figures are a million small objects; looking through them takes a tenth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _write_sources(evidence: Evidence, folder: Path) -> Facts:
    """Write all that is compiled but the figures: the texts, and the facts that they may name; returns these."""
    for source in (*SOURCES.glob("*/*.typ"), *SOURCES.glob("*/*.js")):
        shutil.copy(source, folder)
    contents = evidence.contents
    shown = [each for each in contents.listed if not each.experiment or evidence.has(each.experiment)]
    names = [section.name for section in shown]
    (folder / "sections").mkdir()
    for section in shown:
        shutil.copy(section.text, folder / "sections" / f"{section.name}.typ")
    facts: Facts = {
        "sections": names,
        "body": [section.name for section in contents.body if section.name in names],
        "appendices": [_told(appendix, names) for appendix in contents.appendices],
        "notices": notices.facts(evidence),
        "colours": colours(),
        "alt": {name: figure.alt for name, figure in contents.figures.items()},
        **{section.name: _facts_of(section, evidence) for section in shown},
    }
    texts = {section.text for section in contents.listed} | set(SOURCES.glob("*/*.typ"))
    require_sentences(facts, [path.read_text(encoding="utf-8") for path in texts])
    text = json.dumps(as_data(facts), ensure_ascii=False, allow_nan=False, indent=1)
    (folder / "facts.json").write_text(text, encoding="utf-8")
    return facts


def _told(appendix: Appendix, shown: list[str]) -> Facts:
    """Say of an appendix which of its sections are shown."""
    names = [section.name for section in appendix.sections if section.name in shown]
    return {"name": appendix.name, "title": appendix.title, "sections": names}


def _facts_of(section: Section, evidence: Evidence) -> Facts:
    """Find a section's facts, its claims by name."""
    facts = evidence.once(section.facts)
    if not isinstance(facts, dict):
        raise StudyError(f"facts of section {section.name} gives {facts!r}; return a dictionary of what its text names")
    return {**facts, "claims": as_facts(section.name, facts.get("claims", ()))}


def _compile(folder: Path, name: Literal["html", "pdf"]) -> bytes:
    """Compile the document to HTML or PDF; a warning is an error, since Typst leaves out what it warns about."""
    pdf: dict[str, Any] = {"pdf_standards": ["ua-1"], "timestamp": 0} if name == "pdf" else {}
    try:
        made, warnings = typst.compile_with_warnings(
            str(folder / "document.typ"),
            root=str(folder),
            format=name,
            font_paths=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")],
            ignore_system_fonts=True,
            sys_inputs={"out": name},
            **pdf,
        )
    except typst.TypstError as error:
        raise _fault(name, "does not compile", error.message, error.diagnostic) from error
    for warning in warnings:
        if not warning.message.startswith(EXPECTED_WARNING):
            raise _fault(name, "compiles with a warning", warning.message, warning.diagnostic)
    return bytes(made)


def _fault(name: str, what: str, message: str, diagnostic: object) -> StudyError:
    """Build the error for a fault of a text, with its section and line where it is in one."""
    place = re.search(r"sections/(\w+)\.typ:(\d+)", str(diagnostic))
    where = f"mend section {place[1]}, line {place[2]}" if place else "mend the text or the template"
    return StudyError(f"the {name} report {what}: {' '.join(message.split())}; {where}")


def _keep(made: dict[str, bytes], figures: Path, output: Path) -> list[Path]:
    """Put everything in place: each file beside its final name, then renamed."""
    paths = []
    try:
        (output / "figures" / PHONES).mkdir(parents=True, exist_ok=True)
        drawn = sorted(path for path in figures.rglob("*") if path.is_file())
        files = {f"figures/{path.relative_to(figures).as_posix()}": path.read_bytes() for path in drawn}
        for name, content in {**files, **{f"report.{kind}": data for kind, data in made.items()}}.items():
            path = output / name
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(content)
            beside.replace(path)
            paths.append(path)
    except OSError as error:
        raise StudyError(
            f"folder {output} cannot be written to ({error.strerror}); give another with --output"
        ) from error
    return paths[-2:]
