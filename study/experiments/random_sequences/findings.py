"""Facts of the section on random sequences: whether the rule is learnt or the examples, and from how many of them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from study.config import Config
from study.experiments.long_sequences.lags import kept
from study.experiments.random_sequences.completions import at_end, unseen_right
from study.experiments.random_sequences.configs import (
    CENTRE,
    EVERY,
    LAST,
    LAST_STEP_WEIGHT,
    LENGTH,
    MOST_LANES,
    RECIPES,
    SIZE,
    STATEFUL,
    main_configs,
    objection_configs,
    remedy_configs,
    swept_configs,
)
from study.measures.probed import unseen_lengths
from study.measures.statistics import Mean, Rate, mean_of
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small
from study.sequences.tasks.random_sequences import HELD_OUT, RandomSequences

COLUMNS = (
    Column("trained as", 2.8, "left"),
    Column("sequences", 0.9),
    Column("length", 0.7),
    Column("symbols", 0.8),
    Column("updates", 0.8),
    Column("seeds", 0.6),
    Column("chance", 0.7),
    Column("nearest example", 0.9),
    Column("ceiling", 0.8),
    Column("seen: right", 1.7),
    Column("unseen: right", 1.7),
    Column("seeds with all right", 2),
    Column("1 longer", 0.7),
    Column("2 times", 0.7),
    Column("4 times", 0.7),
)
LONGEST = (LAST, "four times the updates")  # of the objections
NAMES = dict(zip(RECIPES, ("last", "every", "stateful"), strict=True))


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    preset = evidence.presets["random_sequences"]
    main = {key: at_end(evidence, config) for key, config in main_configs(preset).items()}
    swept, objections = swept_configs(preset), objection_configs(preset)
    counts = sorted({count for _, count in main})
    centre = CENTRE if CENTRE in counts else counts[-1]
    usual = main_configs(preset)[LAST, centre]
    rules = {NAMES[recipe]: _first(main, recipe, counts, _has_rule) for recipe in RECIPES}
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
        "steps": number(LENGTH - 1),
        "random_steps": number(LENGTH - 2),
        "held_out": number(HELD_OUT),
        "enough": percent(ENOUGH),
        "updates": {NAMES[recipe]: number(int(main[recipe, centre]["updates"].iloc[0])) for recipe in RECIPES},
        "seeds": " to ".join(map(number, sorted({len(runs) for runs in main.values()}))),
        "rule": rules,
        "any_rule": rules["last"] > 0,
        "beats_lookup": {NAMES[recipe]: _first(main, recipe, counts, _beats_lookup) for recipe in RECIPES},
        "few": {NAMES[recipe]: _facts(main[recipe, counts[0]]) for recipe in RECIPES},
        "centre": {"count": number(centre), **{NAMES[r]: _facts(main[r, centre]) for r in RECIPES}},
        "many": {NAMES[recipe]: _facts(main[recipe, counts[-1]]) for recipe in RECIPES},
        "every_is_worse": unseen_right(main[EVERY, centre]).high < unseen_right(main[LAST, centre]).low,
        "stateful_beats_at": [number(count) for count in counts if _beats_lookup(main[STATEFUL, count])],
        "lengths": " and ".join(map(number, unseen_lengths(LENGTH)[2:])),
        "by_heart": bool((main[LAST, counts[0]]["seen_right"] == 1).all()),
        "fades": _fades(main[LAST, counts[-1]]),
        "holds": unseen_right(main[LAST, counts[-1]], unseen_lengths(LENGTH)[-1]).low >= ENOUGH,
        "course": _course(evidence, main_configs(preset)[LAST, centre]),
        "swept": bool(swept),
        **_much_longer(main[LAST, centre], [at_end(evidence, objections[LONGEST])] if objections else []),
        **_swept(evidence, swept, main),
        **_remedied(evidence, swept, remedy_configs(preset)),
        "objections": [
            f"{recipe}, {name}: {share(unseen_right(at_end(evidence, config)))}"
            for (recipe, name), config in objections.items()
        ],
        "table": Table(
            "random sequences",
            COLUMNS,
            [
                *(_row(recipe, evidence, config) for (recipe, _), config in main_configs(preset).items()),
                *(
                    _row(LAST + ", outputs begin at 1/symbols" * at_share, evidence, config)
                    for (*_, at_share), config in swept.items()
                ),
                *(_row(f"{LAST}, {name}", evidence, config) for name, config in remedy_configs(preset).items()),
                *(_row(f"{recipe}, {name}", evidence, config) for (recipe, name), config in objections.items()),
            ],
        ),
    }  # fmt: skip


def _example() -> str:
    """Write one of the sequences of seed 0, the first with the most different symbols."""
    drawn = RandomSequences(count=CENTRE, length=LENGTH, size=SIZE).sequences(0)
    return ",".join(map(str, max(drawn, key=lambda sequence: len(set(sequence)))))


def share(found: Mean) -> str:
    """Write a mean share with its interval, as ``31 % (25–38 %)``."""
    if found.low == found.high:
        return f"{percent(found.value)} (all equal)"
    for digits in range(4):  # as many as it takes to show the interval
        low, high = f"{100 * found.low:.{digits}f}", f"{100 * found.high:.{digits}f}"
        if low != high:
            break
    return f"{f'{100 * found.value:.{digits}f} %' if digits else percent(found.value)} ({low}–{high} %)"


def _has_rule(runs: pd.DataFrame) -> bool:
    return unseen_right(runs).low >= ENOUGH


def _beats_lookup(runs: pd.DataFrame) -> bool:
    """Whether more is right than by the nearest example, in the same seeds, beyond the interval."""
    return mean_of(runs[f"unseen_right_{LENGTH}"] - runs["nearest_right"]).low > 0


def _fades(runs: pd.DataFrame) -> bool:
    """Whether fewer of the longest are right than of the length trained on, in the same seeds, beyond the interval."""
    same, *_, longest = unseen_lengths(LENGTH)
    return mean_of(runs[f"unseen_right_{same}"] - runs[f"unseen_right_{longest}"]).low > 0


def _first(
    main: dict[tuple[str, int], pd.DataFrame], recipe: str, counts: list[int], holds: Callable[[pd.DataFrame], bool]
) -> int:
    """Find from how many examples on something holds for a recipe, at every larger number too; 0 if at none."""
    first = 0
    for count in reversed(counts):
        if not holds(main[recipe, count]):
            break
        first = count
    return first


def _facts(runs: pd.DataFrame) -> Facts:
    same, longer, twice, four = unseen_lengths(LENGTH)
    return {
        "seen": share(mean_of(runs["seen_right"], 0, 1)),
        "unseen": share(unseen_right(runs)),
        "all": rate(_all_right(runs, same)),
        "longer": share(unseen_right(runs, longer)),
        "twice": share(unseen_right(runs, twice)),
        "four": share(unseen_right(runs, four)),
        "nearest": percent(runs["nearest_right"].mean()),
        "known": percent(runs[f"unseen_known_{same}"].mean()),
    }


def _all_right(runs: pd.DataFrame, length: int) -> Rate:
    return Rate(int((runs[f"unseen_right_{length}"] == 1).sum()), len(runs))


def _course(evidence: Evidence, config: Config) -> Facts:
    """Compare the end of training with the last checkpoint in its first half, in the same seeds.

    The checkpoint is fixed beforehand: the best of many would look better than it is.
    """
    table = evidence.table(config)
    half = max(epoch for epoch in set(table["epoch"]) if epoch <= config.epochs / 2)
    early, end = (table[table["epoch"] == epoch].set_index("seed") for epoch in (half, config.epochs))
    gained = mean_of(end[f"unseen_right_{LENGTH}"] - early[f"unseen_right_{LENGTH}"])
    return {
        "half": share(unseen_right(early)),
        "half_updates": number(int(early["updates"].iloc[0])),
        "half_seen": share(mean_of(early["seen_right"], 0, 1)),
        "end": share(unseen_right(end)),
        "end_updates": number(int(end["updates"].iloc[0])),
        "falls": gained.high < 0,
        "rises": gained.low > 0,
    }


def _much_longer(usual: pd.DataFrame, longer: list[pd.DataFrame]) -> Facts:
    """Say what many more updates do to the rule, in the same seeds."""
    if not longer:
        return {}
    name = f"unseen_right_{LENGTH}"
    gained = mean_of(longer[0].set_index("seed")[name] - usual.set_index("seed")[name])
    return {
        "much_longer": {
            "unseen": share(unseen_right(longer[0])),
            "all": rate(_all_right(longer[0], LENGTH)),
            "falls": gained.high < 0,
        }
    }


def _swept(
    evidence: Evidence, swept: dict[tuple[int, int, int, bool], Config], main: dict[tuple[str, int], pd.DataFrame]
) -> Facts:
    """Say how length and alphabet change what is right, and what outputs that begin at 1/symbols do."""
    if not swept:
        return {}
    ends = {key: at_end(evidence, config) for key, config in swept.items()}
    counts = sorted({key[0] for key in swept})
    usual = {(count, LENGTH, SIZE, False): main[LAST, count] for count in counts}
    ends |= usual
    by_length = [key for key in ends if key[2] == SIZE]
    by_size = sorted((key for key in ends if key[0] == counts[0] and key[1] == LENGTH), key=lambda key: key[2:])
    best = max(key for key in ends if key[3])
    plain, at_once = (unseen_right(ends[(*best[:3], at_share)]) for at_share in (False, True))
    longest, largest = max(key[1] for key in swept), max(key[2] for key in swept)
    by_count = [Column(f"{number(count)} examples: nearest; network; ceiling") for count in counts]
    return {
        "most_swept": number(counts[-1]),
        "swept_updates": _from_to([int(runs["updates"].iloc[0]) for runs in ends.values()]),
        "swept_seeds": _from_to([len(runs) for runs in ends.values()]),
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
        "longest": number(longest),
        "longest_right": share(unseen_right(ends[counts[-1], longest, SIZE, False], longest)),
        "longest_seen": share(mean_of(ends[counts[-1], longest, SIZE, False]["seen_right"])),
        "largest": number(largest),
        "largest_count": number(best[0]),
        "plain": share(plain),
        "share": share(at_once),
        "share_seen": share(mean_of(ends[best]["seen_right"])),
        "plain_seen": share(mean_of(ends[(*best[:3], False)]["seen_right"])),
        "share_ceiling": percent(ends[best][f"unseen_known_{LENGTH}"].mean()),
        "share_helps": at_once.low > plain.high,
    }  # fmt: skip


def _remedied(
    evidence: Evidence, swept: dict[tuple[int, int, int, bool], Config], remedies: dict[str, Config]
) -> Facts:
    """Say whether the longest sequences are learnt where the gates begin otherwise."""
    if not remedies:
        return {}
    count, longest = max(key[:2] for key in swept)
    plain = unseen_right(at_end(evidence, swept[count, longest, SIZE, False]), longest)
    far = max(unseen_lengths(longest))
    ends = {name: at_end(evidence, config) for name, config in remedies.items()}
    return {
        "remedies": [
            f"with {name}, {share(unseen_right(runs, longest))} are right, and {share(unseen_right(runs, far))} of "
            f"those {number(far)} symbols long"
            for name, runs in ends.items()
        ],
        "held_steps": number(longest - 2),
        "kept": small(kept(1.0, longest - 2)),
        "remedied": all(unseen_right(runs, longest).low > plain.high for runs in ends.values()),
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
        rate(_all_right(runs, same)),
        *(percent(runs[f"unseen_right_{other}"].mean()) for other in longer),
    )


def answer(evidence: Evidence) -> str:
    """Say it in one line of Markdown."""
    found = facts(evidence)
    few, many = found["few"]["last"], found["many"]["last"]
    what = (
        f"The rule, from {number(found['rule']['last'])} examples on"
        if found["any_rule"]
        else f"Not surely the rule with up to {found['most']} examples"
    )
    return (
        f"**Does it learn the rule or memorise the examples?** {what}: trained on {found['most']} random sequences "
        f"that end with their first symbol, an LSTM that is given whole sequences completes {many['unseen']} of others "
        f"rightly; trained on {found['fewest']}, {few['unseen']}."
    )
