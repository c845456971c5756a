"""``bincount``, ``histogram`` and ``unique`` against NumPy's."""

import cunumeric
import numpy as np
import pytest
import tabular

INTEGERS = "int8 int16 int32 int64 uint8 uint16 uint32 uint64".split()
REALS = INTEGERS + "float16 float32 float64".split()
SIZES = [1, 5, 40_000]


def numbers(dtype, size, seed=3):
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return random.normal(size=size).astype(dtype)
    limits = np.iinfo(dtype)
    return random.integers(max(limits.min, -50), min(limits.max, 90), size).astype(dtype)


def equal(mine, theirs):
    assert mine.dtype == theirs.dtype
    assert np.array_equal(np.asarray(mine), theirs)


# bincount


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("size", SIZES)
def test_bincount(dtype, size):
    x = np.abs(numbers(dtype, size).astype("int64")).astype(dtype)
    wanted = np.bincount(x.astype("int64"))
    equal(tabular.bincount(x), wanted)
    equal(tabular.bincount(cunumeric.asarray(x), minlength=200), np.bincount(x.astype("int64"), minlength=200))


@pytest.mark.parametrize("dtype", REALS)
def test_bincount_with_weights(dtype):
    x, weights = np.abs(numbers("int32", 40_000)), numbers(dtype, 40_000, 5)
    mine, theirs = tabular.bincount(x, weights), np.bincount(x, weights)
    assert mine.dtype == theirs.dtype
    assert np.allclose(mine, theirs, rtol=1e-12, atol=1e-9)


def test_bincount_of_views_and_many_bins():
    x = np.arange(300_000) * 7919 % 60_000
    equal(tabular.bincount(cunumeric.asarray(x)[::-3]), np.bincount(x[::-3]))
    equal(tabular.bincount(x), np.bincount(x))
    equal(tabular.bincount(np.zeros(50_000, "int64")), np.bincount(np.zeros(50_000, "int64")))
    equal(tabular.bincount(x > 100), np.bincount(x > 100))


def test_bincount_of_nothing():
    equal(tabular.bincount([]), np.bincount(np.zeros(0, int)))
    equal(tabular.bincount([], minlength=3), np.bincount(np.zeros(0, int), minlength=3))
    equal(tabular.bincount(np.zeros(0, "int8"), np.zeros(0)), np.bincount(np.zeros(0, int), np.zeros(0)))


@pytest.mark.parametrize("arguments, error, sentence", [
    (([1, -2],), ValueError, "-2 is negative"), (([1.5],), TypeError, "integers, not float64"),
    (([[1]],), ValueError, "one axis, not 2"), (([1, 2], [1.0]), ValueError, "don't have the same length"),
    (([1], [1j]), TypeError, "real numbers, not complex128"), (([1], None, -1), ValueError, "must not be negative"),
])
def test_bincount_refuses(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        tabular.bincount(*arguments)


# histogram


@pytest.mark.parametrize("dtype", REALS)
@pytest.mark.parametrize("size", SIZES)
def test_histogram(dtype, size):
    a = numbers(dtype, size)
    for options in ({}, {"bins": 37}, {"bins": [-3.0, -1, 0, 0.25, 2, 40]}, {"bins": 20, "range": (-1.5, 30)}):
        for mine, theirs in zip(tabular.histogram(a, **options), np.histogram(a, **options)):
            equal(mine, theirs)


@pytest.mark.parametrize("dtype", ["int32", "uint8", "float32", "float64"])
def test_histogram_with_weights_and_density(dtype):
    a = numbers("float64", 30_000)
    weights = numbers("int32", 30_000, 9).astype(dtype)
    for options in ({"bins": 12}, {"bins": [-2, 0, 3]}):
        mine, theirs = tabular.histogram(a, weights=weights, **options), np.histogram(a, weights=weights, **options)
        assert mine[0].dtype == theirs[0].dtype
        assert np.allclose(mine[0], theirs[0], rtol=1e-5)
        equal(mine[1], theirs[1])
    assert np.allclose(tabular.histogram(a, 9, density=True)[0], np.histogram(a, 9, density=True)[0], rtol=1e-13)


def test_histogram_of_grids_and_values_on_edges():
    a = (np.arange(40_000) % 11).reshape(200, 200)
    for bins in (10, 11, 7, [0, 5, 10]):
        for mine, theirs in zip(tabular.histogram(cunumeric.asarray(a).T, bins), np.histogram(a.T, bins)):
            equal(mine, theirs)
    tenths = np.arange(50_000) * 0.1
    for bins in (13, 500, 5000):
        equal(tabular.histogram(tenths, bins)[0], np.histogram(tenths, bins)[0])


def test_histogram_of_nothing_and_of_one_value():
    for a in (np.zeros(0), np.full(20_000, 3.5), np.array([7])):
        for mine, theirs in zip(tabular.histogram(a, 4), np.histogram(a, 4)):
            equal(mine, theirs)
    a = np.array([np.nan, 1.0, np.inf, 2.0])
    equal(tabular.histogram(a, [0, 1, 2])[0], np.histogram(a, [0, 1, 2])[0])


@pytest.mark.parametrize("arguments, error, sentence", [
    (([1.0], 0), ValueError, "must be positive"), (([1.0], [3, 1]), ValueError, "monotonically"),
    (([np.nan, 1.0],), ValueError, "not finite"), (([1.0], 3, (2, 1)), ValueError, "max must be larger"),
    (([1j],), TypeError, "real numbers"), (([1.0], "auto"), NotImplementedError, "'auto'"),
    (([1.0, 2.0], 3, None, [1.0]), ValueError, "same shape"), (([1.0], 3, None, [True]), TypeError, "not bool"),
])
def test_histogram_refuses(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        tabular.histogram(*arguments)


# unique


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("size", [0] + SIZES)
def test_unique(dtype, size):
    x = numbers(dtype, size)
    equal(tabular.unique(x), np.unique(x))
    limits = np.array([np.iinfo(dtype).max, np.iinfo(dtype).min, 0], dtype)
    equal(tabular.unique(np.concatenate([x, limits])), np.unique(np.concatenate([x, limits])))


@pytest.mark.parametrize("x", [
    np.arange(100_000)[::-1] * 3, np.full(70_000, -4), np.random.default_rng(1).integers(-2 ** 62, 2 ** 62, 90_000),
    np.random.default_rng(2).geometric(0.01, 90_000).reshape(300, 300),
])
def test_unique_of_many(x):
    equal(tabular.unique(x), np.unique(x))


def test_unique_refuses():
    with pytest.raises(TypeError, match="not float64"):
        tabular.unique([1.5])
