"""Facts of the section on random sequences: whether the rule is learnt or the examples, and from how many of them."""

from __future__ import annotations

import pandas as pd

from study.config import Config
from study.experiments.long_sequences.by_lag import kept
from study.experiments.random_sequences.claims import (
    LONGEST,
    Kind,
    beats_lookup,
    claims_on_rule,
    claims_on_sweeps,
    first_count,
    has_rule,
    largest_of,
    longest_of,
)
from study.experiments.random_sequences.configs import (
    CENTRE,
    LAST,
    LAST_STEP_WEIGHT,
    LENGTH,
    LENGTHS,
    MOST_LANES,
    OBJECTIONS,
    RECIPES,
    SIZE,
    STATEFUL,
    main_configs,
    objection_configs,
    remedy_configs,
    swept_configs,
)
from study.experiments.random_sequences.unseen_scores import all_right, at_end, halfway, share, unseen_right
from study.measures.probe_columns import unseen_lengths
from study.measures.statistics import mean_of
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.tables import Column, Table
from study.report.words import counted, number, percent, rate, small
from study.sequences.tasks.random_sequences import HELD_OUT, RandomSequences

_, LONGER_BY_ONE, TWICE, FARTHEST = unseen_lengths(LENGTH)
COLUMNS = (
    Column("trained as", "left"),
    Column("sequences"),
    Column("length"),
    Column("symbols"),
    Column("updates"),
    Column("seeds"),
    Column("chance"),
    Column("nearest example"),
    Column("ceiling"),
    Column("seen: right"),
    Column("unseen: right"),
    Column("seeds with all right"),
    Column(f"{LONGER_BY_ONE - LENGTH} longer"),
    *(Column(f"{length // LENGTH} times") for length in (TWICE, FARTHEST)),
)
NAMES = dict(zip(RECIPES, ("last", "every", "stateful"), strict=True))


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["random_sequences"]
    main = {key: at_end(evidence, config) for key, config in main_configs(preset).items()}
    swept = {key: at_end(evidence, config) for key, config in swept_configs(preset).items()}
    remedies = {name: at_end(evidence, config) for name, config in remedy_configs(preset).items()}
    objections = {key: at_end(evidence, config) for key, config in objection_configs(preset).items()}
    counts = sorted({count for _, count in main})
    centre = CENTRE if CENTRE in counts else counts[-1]
    usual = main_configs(preset)[LAST, centre]
    return {
        "counts": ", ".join(map(number, counts)),
        "fewest": number(counts[0]),
        "most": number(counts[-1]),
        "length": number(LENGTH),
        "size": number(SIZE),
        "chance": f"1/{SIZE}",
        "example": _example(),
        "units": number(usual.units),
        "lanes": number(MOST_LANES),
        "rate": f"{usual.learning_rate:g}",
        "weight": number(LAST_STEP_WEIGHT),
        "times": number(max(unseen_lengths(LENGTH)) / LENGTH),
        "farthest": number(unseen_lengths(LENGTH)[-1]),
        "steps": number(LENGTH - 1),
        "random_steps": number(LENGTH - 2),
        "held_out": number(HELD_OUT),
        "enough": percent(ENOUGH),
        "updates": {NAMES[recipe]: number(int(main[recipe, centre]["updates"].iloc[0])) for recipe in RECIPES},
        "seeds": " to ".join(map(number, sorted({len(runs) for runs in main.values()}))),
        "rule": {NAMES[recipe]: number(first_count(main, recipe, has_rule)) for recipe in RECIPES},
        "beats_lookup": {NAMES[recipe]: number(first_count(main, recipe, beats_lookup)) for recipe in RECIPES},
        "few": {NAMES[recipe]: _facts(main[recipe, counts[0]]) for recipe in RECIPES},
        "centre": {"count": number(centre), **{NAMES[r]: _facts(main[r, centre]) for r in RECIPES}},
        "many": {NAMES[recipe]: _facts(main[recipe, counts[-1]]) for recipe in RECIPES},
        "course": _course(evidence, usual),
        "swept": _swept(swept, main) | _remedied(remedies) | _objected(objections, main) if swept else {},
        "table": Table(
            "random sequences",
            COLUMNS,
            [
                *(_row(recipe, evidence, config) for (recipe, _), config in main_configs(preset).items()),
                *(
                    _row(LAST + ", outputs begin at 1/symbols" * at_share, evidence, config)
                    for (*_, at_share), config in swept_configs(preset).items()
                ),
                *(_row(f"{LAST}, {name}", evidence, config) for name, config in remedy_configs(preset).items()),
                *(
                    _row(f"{recipe}, {name}", evidence, config)
                    for (recipe, name), config in objection_configs(preset).items()
                ),
            ],
        ),
        "claims": [
            *claims_on_rule(main, centre, halfway(evidence, usual)),
            *(claims_on_sweeps(main, centre, swept, remedies, objections) if swept else []),
        ],
    }  # fmt: skip


