"""Families of statements that compute on elements: ufuncs and in-place updates.

Each family is a function of the generator `g` that writes one statement, or
raises `Unsuitable`. `FAMILIES` lists them with their weights. Operations whose
rounding may differ from NumPy's say so with `ulps=` or `error=`.
"""

import numpy
from program_reference import Unsuitable, epsilon, is_inexact, magnitude

EXACT_UNARY = (
    "negative positive absolute fabs sign square reciprocal sqrt rint floor ceil trunc "
    "isnan isinf isfinite logical_not conjugate"
).split()
MATH_UNARY = (
    "exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh "
    "arcsinh arccosh arctanh cbrt deg2rad rad2deg degrees radians"
).split()
ARITHMETIC = "add subtract multiply maximum minimum fmax fmin".split()
DIVISIONS = "true_divide floor_divide remainder fmod".split()
COMPARISONS = "equal not_equal less less_equal greater greater_equal".split()
LOGICAL = "logical_and logical_or logical_xor".split()
BITWISE = "bitwise_and bitwise_or bitwise_xor left_shift right_shift gcd lcm".split()
MATH_BINARY = "arctan2 hypot logaddexp logaddexp2 power float_power".split()
SMOOTH_OPERATORS = ["+", "-", "*"]


def kind_of(value):
    return value.dtype.kind


def dtype_of(g, source):
    value = g.evaluate(source)
    return value.dtype if hasattr(value, "dtype") else numpy.dtype(type(value))


def result_is_complex(g, source):
    return dtype_of(g, source).kind == "c"


def pair(g, accepts=lambda value: True):
    """Two operands that broadcast together, as source."""
    name = g.array(accepts)
    value = g.value(name)
    left = name
    if g.chance(0.3):
        left = name + index(g, value.shape)
    shape = g.out_shape(left)
    right = g.operand(shape, value.dtype, accepts)
    return (left, right) if g.chance(0.75) else (right, left)


def index(g, shape, most=None):
    """A basic index: slices, now and then an integer, a new axis, an ellipsis."""
    parts = []
    for length in shape[: g.random.randint(0 if most is None else 1, len(shape))]:
        if length and g.chance(0.12):
            parts.append(str(g.random.randint(-length, length - 1)))
        else:
            parts.append(g.slice(length))
    if g.chance(0.12):
        parts.insert(g.random.randint(0, len(parts)), "None")
    if g.chance(0.1):
        parts.append("...")
    return f"[{', '.join(parts)}]" if parts else "[...]"


# Elementwise ---------------------------------------------------------------


def operators(g):
    """An expression of Python's operators, up to three deep."""
    left, right = pair(g)
    symbol = g.choice(["+", "-", "*", "+", "-", "*", "/", "//", "%", "**", "==", "<", ">=", "!="])
    if symbol == "**":
        return powers(g)
    source = f"{left} {symbol} {right}"
    smooth = symbol in SMOOTH_OPERATORS
    for _ in range(g.choice([0, 0, 1, 1, 2, 3])):
        shape = g.out_shape(source)
        symbol = g.choice(["+", "-", "*", "+", "-", "*", "/"])
        smooth &= symbol in SMOOTH_OPERATORS
        other = g.operand(shape)
        source = f"({source}) {symbol} {other}" if g.chance(0.7) else f"{other} {symbol} ({source})"
    complex_product = result_is_complex(g, source)
    if smooth and not complex_product and "*" not in source:
        return g.emit(source, smooth=True)
    if complex_product:
        return g.emit(source, smooth=smooth, error=complex_error(source), gain="product")
    g.emit(source, smooth=smooth, gain="product")


def complex_error(source, ulps=32):
    """Complex products round differently when fused: relative to the factors."""
    factors = max(1, source.count("*") + source.count("/") + source.count("@"))

    def error(*operands):
        most = max([1.0] + [magnitude(value) for value in operands])
        eps = max([epsilon(value) for value in operands] + [2.3e-16])
        try:
            return ulps * eps * (4 * most) ** (factors + 1)
        except OverflowError:
            return numpy.inf

    return error


def powers(g):
    name = g.exact(lambda value: value.ndim < 5)
    kind = kind_of(g.value(name))
    if g.chance(0.5):
        return g.emit(f"{name} ** 2", error=complex_error("*") if kind == "c" else None)
    if kind in "iu":
        exponent = g.choice(["3", "0", "1", "5", "-1"])
        return g.emit(f"{name} ** {exponent}")
    exponent = g.choice(["3", "0.5", "-1", "1.5", "0"])
    g.emit(f"{name} ** {exponent}", ulps=64)


