"""The answer of `why`: what the network can know, and what helps.

Picture, data and programs take the numbers from one `Explanation` and the sentences from one file, so they cannot
disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from study.explain.odds import Measured, measured_near
from study.explain.reading import is_fractional
from study.explain.repairs import Repair
from study.explain.words import verdict_sentence
from study.theory.explanation import Explanation


@dataclass(frozen=True)
class Answer:
    """What is known of some sequences under some settings.

    Attributes
    ----------
    explanation : Explanation
        What the network can know.
    repairs : tuple of Repair
        What helps, best first.
    is_tutorial : bool
        Whether the sequences are the tutorial's, taken by default.
    warnings : tuple of str
        Why the sequences may not be what they are taken for.
    source : str
        Words of the command line that give the sequences, quoted for a shell; empty outside of the command line.
    """

    explanation: Explanation
    repairs: tuple[Repair, ...]
    is_tutorial: bool = False
    warnings: tuple[str, ...] = ()
    source: str = ""

    @property
    def unsaid(self) -> bool:
        """Whether values have decimals, and more than half of the rows' inputs are different ones."""
        inputs = self.explanation.dataset.inputs[:, -1].tolist()
        return any(map(is_fractional, self.explanation.dataset.symbols)) and 2 * len(set(inputs)) > len(inputs)

    @property
    def repair(self) -> Repair | None:
        """The best repair; None if there is nothing to repair, or nothing helps."""
        return self.repairs[0] if self.repairs else None

    @property
    def measured(self) -> Measured | None:
        """The odds of the nearest configurations of the study; None where a theorem decides."""
        return measured_near(self.explanation)

    @property
    def verdict(self) -> str:
        """The verdict in one sentence; none of a theorem where values hardly repeat."""
        if self.unsaid:
            inputs = self.explanation.dataset.inputs[:, -1]
            return (
                f"nothing can be said until the values are binned: {len(set(inputs.tolist())):,} of {len(inputs):,} "
                "inputs are different, so hardly any row is like another"
            )
        return verdict_sentence(self.explanation)
