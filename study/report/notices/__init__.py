"""What a report says of its own gaps: at its head, and beside each table and figure that they concern.

Results in part, of the quick preset or with runs that failed make a whole report all the same, which must not be taken
for more than it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from study.report.contents import Facts
from study.report.coverage import Coverage
from study.report.evidence import Evidence
from study.report.words import number
from study.runs.stand_in import stand_in

NO_EVIDENCE = "quick"  # the preset that shows that all works, and nothing else
NAMED = 3  # configurations that lack all their runs, named one by one


def facts(evidence: Evidence) -> Facts:
    """Collect what is said at the head, and the note of each section and figure that has one.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    dict
        ``quick``, the experiments that are no evidence; ``incomplete``, those that lack runs; ``diverged``, those of
        which runs diverged; and ``sections`` and ``figures``, notes by name.
    """
    notes = {name: note for name in evidence.configs_of if (note := _note(evidence, name))}
    contents = evidence.contents

    def joined(experiments: Iterable[str]) -> str:
        return " ".join(dict.fromkeys(notes[each] for each in experiments if each in notes))

    figures = {name: joined(figure.needs) for name, figure in contents.figures.items()}
    sections = {each.name: joined((each.experiment, *each.rests_on)) for each in contents.listed}
    return {
        "quick": [name for name, preset in evidence.presets.items() if preset.name == NO_EVIDENCE],
        "incomplete": [_lacking(evidence, each) for each in evidence.incomplete],
        "diverged": [
            {"experiment": name, "runs": _runs(count)}
            for name in evidence.configs_of
            if (count := _diverged(evidence, name))
        ],
        "sections": {name: note for name, note in sections.items() if note},
        "figures": {name: note for name, note in figures.items() if note},
    }


def _note(evidence: Evidence, experiment: str) -> str:
    """Write what a reader of an experiment's tables and figures has to know; nothing where it is whole."""
    parts = []
    if evidence.presets[experiment].name == NO_EVIDENCE:
        parts.append(f"Preset {NO_EVIDENCE}: no evidence.")
    parts += [f"Incomplete: {each.said}." for each in evidence.incomplete if each.experiment.name == experiment]
    if count := _diverged(evidence, experiment):
        parts.append(f"{_runs(count)} diverged and count{'s' * (count == 1)} as not solved.")
    return " ".join(parts)


def _lacking(evidence: Evidence, coverage: Coverage) -> Facts:
    """Say of an experiment what it lacks, why where that is known, and what computes it."""
    absent = [config.slug for config, count in coverage.stored.items() if not count]
    failed = len(evidence.store.failures(coverage.wanted))
    return {
        "experiment": coverage.experiment.name,
        "stored": coverage.said,
        "shown": evidence.has(coverage.experiment.name),
        "command": coverage.command,
        "failed": f"{number(failed)} job{'s' * (failed != 1)} failed" if failed else "",
        "absent": absent[:NAMED] if coverage.share else [],
        "more": number(len(absent) - NAMED) if len(absent) > NAMED and coverage.share else "",
    }


def _diverged(evidence: Evidence, experiment: str) -> int:
    """Count the runs of an experiment that diverged."""
    configs = dict.fromkeys(map(stand_in, evidence.configs_of[experiment]))
    return sum(len(evidence.store.diverged(config)) for config in configs)


def _runs(count: int) -> str:
    return f"{number(count)} run{'s' * (count != 1)}"
