"""The command `study why`: arguments in, answer out; all thinking is done elsewhere."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from study.commands.base import with_values
from study.commands.console import ESCAPED, degrade_gracefully, escaped
from study.errors import StudyError
from study.explain import Why, why
from study.explain.picture import WIDTH, picture
from study.explain.reading import Sequences, parse_sequences, read_file
from study.explain.snippets import FRAMEWORKS
from study.presentation import LAYOUTS, ORDERS, RESETS

LAYOUT_HELP = (
    "how rows get into batches: consecutive (in order, the default), interleaved (one sequence per lane), shuffled"
)
DESCRIPTION = """\
Why does a network not learn to predict your sequences? Says what no network can learn from how the
rows are fed, what helps, and what each lane (place in the batch) has seen. Nothing is trained.
Without sequences or a file: the tutorial's 3,0,1,2,3 and 4,0,1,2,4.
"""
EXAMPLES = """\
  study why --batch-size 4                       why the tutorial does not converge with batch size 4
  study why --batch-size 4 --timesteps 4         ... and why it does with windows of four inputs
  study why --batch-size 2 --layout interleaved  one sequence per lane
  study why --batch-size 4 --snippet keras       the cure as a program to paste (or: pytorch)
  study why --batch-size 4 --json                all of it as data
  study why --sequences a,x,b c,x,d --reset never
                                                 your own sequences, symbols of any kind
  study why words.txt --batch-size 2             one sequence a line
  study why readings.csv --group sensor --time minute --value level --batch-size 8
                                                 a table: CSV, TSV or Parquet
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Give a parser the arguments of `study why`, its description and its examples."""
    parser.description, parser.epilog = DESCRIPTION, f"examples:\n{EXAMPLES}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    data = parser.add_argument_group("data")
    data.add_argument("file", nargs="*", help="text with one sequence a line, or a table: .csv, .tsv, .parquet")
    data.add_argument("--sequences", nargs="+", metavar="SYMBOLS", help="sequences, as in 3,0,1,2,3 4,0,1,2,4")
    data.add_argument("--group", metavar="COLUMN", help="column that tells the sequences of a table apart")
    data.add_argument("--time", metavar="COLUMN", help="column to sort by within a sequence")
    data.add_argument("--value", metavar="COLUMN", help="column of the symbols")
    how = parser.add_argument_group("how the rows are fed")
    how.add_argument("--batch-size", type=int, default=1, metavar="B", help="rows of one weight update (default 1)")
    how.add_argument("--timesteps", type=int, default=1, metavar="T", help="inputs in one row (default 1)")
    how.add_argument("--layout", default="consecutive", help=LAYOUT_HELP)
    how.add_argument(
        "--reset", default="sequence", help=f"of the state, after each: {', '.join(RESETS)} (default sequence)"
    )
    how.add_argument(
        "--order", default="fixed", help=f"of the sequences in an epoch: {', '.join(ORDERS)} (default fixed)"
    )
    how.add_argument("--stateless", action="store_true", help="carry no state from batch to batch")
    parser.add_argument("--cure", type=int, metavar="N", help="which cure --snippet prints (default 1); 0 for none")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print all of the answer as data")
    output.add_argument("--snippet", metavar="FRAMEWORK", help=f"print the cure as a program: {', '.join(FRAMEWORKS)}")


def run(arguments: argparse.Namespace) -> int:
    """Answer, print, and return the exit code.

    Parameters
    ----------
    arguments : Namespace
        As `add_arguments` defines them.

    Returns
    -------
    int
        0.

    Raises
    ------
    StudyError
        If the input cannot be used.
    """
    if arguments.cure is not None and not arguments.snippet:
        raise StudyError(
            f"--cure {arguments.cure} goes with --snippet alone; add --snippet {FRAMEWORKS[0]} or "
            f"--snippet {FRAMEWORKS[1]}, or leave --cure out"
        )
    answer = _answer(arguments)
    if arguments.json:
        print(escaped(answer.to_json(), errors=ESCAPED))
    elif arguments.snippet:
        print(escaped(answer.snippet(arguments.snippet, 1 if arguments.cure is None else arguments.cure)), end="")
    else:
        terminal = Console(highlight=False)
        width = terminal.width if terminal.is_terminal else WIDTH
        console = Console(highlight=False, width=width, file=sys.stdout)
        with console.capture() as drawn:
            console.print(picture(_drawable(answer), width))
        # Without the spaces that fill lines up: a command that goes on in the next line has to end in its backslash.
        print("\n".join(line.rstrip() for line in drawn.get().splitlines()))
    return 0


def _drawable(answer: Why) -> Why:
    """Escape symbols that standard output cannot carry before columns are measured, so that these stay aligned."""
    e = answer.explanation
    if escaped(answer.source) != answer.source:  # what is pasted has to be what was given
        answer = replace(answer, source="...")
    written = {symbol: escaped(text) for symbol in e.dataset.symbols if escaped(text := str(symbol)) != text}
    if not written:
        return answer

    def each(symbols: Iterable[Hashable]) -> tuple[Hashable, ...]:
        return tuple(written.get(symbol, symbol) for symbol in symbols)

    drawn = replace(
        e,
        dataset=replace(e.dataset, symbols=each(e.dataset.symbols)),
        slots=tuple(replace(s, context=each(s.context), target=written.get(s.target, s.target)) for s in e.slots),
        confusions=tuple(replace(c, context=each(c.context), targets=each(c.targets)) for c in e.confusions),
    )
    return replace(answer, explanation=drawn)


def _answer(arguments: argparse.Namespace) -> Why:
    """Read the sequences and ask."""
    columns = {name: getattr(arguments, name) for name in ("group", "time", "value")}
    file = _file(arguments.file)
    if file and arguments.sequences:
        raise StudyError(f"both the file {file} and --sequences are given; give one of them")
    if any(columns.values()) and not file:
        raise StudyError("--group, --time and --value name the columns of a table; give its file too")
    sequences: Sequences | None = None
    notes: list[str] = []
    if arguments.sequences:
        sequences = parse_sequences(arguments.sequences)
    elif file:
        sequences, notes = read_file(file, **columns)
    try:
        answer = why(
            sequences,
            batch_size=arguments.batch_size,
            timesteps=arguments.timesteps,
            layout=arguments.layout,
            reset=arguments.reset,
            order=arguments.order,
            stateful=not arguments.stateless,
            notes=notes,
        )
    except StudyError as error:
        raise StudyError(f"{error}{_hint(arguments, sequences)}") from error
    return replace(answer, source=_source(arguments))


def _file(words: Sequence[str]) -> str | None:
    """Take the one file among the words without an option; sequences without theirs are told apart from it."""
    if words and all(map(_reads_as_sequence, words)):
        meant = shlex.join(["--sequences", *(word.strip() for word in words)])
        raise StudyError(f"{shlex.join(words)} is read as the name of a file, and there is none; did you mean {meant}?")
    if len(words) > 1:
        raise StudyError(f"{len(words)} files are given ({', '.join(words)}); give one, or sequences with --sequences")
    return words[0] if words else None


def _reads_as_sequence(word: str) -> bool:
    """Whether a word is symbols apart by commas or spaces, and no file."""
    path = Path(word)
    if path.suffix[1:].isalpha() or path.exists() or not set(word.strip()) & {",", " "}:
        return False
    try:
        parse_sequences([word])
    except StudyError:
        return False
    return True


def _hint(arguments: argparse.Namespace, sequences: Sequences | None) -> str:
    """Say what takes sequences whose rows the batch size does not divide; windows do not: each row stays a row."""
    lengths = [len(sequence) - 1 for sequence in sequences or []]
    size = arguments.batch_size
    if size < 1 or arguments.layout not in LAYOUTS or len(lengths) < 2:
        return ""
    if arguments.layout == "interleaved":
        refused, other = len(lengths) % size and size % len(lengths), ""
    else:
        refused = sum(lengths) % size
        fitting = [n for n in range(size, 0, -1) if len(lengths) % n == 0]
        other = f"--layout interleaved --batch-size {fitting[0]} pads shorter sequences"
    lanes = f"study.to_lanes(frame, ..., batch_size={size}) takes any lengths" if size <= len(lengths) else ""
    hints = " and ".join(hint for hint in (other, lanes) if hint)
    return f"; {hints}" if refused and hints else ""


def _source(arguments: argparse.Namespace) -> str:
    """Write the words that give the data as they can be pasted into a shell."""
    words = list(arguments.file)
    words += [
        word
        for name in ("group", "time", "value")
        if (column := getattr(arguments, name))
        for word in (f"--{name}", column)
    ]
    words += ["--sequences", *(text.lstrip() for text in arguments.sequences)] if arguments.sequences else []
    return shlex.join(words)


def main(arguments: list[str] | None = None) -> int:
    """Run the command on its own, as ``python -m study.commands.why``."""
    degrade_gracefully()
    parser = argparse.ArgumentParser(prog="study why")
    add_arguments(parser)
    try:
        return run(parser.parse_args(with_values(sys.argv[1:] if arguments is None else arguments)))
    except StudyError as error:
        print(f"study why: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
