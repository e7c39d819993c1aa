"""Parts of arrays as the kernel sees them: borrowed from the caller's memory, without counting who holds it.

NumPy's own slices, shapes and transposes mean the same, and cost more than the arithmetic of a step in networks this
small, in running and in compiling.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.np.arrayobj import populate_array

from study.training.kernel.vectors.compiling import instruction
from study.training.kernel.vectors.vector import VECTORS, bytes_of


def _view(context: Any, builder: Any, kind: Any, data: Any, shape: list[Any], strides: list[Any]) -> Any:
    """Make an array of memory that something else keeps."""
    array = context.make_array(kind)(context, builder)
    itemsize = ir.Constant(strides[0].type, kind.dtype.bitwidth // 8)
    populate_array(array, data=data, shape=shape, strides=strides, itemsize=itemsize, meminfo=None)
    return array._getvalue()


def _moved(builder: Any, array: Any, offset: Any) -> Any:
    """Point so many bytes further into an array."""
    start = builder.bitcast(array.data, ir.IntType(8).as_pointer())
    return builder.bitcast(builder.gep(start, [offset]), array.data.type)


@instruction
def at(_: Any, array: Any, place: Any) -> Any:
    """``array[place]`` of an array whose last axis is a vector."""
    kind = types.Array(array.dtype, array.ndim - 1, "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = context.make_array(signature.args[0])(context, builder, arguments[0])
        shape, strides = (cgutils.unpack_tuple(builder, part, array.ndim) for part in (whole.shape, whole.strides))
        data = _moved(builder, whole, builder.mul(arguments[1], strides[0]))
        return _view(context, builder, kind, data, shape[1:], strides[1:])

    return kind(array, types.intp), generate


@instruction
def matrix(_: Any, array: Any, first: Any, rows: Any, columns: Any) -> Any:
    """See memory without gaps, from vector number `first` on, as a matrix of vectors (row, column, seed)."""
    kind, vector = types.Array(array.dtype, 3, "A"), VECTORS[array.dtype]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = context.make_array(signature.args[0])(context, builder, arguments[0])
        _, begin, down, across = arguments
        one, lanes, number = (
            ir.Constant(begin.type, size) for size in (bytes_of(vector), vector.lanes, vector.element.bitwidth // 8)
        )
        data = _moved(builder, whole, builder.mul(begin, one))
        return _view(context, builder, kind, data, [down, across, lanes], [builder.mul(across, one), one, number])

    return kind(array, types.intp, types.intp, types.intp), generate


@instruction
def turned(_: Any, whole: Any) -> Any:
    """See a matrix with its rows as columns."""
    kind = types.Array(whole.dtype, 3, "A")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        (down, across, lanes), (step, one, number) = (
            cgutils.unpack_tuple(builder, part, 3) for part in (array.shape, array.strides)
        )
        return _view(context, builder, kind, array.data, [across, down, lanes], [one, step, number])

    return kind(whole), generate


@instruction
def columns(_: Any, whole: Any, first: Any, count: Any) -> Any:
    """See some columns of a matrix."""
    kind = types.Array(whole.dtype, 3, "A")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        (down, _, lanes), strides = (cgutils.unpack_tuple(builder, part, 3) for part in (array.shape, array.strides))
        data = _moved(builder, array, builder.mul(arguments[1], strides[1]))
        return _view(context, builder, kind, data, [down, arguments[2], lanes], strides)

    return kind(whole, types.intp, types.intp), generate
