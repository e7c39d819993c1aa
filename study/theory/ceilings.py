"""The best that any network could reach, found before training: exact accuracy ceilings and loss floors.

Two rows whose visible contexts are equal get equal outputs from every network with every weight, so the accuracy on
them is bounded by counting; this file counts, in fractions, over all orders that chance could bring.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, log

from study.sequences.encoding import EncodedDataset
from study.sequences.layouts import Schedule
from study.theory.contexts import Context, Occurrence, occurrences


@dataclass(frozen=True)
class Ceiling:
    """What is possible for one configuration, whatever the weights.

    Attributes
    ----------
    ambiguous, overall : Fraction
        Highest expected accuracy on the ambiguous rows and on all rows.
    chance, chance_overall : Fraction
        The same for a network that ignores its input.
    loss_floor : float
        Lowest expected binary cross-entropy, in nats, mean over outputs and rows; of softmax outputs, lowest expected
        minus logarithm of the target's share, mean over rows.
    """

    ambiguous: Fraction
    overall: Fraction
    chance: Fraction
    chance_overall: Fraction
    loss_floor: float


def ceiling(dataset: EncodedDataset, schedule: Schedule, *, carries_state: bool, softmax: bool = False) -> Ceiling:
    """Find the ceilings of one configuration.

    Parameters
    ----------
    dataset : EncodedDataset
    schedule : Schedule
        Cut to the dataset's sequences.
    carries_state : bool
        Whether the network carries state from batch to batch; otherwise a row sees its own window alone.
    softmax : bool, default False
        Whether the outputs share one probability, which the loss floor depends on and no accuracy does.

    Returns
    -------
    Ceiling
        If no row is ambiguous, the ceiling and the chance level on them are 1.

    Raises
    ------
    StudyError
        If there are too many random orders to count.

    Examples
    --------
    >>> from study.sequences.encoding import encode
    >>> rows = encode([[3, 0, 1, 2, 3], [4, 0, 1, 2, 4]])
    >>> [str(ceiling(rows, Schedule((4, 4), batch_size=size), carries_state=True).ambiguous) for size in (1, 2, 4)]
    ['1', '1/2', '1/2']
    """
    return ceiling_of(occurrences(dataset, schedule, carries_state=carries_state), dataset.features, softmax=softmax)


def ceiling_of(seen: Sequence[Occurrence], features: int, *, softmax: bool = False) -> Ceiling:
    """Find the ceilings from all occurrences; `features` is the length of an output vector."""
    ambiguous = [each for each in seen if each.ambiguous]
    return Ceiling(
        ambiguous=best_accuracy(ambiguous),
        overall=best_accuracy(seen),
        chance=best_accuracy(ambiguous, _nothing),
        chance_overall=best_accuracy(seen, _nothing),
        loss_floor=lowest_loss(seen, features, softmax=softmax),
    )


def _whole_context(occurrence: Occurrence) -> Context:
    return occurrence.context


def _nothing(_: Occurrence) -> Context:
    return ()


def best_accuracy(seen: Sequence[Occurrence], view: Callable[[Occurrence], Context] = _whole_context) -> Fraction:
    """Find the accuracy of the best function of the context, or of a part of it: it answers the commonest target."""
    counts = by_context(seen, view).values()
    total = sum(sum(of.values()) for of in counts)
    return Fraction(sum(max(of.values()) for of in counts), total) if total else Fraction(1)


def lowest_loss(seen: Sequence[Occurrence], features: int, *, softmax: bool = False) -> float:
    """Find the cross-entropy, in nats, of the best function of the context: it answers the shares of the targets."""
    groups, loss = by_context(seen), 0.0
    total = sum(sum(counts.values()) for counts in groups.values())
    for counts in groups.values():
        weight = sum(counts.values())
        shares = [count / weight for count in counts.values()]
        entropy = sum(-p * log(p) for p in shares) if softmax else sum(map(_binary_entropy, shares))
        loss += weight / total * entropy / (1 if softmax else features)
    return loss


def by_context(
    seen: Sequence[Occurrence], view: Callable[[Occurrence], Context] = _whole_context
) -> dict[Context, dict[int, int]]:
    """Add up the weights of each target in each context, as whole numbers: multiples of one share that divides all."""
    weights = {id(each.weight): each.weight for each in seen}  # few objects, and slow to hash
    share = lcm(*(weight.denominator for weight in weights.values()))
    whole = {name: weight.numerator * (share // weight.denominator) for name, weight in weights.items()}
    groups: dict[Context, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for each in seen:
        groups[view(each)][each.target] += whole[id(each.weight)]
    return groups


def _binary_entropy(p: float) -> float:
    """Give the entropy, in nats, of an event with probability p."""
    return 0.0 if p in (0.0, 1.0) else -p * log(p) - (1 - p) * log(1 - p)
