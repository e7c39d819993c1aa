"""All sections in the order of the report, one line each."""

from __future__ import annotations

from study.report.sections import answer, causal, explorer, mechanism, methods, tutorial
from study.report.sections.base import Section

SECTIONS: tuple[Section, ...] = (
    Section("answer", answer.facts, "main_grid"),
    Section("tutorial", tutorial.facts, "main_grid"),
    Section("causal", causal.facts, "causal"),
    Section("mechanism", mechanism.facts, "mechanism"),
    Section("explorer", explorer.facts),
    Section("methods", methods.facts),
)
