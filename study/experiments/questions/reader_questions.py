"""What readers ask, and the command or program that shows the answer: one table for report, README and tests.

A to E on layout and training, F to M on use, N and O asked in tutorials' comments and long left without an answer.
``python -m study.experiments.questions.reader_questions I`` shows the program of a question, and runs it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from string import ascii_uppercase

RUN_FREELY = """\
import numpy as np
from study.estimators import StatefulLSTMClassifier

symbols = np.eye(5)
X, y = symbols[[3, 0, 1, 2, 4, 0, 1, 2]], np.array([0, 1, 2, 3, 0, 1, 2, 4])
network = StatefulLSTMClassifier(
    batch_size=2, sequence_length=4, epochs=300, learning_rate=0.02, random_state=1
).fit(X, y)
print(network.generate(8, start=symbols[[4]]))  # after 4: four symbols of the sequence, and four beyond its end
"""
FRAME = """\
import numpy as np
import pandas as pd
from study import to_lanes

inputs, targets = [f"x{k}" for k in range(10)], ["y0", "y1"]
numbers = np.random.default_rng(0).random((107904, 12), dtype="float32")
frame = pd.DataFrame(numbers, columns=[*inputs, *targets])
lanes = to_lanes(frame, values=inputs, target=targets, horizon=0, batch_size=128)
print(lanes.describe())
"""
OTHER_BATCH_SIZE = """\
import numpy as np
from study.estimators import StatefulLSTMClassifier

symbols = np.eye(5)
X, y = symbols[[3, 0, 1, 2, 4, 0, 1, 2]], np.array([0, 1, 2, 3, 0, 1, 2, 4])
network = StatefulLSTMClassifier(batch_size=4, sequence_length=4, random_state=0).fit(X, y)
print(network.predict(X))  # both sequences side by side
network.reset_state()
print([int(network.observe(row[None]).argmax()) for row in X[:4]])  # one row at a time
"""


@dataclass(frozen=True)
class Question:
    """A question and what shows the answer.

    Attributes
    ----------
    key : str
        Its letter.
    question : str
        As a reader would ask it.
    command : str
        For the command line; empty if a program shows it.
    program : str
        In Python; empty if a command is enough.
    code : int
        Exit code of the command.
    """

    key: str
    question: str
    command: str = ""
    program: str = ""
    code: int = 0

    @property
    def shown_by(self) -> str:
        """What to type."""
        return self.command or f"python -m study.experiments.questions.reader_questions {self.key}"


READER_QUESTIONS = {
    question.key: question
    for question in (
        Question("A", "Why does it not converge with batch size 4, or 2?", "study why --batch-size 4"),
        Question("B", "Does the gradient pass from batch to batch?", "study why"),
        Question(
            "C",
            "When is the state reset? Does fit do it, does validation disturb it?",
            "study why --batch-size 4 --reset epoch",
        ),
        Question("D", "Must the batch size divide the rows?", "study why --batch-size 3", code=2),
        Question("E", "It does not converge. What can it be?", "study why --batch-size 8 --reset epoch"),
        Question("F", "What about windows of two inputs (num_lag = 2)?", "study why --timesteps 2 --batch-size 2"),
        Question(
            "G", "What does stateless mode look like, and when can it work?", "study why --timesteps 4 --stateless"
        ),
        Question(
            "H",
            "Why do the two samples 0→1 and 0→2 never converge?",
            "study why --sequences 0,1 0,2 --stateless --batch-size 2",
        ),
        Question("I", "How do I predict the next value after the last?", program=RUN_FREELY),
        Question("J", "How do I feed a frame of 107,904 rows and 10 columns in batches of 128?", program=FRAME),
        Question("K", "Can I train with one batch size and predict with another?", program=OTHER_BATCH_SIZE),
        Question(
            "L",
            "How do I port it from Keras 2 to Keras 3, or to PyTorch?",
            "study why --batch-size 2 --layout interleaved --snippet pytorch",
        ),
        Question("M", "Why is the printed loss bad although all answers are right?", "study why --stateless"),
        Question(
            "N",
            "What is the point of making it stateful if you reset it after every sequence?",
            "study why --timesteps 4 --stateless",
        ),
        Question(
            "O",
            "Why does the alphabet example converge when the batch holds all 26 letters?",
            f"study why --sequences {','.join(ascii_uppercase)} --batch-size 25 --stateless",
        ),
    )
}


def main(arguments: list[str]) -> int:
    """Show and run the programs of the questions named; exit code 2 for one that has none."""
    programs = {key: question.program for key, question in READER_QUESTIONS.items() if question.program}
    for key in arguments or list(programs):
        if key not in programs:
            print(f"question {key!r} has no program; those that have: {', '.join(programs)}", file=sys.stderr)
            return 2
        print(programs[key])
        exec(programs[key], {})
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
