"""A vector of numbers as a type of Numba, one number of each of several seeds: what LLVM calls ``<16 x float>``.

Nothing here lets a number of one seed meet that of another, and each operation is rounded as IEEE 754 says: no estimate
of a quotient or a root, no product and sum joined or put in another order unless `fma` says so. So a seed's bits depend
neither on its neighbours nor on the processor.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model
from numba.np.numpy_support import from_dtype

from study.training.kernel.vectors.compiling import instruction

LANES = {types.float32: 16, types.float64: 8}  # numbers in a vector: as many bits as the widest processors take


class Vector(types.Type):
    """The type of a vector of single or double precision."""

    def __init__(self, element: Any) -> None:
        self.element, self.lanes = element, LANES[element]
        super().__init__(name=f"{element} x {self.lanes}")


VECTORS = {element: Vector(element) for element in LANES}
BY_WIDTH = {vector.element.bitwidth: vector for vector in VECTORS.values()}


def element_of(number: Any) -> Any:
    """Give Numba's type of one number, such as ``numpy.dtype("float32")``."""
    return from_dtype(number)


@register_model(Vector)
class VectorModel(models.PrimitiveModel):
    """How LLVM holds one."""

    def __init__(self, manager: Any, vector: Vector) -> None:
        super().__init__(manager, vector, llvm_type(vector))  # type: ignore[no-untyped-call]  # Numba is not typed


def llvm_type(vector: Vector) -> Any:
    """Give the type that LLVM knows."""
    return ir.VectorType(ir.FloatType() if vector.element == types.float32 else ir.DoubleType(), vector.lanes)


def bytes_of(vector: Vector) -> int:
    """Give the memory of one."""
    return int(vector.lanes * vector.element.bitwidth // 8)


def _bits(vector: Vector) -> Any:
    """Give the type of as many whole numbers of the same width."""
    return ir.VectorType(ir.IntType(vector.element.bitwidth), vector.lanes)


def _filled(builder: Any, kind: Any, number: Any) -> Any:
    """Put one number into all places of a vector that LLVM knows as `kind`."""
    nothing, zero = ir.Constant(kind, ir.Undefined), ir.Constant(ir.IntType(32), 0)
    one = builder.insert_element(nothing, number, zero)
    return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(ir.IntType(32), kind.count), None))


def _as_vector(context: Any, builder: Any, vector: Vector, given: Any, value: Any) -> Any:
    """Bring a number of any kind, or a vector, to a vector."""
    if isinstance(given, Vector):
        return value
    return _filled(builder, llvm_type(vector), context.cast(builder, value, given, vector.element))


def _the_vector(*given: Any) -> Vector | None:
    """Find the vector among vectors and numbers that are combined."""
    vectors = {kind for kind in given if isinstance(kind, Vector)}
    fitting = all(isinstance(kind, Vector | types.Number) for kind in given)
    return vectors.pop() if fitting and len(vectors) == 1 else None


def place_of(builder: Any, data: Any, place: Any, vector: Vector) -> Any:
    """Point to a vector in memory, counted in vectors."""
    start = builder.mul(place, ir.Constant(place.type, vector.lanes))
    return builder.bitcast(builder.gep(data, [start]), llvm_type(vector).as_pointer())


