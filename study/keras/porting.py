"""The tutorial's program line by line in Keras 2, Keras 3 and PyTorch, and what came of running the lines.

The lines of one framework are run one after the other as one program; each has a check, since a line that runs may
still do something else. ``python -m study.keras.porting`` runs what is installed and keeps the outcomes for the report.
"""

from __future__ import annotations

import argparse
import platform
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass, fields
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from study.errors import StudyError

KEPT = "porting.csv"  # where a results folder keeps what came of the lines
FRAMEWORKS = {  # name: packages it takes
    "keras2": ("keras",),  # the old lines, given to the Keras that is installed
    "keras3": ("keras",),
    "pytorch": ("torch",),
}


@dataclass(frozen=True)
class Line:
    """One step of the tutorial's program.

    Attributes
    ----------
    what : str
        What it does.
    keras2, keras3, pytorch : str
        How it is written there.
    keras3_holds, pytorch_holds : str
        An expression that is true after it.
    keras3_before : str
        Run before the Keras 3 line; not part of what is shown.
    """

    what: str
    keras2: str
    keras3: str
    pytorch: str
    keras3_holds: str
    pytorch_holds: str
    keras3_before: str = ""


KERAS_START = """\
import numpy as np
import keras
from keras.layers import LSTM, Dense
from keras.optimizers import Adam
from keras.models import Sequential

keras.utils.set_random_seed(0)
model = Sequential()
symbols = np.eye(5, dtype="float32")
X, Y = symbols[[3, 0, 1, 2]].reshape(4, 1, 5), symbols[[0, 1, 2, 3]]  # the first sequence, row by row

def carried():  # a copy of the carried state
    return np.concatenate([keras.ops.convert_to_numpy(part).ravel() for part in model.layers[0].states])
"""
PYTORCH_START = """\
import torch

torch.manual_seed(0)
symbols = torch.eye(5)
X, Y = symbols[[3, 0, 1, 2]].reshape(4, 1, 5), symbols[[0, 1, 2, 3]]
state = None
"""

