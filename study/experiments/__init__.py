"""Every experiment, one folder each: configurations, findings, figures and text, found by their names.

``configs.py`` says what is run, ``findings.py`` what the text may name, ``figure.py`` (or ``figure_<more>.py``) draws,
``text.typ`` is the section, and ``appendix.typ`` with ``appendix.py`` what stands at the end of the report.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from study.errors import StudyError, require, unknown_name
from study.experiment import PRESETS, Experiment, Preset, checkpoints

if TYPE_CHECKING:
    from study.report.contents import Contents

FOLDER = Path(__file__).parent
ORDER = (  # in which the report tells them; a folder that is not named here comes last
    "main_grid", "tutorial", "one_line_changes", "optimisers", "layers", "one_step_lags", "interventions", "causal",
    "mechanism", "erasure", "useful_on_the_way", "plain_controls", "tuning", "alphabets", "long_sequences",
    "random_sequences", "batch_learning", "shuffle_epoch", "fresh_sequences", "hs1997_2a", "hs1997_2b", "hs1997_2c",
    "questions",
)  # fmt: skip
FOLDERS = sorted(
    (path.parent.name for path in FOLDER.glob("*/configs.py")),
    key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name),
)


def _experiments_of(folder: str) -> tuple[Experiment, ...]:
    """Load the experiments that a folder declares."""
    module = import_module(f"study.experiments.{folder}.configs")
    if not hasattr(module, "EXPERIMENTS"):
        raise StudyError(
            f"study/experiments/{folder}/configs.py declares no EXPERIMENTS; end it with "
            "EXPERIMENTS = (YourExperiment(),)"
        )
    experiments: tuple[Experiment, ...] = module.EXPERIMENTS
    given = experiments if isinstance(experiments, tuple) else ()
    if not given or not all(isinstance(each, Experiment) for each in given):
        raise StudyError(
            f"EXPERIMENTS of study/experiments/{folder}/configs.py is {experiments!r}; write (YourExperiment(),)"
        )
    if experiments[0].name != folder:
        raise StudyError(
            f"study/experiments/{folder}/configs.py names its experiment {experiments[0].name!r}; name it {folder!r}, "
            "as its folder"
        )
    return experiments


EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment for folder in FOLDERS for experiment in _experiments_of(folder)
}


def find_experiment(name: str) -> Experiment:
    """Look an experiment up by name; a StudyError lists the known ones."""
    if name not in EXPERIMENTS:
        raise unknown_name("experiment", name, EXPERIMENTS)
    return EXPERIMENTS[name]


def find_preset(name: str) -> Preset:
    """Look a preset up by name; a StudyError lists the known ones."""
    if name not in PRESETS:
        raise unknown_name("preset", name, PRESETS)
    return PRESETS[name]


def contents() -> Contents:
    """Load what the experiments add to the report: sections, tables and figures, each in its order.

    The whole report is `study.article.contents`.

    Raises
    ------
    StudyError
        If an experiment has no text or no findings.
    """
    from study.report.contents import Contents, Section, figure_of  # noqa: PLC0415  (a run needs no report)

    sections, tables, figures = [], [], {}
    for name in FOLDERS:
        for file, holds in (("text.typ", "its section"), ("findings.py", "the facts and claims of its text")):
            if not (FOLDER / name / file).exists():
                raise StudyError(f"study/experiments/{name} has no {file}; write {holds} there")
        findings = import_module(f"study.experiments.{name}.findings")
        require(findings, ("facts",), f"study/experiments/{name}/findings.py")
        answer = getattr(findings, "answer", None)
        sections.append(Section(name, findings.facts, FOLDER / name / "text.typ", name, answer))
        if (FOLDER / name / "appendix.typ").exists():
            appendix = import_module(f"study.experiments.{name}.appendix")
            require(appendix, ("facts",), f"study/experiments/{name}/appendix.py")
            tables.append(Section(f"{name}_appendix", appendix.facts, FOLDER / name / "appendix.typ", name))
        for path in sorted((FOLDER / name).glob("figure*.py")):
            module = import_module(f"study.experiments.{name}.{path.stem}")
            figures[path.stem.replace("figure", name)] = figure_of(module, (name,))
    return Contents(EXPERIMENTS, tuple(sections), tuple(tables), figures)


__all__ = [
    "EXPERIMENTS", "PRESETS", "Experiment", "Preset", "checkpoints", "contents", "find_experiment", "find_preset",
]  # fmt: skip
