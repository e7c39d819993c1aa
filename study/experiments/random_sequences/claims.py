"""What the section on random sequences asserts; means are over seeds, with Student's 95 % interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from study.experiments.random_sequences.configs import CENTRE, EVERY, LAST, LENGTH, LONGER, SIZE, STATEFUL
from study.experiments.random_sequences.unseen_scores import unseen_right
from study.measures.probe_columns import unseen_lengths
from study.measures.statistics import mean_of
from study.report.claims import Claim
from study.report.reliability import ENOUGH

LONGEST = (LAST, LONGER)  # of the objections
HALF = 0.5
Main = Mapping[tuple[str, int], pd.DataFrame]  # runs at the end, by recipe and number of examples
Kind = tuple[int, int, int, bool]  # number of examples, length, size of the alphabet, outputs begin at 1/symbols
SAME_SEEDS = "Student's 95 % interval of the difference in the same seeds"


def claims_on_rule(main: Main, centre: int, early: pd.DataFrame) -> list[Claim]:
    """Claims on the three recipes: what is learnt from how many examples, and how far it holds."""
    counts = sorted({count for _, count in main})
    few, many = main[LAST, counts[0]], main[LAST, counts[-1]]
    same, *_, farthest = unseen_lengths(LENGTH)
    every = main[EVERY, counts[-1]]
    return [
        Claim(
            "rule_from_many",
            first_count(main, LAST, has_rule) > 0,
            f"lower end of Student's 95 % interval at least {ENOUGH:.0%}, from some number of examples on",
        ),
        Claim(
            "examples_from_few",
            bool((few["seen_right"] == 1).all()) and unseen_right(few).high < HALF,
            f"examples right: all; upper end of Student's 95 % interval of unseen ones below {HALF}",
        ),
        Claim("beats_lookup", first_count(main, LAST, beats_lookup) > 0, f"{SAME_SEEDS} above 0"),
        Claim("equal_weights_behind", above(main[LAST, centre], main[EVERY, centre]), f"{SAME_SEEDS} above 0"),
        Claim(
            "one_step_below_lookup",
            not any(beats_lookup(main[STATEFUL, count]) for count in counts),
            f"at no number of examples: {SAME_SEEDS} above 0",
        ),
        Claim(
            "one_step_by_heart",
            mean_of(main[STATEFUL, centre]["seen_right"]).low >= ENOUGH,
            f"examples right: lower end of Student's 95 % interval at least {ENOUGH:.0%}",
        ),
        Claim(
            "holds_when_longer",
            unseen_right(many, farthest).low >= ENOUGH,
            f"lower end of Student's 95 % interval at least {ENOUGH:.0%}",
        ),
        Claim(
            "equal_weights_fade",
            mean_of(every[f"unseen_right_{same}"] - every[f"unseen_right_{farthest}"]).low > 0,
            f"{SAME_SEEDS} above 0",
        ),
        Claim(
            "half_is_enough",
            unseen_right(early).low >= ENOUGH,
            f"lower end of Student's 95 % interval at least {ENOUGH:.0%} at the last checkpoint of the first half",
        ),
    ]


def claims_on_sweeps(
    main: Main,
    centre: int,
    swept: Mapping[Kind, pd.DataFrame],
    remedies: Mapping[str, pd.DataFrame],
    objections: Mapping[tuple[str, str], pd.DataFrame],
) -> list[Claim]:
    """Claims on lengths, alphabets, and what a sceptic would change."""
    longest, largest = longest_of(swept), largest_of(swept)
    length, far = longest[1], max(unseen_lengths(longest[1]))
    at_last = list(remedies.values())[-1]
    name = f"unseen_right_{LENGTH}"
    more = objections[LONGEST].set_index("seed")[name] - main[LAST, centre].set_index("seed")[name]
    return [
        Claim(
            "length_breaks",
            above(main[LAST, longest[0]], swept[longest], LENGTH, length),
            f"{LENGTH} symbols less {length}: {SAME_SEEDS} above 0",
        ),
        Claim(
            "gates_help",
            all(above(runs, swept[longest], length) for runs in remedies.values()),
            f"each of {len(remedies)}: {SAME_SEEDS} above 0",
        ),
        Claim(
            "gates_hold_far",
            above(at_last, swept[longest], far, length),
            f"at {far} symbols less gates as usual at {length}: {SAME_SEEDS} above 0",
        ),
        Claim("share_helps", above(swept[largest], swept[(*largest[:3], False)]), f"{SAME_SEEDS} above 0"),
        Claim("longer_harms", mean_of(more.dropna()).high < 0, f"{SAME_SEEDS} below 0"),
        Claim(
            "nothing_better",
            not any(above(runs, main[recipe, CENTRE]) for (recipe, _), runs in objections.items()),
            f"none of {len(objections)}: {SAME_SEEDS} above 0",
        ),
    ]


def has_rule(runs: pd.DataFrame) -> bool:
    """Whether unseen sequences are reliably right."""
    return unseen_right(runs).low >= ENOUGH


def beats_lookup(runs: pd.DataFrame) -> bool:
    """Whether more is right than by the nearest example, in the same seeds, its interval above 0."""
    return mean_of(runs[f"unseen_right_{LENGTH}"] - runs["nearest_right"]).low > 0


def above(runs: pd.DataFrame, other: pd.DataFrame, length: int = LENGTH, other_length: int = 0) -> bool:
    """Whether more unseen sequences of a length are right than of another run, in the same seeds.

    Parameters
    ----------
    runs, other : DataFrame
        Runs at the end, one row a seed.
    length : int
        Of the sequences asked of `runs`.
    other_length : int, optional
        Of those asked of `other`; the same if left out.

    Returns
    -------
    bool
        Whether the interval of the difference lies above 0.
    """
    more, less = (
        runs.set_index("seed")[f"unseen_right_{length}"],
        other.set_index("seed")[f"unseen_right_{other_length or length}"],
    )
    return mean_of((more - less).dropna()).low > 0


def first_count(main: Main, recipe: str, holds: Callable[[pd.DataFrame], bool]) -> int:
    """Find from how many examples on something holds for a recipe, at every larger number too; 0 if at none."""
    first = 0
    for count in sorted({count for _, count in main}, reverse=True):
        if not holds(main[recipe, count]):
            break
        first = count
    return first


def longest_of(swept: Mapping[Kind, pd.DataFrame]) -> Kind:
    """Give the longest sequences of the usual alphabet, with most examples."""
    return max((key for key in swept if key[2] == SIZE), key=lambda key: (key[1], key[0]))


def largest_of(swept: Mapping[Kind, pd.DataFrame]) -> Kind:
    """Give the largest alphabet with outputs that begin at 1/symbols, with most examples."""
    return max((key for key in swept if key[3]), key=lambda key: (key[2], key[0]))
