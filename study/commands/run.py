"""``study run``: compute what is missing."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec

from rich.console import Console

from study.commands.base import DEFAULT_RESULTS, add_selection
from study.config import Config
from study.errors import StudyError
from study.experiments import EXPERIMENTS, find_experiment, find_preset
from study.runs.backends import choose_backend
from study.runs.plan import make_plan, run_plan, seeds_wanted
from study.runs.progress import in_words, tracking
from study.runs.store import Store
from study.wiring import wired

ENGINES = ("kernel", "torch")
LONG = 3600  # seconds from which a run says beforehand how long it will take
EXAMPLES = """\
  study run                                  all experiments, 100 seeds each; nothing stored is computed again
  study run --preset quick                   every configuration with few seeds, to see that all works
  study run --experiment main_grid --seeds 200
  study run --results /tmp/anew              compute everything anew, there
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_selection(parser)
    parser.add_argument("--seeds", type=int, metavar="N", help="seeds of each configuration (default: the preset's)")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        help="what trains recurrent networks (default: the kernel, or torch where Numba is missing; torch is several "
        "times slower, and its results, which differ in the last bits, are stored apart)",
    )
    parser.add_argument(
        "--device",
        choices=("cpu", "cuda"),
        default="cpu",
        help="where recurrent networks are trained (default: cpu; cuda is a GPU, on which torch trains, and whose "
        "results are stored apart; probes, streams and the MLP stay on the processor)",
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: one for each core)")


def chosen_configs(experiment: str | None, preset_name: str, count: int | None = None) -> dict[Config, set[int]]:
    """List the configurations of one experiment, or of all, none twice, with the seeds that any asks for."""
    preset = find_preset(preset_name)
    experiments = [find_experiment(experiment)] if experiment else list(EXPERIMENTS.values())
    seeds_of: dict[Config, set[int]] = {}
    for chosen in experiments:
        for config, seeds in chosen.seeds_of(preset, count).items():
            seeds_of.setdefault(config, set()).update(seeds)
    return seeds_of


def run(arguments: argparse.Namespace) -> int:
    """Compute what is missing; exit code 1 if a job failed."""
    console = Console(stderr=True)

    def say(text: str) -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    seeds = arguments.seeds
    if seeds is not None and seeds < 1:
        raise StudyError(f"seeds is {seeds}; it must be 1 or more, the number of seeds of each configuration")
    _check_device(arguments.device, arguments.engine)
    engine = arguments.engine or _available(say)
    chosen = chosen_configs(arguments.experiment, arguments.preset, seeds)
    configs = {_placed(config, engine, arguments.device): each for config, each in chosen.items()}
    backend = choose_backend(arguments.workers)
    store = Store(arguments.results)
    store.check_writable()
    wanted = seeds_wanted(configs)
    plan = make_plan(list(wanted), wanted, store)
    for repair in plan.repairs:
        say(repair)
    missing = plan.seeds_wanted - plan.seeds_present
    if not missing:
        say(f"nothing to compute: all {plan.seeds_wanted:,} runs are stored in {store.root}")
        say(_end(arguments, engine))
        return 0
    say(
        f"{len(wanted):,} configurations, {plan.seeds_wanted:,} runs: {plan.seeds_present:,} stored, {missing:,} to "
        f"compute in {len(plan.jobs)} jobs"
    )
    seconds = sum(job.cost for job in plan.jobs) / backend.workers
    if seconds > LONG:
        say(
            f"this will take about {in_words(seconds)}; each job is kept as it ends, so it can be stopped at any time "
            "and goes on with the next call"
        )
    with tracking(plan, console, backend.workers) as track:
        failed = run_plan(plan, store, backend, track)
    say(track.count.summary())
    for line in track.count.causes():
        say(line)
    if failed:
        say(f"tracebacks are in {store.root / 'failures'}; the same command tries what failed again")
        return 1
    say(_end(arguments, engine))
    return 0


def _end(arguments: argparse.Namespace, engine: str | None) -> str:
    """Write the paragraph that a run ends with: the answer so far, and the command that makes the report.

    Results of another engine or device are stored apart, and no report shows them. A damaged file of another experiment
    is no fault of this run, so it is said and no more.
    """
    if engine == "torch" or arguments.device != "cpu":
        return "These results are stored apart from those that reports show."
    from study.article.start.in_brief import in_brief  # noqa: PLC0415  (it loads what only an answer needs)

    try:
        answer = in_brief(arguments.results)
    except StudyError as error:
        answer = f"No answer yet: {error}."
    return f"{answer} The report with all of it: {report_command(arguments.results)}"


def _check_device(device: str, engine: str | None) -> None:
    """Raise a StudyError unless the device is there, and the engine can use it."""
    if device == "cpu":
        return
    if engine == "kernel":
        raise StudyError(
            f"engine kernel runs on the processor, not on device {device}; use engine torch, or device cpu"
        )
    from study.training.devices import check_device  # noqa: PLC0415  (it loads torch)

    check_device(device)


def _placed(config: Config, engine: str | None, device: str) -> Config:
    """Give a configuration the engine and the device that were asked for, where it can use them.

    Networks of 1997 are trained by compiled code of their own, whatever is asked for.
    """
    if wired(config.model):
        return config
    if device != "cpu" and not (config.probe or config.streams or config.model == "mlp"):
        return replace(config, engine="torch", device=device)
    return replace(config, engine=engine) if engine else config


def _available(say: Callable[[str], None]) -> str | None:
    """Name another engine than the configurations' own where Numba is missing, and say so."""
    if find_spec("numba"):
        return None
    say(
        "Numba is not installed: torch trains, several times slower, and its results are stored apart from those that "
        "the report shows; networks of 1997 cannot be trained; install numba to have both"
    )
    return "torch"


def report_command(results: str) -> str:
    """Write the command that makes the report of a results folder.

    Examples
    --------
    >>> report_command("results"), report_command("/tmp/my results")
    ('study report', "study report --results '/tmp/my results'")
    """
    return "study report" if results == DEFAULT_RESULTS else f"study report --results {shlex.quote(results)}"
