"""What is said where a table or a figure is asked for and its results are not there; both say it alike."""

from __future__ import annotations

from pathlib import Path

from study.errors import StudyError


def lacking(what: str, experiment: str, results: str | Path) -> StudyError:
    """Build the error for a part of the report whose experiment is not stored whole.

    Parameters
    ----------
    what : str
        The part, as in ``"figure one_step_gradient"``.
    experiment : str
    results : str or Path
        Folder of results.

    Returns
    -------
    StudyError
        Ready to be raised.
    """
    if not Path(results).is_dir():
        return StudyError(
            f"{what} needs results, and there is no folder {results} here; run this in the repository's folder, or "
            "give --results FOLDER"
        )
    return StudyError(
        f"{what} needs experiment {experiment}, which is not stored whole in {results}; compute the rest with "
        f"'study run --experiment {experiment}'"
    )
