"""``study status``: what is stored, what is missing, what failed."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from study.commands.base import add_selection
from study.experiments import EXPERIMENTS, find_experiment, find_preset
from study.runs.plan import seeds_wanted
from study.runs.store import Store
from study.runs.validation import DamagedResultError

EXAMPLES = """\
  study status                               how much of each experiment is stored
  study status --preset full --results /tmp/anew
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_selection(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print one line an experiment, configurations that coincide counted once; nothing is changed."""
    preset, store = find_preset(arguments.preset), Store(arguments.results)
    experiments = [find_experiment(arguments.experiment)] if arguments.experiment else list(EXPERIMENTS.values())
    if not store.root.is_dir():
        said = (
            f"there is no folder {store.root}: nothing is stored; compute with 'study run', or give another --results"
        )
        Console(stderr=True).print(said, markup=False, highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("experiment", "configurations", "runs stored", "of", "diverged", "damaged", "failed"):
        table.add_column(heading, justify="left" if heading == "experiment" else "right")
    for experiment in experiments:
        configs, stored, damaged, diverged = seeds_wanted(experiment.seeds_of(preset)), 0, 0, 0
        for config, seeds in configs.items():
            sound = store.diverged(config)
            diverged += len(sound)
            for path in store.files(config):
                try:
                    sound |= set(store.read_file(config, path)["seed"])
                except DamagedResultError:
                    damaged += 1
            stored += len(sound & seeds)
        wanted, failed = sum(map(len, configs.values())), len(store.failures(configs))
        counts = (len(configs), stored, wanted, diverged, damaged, failed)
        table.add_row(experiment.name, *(f"{count:,}" for count in counts))
    Console().print(table)
    return 0
