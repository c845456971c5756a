"""Families of statements that reduce: sums, extremes, statistics, running totals.

As in `program_statements.py`: each family writes one statement with the
generator `g`; `FAMILIES` lists them with their weights.
"""

import numpy
from program_reference import Unsuitable, epsilon, is_inexact, magnitude
from program_statements import kind_of, maybe_index



def sum_error(least=1.2e-16):
    """The bound of a sum's rounding, at an epsilon of at least `least`."""

    def error(*operands):
        value = operands[0]
        growth = 8 + 2 * value.size**0.5
        return growth * max(epsilon(value), least) * magnitude(value) * max(1, value.size)

    return error


def axis_of(g, value, several=True):
    """Source of an `axis=` argument."""
    if value.ndim == 0 or g.chance(0.3):
        return g.choice(["", "axis=None"])
    if several and value.ndim > 1 and g.chance(0.3):
        axes = g.random.sample(range(value.ndim), 2)
        return f"axis=({axes[0]}, {axes[1] - g.choice([0, value.ndim])})"
    return f"axis={g.random.randint(-value.ndim, value.ndim - 1)}"


def arguments(*parts):
    return ", ".join(part for part in parts if part)


def call(g, function, operand, extra):
    """`np.sum(v1, axis=0)` or `v1.sum(axis=0)`."""
    if g.chance(0.5):
        return f"np.{function}({arguments(operand, extra)})"
    return f"{operand}.{function}({extra})"


def reduction(g):
    function = g.choice("sum sum sum prod mean".split())
    name = g.array()
    value = g.value(name)
    operand = name + maybe_index(g, name)
    extra = axis_of(g, value if operand == name else g.evaluate(operand))
    if g.chance(0.25):
        extra = arguments(extra, "keepdims=True")
    if function == "sum" and kind_of(value) != "c":
        if g.chance(0.15):
            extra = arguments(extra, f"dtype=np.{g.choice(['float64', 'int64', 'float32'])}")
        if g.chance(0.15):
            extra = arguments(extra, f"initial={g.scalar('int64')}")
        if g.chance(0.15):
            mask = g.operand(g.out_shape(operand), numpy.bool_, lambda v: kind_of(v) == "b")
            extra = arguments(extra, f"where={mask}")
    if "dtype=np.int64" in extra and is_inexact(value):
        raise Unsuitable
    source = call(g, function, operand, extra)
    if function == "prod":
        return g.emit(source, ulps=16 + 4 * value.size, error=None)
    inexact = is_inexact(value) or function == "mean"
    error = sum_error() if inexact else None
    if "dtype=np.float" in extra:
        error = sum_error(1.2e-7 if "float32" in extra else 2.3e-16)
    g.emit(source, smooth=True, gain="sum", error=error)


def deviation(g):
    function = g.choice(["var", "std"])
    name = g.exact(lambda value: value.size > 1 and magnitude(value) < 1e4)
    value = g.value(name)
    if not numpy.isfinite(value).all():
        raise Unsuitable
    source = call(g, function, name, axis_of(g, value))
    eps = max(epsilon(value), 1.2e-16)
    # Along any but the last axis NumPy adds one after another: its own error grows with the count.
    growth = value.size if value.ndim > 1 else 2 * value.size**0.5
    variance = (8 + growth) * eps * max(magnitude(value), 1e-30) ** 2
    bound = variance
    if function == "std":
        least = magnitude(numpy.min(g.evaluate(source)))
        bound = variance / max(least, variance**0.5)
    g.emit(source, error=lambda *operands: bound)


def extreme(g):
    function = g.choice("min max argmin argmax any all ptp count_nonzero".split())
    name = g.exact(lambda value: value.size > 0 or g.chance(0.2))
    value = g.value(name)
    if kind_of(value) == "c" and not numpy.isfinite(value).all():
        raise Unsuitable
    if kind_of(value) == "b" and function == "ptp":
        raise Unsuitable
    several = function in ("min", "max", "any", "all")
    extra = axis_of(g, value, several)
    if several and g.chance(0.25):
        extra = arguments(extra, "keepdims=True")
    if function in ("min", "max") and g.chance(0.1) and kind_of(value) in "if":
        extra = arguments(extra, "initial=0")
    if function in ("ptp", "count_nonzero"):
        return g.emit(f"np.{function}({arguments(name, extra)})")
    g.emit(call(g, function, name, extra))


def nan_reduction(g):
    function = g.choice("nansum nanmax nanmin nanmean nanprod".split())
    name = g.exact(lambda value: kind_of(value) == "f" and value.size > 0)
    value = g.value(name)
    source = f"np.{function}({arguments(name, axis_of(g, value, False))})"
    if function in ("nanmax", "nanmin"):
        return g.emit(source)
    if function == "nanprod":
        return g.emit(source, ulps=16 + 4 * value.size)
    g.emit(source, error=sum_error())


def ufunc_method(g):
    name = g.exact(lambda value: value.ndim > 0 and value.size)
    value = g.value(name)
    axis = g.random.randint(0, value.ndim - 1)
    function = g.choice("add maximum minimum multiply logical_or".split())
    method = g.choice(["reduce", "accumulate"])
    if kind_of(value) == "c" or (kind_of(value) == "f" and function == "multiply"):
        raise Unsuitable
    error = sum_error() if function == "add" and is_inexact(value) else None
    g.emit(f"np.{function}.{method}({name}, axis={axis})", error=error)


def cumulative(g):
    function = g.choice(["cumsum", "cumsum", "cumprod", "diff"])
    name = g.exact(lambda value: value.ndim > 0)
    value = g.value(name)
    if function == "diff":
        axis = axis_of(g, value, False).replace("axis=None", "")
        return g.emit(f"np.diff({arguments(name, axis)})")
    source = call(g, function, name, axis_of(g, value, False))
    if not is_inexact(value):
        return g.emit(source)
    if function == "cumprod":
        return g.emit(source, ulps=16 + 4 * value.size)
    g.emit(source, error=sum_error())


FAMILIES = [
    (reduction, 6),
    (deviation, 1),
    (extreme, 4),
    (nan_reduction, 1),
    (ufunc_method, 2),
    (cumulative, 2),
]
