"""From a plan to stored results: what is missing is computed, and kept as each job ends.

The driver alone reads and writes files; workers compute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from study.config import Config
from study.errors import StudyError
from study.models import find_model
from study.runs.backends import Backend, Job, Outcome
from study.runs.diverged import diverged_in
from study.runs.provenance import provenance
from study.runs.stand_in import stand_in
from study.runs.store import Store
from study.runs.streamed import checked_stream, seconds_on_line
from study.runs.validation import DamagedResultError
from study.sequences.configured import datasets_of, schedule_of
from study.sequences.streams import updates_of
from study.training.engines.memory import vector_seeds
from study.wiring import wired

JOB_SECONDS = 120  # a job is kept when it ends, so it should not take much longer
OF_PROBES = {"generation": 3.0, "mechanism": 4.0, "unseen": 4.0}  # times what training alone takes
JOB_SEEDS = 100  # seeds trained side by side: enough to hide the start of operations, few enough to stay in cache


@dataclass
class Plan:
    """What a run has to do.

    Attributes
    ----------
    jobs : list of Job
        What is missing.
    seeds_wanted, seeds_present : int
        Over all configurations.
    repairs : list of str
        What was set aside because it was damaged, one line each.
    """

    jobs: list[Job] = field(default_factory=list)
    seeds_wanted: int = 0
    seeds_present: int = 0
    repairs: list[str] = field(default_factory=list)


def make_plan(configs: Sequence[Config], seeds: int | Mapping[Config, Iterable[int]], store: Store) -> Plan:
    """Find out what is missing; damaged files are set aside and named.

    Parameters
    ----------
    configs : sequence of Config
    seeds : int or mapping of Config to iterable of int
        The seeds that each configuration needs; if a number, 0 to ``seeds - 1`` of all.
    store : Store

    Returns
    -------
    Plan

    Raises
    ------
    StudyError
        If a configuration does not fit together.
    """
    plan = Plan()
    asked = dict.fromkeys(configs, range(seeds)) if isinstance(seeds, int) else seeds
    for config, wanted in seeds_wanted(asked).items():
        find_model(config.model)  # so that a mistyped name is refused here, not after the other configurations
        updates, features = _extent(config)
        plan.repairs += _set_damaged_aside(config, store)
        present = store.seeds(config) & wanted
        missing = sorted(wanted - present)
        plan.seeds_wanted += len(wanted)
        plan.seeds_present += len(present)
        size = _seeds_of_job(config, updates, features)
        for first in range(0, len(missing), size):
            part = tuple(missing[first : first + size])
            cost = _cost(config, updates, len(part), features)
            plan.jobs.append(Job(config, part, cost, store.unfinished_path(config, part)))
        kept = {job.kept for job in plan.jobs}
        for path in store.unfinished(config):
            if path not in kept:  # of jobs that were cut otherwise
                path.unlink(missing_ok=True)
    return plan


def _set_damaged_aside(config: Config, store: Store) -> list[str]:
    """Set aside what cannot be believed of a configuration's files, and say so, a line each."""
    damaged = store.damaged_failures(config)
    for path in store.files(config):
        try:
            store.check_file(config, path)
        except DamagedResultError as damage:
            damaged.append(damage)
    return [f"set aside as {store.set_aside(damage.path).name} and computed anew: {damage}" for damage in damaged]


