"""Index arrays, masks, sorting, searching and running sums give what NumPy gives.

Random index expressions over random arrays, and fixed calls over arrays of all element types, are evaluated with NumPy
and with the array library: shapes, element types, elements, and the kind and words of exceptions must agree. Fixed
calls also fail where they went to the host. Seeds are the tests' parameters.
"""

import random
import warnings

import _legate
import cunumeric
import numpy
import pytest

# Masks of this many elements, and how many of a hundred are true.
MASKS = [(extent, share) for extent in (0, 1, 63, 64, 65, 700, 50_000) for share in (0, 3, 50, 97, 100)]

TYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]


def outcome(function):
    """A function's value in plain form, or its exception's kind and words."""
    try:
        return plain(function())
    except Exception as error:
        if "has not implemented" in str(error):
            raise
        kinds = [k.__name__ for k in type(error).__mro__ if k.__module__ in ("builtins", "numpy.exceptions")]
        return kinds[0], str(error)


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "dtype"):
        is_array = isinstance(value, (numpy.ndarray, cunumeric.ndarray))
        return "array" if is_array else "scalar", numpy.asarray(value)
    return value


def same(a, b):
    if isinstance(a, (list, tuple)):
        return isinstance(b, (list, tuple)) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, numpy.ndarray):
        if not isinstance(b, numpy.ndarray) or a.dtype != b.dtype or a.shape != b.shape:
            return False
        return numpy.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return a == b


