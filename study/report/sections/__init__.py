"""All sections in the order of the report, one line each."""

from __future__ import annotations

from study.report.sections import (
    all_cells,
    all_extensions,
    all_lags,
    all_variations,
    alphabets,
    answer,
    batch_learning,
    causal,
    explorer,
    long_sequences,
    mechanism,
    methods,
    optimisers,
    questions,
    random_sequences,
    shuffle_epoch,
    tuning,
    tutorial,
)
from study.report.sections.base import Section

SECTIONS: tuple[Section, ...] = (
    Section("answer", answer.facts, "main_grid"),
    Section("tutorial", tutorial.facts, "main_grid"),
    Section("optimisers", optimisers.facts, "optimisers"),
    Section("causal", causal.facts, "causal"),
    Section("mechanism", mechanism.facts, "mechanism"),
    Section("explorer", explorer.facts),
    Section("tuning", tuning.facts, "tuning", tuning.answer),
    Section("alphabets", alphabets.facts, "alphabets", alphabets.answer),
    Section("long_sequences", long_sequences.facts, "long_sequences", long_sequences.answer),
    Section("random_sequences", random_sequences.facts, "random_sequences", random_sequences.answer),
    Section("batch_learning", batch_learning.facts, "batch_learning", batch_learning.answer),
    Section("shuffle_epoch", shuffle_epoch.facts, "shuffle_epoch", shuffle_epoch.answer),
    Section("questions", questions.facts, "questions"),
    Section("methods", methods.facts),
    Section("all_cells", all_cells.facts, "main_grid"),
    Section("all_variations", all_variations.facts, "causal"),
    Section("all_lags", all_lags.facts, "long_sequences"),
    Section("all_extensions", all_extensions.facts),
)
