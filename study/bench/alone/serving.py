"""The side of the process alone: it makes the updates it is asked for, a case a line, and says what they took."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Work = Callable[[], npt.NDArray[Any]]  # makes the updates of a case, and gives each seed's mean loss


def given() -> tuple[list[dict[str, Any]], dict[str, npt.NDArray[Any]]]:
    """Read the file that the command line names: the cases in words, and their data by name."""
    with np.load(sys.argv[1]) as file:
        arrays = {name: file[name] for name in file.files}
    cases: list[dict[str, Any]] = json.loads(str(arrays.pop("cases")))
    return cases, arrays


def serve(works: Sequence[Work]) -> None:
    """Answer each line, the number of a case, with the processor's seconds and the losses, until there is none."""
    for line in sys.stdin:
        begin = time.process_time()
        losses = works[int(line)]()
        seconds = time.process_time() - begin
        print(json.dumps({"seconds": seconds, "losses": [float(loss) for loss in losses]}), flush=True)
