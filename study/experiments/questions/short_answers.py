"""One line for each of the readers' questions, for the README.

Ceilings are always given, measured shares once they are stored.
"""

from __future__ import annotations

from study.experiments.questions.exact import LANES, alphabet_facts, porting_facts
from study.experiments.questions.findings import facts
from study.experiments.questions.losses import TUTORIAL_LOSS
from study.experiments.questions.reader_questions import READER_QUESTIONS
from study.explain import why
from study.keras.porting import KEPT, read
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.words import number


def short_answers(evidence: Evidence) -> str:
    """Write the list in Markdown.

    Parameters
    ----------
    evidence : Evidence
        Without the experiment `questions`, what was measured is left out.

    Returns
    -------
    str
        One line a question, with the command that shows the answer.
    """
    measured = facts(evidence) if evidence.has("questions") else None
    answers = {**_exact(evidence), **_measured(measured)}
    lines = []
    for key, question in READER_QUESTIONS.items():
        lines.append(f"- **{key}. {question.question}** {answers[key]} `{question.shown_by}`")
    return "\n".join(lines)


def _exact(evidence: Evidence) -> dict[str, str]:
    """Answers that hold before any training."""
    four, counting, left = (why(batch_size=4, reset=reset).explanation for reset in ("sequence", "epoch", "never"))
    two = {size: why(batch_size=size, timesteps=2).explanation.ceiling.ambiguous for size in (1, 2, 4)}
    blind = {steps: why(timesteps=steps, stateful=False).explanation.ceiling for steps in (1, 3, 4)}
    pairs = why([[0, 1], [0, 2]], batch_size=2, stateful=False).explanation
    needed = why().explanation.needed_reach
    alphabet = alphabet_facts()
    return {
        "A": f"State stays in its lane, and rows in order put the first symbol into another one: ceiling "
        f"{four.ceiling.ambiguous}.",
        "B": f"No: it reaches the inputs of one row, and the symbol that decides is {needed} steps back.",
        "C": "Only you reset it: `fit` does not, validation and `predict` move it. Left out, counting can take the "
        f"place of memory: ceiling {four.ceiling.ambiguous} with a reset after each sequence, "
        f"{counting.ceiling.ambiguous} with one after each epoch, {left.ceiling.ambiguous} with none.",
        "D": "Yes for a stateful network; the error names the rows left over and what fits.",
        "E": "Ruled out by the layout, contradicted by the data, possible without a gradient across rows, or short of "
        "budget; the verdict says which.",
        "F": f"With state, ceiling {two[1]}, {two[2]} and {two[4]} at batch sizes 1, 2 and 4; the gradient still stops "
        "short of the first symbol.",
        "G": f"(samples, timesteps, features), once a row holds the first symbol: ceiling {blind[3].ambiguous} with 3 "
        f"timesteps, {blind[4].ambiguous} with 4 timesteps.",
        "H": f"One input, two answers, the same past: ceiling {pairs.ceiling.ambiguous}, loss floor "
        f"{number(pairs.ceiling.loss_floor, 4)}, with any network.",
        "I": "Feed the prediction back; what follows the end of a sequence must have been trained.",
        "J": f"Not by `reshape`: `to_lanes` cuts it into {LANES} series, one a lane, and says what it did.",
        "K": "Yes: weights know no batch size, and the estimators never ask for one; in Keras, copy the weights into "
        "a twin.",
        "L": f"Line by line in the report{_lines_run(evidence)}; `python -m study.keras.porting` runs them wherever "
        "Keras or PyTorch is installed.",
        "M": f"It printed {TUTORIAL_LOSS}; a network without memory that is sure of all else has "
        f"{number(blind[1].loss_floor, 4)}, and argmax does not ask how sure.",
        "N": "Only control over when it is forgotten: a whole sequence as one row starts from zero too, and its "
        "gradient passes through all of it.",
        "O": f"No row of it is ambiguous: each letter has one successor, so no memory is needed (ceiling "
        f"{alphabet['ceiling']}).",
    }


def _lines_run(evidence: Evidence) -> str:
    """Say in which frameworks all lines were run, according to what is stored; empty if in none."""
    porting = porting_facts(read(evidence.store.root / KEPT))
    run = [name for name, key in (("Keras 3", "keras_all"), ("PyTorch", "torch_all")) if porting[key]]
    return f", each line run in {' and in '.join(run)}" if run else ""


def _measured(numbers: Facts | None) -> dict[str, str]:
    """Answers that need a measurement."""
    if numbers is None:
        return {}
    one, two, four = (numbers["two"][size] for size in ("one", "two", "four"))
    free, loss = numbers["free"], numbers["loss"]["first"]
    return {
        "F": f"With state, the ceilings are {one['ceiling']}, {two['ceiling']} and {four['ceiling']} at batch sizes 1, "
        f"2 and 4. After {one['epochs']} epochs, right are {one['solved']['k']}, {two['solved']['k']} and "
        f"{four['solved']['k']} of {one['solved']['n']} seeds; within 0.25 are "
        f"{one['within']['k']}, {two['within']['k']} and {four['within']['k']}.",
        "I": f"Feed the prediction back. With a whole sequence a row, trained to its end, "
        f"{free['whole']['next']['rate']} seeds know what follows it; trained on {free['passes']} passes, "
        f"{free['several']['all']['rate']} stay right for {free['most']} predictions.",
        "M": f"A network without memory that is sure of all else has {numbers['loss']['floor']}; after "
        f"{loss['epochs']} epochs the loss is above that in {loss['worse']['rate']} seeds, and every row right in "
        f"{loss['right']['rate']}.",
    }
