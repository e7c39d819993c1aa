"""Numbers inside one vector of eight: the units of a network of 1997, which unlike seeds do meet each other.

Which lane holds what is written in `study.training.online.memory`. Sums over lanes are added in a fixed order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types

from study.training.kernel.vectors.compiling import inlined, instruction
from study.training.kernel.vectors.vector import VECTORS


def _moved(*sources: int) -> Callable[..., Any]:
    """Make a vector whose lane k holds lane ``sources[k]`` of the first vector, or from 8 on of the second."""

    def typed(first: Any, second: Any) -> Any:
        def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del signature
            mask = ir.Constant(ir.VectorType(ir.IntType(32), len(sources)), list(sources))
            return builder.shuffle_vector(arguments[0], arguments[1], mask)

        return first(first, second), generate

    return instruction(lambda _, first, second: typed(first, second))


_moved_halves, _moved_pair = _moved(4, 5, 6, 7, 0, 1, 2, 3), _moved(2, 3, 0, 1, 4, 5, 6, 7)
_spread, _behind = _moved(0, 1, 2, 3, 0, 1, 2, 3), _moved(0, 1, 2, 3, 8, 9, 6, 7)


@inlined
def swap_halves(vector: Any) -> Any:
    """Bring lanes 4 to 7 to 0 to 3, and the other way round."""
    return _moved_halves(vector, vector)


@inlined
def swap_pairs(vector: Any) -> Any:
    """Bring lanes 2 and 3 to 0 and 1, and the other way round."""
    return _moved_pair(vector, vector)


@inlined
def twice(vector: Any) -> Any:
    """Put lanes 0 to 3 into 4 to 7 too."""
    return _spread(vector, vector)


@inlined
def with_cells(units: Any, cells: Any) -> Any:
    """Put lanes 0 and 1 of `cells` into lanes 4 and 5 of `units`."""
    return _behind(units, cells)


def _lane(place: int) -> Callable[..., Any]:
    """Make the number in one lane."""

    def typed(vector: Any) -> Any:
        def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del signature
            return builder.extract_element(arguments[0], ir.Constant(ir.IntType(32), place))

        return vector.element(vector), generate

    return instruction(lambda _, vector: typed(vector))


lane_0, lane_1, lane_2, lane_3 = (_lane(place) for place in range(4))


def _over_lanes(combined: Callable[[Any, Any, Any], Any]) -> Callable[..., Any]:
    """Make one number of all lanes: 0 with 4, 1 with 5 and so on, then the halves of those."""

    def typed(vector: Any) -> Any:
        def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del signature
            numbers: Sequence[Any] = [
                builder.extract_element(arguments[0], ir.Constant(ir.IntType(32), place))
                for place in range(vector.lanes)
            ]
            while len(numbers) > 1:
                half = len(numbers) // 2
                numbers = [combined(builder, *pair) for pair in zip(numbers[:half], numbers[half:], strict=True)]
            return numbers[0]

        return vector.element(vector), generate

    return instruction(lambda _, vector: typed(vector))


def _greater(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


sum_of_lanes = _over_lanes(lambda builder, a, b: builder.fadd(a, b))
largest_of_lanes = _over_lanes(_greater)


@instruction
def filled(_: Any, number: Any) -> Any:
    """Put one number into all lanes."""
    vector = VECTORS[types.float64]

    def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del signature
        lanes = ir.VectorType(ir.DoubleType(), vector.lanes)
        nothing, zero = ir.Constant(lanes, ir.Undefined), ir.Constant(ir.IntType(32), 0)
        one = builder.insert_element(nothing, arguments[0], zero)
        return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(ir.IntType(32), vector.lanes), None))

    return vector(types.float64), generate
