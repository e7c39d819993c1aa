"""Programs for Keras 3 and PyTorch that feed the sequences as an answer or a repair says, ready to be pasted.

They are whole scripts without this package, so that a reader can take them away and change them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from textwrap import fill

from study.errors import unknown_name
from study.explain.odds import USUAL, measured_near
from study.explain.words import share
from study.sequences.encoding import alphabet_of
from study.sequences.layouts import EMPTY, Schedule
from study.theory.explanation import NO_GRADIENT_ACROSS_ROWS, Explanation

FRAMEWORKS = ("keras", "pytorch")
MANY_SEEDS = """\
# No gradient passes through the state that is carried from batch to batch: whether the network keeps there what tells
# the rows apart depends on optimiser, width and lag. Whether this one seed ends right or wrong proves little: try many.
# The study's report shows what share of seeds is right, with its interval, for the tutorial's sequences.
"""
LIMIT = """\
# Fed like this, no network is right on more than {best} of the ambiguous rows, whatever its weights: rows that look
# alike to it go on differently. The program shows that; training for longer, or with more units, cannot help.
"""
RATE, EPOCHS = 0.01, 400  # of the programs: soon done where windows are enough
WIDTH = 118  # columns of the comments
MOST_INLINE = 400  # symbols, or slots, that are written into the program

ROWS = """\
# A row: `timesteps` inputs (zero vectors before the start of a sequence) and the symbol that follows them.
rows = [(sequence[max(0, end - timesteps):end], sequence[end])
        for sequence in sequences for end in range(1, len(sequence))]
X = np.zeros((len(rows), timesteps, len(symbols)), "float32")
Y = np.zeros((len(rows), len(symbols)), "float32")
for row, (window, target) in enumerate(rows):
    for place, symbol in enumerate(window, timesteps - len(window)):
        X[row, place, symbols.index(symbol)] = 1
    Y[row, symbols.index(target)] = 1
"""

KERAS_WINDOW = """\
import keras
import numpy as np

{data}

{rows}

model = keras.Sequential([
    keras.Input(shape=(timesteps, len(symbols))),
    keras.layers.LSTM(20),
    keras.layers.Dense(len(symbols), activation="sigmoid"),
])
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam({rate}))
model.fit(X, Y, batch_size=batch_size, epochs=epochs, verbose=0)

for (window, target), answer in zip(rows, model.predict(X, verbose=0)):
    print(*window, "->", symbols[answer.argmax()], "wanted:", target)
"""

KERAS_LANES = """\
import keras
import numpy as np

{data}

{rows}

{order}
X, Y = np.concatenate([X, X[:1] * 0]), np.concatenate([Y, Y[:1] * 0])  # row -1: a slot without a row, fed zeros

model = keras.Sequential([
    keras.Input(batch_shape=(batch_size, timesteps, len(symbols))),
    keras.layers.LSTM(20, stateful=True),  # not on the JAX backend: there it carries nothing from batch to batch
    keras.layers.Dense(len(symbols), activation="sigmoid"),
])
model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam({rate}))

for epoch in range(epochs):
    for step, batch in enumerate(order):
        model.train_on_batch(X[batch], Y[batch], sample_weight=(batch >= 0).astype("float32"))
        if step in reset_after:
            model.layers[0].reset_state()

model.layers[0].reset_state()
for step, batch in enumerate(order):
    for row, answer in zip(batch, model.predict_on_batch(X[batch])):
        if row >= 0:
            print(*rows[row][0], "->", symbols[answer.argmax()], "wanted:", rows[row][1])
    if step in reset_after:
        model.layers[0].reset_state()
"""

PYTORCH_MODEL = """\
class Network(torch.nn.Module):
    def __init__(self, features, units=20):
        super().__init__()
        self.lstm = torch.nn.LSTM(features, units, batch_first=True)
        self.dense = torch.nn.Linear(units, features)

    def forward(self, x, state=None):
        hidden, state = self.lstm(x, state)
        return self.dense(hidden[:, -1]), state


