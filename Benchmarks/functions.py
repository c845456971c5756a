"""The mathematical functions: their names, where their operands lie, and how far a result is from the truth.

What accuracy.py and function_speed.py share. An ulp is that of the true result: the distance of the two floats around
it. Where the true result overflows, is NaN or is zero, a result must be the same.
"""

import numpy

UNARY = (
    "exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan "
    "sinh cosh tanh arcsinh arccosh arctanh cbrt"
).split()
BINARY = "arctan2 hypot power logaddexp logaddexp2".split()
TYPES = (numpy.float64, numpy.float32)

# Where ordinary results are, in double and in single precision.
RANGES = {
    "exp": ((-745, 709.7), (-103, 88.7)),
    "exp2": ((-1074, 1023.9), (-149, 127.9)),
    "expm1": ((-40, 709.7), (-20, 88.7)),
    "sinh": ((-710, 710), (-89, 89)),
    "cosh": ((-710, 710), (-89, 89)),
    "tanh": ((-22, 22), (-11, 11)),
    "arcsin": ((-1, 1), (-1, 1)),
    "arccos": ((-1, 1), (-1, 1)),
    "arctanh": ((-1, 1), (-1, 1)),
}
SPECIAL = [
    *(0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, 8.0, 10.0, 100.0, 1000.0, 1.5, -1.5, 0.75),
    *(numpy.inf, -numpy.inf, numpy.nan, 5e-324, -5e-324, 2.2250738585072014e-308, 1e-310, -1e-310),
    *(1.7976931348623157e308, -1.7976931348623157e308, 1e-45, -1e-40, 3.4e38, -3.4e38, 1e-20, -1e-8),
    *(1e15, 1e22, 1e300, 1e9, 710.0, -746.0, 89.0, -104.0, 1024.0, -1075.0, 128.0, -150.0),
]


def bits_type(type):
    return numpy.uint64 if type is numpy.float64 else numpy.uint32


def any_numbers(rng, count, type):
    """Numbers of every exponent, infinities and NaN among them."""
    most = numpy.iinfo(bits_type(type)).max
    return rng.integers(0, most, count, bits_type(type), endpoint=True).view(type)


def near_one(rng, count):
    return 1 + rng.normal(0, 1, count) * 10.0 ** rng.integers(-16, 0, count)


def operands_of_one(name, type, count, rng):
    """Ordinary operands, and those that are hard for the function."""
    low, high = RANGES.get(name, ((-100, 100),) * 2)[0 if type is numpy.float64 else 1]
    parts = [
        any_numbers(rng, count, type),
        rng.uniform(low, high, count),
        rng.uniform(-1.2, 1.2, count),
        rng.normal(0, 1e-3, count),
        near_one(rng, count),
        rng.choice([-1, 1], count) * 10.0 ** rng.uniform(-30, 30, count),
        SPECIAL,
    ]
    if name in ("sin", "cos", "tan"):
        quarters = rng.integers(-(2**30), 2**30, count) >> rng.integers(0, 30, count)
        parts += [quarters * (numpy.pi / 2), rng.uniform(-2e4, 2e4, count)]
    if name == "arccosh":
        parts += [1 + 10.0 ** rng.uniform(-15, 20, count)]
    return (as_type(parts, type),)


def operands_of_two(name, type, count, rng):
    wide = 300 if type is numpy.float64 else 35
    ratio = rng.uniform(0.5, 2, count)
    base = 10.0 ** rng.uniform(-wide, wide, count)
    pairs = [
        (any_numbers(rng, count, type), any_numbers(rng, count, type)),
        (rng.uniform(-3, 3, count), rng.uniform(-3, 3, count)),
        (10.0 ** rng.uniform(-20, 20, count), 10.0 ** rng.uniform(-20, 20, count)),
        (ratio, ratio * near_one(rng, count)),
        (rng.uniform(0, 100, count), rng.uniform(-30, 30, count)),
        (rng.integers(-10, 11, count), rng.integers(-15, 16, count)),
        (base, rng.uniform(-1, 1, count) * wide / numpy.log10(base)),
        (numpy.repeat(SPECIAL, len(SPECIAL)), numpy.tile(SPECIAL, len(SPECIAL))),
    ]
    return tuple(as_type([pair[k] for pair in pairs], type) for k in (0, 1))


def as_type(parts, type):
    with numpy.errstate(all="ignore"):
        return numpy.concatenate([numpy.asarray(part).astype(type) for part in parts])


def operands(name, type, count, rng):
    return (operands_of_one if name in UNARY else operands_of_two)(name, type, count, rng)