def unary(g):
    function = g.choice(EXACT_UNARY)
    name = g.exact(lambda value: value.size < 1e6)
    kind = kind_of(g.value(name))
    if kind == "b" and function in ("negative", "positive", "sign", "square", "reciprocal"):
        if not g.chance(0.1):
            raise Unsuitable
    if kind == "c" and function in ("rint", "fabs", "floor", "ceil", "trunc", "sign", "isinf"):
        if function not in ("rint", "isinf") and not g.chance(0.1):
            raise Unsuitable
    if kind in "iu" and function == "reciprocal":
        raise Unsuitable
    if kind in "biu" and g.value(name).dtype.itemsize < 4 and function == "fabs":
        raise Unsuitable
    source = f"np.{function}({name}{maybe_index(g, name)})"
    if kind == "c" and function in ("absolute", "square", "reciprocal", "sqrt", "sign"):
        if not numpy.isfinite(g.value(name)).all():
            raise Unsuitable
        return g.emit(source, ulps=64, error=complex_error("*"))
    g.emit(source)


def maybe_index(g, name, probability=0.3):
    return index(g, g.value(name).shape) if g.chance(probability) else ""


def math_unary(g):
    function = g.choice(MATH_UNARY)
    name = g.exact(lambda value: magnitude(value) < 1e4)
    value = g.value(name)
    if kind_of(value) == "c":
        if function not in "exp log sin cos sqrt tanh".split():
            raise Unsuitable
        if not numpy.isfinite(value).all() or magnitude(value) > 20:
            raise Unsuitable
    ulps = 4 if value.dtype.itemsize <= 2 else 64 if kind_of(value) == "c" else 16
    g.emit(f"np.{function}({name}{maybe_index(g, name)})", ulps=ulps)


def math_binary(g):
    function = g.choice(MATH_BINARY)
    real = lambda value: (
        kind_of(value) in "biuf" and g.reference.is_exact(value) and magnitude(value) < 100
    )
    left, right = pair(g, real)
    if function == "power":
        if result_is_complex(g, left):
            raise Unsuitable  # rounded in float32 first
        left = f"np.absolute({left})"
    g.emit(f"np.{function}({left}, {right})", ulps=64)


def binary(g):
    functions = g.choice([ARITHMETIC, ARITHMETIC, DIVISIONS, COMPARISONS, LOGICAL, BITWISE])
    function = g.choice(functions)
    accepts = lambda value: g.reference.is_exact(value)
    if functions is BITWISE and not g.chance(0.08):
        accepts = lambda value: kind_of(value) in ("iu" if function in BITWISE[3:] else "biu")
    left, right = pair(g, accepts)
    source = f"np.{function}({left}, {right})"
    if functions is DIVISIONS and result_is_complex(g, source):
        if not numpy.isfinite(g.evaluate(source)).all():
            raise Unsuitable
        return g.emit(source, ulps=64)
    if function == "multiply" and result_is_complex(g, source):
        return g.emit(source, error=complex_error("*"))
    g.emit(source, ulps=0)


def special_binary(g):
    function = g.choice("copysign nextafter heaviside ldexp".split())
    name = g.exact(lambda value: kind_of(value) == "f" and not numpy.isnan(value).any())
    if function == "ldexp":
        return g.emit(f"np.ldexp({name}, {g.random.randint(-3, 3)})")
    other = g.operand(g.value(name).shape, g.value(name).dtype, lambda value: False)
    if "nan" in other:
        raise Unsuitable
    g.emit(f"np.{function}({name}, {other})")


def several_results(g):
    name = g.exact(lambda value: kind_of(value) in "iuf")
    if kind_of(g.value(name)) == "f" and g.chance(0.6):
        function = g.choice(["modf", "frexp"])
        if not numpy.isfinite(g.value(name)).all():
            raise Unsuitable
        return g.emit(f"np.{function}({name})[{g.random.randint(0, 1)}]")
    divisor = g.choice(["3", "-2", "5"]) if kind_of(g.value(name)) != "u" else "3"
    g.emit(f"divmod({name}, {divisor})[{g.random.randint(0, 1)}]")


def keywords(g):
    """A ufunc with `out=`, `where=`, `dtype=` or `casting=`."""
    name = g.writable(lambda value: value.size and g.reference.is_exact(value))
    value = g.value(name)
    accepts = lambda other: g.reference.is_exact(other) and kind_of(other) != "c"
    left = g.operand(value.shape, value.dtype, accepts, exactly=True)
    right = g.operand(value.shape, value.dtype, accepts)
    style = g.random.random()
    # NumPy 2.4 crashes on a comparison with `where=` and a Python integer out of range.
    function = g.choice(ARITHMETIC + (COMPARISONS[:2] if style < 0.6 else []))
    if style < 0.3:
        kind = g.choice(["float64", "float32", "complex128", "int64"])
        settings = {"error": complex_error("*")} if kind == "complex128" else {}
        call = f"{g.choice(ARITHMETIC[:3])}({left}, {right}, dtype=np.{kind})"
        return g.emit(f"np.{call}", **settings)
    if kind_of(value) == "c" and function == "multiply":
        function = "add"
    extra = ""
    if style > 0.6:
        mask = g.operand(value.shape, numpy.bool_, lambda other: kind_of(other) == "b")
        if not (mask in ("True", "False") or g.evaluate(mask).dtype == bool):
            raise Unsuitable
        extra = f", where={mask}"
        if kind_of(value) == "c" and not result_is_complex(g, f"np.{function}({left}, {right})"):
            # Where operands overlap a complex output, NumPy copies it as real and back.
            raise Unsuitable
    source = f"np.{function}({left}, {right}, out={name}{extra})"
    g.mutate(name, source)


