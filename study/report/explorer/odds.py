"""The odds that `study why` and the explorer name, taken from the stored results.

Kept are the two sequences and their longer kin, each trained as a reader could train them; nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator

from study.config import Config
from study.explain.odds import Odds
from study.measures.summaries import Summary, possible
from study.models import find_model
from study.report.evidence import Evidence
from study.runs.stand_in import stand_in

TASKS = ("two_sequences", "long_lag")
BUDGETS = (250, 1000, 4000)  # epochs at which odds are told, beside the longest
OPTIMISERS = {"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop", "adam_pytorch": "Adam as in PyTorch"}
USUAL = Config()
NOT_FOR_READERS = ("frozen", "stop_gradient", "gradient_rows", "probe", "targets", "accumulate", "precision")


def odds_of(evidence: Evidence) -> list[Odds]:
    """Take the odds from the results.

    Parameters
    ----------
    evidence : Evidence

    Returns
    -------
    list of Odds
        Sorted, each configuration and budget once.
    """
    listed = {stand_in(config) for configs in evidence.configs_of.values() for config in configs if _is_kept(config)}
    found = {odds for config in listed for odds in _of_config(evidence, config)}
    return sorted(found, key=lambda odds: (str(odds.place), odds.training, odds.epochs, odds.n))


def _is_kept(config: Config) -> bool:
    """Whether a reader could have it: an LSTM on two sequences, again and again; nothing frozen or looked into."""
    plain = not config.streams and all(getattr(config, name) == getattr(USUAL, name) for name in NOT_FOR_READERS)
    return plain and config.task in TASKS and config.model in ("stateful_lstm", "stateless_lstm") and config.epochs > 0


def _of_config(evidence: Evidence, config: Config) -> Iterator[Odds]:
    """Give a configuration's odds at each budget."""
    scored = set(evidence.table(config)["epoch"])
    for epoch in sorted({budget for budget in BUDGETS if budget in scored} | {max(scored)}):
        summary = evidence.summary(config, int(epoch))
        if summary.possible.ruled_out and not summary.differs_in_use:
            return
        yield _odds(config, summary)


def place_of(config: Config) -> tuple[bool, int, int, str, str, str, int]:
    """Give the place of a configuration, as `study.explain.odds.Odds.place`."""
    shown = (config.batch_size, config.layout, config.reset, config.order)
    return (find_model(config.model).carries_state, config.timesteps, *shown, possible(config).needed_reach or 0)


def _odds(config: Config, summary: Summary) -> Odds:
    """Write the odds of a configuration at one budget."""
    in_use, place = summary.differs_in_use, place_of(config)
    right, within = (summary.fresh_solved, summary.fresh_within) if in_use else (summary.solved, summary.within)
    return Odds(
        *place,
        training=_training(config),
        epochs=summary.epoch,
        n=right.n,
        right=right.k,
        within=within.k,
        low=round(100 * right.low),
        high=round(100 * right.high),
        within_low=round(within.low, 4),
    )


def _training(config: Config) -> str:
    """Name optimiser and rate, then what else differs from the tutorial's network."""
    said = [f"{OPTIMISERS.get(config.optimiser, config.optimiser)} {config.learning_rate:g}"]
    said += [f"{name} {value:g}" for name, value in config.optimiser_options]
    if config.loss != USUAL.loss:
        said.append(config.loss.replace("_", " "))
    if config.units != USUAL.units:
        said.append(f"{config.units} units")
    if (config.initialisation, config.initialisation_options) != (USUAL.initialisation, ()):
        options = "".join(f" {name.replace('_', ' ')} {value}" for name, value in config.initialisation_options)
        said.append(f"initialisation {config.initialisation}{options}")
    if config.last_step_weight != USUAL.last_step_weight:
        said.append("last step weighted")
    return ", ".join(said + (["outputs see inputs"] if config.sees_inputs else []))
