"""Eight pixels of a run at once, as vectors: LLVM leaves loops over the few pixels of most runs as they are.

Each writes pixels `at`..`at + 7` of what begins at the address `out`. Lanes round as single numbers do, so that bytes
are the same on machines with other vectors.
"""

from collections.abc import Callable
from typing import Any, no_type_check

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

LANES = 8
_INDEX = ir.IntType(32)

_Emit = Callable[..., ir.Value]


def _splat(builder: ir.IRBuilder, value: ir.Value) -> ir.Value:
    nothing = ir.Constant(ir.VectorType(value.type, LANES), ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(first, nothing, _order([0] * LANES))


def _order(places: list[int]) -> ir.Constant:
    return ir.Constant(ir.VectorType(_INDEX, len(places)), places)


def _ones(like: ir.Value) -> ir.Constant:
    return ir.Constant(like.type, [1.0] * LANES)


def _steps(builder: ir.IRBuilder, first: ir.Value) -> ir.Value:
    """The numbers first, first + 1, .."""
    count = ir.Constant(ir.VectorType(first.type, LANES), [float(k) for k in range(LANES)])
    return builder.fadd(_splat(builder, first), count)


def _writer(per_pixel: int, given: tuple[Any, ...], emit: _Emit) -> tuple[Any, Any]:
    """Signature and code of an intrinsic that stores what `emit` makes of its numbers."""

    def generate(context: Any, builder: ir.IRBuilder, _signature: Any, arguments: Any) -> ir.Value:
        out, at, *numbers = arguments
        value = emit(builder, *numbers)
        start = builder.mul(at, ir.Constant(at.type, per_pixel))
        address = builder.gep(builder.inttoptr(out, value.type.element.as_pointer()), [start])
        builder.store(value, builder.bitcast(address, value.type.as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, *given), generate


@intrinsic
@no_type_check
def fill(_typing, out, at, value):
    """out[at + j] = value."""
    return _writer(1, (value,), _splat)


@intrinsic
@no_type_check
def fill_triples(_typing, out, at, x, y, z):
    """out[at + j] = x, y, z."""

    def emit(builder, *xyz):
        value = ir.Constant(ir.VectorType(xyz[0].type, 3 * LANES), ir.Undefined)
        for place in range(3 * LANES):
            value = builder.insert_element(value, xyz[place % 3], ir.Constant(_INDEX, place))
        return value

    return _writer(3, (x,) * 3, emit)


@intrinsic
@no_type_check
def reciprocal(_typing, out, at, k, base, slope):
    """out[at + j] = 1 / (base + slope (k + j))."""

    def emit(builder, k, base, slope):
        below = builder.fadd(_splat(builder, base), builder.fmul(_splat(builder, slope), _steps(builder, k)))
        return builder.fdiv(_ones(below), below)

    return _writer(1, (types.float32,) * 3, emit)


@intrinsic
@no_type_check
def quotients(_typing, out, at, k, a0, a1, a2, b0, b1, w0, w1):
    """out[at + j] = (a0 + a1 t + a2 t^2, b0 + b1 t) / (w0 + w1 t), t = k + j."""

    def emit(builder, k, *coefficients):
        t = _steps(builder, k)
        a0, a1, a2, b0, b1, w0, w1 = (_splat(builder, value) for value in coefficients)
        below = builder.fadd(w0, builder.fmul(w1, t))
        inverse = builder.fdiv(_ones(below), below)
        x = builder.fadd(a0, builder.fmul(builder.fadd(a1, builder.fmul(a2, t)), t))
        y = builder.fadd(b0, builder.fmul(b1, t))
        woven = [place // 2 + LANES * (place % 2) for place in range(2 * LANES)]
        return builder.shuffle_vector(builder.fmul(x, inverse), builder.fmul(y, inverse), _order(woven))

    return _writer(2, (types.float32,) * 8, emit)