def _example() -> str:
    """Write one of the sequences of seed 0, the first with the most different symbols."""
    drawn = RandomSequences(count=CENTRE, length=LENGTH, size=SIZE).sequences(0)
    return ",".join(map(str, max(drawn, key=lambda sequence: len(set(sequence)))))


def _facts(runs: pd.DataFrame) -> Facts:
    same, longer, *_, four = unseen_lengths(LENGTH)
    return {
        "seen": percent(runs["seen_right"].mean()),
        "unseen": percent(unseen_right(runs).value),
        "interval": share(unseen_right(runs)),  # for the README
        "all": counted(all_right(runs, same)),
        "longer": percent(unseen_right(runs, longer).value),
        "four": percent(unseen_right(runs, four).value),
        "nearest": percent(runs["nearest_right"].mean()),
        "known": percent(runs[f"unseen_known_{same}"].mean()),
    }


def _course(evidence: Evidence, config: Config) -> Facts:
    """Tell the end of training and the last checkpoint in its first half."""
    early, end = halfway(evidence, config), at_end(evidence, config)
    return {
        "half": percent(unseen_right(early).value),
        "half_updates": number(int(early["updates"].iloc[0])),
        "end": percent(unseen_right(end).value),
        "end_updates": number(int(end["updates"].iloc[0])),
    }


def _swept(swept: dict[Kind, pd.DataFrame], main: dict[tuple[str, int], pd.DataFrame]) -> Facts:
    """Say how length and alphabet change what is right, and what outputs that begin at 1/symbols do."""
    counts = sorted({key[0] for key in swept})
    ends = swept | {(count, LENGTH, SIZE, False): main[LAST, count] for count in counts}
    by_length = [key for key in ends if key[2] == SIZE]
    by_size = sorted((key for key in ends if key[0] == counts[0] and key[1] == LENGTH), key=lambda key: key[2:])
    longest, largest = longest_of(swept), largest_of(swept)
    plain = ends[(*largest[:3], False)]
    by_count = [Column(f"{number(count)} examples: nearest; network; ceiling") for count in counts]
    return {
        "most": number(longest[0]),
        "updates": _from_to([int(runs["updates"].iloc[0]) for runs in ends.values()]),
        "seeds": _from_to([len(runs) for runs in ends.values()]),
        "by_length": Table(
            "unseen sequences right, by length",
            [Column("symbols of a sequence", align="left"), *by_count],
            [
                (number(length), *(_pair(ends[count, length, SIZE, False], length) for count in counts))
                for length in sorted({key[1] for key in by_length})
            ],
        ),
        "by_size": Table(
            "unseen sequences right, by size of the alphabet",
            [*(Column(name, align="left") for name in ("symbols", "outputs begin at", "chance")), *by_count],
            [
                (
                    number(size), f"1/{size}" if at_share else "1/2", f"1/{size}",
                    *(_pair(ends[count, LENGTH, size, at_share], LENGTH) for count in counts),
                )
                for _, _, size, at_share in by_size
            ],
        ),
        "longest": number(longest[1]),
        "longest_right": percent(unseen_right(ends[longest], longest[1]).value),
        "longest_seen": percent(ends[longest]["seen_right"].mean()),
        "held_steps": number(longest[1] - 2),
        "kept": small(kept(1.0, longest[1] - 2)),
        "largest": number(largest[2]),
        "largest_count": number(largest[0]),
        "plain": percent(unseen_right(plain).value),
        "share": percent(unseen_right(ends[largest]).value),
        "share_ceiling": percent(ends[largest][f"unseen_known_{LENGTH}"].mean()),
    }  # fmt: skip


