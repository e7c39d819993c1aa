"""A job whose process kills itself in the middle, to be gone on with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from study.runs import unfinished

SEEDS = 12

# Runs a plan; the process that computes kills itself when the job was kept for the n-th time, though no process does
# that twice in one folder of marks. Blocks of 5 seeds, so that one is further on than another;
# kept after each epoch.
KILLED = """
import os, signal, sys
from pathlib import Path
import study.training.loop
from study.runs import unfinished
from study.runs.backends import Processes, Serial
from study.runs.plan import make_plan, run_plan
from study.runs.store import Store
from study.config import Config
from study.training.engines.block import Block
from study.training.kernel.learner import KernelBlock

root, config, left, seeds, workers, marks = sys.argv[1:]
study.training.loop.seeds_per_block = lambda *_, **__: 5
KernelBlock.epochs_at_once = Block.epochs_at_once = 1
unfinished.SECONDS, whole, left = 0.0, unfinished.write, [int(left)]

def write(*given):
    whole(*given)
    left[0] -= 1
    if not left[0] and not (mark := Path(marks, "killed")).exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)

unfinished.write = write
if __name__ == "__main__":
    store, config = Store(root), eval(config)
    backend = Serial() if workers == "1" else Processes(int(workers))
    sys.exit(run_plan(make_plan([config], int(seeds), store), store, backend, print))
"""


def run_and_kill(tmp_path, config, times, workers=1):
    """Run the plan with a job that is killed once."""
    script = tmp_path / "script.py"
    script.write_text(KILLED)
    (tmp_path / "killed").unlink(missing_ok=True)
    command = [sys.executable, script, tmp_path / "results", repr(config), str(times), str(SEEDS), str(workers)]
    environment = {**os.environ, "PYTHONPATH": str(Path(unfinished.__file__).parents[2])}
    done = subprocess.run([*command, tmp_path], env=environment, check=False, capture_output=True, text=True)
    assert (tmp_path / "killed").exists(), done.stderr
    return done