# In place ------------------------------------------------------------------


def in_place(g):
    """`view op= operand`, often with overlapping views of one array."""
    name = g.writable(lambda value: value.ndim > 0)
    value = g.value(name)
    kind = kind_of(value)
    symbol = g.choice(["+=", "-=", "*=", "+=", "-=", "/=", "//=", "%="])
    if kind == "b":
        symbol = g.choice(["|=", "&=", "^="])
    elif kind in "iu":
        symbol = g.choice(["+=", "-=", "*=", "//=", "%=", "|=", "&=", "^=", "<<=", ">>="])
    elif kind == "c":
        symbol = g.choice(["+=", "-="])
    if symbol in ("<<=", ">>="):
        return g.mutate(name, f"{name}{index(g, value.shape, 1)} {symbol} {g.random.randint(0, 3)}")
    target = name + index(g, value.shape, 1) if g.chance(0.85) else name
    shape = g.out_shape(target)
    if g.chance(0.55):
        operand = g.fitted(name, g.broadcastable(shape))
    else:
        safe = lambda other: numpy.can_cast(other.dtype, value.dtype, "same_kind")
        operand = g.operand(shape, value.dtype, safe)
    smooth = symbol in ("+=", "-=")
    g.mutate(name, f"{target} {symbol} {operand}", smooth=smooth)


def overlapping_copy(g):
    """`a[::-1] = a`, `m[:] = m.T`, `u[1:] = u[:-1]` and the like."""
    name = g.writable(lambda value: value.ndim > 0 and value.size)
    value = g.value(name)
    if value.ndim > 1 and g.chance(0.4):
        square = min(value.shape[:2])
        part = f"{name}[:{square}, :{square}]"
        return g.mutate(name, f"{part} = {part}.swapaxes(0, 1)", smooth=True)
    if g.chance(0.5):
        shift = g.random.randint(1, 3)
        left, right = (f"{name}[{shift}:]", f"{name}[:-{shift}]") if value.shape[0] > 3 else (
            f"{name}[:]", f"{name}[::-1]")
        if g.chance(0.5):
            left, right = right, left
        symbol = g.choice(["=", "=", "+=", "-="]) if kind_of(value) != "b" else "="
        return g.mutate(name, f"{left} {symbol} {right}", smooth=True)
    target = name + index(g, value.shape, 1)
    source = g.fitted(name, g.broadcastable(g.out_shape(target)))
    g.mutate(name, f"{target} = {source}", smooth=True)


def loop(g):
    """A short loop of updates: a stencil, a recurrence, a swap."""
    name = g.writable(
        lambda value: value.ndim > 0 and value.shape[0] > 3 and kind_of(value) in "iuf"
    )
    rounds = g.random.randint(2, 5)
    accumulate = f"{name}[1:] += {name}[:-1]"
    bodies = [
        accumulate,
        f"{name}[1:-1] = {name}[:-2] + {name}[2:]",
        f"{name}[::2] -= {name}[1::2][:1]",
        f"{name}[:-1] = {name}[1:] - {name}[:-1]",
        f"{name}[::-1] += {name}",
    ]
    if g.value(name).ndim > 1 and min(g.value(name).shape[:2]) > 2:
        bodies.append(
            f"{name}[1:-1, 1:-1] = {name}[:-2, 1:-1] + {name}[2:, 1:-1] - {name}[1:-1, :-2]"
        )
    if kind_of(g.value(name)) == "f" and g.reference.is_exact(g.value(name)):
        bodies.append(f"{name}[1:-1] = ({name}[:-2] + {name}[1:-1] + {name}[2:]) / 3")
    if not g.reference.is_exact(g.value(name)):
        raise Unsuitable
    g.mutate(name, f"for _ in range({rounds}): {g.choice(bodies)}")


FAMILIES = [
    (operators, 14),
    (powers, 2),
    (unary, 5),
    (math_unary, 3),
    (math_binary, 2),
    (binary, 8),
    (special_binary, 1),
    (several_results, 1),
    (keywords, 4),
    (in_place, 10),
    (overlapping_copy, 7),
    (loop, 3),
]