def load_from(builder: Any, pointer: Any, vector: Vector) -> Any:
    """Read a vector, wherever it begins."""
    return builder.load(pointer, align=vector.element.bitwidth // 8)


@instruction
def load(_: Any, array: Any, place: Any) -> Any:
    """Read a vector from an array whose last axis holds one vector; `place` counts vectors."""
    vector = VECTORS[array.dtype]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return load_from(builder, place_of(builder, data, arguments[1], vector), vector)

    return vector(array, types.intp), generate


@instruction
def store(_: Any, array: Any, place: Any, value: Any) -> Any:
    """Write a vector, or one number for all its seeds, into an array whose last axis holds one vector."""
    vector = VECTORS[array.dtype]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        what = _as_vector(context, builder, vector, signature.args[2], arguments[2])
        builder.store(what, place_of(builder, data, arguments[1], vector), align=vector.element.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(array, types.intp, value), generate


def _function(name: str, count: int) -> Callable[..., Any]:
    """Make a function of LLVM that is exact, or rounded once, on every processor."""

    def typed(*given: Any) -> Any:
        vector = _the_vector(*given)
        if vector is None:
            return None

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            kind = llvm_type(vector)
            values = [
                _as_vector(context, builder, vector, *each) for each in zip(signature.args, arguments, strict=True)
            ]
            function = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(kind, [kind] * count),
                f"llvm.{name}.v{vector.lanes}f{vector.element.bitwidth}",
            )
            return builder.call(function, values)

        return vector(*given), generate

    if count == 1:
        return instruction(lambda _, a: typed(a))
    return instruction(lambda _, a, b, c: typed(a, b, c))


sqrt = _function("sqrt", 1)
fma = _function("fma", 3)  # a * b + c, rounded once
absolute = _function("fabs", 1)


def _choice(comparison: str) -> Callable[..., Any]:
    """Make `a` where a is so against b, else `b`."""

    def typed(_: Any, a: Any, b: Any) -> Any:
        vector = _the_vector(a, b)
        if vector is None:
            return None

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            x, y = (_as_vector(context, builder, vector, *each) for each in zip(signature.args, arguments, strict=True))
            return builder.select(builder.fcmp_ordered(comparison, x, y), x, y)

        return vector(a, b), generate

    return instruction(typed)


smaller = _choice("<")  # b where a is not a number, and a where b is not: `smaller(limit, x)` keeps what is no number
larger = _choice(">")


@instruction
def only(_: Any, symbols: Any, symbol: Any, value: Any) -> Any:
    """Give a vector, or one number for all its seeds, where a seed's symbol is this one, and zero where it is not.

    `symbols` (seed) are whole numbers as wide as the vector's.
    """
    vector = BY_WIDTH[symbols.dtype.bitwidth]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, whole = llvm_type(vector), _bits(vector)
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        named = builder.load(builder.bitcast(data, whole.as_pointer()), align=vector.element.bitwidth // 8)
        wanted = _filled(builder, whole, context.cast(builder, arguments[1], signature.args[1], symbols.dtype))
        chosen = _as_vector(context, builder, vector, signature.args[2], arguments[2])
        return builder.select(builder.icmp_signed("==", named, wanted), chosen, ir.Constant(kind, [0.0] * vector.lanes))

    return vector(symbols, symbol, value), generate


@instruction
def power_of_two(_: Any, shifted: Any) -> Any:
    """Give 2^n of a vector of whole numbers n to which `by_precision(*SHIFT)` was added, for 2^n not too small."""
    mantissa, one = (23, 0x3F800000) if shifted.element == types.float32 else (52, 0x3FF0000000000000)

    def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del signature
        kind, lanes = _bits(shifted), shifted.lanes
        whole = builder.shl(builder.bitcast(arguments[0], kind), ir.Constant(kind, [mantissa] * lanes))
        return builder.bitcast(builder.add(whole, ir.Constant(kind, [one] * lanes)), llvm_type(shifted))

    return shifted(shifted), generate


def _split(*, exponent: bool) -> Callable[..., Any]:
    """Make one of both parts of x = 2^n m, with m from the root of 1/2 up to that of 2, for x positive and normal."""

    def typed(_: Any, x: Any) -> Any:
        mantissa, root = (23, 0x3F3504F3) if x.element == types.float32 else (52, 0x3FE6A09E667F3BCD)

        def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del signature
            kind = _bits(x)
            shift = ir.Constant(kind, [mantissa] * x.lanes)
            bits = builder.bitcast(arguments[0], kind)
            n = builder.ashr(builder.sub(bits, ir.Constant(kind, [root] * x.lanes)), shift)
            if exponent:
                return builder.sitofp(n, llvm_type(x))
            return builder.bitcast(builder.sub(bits, builder.shl(n, shift)), llvm_type(x))

        return x(x), generate

    return instruction(typed)


exponent, without_exponent = _split(exponent=True), _split(exponent=False)


SHIFT = (
    1.5 * 2**23,
    1.5 * 2**52,
)  # added to a number not too large, it leaves the nearest whole number in the last bits


def by_precision(single: float, double: float) -> Callable[..., Any]:
    """Make a constant that each precision has its own of: ``constant(x)`` is as wide as the vector x."""

    def typed(_: Any, like: Any) -> Any:
        number = single if like.element == types.float32 else double

        def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del builder, signature, arguments
            return ir.Constant(llvm_type(like), [number] * like.lanes)

        return like(like), generate

    return instruction(typed)


def polynomial(single: Sequence[float], double: Sequence[float]) -> Callable[..., Any]:
    """Make a polynomial by Horner's rule, each step rounded once; coefficients of each precision, the highest first."""

    def typed(_: Any, x: Any) -> Any:
        numbers = single if x.element == types.float32 else double

        def generate(_: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del signature
            kind, (value,) = llvm_type(x), arguments
            name = f"llvm.fma.v{x.lanes}f{x.element.bitwidth}"
            function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind] * 3), name)
            total, *others = (ir.Constant(kind, [number] * x.lanes) for number in numbers)
            for coefficient in others:
                total = builder.call(function, [total, value, coefficient])
            return total

        return x(x), generate

    return instruction(typed)


def _arithmetic(operation: Any, instruction: str) -> None:
    """Let an operator take vectors, and a vector with a number."""

    @infer_global(operation)
    class Typed(AbstractTemplate):
        def generic(self, given: Any, named: Any) -> Any:
            del named
            vector = _the_vector(*given)
            return vector and signature(vector, *given)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = signature.return_type
        values = [_as_vector(context, builder, vector, *each) for each in zip(signature.args, arguments, strict=True)]
        return getattr(builder, instruction)(*values)

    kinds = (
        [(Vector,)] if operation is operator.neg else [(Vector, Vector), (Vector, types.Number), (types.Number, Vector)]
    )
    for kind in kinds:
        lower_builtin(operation, *kind)(generate)


for _operation, _instruction in (
    (operator.add, "fadd"),
    (operator.sub, "fsub"),
    (operator.mul, "fmul"),
    (operator.truediv, "fdiv"),
    (operator.neg, "fneg"),
):
    _arithmetic(_operation, _instruction)
