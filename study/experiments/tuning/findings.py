"""Facts of the section on tuning: the smallest and the shortest setting that is reliable, chosen and then confirmed."""

from __future__ import annotations

from study.config import Config
from study.experiment import TUTORIAL_EPOCHS
from study.experiments.tuning.configs import MANY_UNITS, ROUTES
from study.experiments.tuning.halves import (
    Criterion,
    Outcome,
    Setting,
    best,
    by_epochs,
    by_units,
    choose,
    right,
    settings,
    tuned_configs,
    within,
)
from study.measures.summaries import possible
from study.report.contents import Facts
from study.report.evidence import Evidence
from study.report.reliability import ENOUGH, threshold_in_words
from study.report.tables import Column, Table
from study.report.words import number, percent, rate, small

COLUMNS = (
    Column("row", 2.5, "left"),
    Column("units", 0.7),
    Column("learning rate", 1),
    Column("epochs", 0.9),
    Column("updates", 1),
    Column("ceiling", 0.9),
    Column("right: first half, chosen by it", 2.4),
    Column("right: second half, fresh", 2.4),
    Column("within 0.25: second half", 2.4),
    Column("memory gap: median", 1),
)
FULL, CARRIED = ROUTES
CRITERIA: dict[str, Criterion] = {"right": right, "within": within}


def facts(evidence: Evidence) -> Facts:
    """Collect what the section names."""
    found = {route: settings(evidence, tuned_configs(evidence, route)) for route in ROUTES}
    full, carried = found[FULL], found[CARRIED]
    sizes, rates = ({getattr(each.config, name) for each in full} for name in ("units", "learning_rate"))
    top = best(carried, right)
    end = next(s for s in carried if s.config == top.config and s.epoch == top.config.epochs)
    short = [each.epoch for each in full if each.config.units >= MANY_UNITS]
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
        "full_updates": number(max(each.updates for each in full)),
        "many_units": number(MANY_UNITS),
        "many_epochs": number(max(short)) if max(short) < max(each.epoch for each in full) else "",
        "carried_epochs": number(max(each.epoch for each in carried)),
        "carried_updates": number(max(each.updates for each in carried)),
        "full": {name: _aims(full, criterion) for name, criterion in CRITERIA.items()},
        "carried": {name: _aims(carried, criterion) for name, criterion in CRITERIA.items()},
        "same": choose(by_units(carried, right), right).chosen == top,
        "hair": top.right.second.low > top.within.second.high,
        "end": _facts(end, right),
        "later": _later(top, end),
        "fewest": _facts(by_units(full, right)[0], right),
        "table": Table(
            "tuning",
            COLUMNS,
            [_row(route, each) for route in ROUTES for each in by_units(found[route], right)],
        ),
    }


def _aims(found: list[Setting], criterion: Criterion) -> Facts:
    """What came of looking for the smallest network, for the shortest training, and for the best of all."""
    return {
        "smallest": _outcome(choose(by_units(found, criterion), criterion), criterion),
        "shortest": _outcome(choose(by_epochs(found, criterion), criterion), criterion),
        "best": _facts(best(found, criterion), criterion),
    }


def _outcome(outcome: Outcome, criterion: Criterion) -> Facts:
    if outcome.chosen is None:
        return {"found": False}
    confirmed = outcome.confirmed
    return {
        "found": True,
        "chosen": _facts(outcome.chosen, criterion),
        "proved": confirmed is not None,
        "confirmed": {} if confirmed is None else _facts(confirmed, criterion),
    }


def _facts(setting: Setting, criterion: Criterion) -> Facts:
    """What the text says of a setting."""
    judged = criterion(setting)
    return {
        "units": f"{setting.config.units} unit{'s' * (setting.config.units != 1)}",
        "rate": f"{setting.config.learning_rate:g}",
        "epochs": number(setting.epoch),
        "updates": number(setting.updates),
        "first": rate(judged.first),
        "second": rate(judged.second),
        "right": rate(setting.right.second),
        "within": rate(setting.within.second),
        "holds": judged.second.share >= ENOUGH,
        "certain": judged.second.low >= ENOUGH,
        "gap": small(setting.gap),
    }


def _later(chosen: Setting, end: Setting) -> str:
    """Compare the chosen moment with the end of the budget, on the seeds that did not choose."""
    if end.right.second.low > chosen.right.second.high:
        return "more"
    return "fewer" if end.right.second.high < chosen.right.second.low else "as many"


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
    found = facts(evidence)
    full, carried = found["full"]["right"]["smallest"], found["carried"]["within"]["best"]
    if full["found"]:
        one = full["chosen"]
        held = "" if one["holds"] else f", which does not confirm it (at least {found['enough']} were asked for)"
        first = (
            f"{one['units']} and {one['epochs']} epochs, chosen on one half of the seeds, are right in {one['second']} "
            f"of the other half{held}"
        )
    else:
        first = f"no size tried was right in {found['enough']} of the seeds"
    return (
        f"**How small a network, how short a training?** If the network is given whole sequences, {first}. Given one "
        f"symbol at a time, as in the tutorial, the setting that most often gets every output within 0.25 of its "
        f"target, {carried['units']}, does so in {carried['within']}."
    )