def expect_same(function, strict=True):
    """Evaluates `function(np)` with both libraries; natively unless not strict."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = outcome(lambda: function(numpy))
        if strict:
            warnings.filterwarnings("error", message=".*(host|NumPy).*", category=RuntimeWarning)
        got = outcome(lambda: function(cunumeric))
    assert same(wanted, got), f"\nNumPy:  {wanted}\nLegate: {got}"


def values(shape, dtype, seed=0, ties=True):
    """Equal arrays for both libraries: numbers with ties, some zeros and NaN."""
    generator = numpy.random.default_rng(seed)
    dtype = numpy.dtype(dtype)
    limit = 20 if ties else 100_000
    if dtype.kind == "b":
        return generator.integers(0, 2, shape).astype(bool)
    if dtype.kind == "u":
        return generator.integers(0, min(limit, 200), shape).astype(dtype)
    if dtype.kind == "i":
        return generator.integers(-min(limit, 100), min(limit, 100), shape).astype(dtype)
    result = generator.integers(-limit, limit, shape).astype("float64") / 4
    if dtype.kind == "c":
        result = result + 1j * generator.integers(-2, 2, shape)
    result = result.astype(dtype)
    if result.size > 3:
        flat = result.reshape(-1)
        flat[generator.integers(0, result.size, max(1, result.size // 9))] = numpy.nan
    return result


# Random index expressions


def random_shape(generator):
    return tuple(generator.choice([0, 1, 2, 3, 4, 5, 7]) if generator.random() < 0.15 else generator.randint(1, 5)
                 for _ in range(generator.randint(1, 4)))


def random_view(generator, np, array):
    """The same random view of an array, whichever library it belongs to."""
    kind = generator.randint(0, 3)
    if kind == 1:
        return array.transpose(tuple(generator.sample(range(array.ndim), array.ndim)))
    if kind == 2:
        return array[::-1]
    if kind == 3:
        return array[..., ::2]
    return array


def random_items(generator, shape):
    """Items as functions of the library, and how many axes they use up."""
    items = []
    axis = 0
    group = generator.choice([(), (1,), (3,), (2, 3), (3, 1), (0,)])
    has_ellipsis = False
    while axis < len(shape) and generator.random() < 0.93:
        extent = shape[axis]
        kind = generator.randint(0, 10)
        if kind <= 1:
            bound = lambda: generator.choice([None, generator.randint(-6, 6)])
            items.append(lambda np, s=slice(bound(), bound(), generator.choice([None, 1, 2, -1, -2])): s)
            axis += 1
        elif kind == 2 and extent:
            items.append(lambda np, i=generator.randrange(-extent, extent): i)
            axis += 1
        elif kind == 3:
            items.append(lambda np: None)
        elif kind == 4 and not has_ellipsis:
            has_ellipsis = True
            items.append(lambda np: ...)
            axis += generator.randint(0, len(shape) - axis)
        elif kind == 5:
            rank = generator.randint(1, min(2, len(shape) - axis))
            part = list(shape[axis:axis + rank])
            if generator.random() < 0.05:
                part[0] += 1
            count = int(numpy.prod(part))
            bits = [generator.random() < 0.5 for _ in range(count)]
            mask = numpy.array(bits, dtype=bool).reshape(part)
            items.append(lambda np, m=mask: np.array(m))
            axis += rank
        elif kind == 6 and generator.random() < 0.3:
            items.append(lambda np, b=generator.random() < 0.7: b)
        elif kind >= 7:
            part = group if generator.random() < 0.7 else (1,) * generator.randint(0, 1)
            wide = extent + (1 if generator.random() < 0.02 else 0)
            if wide == 0:
                part = (0,)
            count = int(numpy.prod(part))
            index = numpy.array([generator.randrange(-max(wide, 1), max(wide, 1)) for _ in range(count)])
            index = index.reshape(part).astype(generator.choice(["int64", "int32", "int8", "int64"]))
            if part == ():
                index = index.reshape(1)
            if generator.random() < 0.2:
                items.append(lambda np, i=index.tolist(): i)
            else:
                items.append(lambda np, i=index: np.array(i))
            axis += 1
    return items


def key(items, np):
    made = [item(np) for item in items]
    return made[0] if len(made) == 1 else tuple(made)


@pytest.mark.parametrize("seed", range(40))
def test_random_indices(seed):
    generator = random.Random(seed)
    for trial in range(25):
        shape = random_shape(generator)
        data = values(shape, generator.choice(TYPES), seed * 100 + trial)
        state = generator.getstate()

        def view(np):
            generator.setstate(state)
            base = np.array(data)
            return base, random_view(generator, np, base)

        items = random_items(generator, view(numpy)[1].shape)
        after = generator.getstate()
        expect_same(lambda np: view(np)[1][key(items, np)], strict=False)
        try:
            result = view(numpy)[1][key(items, numpy)]
        except IndexError:
            result = numpy.zeros(2)
        generator.setstate(after)
        choice = generator.randint(0, 4)
        width = numpy.shape(result)[generator.randint(0, numpy.ndim(result)):]
        source = values(width, "float64" if data.dtype.kind in "fc" else "int8", trial)
        if source.dtype.kind == "f":
            source = numpy.nan_to_num(source)
        after = generator.getstate()

        def assign(np):
            base, target = view(np)
            value = 1 if choice == 0 else np.array(source) if choice < 4 else np.array(source)[..., ::-1] \
                if source.ndim else np.array(source)
            if choice == 3 and data.dtype.kind != "b":
                target[key(items, np)] += np.array(source[..., :1]).astype(data.dtype) if source.ndim else 1
            else:
                target[key(items, np)] = value
            return base

        expect_same(assign, strict=False)
        generator.setstate(after)


# Fixed calls

CALLS = [
    "np.where(a > 3, a, 0)", "np.where(a, a, np.float32(2))", "np.where(a)", "np.where(m, 1, 2.5)",
    "np.where(m[:, :1], a, a[:1])", "np.nonzero(a)", "np.flatnonzero(a)", "np.argwhere(a > 2)",
    "np.take(a, [0, -1, 2])", "np.take(a, np.array([[0, 1], [2, 0]]), axis=1)", "a.take([1], axis=0)",
    "np.take(a, [5, -9, 60], mode='wrap')", "np.take(a, [5, -9, 60], mode='clip', axis=1)",
    "np.take(a, 3)", "np.take(a, [1000])", "np.take(a, [7], axis=0)", "np.take(a[:0], [0], axis=1)",
    "x = a.copy(); np.put(x, [0, 2, -1, 2], [1, 0, 1]); x", "x = a.copy(); x.put([1], 1); x",
    "x = a.T.copy(); np.put(x.T, [0, 3], [1, 0]); x", "x = a.copy(); np.put(x, [900], 1); x",
    "np.take_along_axis(a, np.argsort(a, axis=0, kind='stable'), 0)",
    "np.take_along_axis(a, np.argsort(a, axis=1, kind='stable'), -1)",
    "x = a.copy(); np.put_along_axis(x, np.array([[0], [1], [2], [0], [1]]), 1, 1); x",
    "np.compress([1, 0, 1], a, axis=1)", "a.compress([0, 1])", "np.extract(m, a)", "np.compress([1, 1, 1, 1, 1, 1], a, axis=0)",
    "x = a.copy(); np.place(x, m, [1, 0]); x", "x = a.copy(); np.putmask(x, m, [1, 0, 1]); x",
    "x = a.copy(); np.putmask(x, m, a[::-1]); x", "x = a.copy(); np.place(x, m, []); x",
    "np.choose(np.array([[0], [1], [0], [1], [2]]), [a, a[::-1], 1])", "np.choose([0, 5], [[1, 2], [3, 4]])",
    "a[m]", "x = a.copy(); x[m] = 1; x", "x = a.copy(); x[m] = x[m][::-1]; x", "x = a.copy(); x[m] = [1, 0]; x",
    "x = a.copy(); x[m[:, 0]] = x[0]; x", "x = a.copy(); x[:, m[0]] = 0; x", "x = a.copy(); x[x > 0] = x[x > 0]; x",
    "x = a.copy(); x[m] = np.ones((2, 2)); x", "a[np.array([1.5])]", "a[[9]]", "a[:, [0], [1]]", "a[m, 0]",
    "x = a.copy(); x[[0, 0, 1]] = a[2:5]; x", "x = a.copy(); x[[0, 1]] = np.ones((3, 2)); x",
    "x = np.arange(5); x[x[::-1]] = x; x", "a[[]]", "a[np.zeros((0, 2), int)]",
    "x = a.copy(); x[[1, 0]] = x[:2]; x", "x = a.copy(); x[[[0, 1]], [[2, 1]]] = 1; x",
    "np.sort(a)", "np.sort(a, axis=0)", "np.sort(a, axis=None)", "np.sort(a.T[::-1])", "x = a.copy(); x.sort(); x",
    "x = a.copy(); x.sort(axis=0); x", "x = a.copy(); x.T[1].sort(); x", "np.sort(a, axis=2)", "np.sort(a, kind='x')",
    "np.argsort(a, kind='stable')", "np.argsort(a, axis=0, kind='stable')", "a.argsort(axis=None, kind='stable')",
    "np.sort(np.partition(a, 2, axis=0), axis=0)", "np.partition(a, 2)[:, 2]", "np.partition(a, 9)",
    "np.sort_complex(a)", "np.argmax(a)", "np.argmin(a)", "np.argmax(a, axis=0)", "np.argmin(a, axis=1)",
    "np.argmax(a, axis=-1, keepdims=True)", "np.argmax(a, keepdims=True)", "a.argmin(axis=0)", "np.argmax(a, axis=5)",
    "np.argmax(a[:0])", "np.argmax(a[:0], axis=0)", "np.argmax(a[:0], axis=1)", "np.argmax(a.T[::-1, ::-1], axis=1)",
    "np.searchsorted(np.sort(a[0]), a)", "np.searchsorted(np.sort(a[0]), a, side='right')",
    "np.searchsorted(np.sort(a[:, 0]), 3)", "np.searchsorted(a[0], 2, sorter=np.argsort(a[0], kind='stable'))",
    "np.searchsorted(a, 2)", "np.searchsorted([1, 2], 1, side='x')", "np.searchsorted([1.5, 2.5], [2, np.nan])",
    "np.unique(a)", "np.unique(a, return_index=True)", "np.unique(a, return_inverse=True)",
    "np.unique(a, return_counts=True)", "np.unique(a, True, True, True)", "np.unique(a, equal_nan=False)",
    "np.unique(a[:0], True, True, True)",
    "np.isin(a, [1, 2, 3])", "np.isin(a, a[0], invert=True)", "np.isin(a, [])", "np.union1d(a[0], a[1])",
    "np.setdiff1d(a, a[0])", "np.intersect1d(a[0], a[1:])",
    "np.cumsum(a)", "np.cumsum(a, axis=0)", "np.cumsum(a, axis=1)", "a.cumsum(axis=-1)", "np.cumprod(a, axis=0)",
    "np.cumsum(a.T[::-1], axis=0)", "np.cumsum(a, axis=3)", "np.cumsum(a, dtype='float64')", "np.cumsum(3)",
    "np.nancumsum(a)", "np.nancumprod(a, axis=1)", "np.cumulative_sum(a, axis=1)",
    "np.cumulative_sum(a, axis=0, include_initial=True)", "np.cumulative_sum(a)",
    "x = np.zeros((5, 4), a.dtype); np.maximum.accumulate(a, axis=0, out=x); x", "np.minimum.accumulate(a, axis=1)",
    "np.logical_or.accumulate(m, axis=1)", "np.multiply.accumulate(a, axis=1)", "np.add.accumulate(a)",
    "np.maximum.accumulate(np.array(5))", "np.cumsum(a[:, :0], axis=0)",
]
HOST = {"np.sort(a, kind='x')", "np.cumsum(3)"}


def run(text, dtype, np, shape=(5, 4)):
    space = {"np": np, "a": np.array(values(shape, dtype)), "m": np.array(values(shape, "bool", 1))}
    *statements, last = text.split("; ")
    for statement in statements:
        exec(statement, space)
    return eval(last, space)


@pytest.mark.parametrize("text", CALLS)
def test_calls(text):
    for dtype in TYPES:
        expect_same(lambda np: run(text, dtype, np), strict=text not in HOST)


SPECIAL = [
    "np.bincount([1, 1, 4])", "np.bincount([])", "np.bincount([1, -1])", "np.bincount([1, 2], weights=[0.5, 0.25])",
    "np.bincount([1, 2], minlength=9)", "np.bincount([1, 2], [1])", "np.bincount(np.arange(200000) % 7)",
    "np.bincount(np.array([0, 3], np.uint8))", "np.bincount((np.arange(200003) % 251).astype(np.uint8))",
    "np.bincount((np.arange(70001) // 9 % 7).astype(np.uint8), minlength=300)", "np.bincount(np.arange(40000) % 3 == 1)",
    "np.bincount((np.arange(70001) % 9).astype(np.uint8)[::-2])", "np.bincount((np.arange(70001) % 9 - 1).astype(np.int8))",
    "np.digitize([0.5, 2.5, 9], [1, 2, 3])", "np.digitize([1, 2.5, 3], [3, 2, 1])", "np.digitize(2, [1, 2], right=True)",
    "np.digitize([1], [1, 3, 2])", "np.median(f)", "np.median(f, axis=0)", "np.median(f, axis=1, keepdims=True)",
    "np.median(np.arange(9).reshape(3, 3), axis=0)", "np.median(np.array([1.0, np.nan]))", "np.median([1, 2, 4, 3])",
    "np.percentile(f, 30)", "np.percentile(f, [10, 50, 99.5], axis=0)", "np.quantile(f, 0.25, axis=1)",
    "np.quantile(f, [0, 1], keepdims=True)", "np.quantile(np.arange(10), 0.33)", "np.quantile(f, 2)",
    "np.histogram(f)", "np.histogram(np.arange(50), 7)", "np.histogram(f, 5, (10, 100))", "np.histogram([])",
    "np.histogram(f, [0, 10, 50, 51.5])", "np.histogram([1, 2], [3, 2])", "np.histogram(f, 0)", "np.histogram([2, 2])",
    "np.histogram(np.sin(np.arange(300000.0)), 100)", "np.histogram([np.nan])", "np.histogram(f, 3, (5, 1))",
    "np.where(True, 1, 2)", "np.where([True, False], np.int8(1), 300)", "np.where([1, 2], 1)",
    "np.where([1, 0], [1, 2, 3], 4)", "np.where([True, False], np.float32(1), 2.0)", "np.nonzero(np.array(3))",
    "np.zeros((3, 0))[[10]]", "np.zeros(3)[np.array([True, False])]", "np.zeros((2, 2))[0, [0], [1]]",
    "np.zeros((2, 2))[[0, 1], [0, 1, 0]]", "np.arange(3)[True]", "np.arange(3)[False]",
    "x = np.arange(4); x[[0, 1, 9]] = 1", "x = np.zeros(4, np.int8); x[x == 0] = 300",
]


@pytest.mark.parametrize("text", SPECIAL)
def test_special(text):
    def evaluate(np):
        space = {"np": np, "f": np.array(values((6, 7), "float64", 3, ties=False) * 0 + numpy.arange(42).reshape(6, 7)[::-1] ** 1.5)}
        *statements, last = text.split("; ")
        for statement in statements:
            exec(statement, space)
        return eval(last, space) if "=" not in last.split("(")[0] or "(" in last else exec(last, space)

    expect_same(evaluate, strict=False)


@pytest.mark.skipif(_legate.rank_count() > 1, reason="several ranks count together")
@pytest.mark.parametrize("dtype", ["uint8", "bool"])
def test_bytes_are_counted_where_they_lie(dtype):
    numbers = (numpy.arange(300_001) * 7 // 5 % 256).astype(dtype)
    x = cunumeric.asarray(numbers)
    before = _legate.counts()["allocatedBytes"]
    assert cunumeric.bincount(x).tolist() == numpy.bincount(numbers).tolist()
    assert _legate.counts()["allocatedBytes"] - before < 10_000


# Large arrays: tiles, blocks, merges

LARGE = [
    "a[m]", "np.nonzero(m)[0]", "a[i]", "np.where(m, a, a[::-1])", "x = a.copy(); x[m] = 1; x",
    "x = a.copy(); x[m] = x[m][::-1]; x", "x = a.copy(); x[m] += a[m]; x", "x = a.copy(); x[i] = a; x",
    "np.sort(a)", "np.argsort(a, kind='stable')", "np.argmax(a)", "np.argmin(a[::-2])", "np.cumsum(a)",
    "np.unique(a, return_counts=True)", "np.unique(a, return_inverse=True)", "np.maximum.accumulate(a)",
    "np.searchsorted(np.sort(a[:999]), a)", "np.isin(a, a[:50])", "np.take(a.reshape(300, 1000), [5, 1, 7], axis=0)",
    "np.take(a.reshape(300, 1000), i[:50] % 9, axis=1)", "np.cumsum(a.reshape(300, 1000), axis=0)",
    "np.cumsum(a.reshape(300, 1000), axis=1)", "np.sort(a.reshape(300, 1000), axis=0)",
    "np.argsort(a.reshape(300, 1000), axis=1, kind='stable')", "np.argmax(a.reshape(300, 1000), axis=0)",
    "np.argmax(a.reshape(300, 1000), axis=1)", "a.reshape(300, 1000)[i[:99] % 300, i[99:198] % 1000]",
    "a.reshape(300, 1000)[m.reshape(300, 1000)[:, 5]]", "x = a.reshape(300, 1000).copy(); x[:, i[:99] % 7] = 0; x",
    "x = a.reshape(300, 1000).copy(); x[i[:99] % 7] = x[100:199]; x", "np.nonzero(m.reshape(300, 1000))",
    "np.argwhere(m.reshape(30, 100, 100))",
]


@pytest.mark.parametrize("text", LARGE)
@pytest.mark.parametrize("dtype", ["float64", "int64", "int8", "float32", "uint16", "complex128", "float16"])
def test_large(text, dtype):
    n = 300_000
    index = numpy.random.default_rng(7).integers(-n, n, n)

    def evaluate(np):
        space = {"np": np, "a": np.array(values(n, dtype, 5, ties=dtype != "float64")),
                 "m": np.array(values(n, "bool", 6)), "i": np.array(index)}
        *statements, last = text.split("; ")
        for statement in statements:
            exec(statement, space)
        return eval(last, space)

    expect_same(evaluate)


@pytest.mark.parametrize("kind", ["int8", "float16", "float32", "int64", "complex128"])
def test_masks_of_every_density(kind):
    for extent, share in MASKS:
        generator = numpy.random.default_rng(extent + share)
        values = generator.integers(0, 100, extent).astype(kind)
        mask = generator.random(extent) < share / 100
        # Alone, and in runs, as the borders of a region give them.
        for truth in (mask, numpy.repeat(mask[: extent // 9 + 1], 9)[:extent]):
            ours, chosen = cunumeric.array(values), cunumeric.array(truth)
            assert numpy.array_equal(numpy.asarray(ours[chosen]), values[truth])
            assert numpy.array_equal(numpy.asarray(cunumeric.flatnonzero(chosen)), numpy.flatnonzero(truth))
            assert numpy.array_equal(numpy.asarray(ours[::-1][chosen]), values[::-1][truth])
