"""Products of small matrices whose entries are vectors of seeds: all sums over units, lanes and steps are these.

The order of a sum is that of its index, whatever the tiles; a seed's bits do not depend on how the work is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from study.training.kernel.vectors.compiling import arithmetic, instruction
from study.training.kernel.vectors.vector import VECTORS, llvm_type, load_from


def _tile(rows: int, columns: int) -> Callable[..., Any]:
    """Make ``tile(c, a, b, p, q, start, stop, fresh)``: add to `rows` by `columns` entries of c from (p, q) on.

    The terms of a @ b from `start` up to `stop` are added, and the entries kept in registers meanwhile. Where c is
    `fresh`, what stands there is taken for zero.
    """

    def typed(_: Any, c: Any, a: Any, b: Any, p: Any, q: Any, start: Any, stop: Any, fresh: Any) -> Any:
        vector = VECTORS[c.dtype]

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            matrices = [
                context.make_array(kind)(context, builder, value)
                for kind, value in zip(signature.args[:3], arguments[:3], strict=True)
            ]
            (c_down, c_right), (a_down, a_right), (b_down, b_right) = (
                cgutils.unpack_tuple(builder, matrix.strides, 3)[:2] for matrix in matrices
            )
            starts = [builder.bitcast(matrix.data, ir.IntType(8).as_pointer()) for matrix in matrices]
            first_row, first_column, start, stop, begins = arguments[3:]

            def at(start: Any, *steps: tuple[Any, Any]) -> Any:
                for number, stride in steps:
                    whole = number if isinstance(number, ir.Value) else ir.Constant(stride.type, number)
                    start = builder.gep(start, [builder.mul(whole, stride)])
                return start

            def vector_at(pointer: Any) -> Any:
                return builder.bitcast(pointer, llvm_type(vector).as_pointer())

            corner = at(starts[0], (first_row, c_down), (first_column, c_right))
            places = [[vector_at(at(corner, (i, c_down), (j, c_right))) for j in range(columns)] for i in range(rows)]
            lefts = [at(starts[1], (first_row, a_down), (i, a_down)) for i in range(rows)]
            rights = [at(starts[2], (first_column, b_right), (j, b_right)) for j in range(columns)]
            kind = llvm_type(vector)
            zero = ir.Constant(kind, [0.0] * vector.lanes)
            sums = [[cgutils.alloca_once_value(builder, zero) for _ in row] for row in places]
            with builder.if_then(builder.not_(begins)):
                for row, pointers in zip(sums, places, strict=True):
                    for total, pointer in zip(row, pointers, strict=True):
                        builder.store(load_from(builder, pointer, vector), total)
            fma = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(kind, [kind] * 3),
                f"llvm.fma.v{vector.lanes}f{vector.element.bitwidth}",
            )
            with cgutils.for_range_slice(builder, start, stop, ir.Constant(start.type, 1), inc=True) as (index, _):
                factors = [load_from(builder, vector_at(at(x, (index, b_down))), vector) for x in rights]
                for row, left in zip(sums, lefts, strict=True):
                    factor = load_from(builder, vector_at(at(left, (index, a_right))), vector)
                    for total, other in zip(row, factors, strict=True):
                        builder.store(builder.call(fma, [factor, other, builder.load(total)]), total)
            for row, pointers in zip(sums, places, strict=True):
                for total, pointer in zip(row, pointers, strict=True):
                    builder.store(builder.load(total), pointer, align=vector.element.bitwidth // 8)
            return context.get_dummy_value()

        return types.void(c, a, b, *(types.intp,) * 4, types.boolean), generate

    return instruction(typed)


tile_4_4, tile_4_1 = _tile(4, 4), _tile(4, 1)
tile_2_8, tile_2_4, tile_2_1 = _tile(2, 8), _tile(2, 4), _tile(2, 1)
tile_1_8, tile_1_4, tile_1_1 = _tile(1, 8), _tile(1, 4), _tile(1, 1)

AT_ONCE = 64  # terms of a sum at once, so that long matrices are read nearly in the order of memory


@arithmetic
def add_product(c: Any, a: Any, b: Any, fresh: Any = False) -> None:
    """Add the product of two matrices: c (row, column) += a (row, inner) @ b (inner, column); `fresh` as in a tile."""
    inner = a.shape[1]
    for start in range(0, inner, AT_ONCE):
        stop, begins = min(start + AT_ONCE, inner), fresh and start == 0
        add_fours(c, a, b, start, stop, begins)
        add_last_rows(c, a, b, start, stop, begins)


@arithmetic
def add_fours(c: Any, a: Any, b: Any, start: Any, stop: Any, fresh: Any) -> None:
    """Add the terms from `start` up to `stop`, four rows at a time; the smaller of a and b is read again and again."""
    columns = c.shape[1]
    fours, others = c.shape[0] - c.shape[0] % 4, columns - columns % 4
    if fours > columns:
        for p in range(0, fours, 4):
            for q in range(0, others, 4):
                tile_4_4(c, a, b, p, q, start, stop, fresh)
            for q in range(others, columns):
                tile_4_1(c, a, b, p, q, start, stop, fresh)
    elif fours > 0:
        for q in range(0, others, 4):
            for p in range(0, fours, 4):
                tile_4_4(c, a, b, p, q, start, stop, fresh)
        for q in range(others, columns):
            for p in range(0, fours, 4):
                tile_4_1(c, a, b, p, q, start, stop, fresh)


@arithmetic
def add_last_rows(c: Any, a: Any, b: Any, start: Any, stop: Any, fresh: Any) -> None:
    """Add the terms to the rows that no four are made of, two at once where there are two."""
    rows, columns = c.shape[0], c.shape[1]
    eights, others = columns - columns % 8, columns - columns % 4
    p = rows - rows % 4
    if rows - p >= 2:
        for q in range(0, eights, 8):
            tile_2_8(c, a, b, p, q, start, stop, fresh)
        if eights < others:
            tile_2_4(c, a, b, p, eights, start, stop, fresh)
        for q in range(others, columns):
            tile_2_1(c, a, b, p, q, start, stop, fresh)
        p += 2
    if p < rows:
        for q in range(0, eights, 8):
            tile_1_8(c, a, b, p, q, start, stop, fresh)
        if eights < others:
            tile_1_4(c, a, b, p, eights, start, stop, fresh)
        for q in range(others, columns):
            tile_1_1(c, a, b, p, q, start, stop, fresh)
