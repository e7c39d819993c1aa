"""The answer of `why` as users hold it: as plain data, as a program, and drawn when it is printed."""

from __future__ import annotations

import json
from typing import Any

from study.errors import StudyError
from study.explain.answer import Answer
from study.explain.data import as_data
from study.explain.picture import as_text
from study.explain.snippets import snippet


class Why(Answer):
    """What `study.why` answers; its attributes are those of `study.explain.answer.Answer`."""

    def snippet(self, framework: str, cure: int = 1) -> str:
        """Write a program that trains with a repair.

        Parameters
        ----------
        framework : {'keras', 'pytorch'}
        cure : int, default 1
            Which of `repairs`, from 1; 0 for the settings as they are, which is also what is taken without repairs.

        Returns
        -------
        str
            A Python script.

        Raises
        ------
        StudyError
            If the framework is unknown or there is no such repair.
        """
        if cure == 0 or (cure == 1 and not self.repairs):
            return snippet(framework, self.explanation, warnings=self.warnings)
        if not 1 <= cure <= len(self.repairs):
            raise StudyError(f"there is no cure {cure}; there are {len(self.repairs)}, and 0 keeps the settings")
        return snippet(framework, self.repairs[cure - 1].result, warnings=self.warnings)

    def to_dict(self) -> dict[str, Any]:
        """Give all of the answer as plain data: numbers, text, lists and dictionaries."""
        return as_data(self)

    def to_json(self) -> str:
        """Write `to_dict` as JSON."""
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)

    def __str__(self) -> str:
        """Draw the answer as plain text, 100 columns wide."""
        return as_text(self)
