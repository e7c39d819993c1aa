"""Facts of the first section: exact ceilings by layout and batch size, and that batch size 4 never saw the symbol."""

from __future__ import annotations

from dataclasses import replace

from study.config import Config
from study.experiments.main_grid.configs import BATCH_SIZES, WHOLE
from study.measures.summaries import possible
from study.report.claims import Claim
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.tables import Column, Table
from study.sequences.tasks import make_task
from study.theory.explanation import Settings, explain

FAILS = 4  # batch size
FED = {  # how the network is fed, in words: any configuration that feeds it so
    "one symbol a row, no state": Config(model="stateless_lstm"),
    "one symbol a row, rows in order": Config(),
    "one symbol a row, one sequence per lane": Config(layout="interleaved"),
    "one symbol a row, shuffled inside each sequence": Config(layout="shuffled"),
    "the whole sequence as one row": Config(model="stateless_lstm", timesteps=WHOLE),
}


def facts(_: Evidence) -> Facts:
    """Count what can be seen; nothing of it depends on what is stored.

    Returns
    -------
    dict
    """
    columns = [Column("how it is fed", align="left"), *(Column(f"batch size {size}") for size in BATCH_SIZES)]
    rows = [(words, *(ceiling_of(config, size) for size in BATCH_SIZES)) for words, config in FED.items()]
    return {"ceilings": Table("ceilings", columns, rows), "claims": [_never_saw()]}


def ceiling_of(config: Config, batch_size: int) -> str:
    """Write the ceiling on the ambiguous rows, of training, at a batch size."""
    return str(possible(replace(config, batch_size=batch_size)).ceiling.ambiguous)


def _never_saw() -> Claim:
    """Claim that the ambiguous rows of batch size 4 have one context, without a first symbol."""
    sequences = make_task("two_sequences").sequences(seed=0)
    known = explain(sequences, Settings(batch_size=FAILS))
    contexts = {slot.context for slot in known.slots if slot.ambiguous}
    seen = {symbol for context in contexts for symbol in context}
    holds = len(contexts) == 1 and not seen & {sequence[0] for sequence in sequences} and known.ceiling.ambiguous < 1
    return Claim("never_saw", holds, "exact: contexts of the ambiguous rows at batch size 4 are one, without 3 and 4")
