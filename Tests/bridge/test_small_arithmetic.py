"""Small arrays whose arithmetic, comparisons, extremes and interpolation have kernels of their own: NumPy's bits, also in place."""

import cunumeric
import numpy
import pytest

OPERATIONS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
KEYS = (slice(None), slice(1, None), slice(None, None, 2), slice(None, None, -1), (slice(1, -1), slice(2, -3)))
NUMBERS = (2.0, 0.5, -4.0, 3.0, 0.1, 2.0**-1022, 2.0**1023, 5e-324, 0.0, float("inf"), 7)


def values(shape, dtype, seed=0):
    rng = numpy.random.default_rng(seed)
    x = rng.standard_normal(shape) * 10.0 ** rng.integers(-3, 4, shape)
    x.flat[::17] = 0.0
    x.flat[5::23] = numpy.nan
    x.flat[3::29] = 3.0
    return x.astype(dtype)


def bits(array):
    array = numpy.asarray(array)
    return numpy.where(numpy.isnan(array), numpy.zeros((), array.dtype), array).tobytes(), numpy.isnan(array).tobytes()


def both(program, *arrays):
    """What a program makes of the arrays, with NumPy and with the library: bits, and the arrays afterwards."""
    found = []
    for package in (numpy, cunumeric):
        own = [package.array(array) for array in arrays]
        result = program(package, *own)
        found.append([bits(array) for array in (result, *own)])
    assert found[0] == found[1]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(5, 7), (31, 31), (9, 40), (3, 1), (2, 300)])
@pytest.mark.parametrize("name", OPERATIONS)
def test_arithmetic(name, shape, dtype):
    operation = OPERATIONS[name]
    x, y, row, column = (values(s, dtype, k) for k, s in enumerate((shape, shape, shape[1:], (shape[0], 1))))
    with numpy.errstate(all="ignore"):
        for key in KEYS:
            both(lambda np, a, b: operation(a[key], b[key]), x, y)
            both(lambda np, a, b: operation(a[key], b[key].copy()), x, y)
            for number in NUMBERS:
                both(lambda np, a: operation(a[key], number), x)
                both(lambda np, a: operation(number, a[key]), x)
        both(lambda np, a, b: operation(a, b), x, row)
        both(lambda np, a, b: operation(b, a), x, column)
        both(lambda np, a, b: operation(a[:, 1:], b), x, column)


IN_PLACE = {
    "a += b": "a += b",
    "a -= a": "a -= a",
    "a *= number": "a *= {number}",
    "a /= number": "a /= {number}",
    "a[1:] += a[:-1]": "a[1:] += a[:-1]",
    "a[:-1] *= a[1:]": "a[:-1] *= a[1:]",
    "inner": "a[1:-1, 1:-1] -= b[1:-1, :-2]",
    "inner, number": "a[1:-1, 1:-1] /= {number}",
    "inner, own": "a[1:-1, 1:-1] += a[:-2, 1:-1]",
    "columns": "a[:, ::2] *= b[:, ::2]",
    "rows backwards": "a[::-1] += b",
    "row": "a += b[0]",
    "own row": "a -= a[0]",
    "column": "a *= b[:, :1]",
    "out": "np.divide(a, {number}, out=a)",
    "out, second": "np.subtract(b, a, out=a)",
    "out, shifted": "np.add(a[1:], b[1:], out=a[:-1])",
}


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "complex128"])
@pytest.mark.parametrize("shape", [(5, 6), (31, 31), (4, 129)])
@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place(name, shape, dtype):
    is_refused = dtype == "int64" and any(word in IN_PLACE[name] for word in ("/", "divide"))
    for number in (2, 3):
        source = IN_PLACE[name].format(number=number)

        def program(np, a, b):
            exec(source, {"np": np, "a": a, "b": b})
            return a

        a, b = values(shape, dtype, 1), values(shape, dtype, 2)
        if is_refused:
            # Quotients of integers are reals, which integers cannot take.
            for np in (numpy, cunumeric):
                with pytest.raises(TypeError, match="same_kind"):
                    program(np, np.array(a), np.array(b))
            continue
        with numpy.errstate(all="ignore"):
            both(program, a, b)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int32", "int64", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(3, 1), (4, 7), (9, 16), (5, 33), (60, 100), (7, 1000), (2, 20000)])
def test_places_of_extremes(shape, dtype):
    x = (numpy.random.default_rng(5).integers(0, 90, shape) - (0 if dtype[0] in "ub" else 40)).astype(dtype)
    odd = x.copy()
    if dtype.startswith("float"):
        odd[::2, shape[1] // 2 :: 5] = numpy.nan
        odd[1::2] = numpy.where(odd[1::2] == 0, -odd[1::2], odd[1::2])
    for name in ("argmax", "argmin"):
        for array in (x, odd):
            both(lambda np, a: getattr(a, name)(axis=1), array)
            both(lambda np, a: getattr(a[:, ::-1], name)(axis=1), array)
            both(lambda np, a: getattr(a[1:, : shape[1] // 2 + 1], name)(axis=1), array)
            both(lambda np, a: np.asarray(getattr(a, name)()), array)
            both(lambda np, a: getattr(a.T, name)(axis=0), array)


@pytest.mark.parametrize("points", [1, 2, 3, 50, 1000])
def test_interpolation(points):
    rng = numpy.random.default_rng(points)
    xp = numpy.sort(rng.integers(0, 400, points) / 8.0)
    fp = rng.standard_normal(points)
    anywhere = rng.uniform(-3, 55, 700)
    for x in (
        anywhere, numpy.sort(anywhere), numpy.sort(anywhere)[::-1].copy(), numpy.repeat(xp, 3)[:900],
        numpy.array([numpy.nan, -numpy.inf, numpy.inf, xp[0], xp[-1]]),
    ):  # fmt: skip
        distinct = numpy.unique(xp)
        both(lambda np, q, a, b: np.interp(q, a, b), x, distinct, fp[: len(distinct)])
        both(lambda np, q, a, b: np.interp(q, a, b, -1.0, 2.0), x, distinct, fp[: len(distinct)])