torch.manual_seed(0)
torch.set_num_threads(1)  # on networks this small, threads wait for each other
network = Network(len(symbols))
optimiser = torch.optim.Adam(network.parameters(), lr={rate})
"""

PYTORCH_WINDOW = """\
import numpy as np
import torch

{data}

{rows}
X, Y = torch.from_numpy(X), torch.from_numpy(Y)

{model}
for epoch in range(epochs):
    for batch in torch.randperm(len(X)).split(batch_size):
        optimiser.zero_grad()
        logits, _ = network(X[batch])
        torch.nn.functional.binary_cross_entropy_with_logits(logits, Y[batch]).backward()
        optimiser.step()

with torch.no_grad():
    answers = network(X)[0].argmax(dim=1)
for (window, target), answer in zip(rows, answers):
    print(*window, "->", symbols[answer], "wanted:", target)
"""

PYTORCH_LANES = """\
import numpy as np
import torch

{data}

{rows}

{order}
X, Y = np.concatenate([X, X[:1] * 0]), np.concatenate([Y, Y[:1] * 0])  # row -1: a slot without a row, fed zeros
X, Y, order = torch.from_numpy(X), torch.from_numpy(Y), torch.from_numpy(order)

{model}
state = None  # zero
for epoch in range(epochs):
    for step, batch in enumerate(order):
        optimiser.zero_grad()
        logits, state = network(X[batch], state)
        real = batch >= 0
        torch.nn.functional.binary_cross_entropy_with_logits(logits[real], Y[batch][real]).backward()
        optimiser.step()
        # The carried state is an input: no gradient passes through it. A reset sets it to zero.
        state = None if step in reset_after else tuple(part.detach() for part in state)

state = None
with torch.no_grad():
    for step, batch in enumerate(order):
        logits, state = network(X[batch], state)
        for row, answer in zip(batch.tolist(), logits.argmax(dim=1)):
            if row >= 0:
                print(*rows[row][0], "->", symbols[answer], "wanted:", rows[row][1])
        if step in reset_after:
            state = None
