"""Train the networks that are kept whole: ``python -m study.networks.make`` writes them to a folder of results.

They are trained as every stored run is, so that a stored score tells whether a kept network is the one that was scored.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from study.models import find_model
from study.models.recurrent import RecurrentModel
from study.networks.chosen import CHOSEN, SEED
from study.networks.kept import KEPT, Network, as_text, keep
from study.sequences.configured import datasets_of, schedule_of
from study.training.loop import Trainer


def train(name: str, seed: int = SEED) -> Network:
    """Train one of the chosen networks.

    Parameters
    ----------
    name : str
        In `CHOSEN`.
    seed : int

    Returns
    -------
    Network
    """
    chosen = CHOSEN[name]
    config, model = chosen.config, find_model(chosen.config.model)
    assert isinstance(model, RecurrentModel)
    datasets = datasets_of(config, [seed])
    trainer = Trainer(model, config, datasets, schedule_of(config, datasets[0]), [seed])
    trainer.train_to(chosen.epoch)
    answers = trainer.checkpoint().in_layout
    return Network(
        name,
        chosen.setting,
        config.identity,
        seed,
        chosen.epoch,
        config.engine,
        config.batch_size,
        config.timesteps,
        config.layout,
        model.carries_state,
        config.softmax,
        tuple(datasets[0].symbols),
        as_text({part: array[0] for part, array in trainer.learner.export().items()}),
        tuple(answers.rows[0].tolist()),
        tuple(tuple(row) for row in answers.probabilities[0].tolist()),
    )


def main(arguments: list[str] | None = None) -> int:
    """Train all of them and keep them."""
    parser = argparse.ArgumentParser(prog="python -m study.networks.make", description=__doc__)
    parser.add_argument("--results", default="results", metavar="DIR", help="keep them in this folder")
    path = Path(parser.parse_args(arguments).results) / KEPT
    keep([train(name) for name in CHOSEN], path)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