LINES = (
    Line(
        "a stateful layer: batch size 1, 1 timestep, 5 features",
        "model.add(LSTM(20, batch_input_shape=(1, 1, 5), stateful=True))",
        "model.add(keras.Input(batch_shape=(1, 1, 5)))\nmodel.add(LSTM(20, stateful=True))",
        "lstm = torch.nn.LSTM(5, 20, batch_first=True)",
        "model.input_shape == (1, 1, 5) and model.layers[0].stateful",
        "lstm(X[:1])[0].shape == (1, 1, 20) and lstm.bias_ih_l0.shape == lstm.bias_hh_l0.shape == (80,)",
    ),
    Line(
        "a stateless layer: windows of 4 inputs, any batch size",
        "LSTM(20, input_shape=(4, 5))",
        "stateless = Sequential([keras.Input(shape=(4, 5)), LSTM(20)])",
        "windows = torch.zeros(8, 4, 5)\nhidden, _ = lstm(windows)  # no state given: zero",
        "stateless.predict(np.zeros((3, 4, 5)), verbose=0).shape == (3, 20)",
        "hidden[:, -1].shape == (8, 20)",
    ),
    Line(
        "the outputs",
        'model.add(Dense(5, activation="sigmoid"))',
        'model.add(Dense(5, activation="sigmoid"))',
        "dense = torch.nn.Linear(20, 5)  # its outputs are logits",
        "model.output_shape == (1, 5)",
        "dense(lstm(X)[0][:, -1]).shape == (4, 5)",
    ),
    Line(
        "the optimiser",
        "optimiser = Adam(lr=0.01)",
        "optimiser = Adam(learning_rate=0.01)",
        "optimiser = torch.optim.Adam([*lstm.parameters(), *dense.parameters()], lr=0.01, eps=1e-7)",
        "abs(float(optimiser.learning_rate) - 0.01) < 1e-6",
        "optimiser.defaults['lr'] == 0.01",
    ),
    Line(
        "the loss",
        'model.compile(loss="binary_crossentropy", optimizer=optimiser)',
        'model.compile(loss="binary_crossentropy", optimizer=optimiser)',
        "loss_of = torch.nn.BCEWithLogitsLoss()",
        "model.evaluate(X, Y, batch_size=1, verbose=0) > 0",
        "loss_of(torch.zeros(1, 5), Y[:1]) > 0",
    ),
    Line(
        "one epoch of a sequence; the state goes on, also after the call",
        "model.fit(X, Y, nb_epoch=1, batch_size=1, shuffle=False)",
        "model.fit(X, Y, epochs=1, batch_size=1, shuffle=False)",
        "for x, y in zip(X.split(1), Y.split(1)):\n"
        "    hidden, state = lstm(x, state)\n"
        "    optimiser.zero_grad()\n"
        "    loss_of(dense(hidden[:, -1]), y).backward()\n"
        "    optimiser.step()\n"
        "    state = tuple(part.detach() for part in state)  # Keras cuts the gradient here by itself",
        "np.abs(carried()).max() > 0 and any((a != b).any() for a, b in zip(before, model.get_weights()))",
        "state[0].abs().max() > 0 and not state[0].requires_grad and lstm.weight_hh_l0.grad.abs().max() > 0",
        "before = [weights.copy() for weights in model.get_weights()]",
    ),
    Line(
        "validation moves the carried state",
        "model.fit(X, Y, validation_data=(X, Y), batch_size=1, shuffle=False)",
        "model.fit(X, Y, validation_data=(X[:3], Y[:3]), batch_size=1, shuffle=False)\n"
        "# so reset, or keep the state aside, before going on",
        "with torch.no_grad():\n    hidden, other = lstm(X[:1], state)  # moves nothing: the state is yours",
        "np.abs(carried() - without).max() > 1e-4",
        "not torch.equal(other[0], state[0])",
        "learning_rate = float(model.optimizer.learning_rate)\n"
        "model.optimizer.learning_rate = 0.0  # equal weights, so that validation alone can make the difference\n"
        "model.layers[0].reset_state()\n"
        "model.fit(X, Y, batch_size=1, shuffle=False, verbose=0)\n"
        "without = carried()\n"
        "model.layers[0].reset_state()",
    ),
    Line(
        "reset the state",
        "model.reset_states()",
        'for layer in model.layers:\n    if getattr(layer, "stateful", False):\n        layer.reset_state()',
        "state = None",
        "(carried() == 0).all()",
        "torch.equal(lstm(X[:1], state)[0], lstm(X[:1], tuple(torch.zeros(2, 1, 1, 20)))[0])",
        "model.optimizer.learning_rate = learning_rate",
    ),
    Line(
        "the predicted symbols of a sequence; this too moves the state",
        "answers = model.predict_classes(X, batch_size=1)",
        "answers = model.predict(X, batch_size=1).argmax(axis=-1)",
        "with torch.no_grad():\n"
        "    hidden, state = lstm(X.transpose(0, 1), state)  # one lane of 4 steps\n"
        "answers = dense(hidden)[0].argmax(dim=-1)",
        "answers.shape == (4,) and np.abs(carried()).max() > 0",
        "answers.shape == (4,) and state[0].abs().max() > 0",
    ),
    Line(
        "trained with batch size 4, used with batch size 1",
        "model.set_weights(trained.get_weights())",
        "model.set_weights(trained.get_weights())  # model: batch_shape=(1, 1, 5)",
        "hidden, _ = lstm(X[:1])  # weights know no batch size",
        "all(np.allclose(wide, one, atol=1e-6) for wide, one in zip(by_four, by_one()))",
        "torch.allclose(lstm(X)[0][:1], hidden, atol=1e-6)",
        "trained = Sequential([keras.Input(batch_shape=(4, 1, 5)), LSTM(20, stateful=True), "
        'Dense(5, activation="sigmoid")])\n'
        'trained.compile(loss="binary_crossentropy", optimizer=Adam(learning_rate=0.01))\n'
        "for _ in range(20):\n"
        "    trained.train_on_batch(X, Y)\n"
        "trained.layers[0].reset_state()\n"
        "by_four = trained.predict_on_batch(X)\n"
        "def by_one():\n"
        "    for row in X:\n"
        "        model.layers[0].reset_state()\n"
        "        yield model.predict_on_batch(row[None])[0]",
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a line.

    Attributes
    ----------
    framework : str
        Name in `FRAMEWORKS`.
    versions : str
        Of what it ran on.
    what, code : str
        The line.
    outcome : str
        ``ran`` (and its check held), or what was wrong.
    """

    framework: str
    versions: str
    what: str
    code: str
    outcome: str

    @property
    def ran(self) -> bool:
        """Whether it ran and its check held."""
        return self.outcome == "ran"


def installed(framework: str) -> bool:
    """Whether the packages of a framework are installed."""
    return all(find_spec(package) is not None for package in FRAMEWORKS[framework])


def run_lines(framework: str) -> list[Outcome]:
    """Run all lines of a framework as one program.

    Parameters
    ----------
    framework : {'keras2', 'keras3', 'pytorch'}
        The lines of Keras 2 are given to the Keras that is installed, each in its place in the Keras 3 program.

    Returns
    -------
    list of Outcome
        One a line; lines after one that fails are run all the same.

    Raises
    ------
    StudyError
        If it is not installed.
    """
    if not installed(framework):
        raise StudyError(f"{FRAMEWORKS[framework][0]} is not installed; install it to run the lines of {framework}")
    names: dict[str, Any] = {}
    exec(PYTORCH_START if framework == "pytorch" else KERAS_START, names)  # texts of this file, not anyone's input
    outcomes = []
    for line in LINES:
        code = getattr(line, framework)
        if framework == "keras2":
            _run(line.keras3_before, names)
            result = _run(code, names)
            if code != line.keras3:  # whatever the old line did, the program goes on
                _run(line.keras3, names)
        elif framework == "keras3":
            result = _run(f"{line.keras3_before}\n{code}", names, line.keras3_holds)
        else:
            result = _run(code, names, line.pytorch_holds)
        outcomes.append(Outcome(framework, _versions(framework), line.what, code, result))
    return outcomes


def _run(code: str, names: dict[str, Any], holds: str = "True") -> str:
    """Run a line, then its check; says ``ran``, or in one line what was wrong."""
    try:
        with redirect_stdout(StringIO()):  # progress bars
            exec(code, names)
        if not bool(eval(holds, names)):
            return f"ran, but {holds} does not hold"
    except Exception as error:  # whatever it is, it is what the reader would meet
        return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:160]}"
    return "ran"


def _versions(framework: str) -> str:
    """Name the versions that lines ran on."""
    packages = [*FRAMEWORKS[framework]]
    if "keras" in packages:
        import keras  # noqa: PLC0415  (not a dependency; here it is known to be there)

        packages.append(keras.backend.backend())
    return ", ".join([*(f"{name} {_version(name)}" for name in packages), f"Python {platform.python_version()}"])


def _version(package: str) -> str:
    """Give the version of a package, by whatever name it was installed."""
    for name in (package, f"{package}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return "unknown"


def keep(outcomes: list[Outcome], path: Path) -> None:
    """Write outcomes to a file; what it holds of other frameworks stays."""
    new = pd.DataFrame([asdict(one) for one in outcomes])
    if path.exists():
        old = pd.read_csv(path, keep_default_na=False)
        new = pd.concat([old[~old["framework"].isin(new["framework"])], new])
    order = {name: place for place, name in enumerate(FRAMEWORKS)}
    new = new.sort_values("framework", key=lambda names: names.map(order), kind="stable")
    path.parent.mkdir(parents=True, exist_ok=True)
    new.to_csv(path, index=False, lineterminator="\n")


def read(path: Path) -> dict[tuple[str, str], Outcome]:
    """Read kept outcomes of lines as they are written now, by framework and by what they do; others do not count."""
    if not path.exists():
        return {}
    known = {(framework, line.what): getattr(line, framework) for line in LINES for framework in FRAMEWORKS}
    kept = pd.read_csv(path, keep_default_na=False)[[field.name for field in fields(Outcome)]]
    outcomes = [Outcome(*row) for row in kept.itertuples(index=False, name=None)]
    return {(one.framework, one.what): one for one in outcomes if known.get((one.framework, one.what)) == one.code}


def main(arguments: list[str] | None = None) -> int:
    """Run the lines of every framework that is installed; exit code 1 if one of them (other than Keras 2's) fails."""
    parser = argparse.ArgumentParser(prog="python -m study.keras.porting", description=__doc__)
    parser.add_argument("--results", default="results", metavar="DIR", help="keep what came of them in this folder")
    folder = Path(parser.parse_args(arguments).results)
    outcomes = [one for framework in FRAMEWORKS if installed(framework) for one in run_lines(framework)]
    keep(outcomes, folder / KEPT)
    for one in outcomes:
        print(f"{one.framework:8} {one.outcome:.60}  {one.what}")
    return 0 if all(one.ran for one in outcomes if one.framework != "keras2") else 1


if __name__ == "__main__":
    sys.exit(main())