"""

PROGRAMS = {
    ("keras", True): KERAS_WINDOW,
    ("keras", False): KERAS_LANES,
    ("pytorch", True): PYTORCH_WINDOW,
    ("pytorch", False): PYTORCH_LANES,
}


def snippet(framework: str, explanation: Explanation, epochs: int = EPOCHS, *, warnings: Sequence[str] = ()) -> str:
    """Write the program that trains and checks the explained configuration.

    Where the row's own window is enough, the program carries no state and may shuffle; otherwise it is stateful and
    feeds the rows lane by lane.

    Parameters
    ----------
    framework : {'keras', 'pytorch'}
    explanation : Explanation
        Of the settings to be used, such as those of a repair.
    epochs : int
        As many as is usual in these programs if left out.
    warnings : sequence of str
        Why the sequences may not be what they are taken for; comments at the program's top.

    Returns
    -------
    str
        A Python script.

    Raises
    ------
    StudyError
        If the framework is unknown.
    """
    if framework not in FRAMEWORKS:
        raise unknown_name("framework", framework, FRAMEWORKS)
    windowed = explanation.gradient_reaches or not explanation.settings.stateful
    top = "".join(_comment(f"Warning: {each}.") for each in warnings)
    return (
        top
        + _trained(explanation, epochs, windowed=windowed)
        + _limits(explanation, windowed=windowed)
        + PROGRAMS[framework, windowed].format(
            data=_data(explanation, epochs),
            rows=ROWS.rstrip("\n"),
            order=_order(explanation),
            model=PYTORCH_MODEL.format(rate=RATE),
            rate=RATE,
        )
    )


def _comment(text: str) -> str:
    """Write a comment of the program."""
    return fill(text, WIDTH, initial_indent="# ", subsequent_indent="# ") + "\n"


def _trained(explanation: Explanation, epochs: int, *, windowed: bool) -> str:
    """Say how the program trains, and that the quoted odds are for another way; empty where there are none."""
    measured = measured_near(explanation)
    if measured is None:
        return ""
    shuffled = ", rows shuffled" if windowed else ""
    budgets = " or ".join(f"{odds.epochs:,}" for odds in measured.usual)
    return _comment(
        f"This program trains with Adam {RATE} for {epochs:,} epochs{shuffled}. The odds that `study why` quotes are "
        f"for the tutorial's training, {USUAL} for {budgets} epochs, layout {measured.usual[0].layout}."
    )


def _limits(explanation: Explanation, *, windowed: bool) -> str:
    """Say what the program cannot do, or does with some seeds only."""
    settings = explanation.settings
    # With a carried state, counting may take the place of memory; the program presents rows in one fixed order.
    known = windowed or (settings.order == "fixed" and settings.layout != "shuffled")
    best = explanation.own_sequence_ceiling if windowed else explanation.ceiling.ambiguous
    if known and best < 1:
        return LIMIT.format(best=share(best))
    return MANY_SEEDS if explanation.verdict == NO_GRADIENT_ACROSS_ROWS else ""


def _data(explanation: Explanation, epochs: int) -> str:
    """Write the sequences and the numbers, or a place to put them."""
    settings = explanation.settings
    numbers = f"timesteps, batch_size, epochs = {settings.timesteps}, {settings.batch_size}, {epochs}"
    if sum(len(sequence) for sequence in explanation.given) > MOST_INLINE:
        return (
            "sequences = ...  # your sequences: a list of lists of symbols\n"
            f"symbols = sorted({{symbol for sequence in sequences for symbol in sequence}})\n{numbers}"
        )
    listed = ",\n    ".join(_listed(sequence) for sequence in explanation.given)
    symbols = _listed(alphabet_of(explanation.given))
    return f"sequences = [\n    {listed},\n]\nsymbols = {symbols}\n{numbers}"


def _listed(symbols: Sequence[Hashable]) -> str:
    """Write symbols as a list that Python reads; what is neither number nor text is written as text."""
    return f"[{', '.join(repr(s if isinstance(s, int | float | str) else str(s)) for s in symbols)}]"


def _order(explanation: Explanation) -> str:
    """Write the order of the rows and the steps after which the state is reset."""
    settings, lengths = explanation.settings, tuple(len(sequence) - 1 for sequence in explanation.given)
    epoch = Schedule(lengths, **settings.presentation).epoch()
    resets = epoch.reset_after.nonzero()[0].tolist()
    if epoch.rows.size <= MOST_INLINE:
        assert EMPTY == -1, "the program takes -1 for a slot without a row"
        return (
            "# Row of each slot, batch after batch: lane i of one batch hands its state to lane i of the next.\n"
            f"order = np.array({epoch.rows.reshape(-1).tolist()}).reshape(-1, batch_size)\n"
            f"reset_after = {set(resets) if resets else 'set()'}  # batches after which the state is set to zero"
        )
    interleaved = settings.layout == "interleaved"
    ends = "np.cumsum(heights) - 1" if interleaved else "(np.cumsum(lengths) - 1) // batch_size"
    chosen = {"sequence": f"set(({ends}).tolist())", "epoch": "{len(order) - 1}", "never": "set()"}[settings.reset]
    made = INTERLEAVED if interleaved else "order = np.arange(len(rows)).reshape(-1, batch_size)\n"
    return (
        "lengths = [len(sequence) - 1 for sequence in sequences]\n"
        f"{made}reset_after = {chosen}  # batches after which the state is set to zero"
    )


INTERLEAVED = """\
# One sequence a lane, group after group of `batch_size` sequences; -1 where a shorter sequence has ended.
starts = np.cumsum([0, *lengths[:-1]])
lanes = [np.arange(starts[k % len(lengths)], starts[k % len(lengths)] + lengths[k % len(lengths)])
         for k in range(max(batch_size, len(lengths)))]
groups = [lanes[k:k + batch_size] for k in range(0, len(lanes), batch_size)]
heights = [max(len(lane) for lane in group) for group in groups]
order = np.concatenate([
    np.stack([np.pad(lane, (0, height - len(lane)), constant_values=-1) for lane in group], axis=1)
    for group, height in zip(groups, heights)
])
"""