def _seeds_of_job(config: Config, updates: int, features: int) -> int:
    """Choose how many seeds a job has: what takes `JOB_SECONDS`, and whole vectors where the kernel trains them."""
    together = vector_seeds(4 if config.precision == "float32" else 8)
    if config.engine != "kernel" or config.model == "mlp" or config.streams:
        together = 1
    of_one = _cost(config, updates, JOB_SEEDS, features) / JOB_SEEDS
    seeds = int(JOB_SECONDS / max(of_one, 1e-9))
    return min(JOB_SEEDS, max(1, seeds // together) * together)


def seeds_wanted(seeds: Mapping[Config, Iterable[int]]) -> dict[Config, set[int]]:
    """Collect the seeds that a run needs of each configuration; of those with the same updates, one stands for all,
    with the seeds of each.

    Parameters
    ----------
    seeds : mapping of Config to iterable of int

    Returns
    -------
    dict of Config to set of int
        Keys are configurations as `study.runs.stand_in.stand_in` gives them.
    """
    seeds_of: dict[Config, set[int]] = {}
    for config, wanted in seeds.items():
        seeds_of.setdefault(stand_in(config), set()).update(wanted)
    return seeds_of


def run_plan(plan: Plan, store: Store, backend: Backend, report: Callable[[Outcome], None]) -> int:
    """Compute and keep all jobs of a plan.

    Parameters
    ----------
    plan : Plan
    store : Store
    backend : Backend
    report : callable
        Called with each outcome after it is stored.

    Returns
    -------
    int
        Number of jobs that failed; their tracebacks are kept apart and they are tried again next time.
    """
    origin, failed = provenance(), 0
    for computed in backend.run(plan.jobs):
        outcome = _keep(computed, store, origin)
        failed += outcome.table is None
        report(outcome)
    return failed


def _keep(outcome: Outcome, store: Store, origin: Mapping[str, str]) -> Outcome:
    """Write a result or a failure; a result that reading would refuse is a failure too.

    Otherwise each run would set it aside and compute it again. Seeds that diverged are kept apart from the others.
    """
    job = outcome.job
    if outcome.table is not None:
        try:
            moments = diverged_in(job.config, outcome.table)
            finite = outcome.table[~outcome.table["seed"].isin(moments)]
            if len(finite):
                store.write(job.config, finite, {**origin, "seconds": round(outcome.seconds, 3)})
            if moments:
                store.write_diverged(job.config, moments)
                outcome = replace(outcome, diverged=len(moments))
        except StudyError as refused:
            outcome = replace(outcome, table=None, failure=str(refused), reason=str(refused))
    if outcome.table is None:
        store.write_failure(job.config, job.seeds, outcome.failure)
    if job.kept is not None:  # a job that failed begins anew, since where it was may be what is wrong
        job.kept.unlink(missing_ok=True)
    return outcome


def _extent(config: Config) -> tuple[int, int]:
    """Count the batches of a run and the symbols; a StudyError says why where a configuration does not fit together."""
    if config.streams:
        task, _ = checked_stream(config)
        groups = config.sequences // config.batch_size
        return groups * (updates_of(config, task) or max(length or 0 for length in task.lengths)), len(
            task.whole_alphabet
        )
    if wired(config.model):
        raise StudyError(f"model {config.model} learns from streams alone; give a budget in sequences, not in epochs")
    dataset = datasets_of(config, [0])[0]
    return config.epochs * len(schedule_of(config, dataset).epoch().rows), dataset.features


def _cost(config: Config, updates: int, seeds: int, features: int) -> float:
    """Guess the seconds a job takes, for the order of work and the time left.

    The kernel's and the MLP's are fitted to the seconds of the stored jobs, which are times by the clock, often with
    other work on the same cores. So their lower quarter was taken: half of the kernel's jobs took 1 to 3 times that.
    """
    if config.model == "mlp":
        return updates * (45e-6 + 3.3e-6 * seeds + 0.4e-6 * seeds * config.batch_size)
    if wired(config.model):
        return seeds * config.sequences * seconds_on_line(config)
    if config.streams:  # each sequence has a cost beside its update; seeds end when they have learnt, so most take less
        groups = config.sequences / config.batch_size
        return seeds * (18e-6 * groups + updates * _kernel_seconds(config, features))
    drawing = 15e-6 * seeds * config.epochs if config.layout == "shuffled" or config.order == "random" else 0.0
    if config.engine == "kernel":
        return drawing + seeds * updates * _kernel_seconds(config, features) * OF_PROBES.get(config.probe, 1.0)
    return drawing + updates * _torch_seconds(config, seeds, features)


def _kernel_seconds(config: Config, features: int) -> float:
    """Guess the seconds of one seed's update: a part for each weight, and one for each step of each lane."""
    units = config.units
    weights = 4 * units * (units + features) + units * features
    step = 0.24e-6 + 0.9e-9 * units**2 + 1e-9 * units * features
    return 0.05e-9 * weights + config.timesteps * config.batch_size * step


def _torch_seconds(config: Config, seeds: int, features: int) -> float:
    """Guess the seconds of an update of some seeds that torch trains; measured on one core of a server."""
    larger = float((config.units / 20) ** 1.5)
    steps = 250e-6 + 3e-6 * seeds * larger
    steps += config.timesteps * (120e-6 + 0.6e-6 * seeds * (config.batch_size + 1) * larger)
    steps += (
        20e-9 * seeds * config.timesteps * config.batch_size * features
    )  # outputs at each step, for large alphabets
    return steps
