"""Facts of the section on tuning: the smallest and the shortest setting that is reliable, chosen and then confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS, Comparison
from study.experiments.tuning.configs import MANY_UNITS, ROUTES
from study.experiments.tuning.selection import (
    Criterion,
    HalfRates,
    Setting,
    best,
    by_epochs,
    by_units,
    choose,
    confirming,
    right,
    settings,
    tuned_configs,
    within,
)
from study.measures.summaries import possible
from study.report.claims import Claim
from study.report.comparisons import Outcome, all_ahead, comparisons_table, judge, same_seeds, undecided
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

COLUMNS = (
    Column("row", "left"),
    Column("units"),
    Column("learning rate"),
    Column("epochs"),
    Column("updates"),
    Column("ceiling"),
    Column("right: first half, chosen by it"),
    Column("right: second half, fresh"),
    Column("within 0.25: second half"),
    Column("memory gap: median"),
)
FULL, CARRIED = ROUTES
CRITERIA: dict[str, Criterion] = {"right": right, "within": within}
LUCK = 0.05  # share of seeds under which a size is said to fail
TOLD = ("units", "rate", "epochs", "updates", "k", "n", "within_k", "second", "within", "gap")  # of a setting


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    tried = {route: settings(evidence, tuned_configs(evidence, route)) for route in ROUTES}
    full, carried = tried[FULL], tried[CARRIED]
    sizes, rates = ({getattr(each.config, name) for each in full} for name in ("units", "learning_rate"))
    top = best(carried, right)
    end = next(s for s in carried if s.config == top.config and s.epoch == top.config.epochs)
    smallest, fewest = choose(by_units(full, right), right), by_units(full, right)[0]
    below = None if smallest is None else _next_smaller(by_units(full, right), smallest)
    narrower, narrow = by_units(carried, right)[-3:-1]
    against = {"top": (top, narrow), "narrow": (narrow, narrower), "end": (top, end)}
    compared = _compared(evidence, against | ({} if below is None else {"below": (below, fewest)}), top)
    return {
        "halves": f"{number(full[0].right.first.n)} and {number(full[0].right.second.n)}",
        "seeds": number(full[0].right.first.n + full[0].right.second.n),
        "units": f"{min(sizes)} to {max(sizes)}",
        "rates": f"{min(rates):g} to {max(rates):g}",
        "configurations": number(len(sizes) * len(rates)),
        "settings": number(len(full) + len(carried)),
        "enough": percent(ENOUGH),
        "threshold": threshold_in_words([full[0].right.second.n]),
        "spread": number(max(rates) / min(rates)),
        "usual_units": number(Config.units),
        "usual_rate": f"{Config.learning_rate:g}",
        "usual_epochs": number(TUTORIAL_EPOCHS),
        "full_epochs": number(max(each.epoch for each in full)),
        "many_units": number(MANY_UNITS),
        "many_epochs": number(max(each.epoch for each in full if each.config.units >= MANY_UNITS)),
        "carried_epochs": number(max(each.epoch for each in carried)),
        "full": {name: _aims(full, criterion) for name, criterion in CRITERIA.items()},
        "carried": {name: _aims(carried, criterion) for name, criterion in CRITERIA.items()},
        "end": _facts(end, right),
        "fewest": _facts(fewest, right),
        "below": _facts(below, right),
        "narrow": _facts(narrow, right),
        "narrower": _facts(narrower, right),
        "table": Table(
            "tuning",
            COLUMNS,
            [_row(route, each) for route in ROUTES for each in by_units(tried[route], right)],
        ),
        "compared_after": comparisons_table(compared),
        "claims": [
            *_claims_of_whole_sequences(full, smallest, below, fewest, compared),
            *_claims_of_one_timestep(carried, top, compared),
        ],
    }


def _compared(evidence: Evidence, against: Mapping[str, tuple[Setting, Setting]], top: Setting) -> dict[str, Outcome]:
    """Compare settings on the half of the seeds that chose none of them, and how often one is sure of what is right."""
    given = {
        name: same_seeds(
            evidence, Comparison(f"{_named(one)} against {_named(other)}", one.arm("right"), other.arm("right"))
        )
        for name, (one, other) in against.items()
    }
    sure = Comparison(f"{_named(top)}, right against within 0.25", top.arm("right"), top.arm("within"))
    given["unsure"] = same_seeds(evidence, sure)
    return judge({name: confirming(each) for name, each in given.items()})


def _named(setting: Setting) -> str:
    """Name a setting in the table of comparisons."""
    config = setting.config
    route = next(name for name, (plain, _) in ROUTES.items() if plain.timesteps == config.timesteps)
    return f"{route}, {config.units} units, rate {config.learning_rate:g}, {number(setting.epoch)} epochs"


def _claims_of_whole_sequences(
    full: list[Setting],
    smallest: Setting | None,
    below: Setting | None,
    fewest: Setting,
    compared: Mapping[str, Outcome],
) -> list[Claim]:
    """What is asserted of whole sequences as rows."""
    shortest = {name: choose(by_epochs(full, criterion), criterion) for name, criterion in CRITERIA.items()}
    confirmed = f"at least {percent(ENOUGH)} of the second half, which did not choose"
    return [
        Claim("smallest", smallest is not None and _confirmed(smallest.right), f"right by argmax: {confirmed}"),
        Claim("smallest_is_sure", smallest is not None and _confirmed(smallest.within), f"within 0.25: {confirmed}"),
        Claim(
            "smallest_is_near",
            smallest is not None and smallest.right.second.low < ENOUGH,
            f"lower end of Wilson's 95 % interval below {percent(ENOUGH)}",
        ),
        Claim(
            "below",
            below is not None and below.right.second.high < ENOUGH and compared["below"].ahead == "first",
            f"{compared['below'].test if 'below' in compared else 'no smaller size'}; upper end of Wilson's interval "
            f"below {percent(ENOUGH)}",
        ),
        Claim("fewest", fewest.right.second.high < LUCK, f"upper end of Wilson's interval below {percent(LUCK)}"),
        *(
            Claim(name, chosen is not None and _confirmed(CRITERIA[by](chosen)), f"{words}: {confirmed}")
            for name, by, words, chosen in (
                ("shortest", "right", "right by argmax", shortest["right"]),
                ("shortest_is_sure", "within", "within 0.25", shortest["within"]),
            )
        ),
    ]


def _claims_of_one_timestep(carried: list[Setting], top: Setting, compared: Mapping[str, Outcome]) -> list[Claim]:
    """What is asserted of rows of 1 timestep with the state carried."""
    chosen = choose(by_units(carried, right), right)
    return [
        Claim(
            "carried_right",
            chosen is not None and _confirmed(chosen.right) and chosen.config.learning_rate == Config.learning_rate,
            f"right by argmax: at least {percent(ENOUGH)} of the second half; learning rate as in the tutorial",
        ),
        all_ahead(
            "carried_needs_units",
            [compared["top"], compared["narrow"]],
            "right, second half: the largest size against the next, and that against the one below",
        ),
        Claim("carried_unsure", chosen == top and compared["unsure"].ahead == "first", f"{compared['unsure'].test}"),
        Claim(
            "carried_never_sure",
            best(carried, within).within.second.high < ENOUGH,
            f"second half, within 0.25: upper end of Wilson's 95 % interval below {percent(ENOUGH)}",
        ),
        undecided("carried_end", compared["end"]),
    ]


def _confirmed(judged: HalfRates) -> bool:
    return judged.second.share >= ENOUGH


def _next_smaller(of_sizes: list[Setting], setting: Setting) -> Setting | None:
    """Give the best setting of the largest size below that of `setting`."""
    return next((each for each in reversed(of_sizes) if each.config.units < setting.config.units), None)


def _aims(tried: list[Setting], criterion: Criterion) -> Facts:
    """The smallest reliable network, the shortest reliable training, and the best setting of all."""
    return {
        "smallest": _outcome(choose(by_units(tried, criterion), criterion), criterion),
        "shortest": _outcome(choose(by_epochs(tried, criterion), criterion), criterion),
        "best": _facts(best(tried, criterion), criterion),
    }


def _outcome(chosen: Setting | None, criterion: Criterion) -> Facts:
    return {"reached": chosen is not None, "chosen": _facts(chosen, criterion)}


def _facts(setting: Setting | None, criterion: Criterion) -> Facts:
    """What the text says of a setting; a dash for each number where there is none."""
    if setting is None:
        return {**dict.fromkeys(TOLD, "–"), "holds": False}
    judged = criterion(setting)
    told = (
        f"{setting.config.units} unit{'s' * (setting.config.units != 1)}",
        f"{setting.config.learning_rate:g}",
        number(setting.epoch),
        number(setting.updates),
        number(judged.second.k),
        number(judged.second.n),
        number(setting.within.second.k),
        rate(judged.second),
        rate(setting.within.second),
        small(setting.gap),
    )
    return {**dict(zip(TOLD, told, strict=True)), "holds": _confirmed(judged)}


def _row(route: str, setting: Setting) -> tuple[str, ...]:
    return (
        route,
        str(setting.config.units),
        f"{setting.config.learning_rate:g}",
        number(setting.epoch),
        number(setting.updates),
        str(possible(setting.config).ceiling.ambiguous),
        rate(setting.right.first),
        rate(setting.right.second),
        rate(setting.within.second),
        small(setting.gap),
    )


def answer(evidence: Evidence) -> str:
    """Write the answer for the README."""
    numbers = facts(evidence)
    full, carried = numbers["full"]["right"]["smallest"], numbers["carried"]["within"]["best"]
    if full["reached"]:
        one = full["chosen"]
        held = "" if one["holds"] else f", which does not confirm it (at least {numbers['enough']} were required)"
        first = (
            f"{one['units']}, a learning rate of {one['rate']} and {one['epochs']} epochs, chosen on one half of the "
            f"seeds, are right in {one['second']} of the other half{held}"
        )
    else:
        first = f"no size tried was right in {numbers['enough']} of the seeds"
    return (
        f"**How small a network, how short a training?** If the network is given whole sequences, {first}. Given one "
        f"symbol at a time, as in the tutorial, the setting that most often gets every output within 0.25 of its "
        f"target, {carried['units']} and a learning rate of {carried['rate']}, does so in {carried['within']}."
    )