def _remedied(remedies: dict[str, pd.DataFrame]) -> Facts:
    """Say what the longest sequences come to where the gates begin otherwise: forget bias alone, and input bias too."""
    longest = LENGTHS[-1]
    far = max(unseen_lengths(longest))
    return {
        "far": number(far),
        "remedies": [
            {
                "name": name,
                "right": percent(unseen_right(runs, longest).value),
                "far": percent(unseen_right(runs, far).value),
            }
            for name, runs in remedies.items()
        ],
    }


def _objected(objections: dict[tuple[str, str], pd.DataFrame], main: dict[tuple[str, int], pd.DataFrame]) -> Facts:
    """Say what came of what a sceptic would change: the best of each recipe, and many more updates."""
    best: Facts = {
        NAMES[recipe]: percent(
            max(unseen_right(runs).value for (each, _), runs in objections.items() if each == recipe)
        )
        for recipe in (LAST, STATEFUL)
    }
    longer = objections[LONGEST]
    return {
        "tried": number(len(objections)),
        "best": best,
        "longer": {
            "times": number(OBJECTIONS[LONGEST[1]][1]),
            "unseen": percent(unseen_right(longer).value),
            "all": counted(all_right(longer, LENGTH)),
        },
        "usual": {NAMES[recipe]: percent(unseen_right(main[recipe, CENTRE]).value) for recipe in (LAST, STATEFUL)},
    }


def _pair(runs: pd.DataFrame, length: int) -> str:
    """Write what the nearest example gets right, the network, and the ceiling, as ``48 %; 98 % (97–99 %); 100 %``."""
    nearest, known = (percent(runs[name].mean()) for name in ("nearest_right", f"unseen_known_{length}"))
    return f"{nearest}; {share(unseen_right(runs, length))}; {known}"


def _from_to(values: list[int]) -> str:
    """Write the range of some numbers, one number if they agree."""
    return " to ".join(number(end) for end in sorted({min(values), max(values)}))


def _row(label: str, evidence: Evidence, config: Config) -> tuple[str, ...]:
    runs, options = at_end(evidence, config), dict(config.task_options)
    length = int(options["length"])
    same, *longer = unseen_lengths(length)
    return (
        label,
        number(options["count"]),
        number(length),
        number(options["size"]),
        number(int(runs["updates"].iloc[0])),
        number(len(runs)),
        f"1/{options['size']}",
        percent(runs["nearest_right"].mean()),
        percent(runs[f"unseen_known_{same}"].mean()),
        share(mean_of(runs["seen_right"], 0, 1)),
        share(unseen_right(runs, same)),
        rate(all_right(runs, same)),
        *(percent(runs[f"unseen_right_{other}"].mean()) for other in longer),
    )


def answer(evidence: Evidence) -> str:
    """Say it in one line of Markdown."""
    numbers = facts(evidence)
    many, few = numbers["many"]["last"], numbers["few"]["last"]
    return (
        f"**Does it learn the rule or memorise the examples?** The rule, from {numbers['rule']['last']} examples on: "
        f"trained on {numbers['most']} random sequences that end with their first symbol, an LSTM that is given whole "
        f"sequences completes {many['interval']} of others rightly; trained on {numbers['fewest']}, {few['interval']}."
    )
