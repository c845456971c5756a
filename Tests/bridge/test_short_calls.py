"""Calls with short ways of their own, over element types, shapes, strides and mistakes: NumPy's bits or NumPy's kind of error."""

import gc
import warnings
from itertools import product

import cunumeric as np
import numpy
import pytest
from test_short_ways import shown

TYPES = "bool int8 uint16 int32 int64 uint64 float16 float32 float64 complex64 complex128".split()
LENGTHS = (0, 1, 2, 5, 95, 97, 130, 1000)


def numbers(type, length, seed=0):
    """Numbers with equals, both zeros and what is not a number among them."""
    rng = numpy.random.default_rng([seed, length])
    values = rng.integers(0, 2 if type == "bool" else 9, length) if seed % 2 else rng.integers(0, 100, length)
    array = values.astype(type)
    if array.dtype.kind in "fc" and length > 4:
        array[::5] = numpy.nan
        array[1::7] = -0.0
    return array


def compare(call, *arrays):
    results = []
    for package in (np, numpy):
        operands = [package.array(a) if isinstance(a, numpy.ndarray) else a for a in arrays]
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                results.append(shown(package, call(package, *operands)))
            except Exception as error:
                results.append(type(error).__name__)
    assert results[0] == results[1]


@pytest.mark.parametrize("type", TYPES)
def test_orders(type):
    for length, seed in product(LENGTHS, (0, 1)):
        a, b = numbers(type, length, seed), numbers("int32", length, seed + 1)
        compare(lambda p, a: a.argsort(kind="stable"), a)
        compare(lambda p, a: p.argsort(a[::-2], kind="stable"), a)
        compare(lambda p, a, b: p.lexsort((a, b)), a, b)
        compare(lambda p, a, b: p.lexsort([b[::-1], a]), a, b)
        compare(lambda p, a, b: p.lexsort((a, b), axis=0), a, b)
        compare(lambda p, a: p.lexsort(a[: length // 2 * 2].reshape(2, -1)), a)
        compare(lambda p, a: p.sort(p.sort(a)), (numpy.where(a != a, 0, a) + 0).astype(type))
    # The short way gives a stable order, too.
    a = numbers(type, 300, 1)
    if a.dtype.kind != "c":
        assert np.array(a).argsort().tolist() == a.argsort(kind="stable").tolist()


def test_mistakes_in_orders():
    a = numpy.arange(3.0)
    for keys in ((), (a, a[:2]), (a, 1.0), (numpy.float64(1.0),)):
        compare(lambda p, *k: p.lexsort(tuple(k)), *keys)
    compare(lambda p, a: p.lexsort((a, a), axis=1), a)
    compare(lambda p, a: p.lexsort((a, a), axis=-2), a)


@pytest.mark.parametrize("type", TYPES)
def test_searches(type):
    for length, count, side in product((0, 1, 3, 40, 500), (0, 1, 7, 600), ("left", "right")):
        a = numpy.sort(numbers(type, length))
        for v in (numbers(type, count), numpy.sort(numbers(type, count, 1)), numpy.sort(numbers(type, count))[::-1]):
            compare(lambda p, a, v: p.searchsorted(a, v, side), a, v)
            compare(lambda p, a, v: p.searchsorted(a[::2], v[::2], side), a, v)


@pytest.mark.parametrize("type", "int32 float32 float64".split())
def test_interp(type):
    for length in (0, 1, 2, 50, 3000):
        x = numbers(type, length)
        xp, fp = numpy.arange(0, 90, 7).astype(type), numbers(type, 13, 1)
        compare(lambda p, x, xp, fp: p.interp(x, xp, fp), x, xp, fp)
        compare(lambda p, x, xp, fp: p.interp(x[::-1], xp[::2], fp[::2], left=-1, right=2), x, xp, fp)
        compare(lambda p, x, xp, fp: p.interp(x[: length // 2 * 2].reshape(2, -1).T, xp, fp), x, xp, fp)
    compare(lambda p: p.interp(2.5, [1, 2, 3], [3, 2, 0]))
    compare(lambda p, x: p.interp(x, x, x[:1]), numpy.arange(3.0))
    compare(lambda p, x: p.interp(x, x[:0], x[:0]), numpy.arange(3.0))


def test_parts_of_complex_arrays_are_views():
    for type, part in product(("complex64", "complex128"), ("real", "imag")):
        a = numbers(type, 24).reshape(2, 3, 4) + type_of(type)(2j)
        for view in (lambda a: a, lambda a: a[::-1, 1:, ::3], lambda a: a.T, lambda a: a[0, 0, 1], lambda a: a[:0]):
            compare(lambda p, a: getattr(view(a), part), a)
        ours = np.array(a)
        getattr(ours, part)[0] = 7.0
        assert (getattr(ours, part)[0] == 7.0).all() and getattr(ours[::2], part).base is ours
        ours.setflags(write=False)
        assert not getattr(ours, part).flags.writeable


def type_of(name):
    return numpy.dtype(name).type


@pytest.mark.parametrize("type", TYPES)
def test_reductions_of_one_element_each(type):
    for shape, axis in (((4, 1), 1), ((1, 5), 0), ((3, 1, 2), 1), ((1,), 0), ((0, 1), 1), ((2, 0), 1)):
        a = numbers(type, int(numpy.prod(shape)), 1).reshape(shape)
        a = numpy.where(a == 0, type_of(type)(0), a)
        a = numpy.where(a != a, 7, a).astype(type) if a.dtype.kind == "c" else a
        for name, keep in product(("sum", "prod", "max", "min", "any", "all"), (False, True)):
            compare(lambda p, a: getattr(a, name)(axis=axis, keepdims=keep), a)


@pytest.mark.parametrize("type", "int64 float32 float64".split())
def test_places_of_extremes(type):
    for shape in ((3, 16), (4, 100), (2, 333), (17,)):
        for seed in (0, 1):
            a = numbers(type, int(numpy.prod(shape)), seed).reshape(shape)
            for values in (a, numpy.sort(numpy.where(a != a, 0, a)), numpy.zeros(shape, type)):
                compare(lambda p, a: a.argmax(axis=-1), values)
                compare(lambda p, a: p.argmin(a, axis=-1), values)


@pytest.mark.parametrize("type", TYPES)
def test_repeat_and_delete(type):
    for shape in ((0,), (1,), (7,), (3, 4), (2, 3, 2), (1000,)):
        a = numbers(type, int(numpy.prod(shape)), 1).reshape(shape)
        for times, axis in [*product((0, 1, 3), (None, 0, -1, 5)), (-1 if a.size else 2, 0)]:
            compare(lambda p, a: p.repeat(a, times, axis), a)
            compare(lambda p, a: p.repeat(a.T, times, axis), a)
        for index, axis in product((0, -1, 2, 99, [0, 2]), (None, 0, -1, 5)):
            compare(lambda p, a: p.delete(a, index, axis), a)
            compare(lambda p, a: p.delete(a.T, index, axis), a)


SUBSCRIPTS = "ij,j->i i,i-> i,ji->j ij,ij->i ij,kj->ik ij,jk->ik ij,j->ij i,j->ij ij,j->j ii,i->i ij,j i,i->i ij,j->k ij->i, ij,j-> kij,j->ki"


@pytest.mark.parametrize("type", TYPES)
def test_einsum(type):
    operands = {k: numpy.arange(3**k).reshape((3,) * k).astype(type) for k in (1, 2, 3)}
    for text in SUBSCRIPTS.split():
        left, right = (text.split("->")[0] + ",").split(",")[:2]
        if len(left) in operands and len(right) in operands:
            compare(lambda p, a, b: p.einsum(text, a, b), operands[len(left)], operands[len(right)])
            compare(lambda p, a, b: p.einsum(text, a.T, b[::-1]), operands[len(left)], operands[len(right)])
    compare(lambda p, a: p.einsum("ij,j->i", a, a[0, :2]), operands[2])
    compare(lambda p, a: p.einsum("ij,j->i", a[:, :0], a[0, :0]), operands[2])


def test_einsum_has_one_tree():
    rng = numpy.random.default_rng(5)
    for length in (3, 17, 129, 400):
        wide, v = np.array(rng.normal(size=(5, 2 * length))), np.array(rng.normal(size=length))
        even = wide[:, ::2].copy()
        assert np.einsum("ij,j->i", even, v).tolist() == np.einsum("ij,j->i", wide[:, ::2], v).tolist()


@pytest.mark.parametrize("type", TYPES)
def test_columns(type):
    for length in (0, 1, 7, 1000):
        a, b = numbers(type, length), numbers(type, length, 1)
        compare(lambda p, a, b: p.column_stack((a, b)), a, b)
        compare(lambda p, a, b: p.column_stack([a[::-1], b, a]), a, b)
        compare(lambda p, a, b: p.column_stack((a, b.reshape(-1, 1), a)), a, b)
        compare(lambda p, a, b: p.column_stack((a, b[1:])), a, b)
        compare(lambda p, a, b: p.column_stack((a, b.astype("float32"))), a, b)


def test_submodules_are_modules():
    import cunumeric.linalg
    import cupynumeric.linalg

    assert cunumeric.linalg is np.linalg is cupynumeric.linalg and "inv" in dir(np.linalg)
    assert set(dir(numpy.fft)) <= set(dir(np.fft)) and not hasattr(np.random, "no such name")
    with pytest.raises(AttributeError, match="no_such_name"):
        np.linalg.no_such_name


@pytest.mark.parametrize("type", TYPES)
def test_unions(type):
    for length, other in product((0, 1, 5, 200), (0, 3, 150)):
        a, b = numbers(type, length, 1), numbers(type, other)
        a, b = (numpy.where(x != x, 3, x).astype(type) + type_of(type)(0) for x in (a, b))
        compare(lambda p, a: p.unique(a), a)
        compare(lambda p, a: p.unique(a[::-2]), a)
        compare(lambda p, a: p.unique(a[: length // 2 * 2].reshape(2, -1).T), a)
        compare(lambda p, a, b: p.union1d(a, b), a, b)
        compare(lambda p, a, b: p.union1d(a[::2], b), a, b)
        compare(lambda p, a, b: p.union1d(a, b.astype("int16")), a, b)


# --- calls that run through NumPy


class Keeper:
    pass


def test_a_view_that_is_kept_outlives_its_array():
    keeper = Keeper()
    keep = np.vectorize(lambda x: x)  # noqa: F841 - makes the module of classes
    import _legate

    def store(a):
        keeper.view, keeper.part = a, a[1:]
        return a[::2]

    function = _legate.host_function(store, "store", True)
    a = np.arange(6.0)
    b = function(a)
    b[0] = 9.0
    a += 1.0
    assert keeper.view.tolist() == [10.0, 2.0, 3.0, 4.0, 5.0, 6.0] and b.base is a
    keeper.part[0] = 5.0
    assert a.tolist() == [10.0, 5.0, 3.0, 4.0, 5.0, 6.0]
    del a, b
    gc.collect()
    numpy.full(1000, 3.0)
    assert keeper.view.tolist() == [10.0, 5.0, 3.0, 4.0, 5.0, 6.0]


def test_a_view_in_an_exception_outlives_its_array():
    import _legate

    def fail(a):
        raise KeyError("view", a)

    a = np.arange(4.0)
    try:
        _legate.host_function(fail, "fail", True)(a)
    except KeyError as error:
        kept = error.args[1]
    a *= 2.0
    del a
    gc.collect()
    assert kept.tolist() == [0.0, 2.0, 4.0, 6.0]


def test_views_show_type_shape_and_rights():
    import _legate

    seen = []
    look = _legate.host_function(lambda *a: seen.extend((x.dtype, x.shape, x.strides, x.flags.writeable) for x in a), "look", True)
    for type in TYPES:
        a, b = np.ones((2, 3, 4), type), numpy.ones((2, 3, 4), type)
        look(a, a.T, a[::-1, :0], a[0, 0, ::2], np.broadcast_to(a[0], (5, 3, 4)), np.array(1, type))
        for view in (b, b.T, b[::-1, :0], b[0, 0, ::2], numpy.broadcast_to(b[0], (5, 3, 4)), numpy.array(1, type)):
            found = seen.pop(0)
            assert found[:2] == (view.dtype, view.shape) and found[3] == view.flags.writeable
            assert view.size == 0 or found[2] == view.strides
    assert not seen


def test_results_of_host_functions():
    import _legate

    results = [numpy.arange(3), numpy.zeros((2, 0)), numpy.asfortranarray(numpy.ones((2, 3))), numpy.arange(9.0)[::2]]
    results += [numpy.zeros((0, 3), "int8"), numpy.arange(2000.0), numpy.array(["a"]), (numpy.ones(2), [numpy.arange(2)])]
    results += [3, 2.5, "text", None, {"a": 1}, numpy.arange(4, dtype=">i4"), numpy.array(3.5)]
    for result in results:
        ours = _legate.host_function(lambda: result, "f", True)()
        if isinstance(result, numpy.ndarray) and result.dtype.kind in "fi" and result.dtype.isnative:
            assert type(ours) is np.ndarray and ours.dtype == result.dtype
            assert numpy.array_equal(numpy.asarray(ours), result)
        elif isinstance(result, tuple):
            assert type(ours[0]) is np.ndarray and type(ours[1][0]) is np.ndarray
        else:
            assert ours is result


def test_named_tuples_and_stacks():
    a = numpy.array([[2.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 4.0]])
    for name in ("eigh", "svd", "qr", "eig", "slogdet"):
        for operand in (a, a[:2, :2], numpy.stack([a] * 5), numpy.stack([a] * 9000), a[:0, :0]):
            ours, theirs = getattr(np.linalg, name)(np.array(operand)), getattr(numpy.linalg, name)(operand)
            assert type(ours) is type(theirs) and ours._fields == theirs._fields
            for field in ours._fields:
                x, y = getattr(ours, field), getattr(theirs, field)
                assert shown(np, x) == shown(numpy, y) or name == "eig" and numpy.allclose(numpy.asarray(x), y)
                assert isinstance(x, np.ndarray) == isinstance(y, numpy.ndarray)
    for length in (1, 8, 100_000):
        x = numpy.random.default_rng(2).normal(size=(3, length))
        compare(lambda p, x: p.fft.fft(x), x)
        compare(lambda p, x: p.fft.rfft(x, axis=0), x)


def test_tuples_of_what_somebody_keeps():
    import _legate

    kept = numpy.arange(3)
    function = _legate.host_function(lambda a: (a, kept, a[1:], 3, None), "f", True)
    a, b = np.arange(4.0), numpy.arange(2)
    first, second, part, three, nothing = function(a)
    assert first is a and part.base is a and second.tolist() == [0, 1, 2] and (three, nothing) == (3, None)
    assert _legate.host_function(lambda b: (b, 1), "f", True)(b)[0] is b


def test_permutations_are_numpys():
    ours, theirs = np.random.default_rng(4), numpy.random.default_rng(4)
    a, b = np.arange(12).reshape(4, 3), numpy.arange(12).reshape(4, 3)
    for draw in (lambda r, a: r.permutation(a), lambda r, a: r.permutation(5), lambda r, a: r.permuted(a, axis=1)):
        assert numpy.asarray(draw(ours, a)).tolist() == draw(theirs, b).tolist()
    for x, y in ((a, b), (a[::2], b[::2])):
        ours.shuffle(x)
        theirs.shuffle(y)
    assert a.tolist() == b.tolist()


# --- LAPACK


def systems():
    rng = numpy.random.default_rng(8)
    for n in (1, 2, 3, 4, 7, 16, 31, 32, 33, 60):
        for a in (rng.normal(size=(n, n)), numpy.triu(rng.integers(1, 5, (n, n)).astype(float)), numpy.eye(n)[::-1] * -2.0):
            yield a, rng.normal(size=n), rng.normal(size=(n, 3))
    yield numpy.array([[1e300, 0.0], [0.0, 1e300]]), numpy.ones(2), numpy.ones((2, 1))
    yield numpy.array([[1e-300, 0.0], [0.0, 1e-300]]), numpy.ones(2), numpy.ones((2, 1))
    yield numpy.array([[numpy.nan, 1.0], [2.0, numpy.inf]]), numpy.ones(2), numpy.ones((2, 2))


def test_small_systems_have_numpys_bits():
    for a, b, columns in systems():
        compare(lambda p, a: p.linalg.inv(a), a)
        compare(lambda p, a: p.linalg.inv(a.T), a)
        compare(lambda p, a: p.linalg.det(a), a)
        compare(lambda p, a: p.linalg.det(a[::-1, ::-1]), a)
        compare(lambda p, a, b: p.linalg.solve(a, b), a, b)
        compare(lambda p, a, b: p.linalg.solve(a[::-1].T, b[::-1]), a, b)
        compare(lambda p, a, b: p.linalg.solve(a, b), a, columns)
        compare(lambda p, a, b: p.linalg.solve(a, b[:, ::2]), a, columns)


@pytest.mark.parametrize("type", TYPES)
def test_systems_of_other_types_and_mistakes(type):
    a = (numpy.arange(9).reshape(3, 3) % 5 + 4 * numpy.eye(3)).astype(type)
    for call in (lambda p, a: p.linalg.inv(a), lambda p, a: p.linalg.det(a), lambda p, a: p.linalg.solve(a, a[0])):
        for operand in (a, a[:2], a[0], a[:0, :0], a * 0, numpy.stack([a, a])):
            compare(call, operand)
    compare(lambda p, a: p.linalg.solve(a, a[0, :2]), a)
    compare(lambda p, a: p.linalg.solve(a, a[:, :0]), a)
    with pytest.raises(np.linalg.LinAlgError, match="Singular matrix"):
        np.linalg.inv(np.ones((2, 2)))


def test_can_cast():
    for a, b in product([*TYPES, int, float, bool, complex], repeat=2):
        assert np.can_cast(a, b) is numpy.can_cast(a, b)
        assert np.can_cast(numpy.dtype(a), numpy.dtype(b).type) is numpy.can_cast(a, b)
    for arguments in ((1.0, "int8"), ("int8",), ("int8", "no such type"), ("f8", "f4", "same_kind")):
        compare(lambda p: p.can_cast(*arguments))


@pytest.mark.parametrize("type", TYPES)
def test_accumulate(type):
    for length, name in product((0, 1, 2, 100, 1500), ("add", "multiply", "maximum", "minimum", "logical_or", "subtract")):
        a = numbers(type, length, 1)
        compare(lambda p, a: getattr(p, name).accumulate(a), a)
        compare(lambda p, a: getattr(p, name).accumulate(a[::-2]), a)
        compare(lambda p, a: getattr(p, name).accumulate(a[: length // 2 * 2].reshape(2, -1)), a)
