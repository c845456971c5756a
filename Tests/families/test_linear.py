"""Products, einsum and norms against NumPy: every type, layout and size class, with and without a BLAS.

Values are small integers, so that every type's result is exact and compares equal, except for norms and
the random floating-point cases, which compare within rounding.
"""

import itertools
import os
import subprocess
import sys
import warnings

import numpy
import pytest

np = pytest.importorskip("cunumeric")
import _legate  # noqa: E402

TYPES = "bool int8 int32 int64 uint8 uint64 float16 float32 float64 complex64 complex128".split()


@pytest.fixture(autouse=True)
def natively():
    """Nothing here may silently run in NumPy."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        # Of another family, and only used to make operands.
        warnings.filterwarnings("ignore", ".*ndarray.(swapaxes|reshape|transpose)")
        yield


@pytest.fixture(params=["blas", "loops"])
def library(request):
    """The library that NumPy brought, and none."""
    path = numpy_blas()
    if request.param == "loops":
        _legate.set_blas(None)
    elif path:
        assert _legate.set_blas(path)
    yield request.param
    if path:
        _legate.set_blas(path)


def numpy_blas():
    with open("/proc/self/maps") as maps:
        for line in maps:
            if "openblas" in line:
                return line[line.index("/"):].rstrip("\n")
    return None


def values(shape, dtype, seed=0):
    rng = numpy.random.default_rng([seed, *shape])
    numbers = rng.integers(0, 4, shape)
    if dtype.startswith("complex"):
        numbers = numbers + 1j * rng.integers(-2, 3, shape)
    return numbers.astype(dtype)


def layouts(a):
    """The same values as different views, as functions of a module."""
    yield lambda m: m.array(a)
    if a.ndim >= 2:
        yield lambda m: m.array(numpy.ascontiguousarray(a.swapaxes(-1, -2))).swapaxes(-1, -2)
        wide = numpy.repeat(numpy.repeat(a, 2, axis=-1), 2, axis=-2)
        yield lambda m: m.array(wide)[..., ::2, ::2]
        yield lambda m: m.array(numpy.ascontiguousarray(a[..., ::-1, ::-1]))[..., ::-1, ::-1]
    elif a.ndim == 1:
        yield lambda m: m.array(numpy.repeat(a, 3))[::3]
        yield lambda m: m.array(numpy.ascontiguousarray(a[::-1]))[::-1]


def same(ours, theirs, exact=True):
    result = numpy.asarray(ours)
    theirs = numpy.asarray(theirs)
    assert result.dtype == theirs.dtype
    assert result.shape == theirs.shape
    if exact:
        assert numpy.array_equal(result, theirs)
    else:
        tolerance = 1e-2 if result.dtype.itemsize == 2 else 1e-4 if result.dtype in ("f4", "c8") else 1e-10
        assert numpy.allclose(result, theirs, rtol=tolerance, atol=tolerance)


SHAPES = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((1, 5), (5, 1)), ((5, 1), (1, 5)),
    ((4, 2, 3), (3, 5)), ((2, 3), (4, 3, 5)), ((4, 1, 2, 3), (6, 3, 2)), ((4, 2, 3), (3,)), ((3,), (4, 3, 2)),
    ((0, 3), (3, 2)), ((2, 0), (0, 3)), ((0,), (0,)), ((3, 0, 2), (2, 4)), ((70, 30), (30, 90)),
]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_matmul(shapes, dtype, library):
    a, b = values(shapes[0], dtype), values(shapes[1], dtype, 1)
    for x, y in itertools.product(layouts(a), layouts(b)):
        same(x(np) @ y(np), a @ b)


@pytest.mark.parametrize("dtype", ["int64", "float64", "complex64"])
@pytest.mark.parametrize(
    "shapes",
    [((700, 130), (130, 300)), ((20, 200), (200, 1500)), ((3000, 100), (100,)), ((100,), (100, 3000)),
     ((1, 90000), (90000, 1)), ((3, 30000), (30000, 2)), ((3, 200, 100), (100, 150)), ((600, 9, 9), (9, 9))],
    ids=str)
def test_large(shapes, dtype, library):
    a, b = values(shapes[0], dtype), values(shapes[1], dtype, 1)
    for x, y in itertools.product(layouts(a), layouts(b)):
        same(x(np) @ y(np), a @ b)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "int32"])
def test_a_matrix_by_its_own_transpose(dtype, library):
    """Symmetric to the last bit, whatever views made the two factors one."""
    for rows, columns in ((7, 5), (30, 70), (300, 130), (50, 600), (20, 1030)):
        a = (numpy.arange(rows * columns) * 37 % 101 - 50).reshape(rows, columns).astype(dtype)
        x = np.array(a)
        for way in (
            lambda a: a.T @ a,
            lambda a: a[2:].T @ a[2:],
            lambda a: a.T.dot(a),
            lambda a: a[:, ::-1].T @ a[:, ::-1],
            lambda a: (b := a + a.dtype.type(1)).T @ b,
        ):
            same(way(x), way(a))
    if numpy.dtype(dtype).kind == "i":
        return
    a = numpy.random.default_rng(3).standard_normal((400, 200)).astype(dtype)
    x = np.array(a)
    product = numpy.asarray(x.T @ x)
    assert numpy.allclose(product, a.T @ a, rtol=1e-3, atol=1e-3)
    if library == "blas":
        assert (product == product.T).all()


def test_mixed_types(library):
    for s, t in itertools.product(TYPES, TYPES):
        a, b = values((3, 4), s), values((4, 2), t, 1)
        same(np.array(a) @ np.array(b), a @ b)
        same(np.dot(np.array(a[0]), np.array(b[:, 0])), numpy.dot(a[0], b[:, 0]))


def test_old_contents_do_not_matter(library):
    """Recycled memory full of NaN must not leak into products."""
    for size in (5, 400):
        trash = np.full((size, size), numpy.nan)
        float(trash[0, 0])
        del trash
        a = values((size, size), "float64")
        same(np.array(a) @ np.array(a[0]), a @ a[0])
        same(np.array(a) @ np.array(a), a @ a)


def test_out_and_overlap(library):
    a, b = values((4, 4), "float64"), values((4, 4), "float64", 1)
    x, y = np.array(a), np.array(b)
    result = np.matmul(x, y, out=x)
    assert result is x
    same(x, a @ b)
    x = np.array(a)
    np.dot(x, y, out=y.T)
    same(y.T, a @ b)
    x @= np.array(b)
    same(x, a @ b)
    wide = np.zeros((4, 8))
    np.matmul(np.array(a), np.array(b), out=wide[:, ::2])
    same(wide[:, ::2], a @ b)
    assert float(wide[:, 1::2].sum()) == 0


def test_program_order(library):
    """Later writes to an operand do not reach an earlier product."""
    a = values((300, 300), "float64")
    x = np.array(a)
    y = x @ x
    x[:] = 0
    z = y + 1
    same(z, a @ a + 1)
    same(x @ y, numpy.zeros((300, 300)))


@pytest.mark.parametrize("dtype", TYPES)
def test_other_products(dtype, library):
    a, b, v = values((2, 3, 4), dtype), values((5, 4, 3), dtype, 1), values((4,), dtype, 2)
    x, y, w = np.array(a), np.array(b), np.array(v)
    same(np.dot(x, y), numpy.dot(a, b))
    same(np.dot(x, w), numpy.dot(a, v))
    same(x.dot(w), a.dot(v))
    same(np.dot(x, x[0, 0, 0]), numpy.dot(a, a[0, 0, 0]))
    same(np.vdot(w, w[::-1]), numpy.vdot(v, v[::-1]))
    same(np.vdot(x, x), numpy.vdot(a, a))
    same(np.inner(x, x[0]), numpy.inner(a, a[0]))
    same(np.inner(w, w), numpy.inner(v, v))
    same(np.outer(x, w), numpy.outer(a, v))
    same(np.tensordot(x, y, axes=([1, 2], [2, 1])), numpy.tensordot(a, b, axes=([1, 2], [2, 1])))
    same(np.tensordot(x, y, axes=(1, 2)), numpy.tensordot(a, b, axes=(1, 2)))
    same(np.tensordot(x, w, axes=1), numpy.tensordot(a, v, axes=1))
    same(np.tensordot(w, w, axes=0), numpy.tensordot(v, v, axes=0))
    same(np.kron(x, w), numpy.kron(a, v))
    same(np.kron(x[0], y[0]), numpy.kron(a[0], b[0]))
    same(np.trace(x), numpy.trace(a))
    same(x.trace(1, 1, 2), a.trace(1, 1, 2))
    same(np.vecdot(x, w), numpy.vecdot(a, v))
    same(np.matvec(x, w), numpy.matvec(a, v))
    same(np.vecmat(w, y), numpy.vecmat(v, b))


def test_dot_of_python_values():
    same(np.dot(3, 4), numpy.dot(3, 4))
    same(np.dot([1, 2], [3.5, 4]), numpy.dot([1, 2], [3.5, 4]))
    same(np.dot(np.ones((2, 2)), 2), numpy.dot(numpy.ones((2, 2)), 2))
    assert isinstance(np.dot(np.ones(3), np.ones(3)).item(), float)


EINSUMS = [
    ("ij,jk->ik", (3, 4), (4, 5)), ("ij,jk", (3, 4), (4, 5)), ("ji,jk->ki", (4, 3), (4, 5)), ("ij->ji", (3, 4)),
    ("ij->", (3, 4)), ("ij->j", (3, 4)), ("ii", (4, 4)), ("ii->i", (4, 4)), ("iji->j", (3, 2, 3)), ("i,i", (4,), (4,)),
    ("i,j->ij", (3,), (4,)), ("i,j->ji", (3,), (4,)), ("ij,ij->i", (3, 4), (3, 4)), ("ij,ij->", (3, 4), (3, 4)),
    ("bij,bjk->bik", (6, 3, 4), (6, 4, 5)), ("bij,bjk->kbi", (6, 3, 4), (6, 4, 5)), ("bij,jk->bik", (6, 3, 4), (4, 5)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)), ("ij,jk,k->i", (2, 3), (3, 4), (4,)), ("i,i,i->i", (4,), (4,), (4,)),
    ("abc,cd,db->a", (2, 3, 4), (4, 5), (5, 3)), ("ij,kl->ijkl", (2, 3), (4, 5)), ("ijk,jik->k", (2, 3, 4), (3, 2, 4)),
    ("ii,ij->j", (3, 3), (3, 2)), ("ij,k->i", (2, 3), (4,)), ("ijkl,jlm->ikm", (2, 3, 4, 5), (3, 5, 6)),
]


@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex128", "bool"])
@pytest.mark.parametrize("case", EINSUMS, ids=lambda case: case[0])
def test_einsum(case, dtype, library):
    arrays = [values(shape, dtype, k) for k, shape in enumerate(case[1:])]
    same(np.einsum(case[0], *map(np.array, arrays)), numpy.einsum(case[0], *arrays))


def test_einsum_views():
    x = np.zeros((3, 3))
    np.einsum("ii->i", x)[:] = 1
    same(x, numpy.eye(3))


def test_random_einsum():
    rng = numpy.random.default_rng(5)
    for _ in range(150):
        extents = {label: int(rng.integers(1, 5)) for label in "abcdef"}
        terms = ["".join(rng.choice(list("abcdef"), rng.integers(0, 4))) for _ in range(rng.integers(1, 4))]
        known = sorted(set("".join(terms)))
        output = "".join(rng.permutation(known)[: rng.integers(0, len(known) + 1)])
        text = ",".join(terms) + "->" + output
        arrays = [values(tuple(extents[c] for c in term), "int64", k) for k, term in enumerate(terms)]
        same(np.einsum(text, *map(np.array, arrays)), numpy.einsum(text, *arrays))


@pytest.mark.parametrize("dtype", ["int32", "float32", "float64", "complex128"])
def test_norms(dtype):
    a = values((4, 6), dtype) - values((4, 6), dtype, 3)
    x = np.array(a)
    for order in (None, 1, -1, 2, 3, 0.5, 0, numpy.inf, -numpy.inf):
        with numpy.errstate(divide="ignore"):
            shifted, ours = a + 1, x + 1
            same(np.linalg.norm(ours[0], order), numpy.linalg.norm(shifted[0], order), exact=False)
            same(np.linalg.norm(ours, order, axis=1), numpy.linalg.norm(shifted, order, axis=1), exact=False)
            same(
                np.linalg.norm(ours, order, axis=0, keepdims=True),
                numpy.linalg.norm(shifted, order, axis=0, keepdims=True), exact=False)
    for order in (None, "fro", 1, -1, numpy.inf, -numpy.inf):
        same(np.linalg.norm(x, order), numpy.linalg.norm(a, order), exact=False)
        same(
            np.linalg.norm(x, order, axis=(1, 0), keepdims=True),
            numpy.linalg.norm(a, order, axis=(1, 0), keepdims=True), exact=False)
    same(np.linalg.norm(x, keepdims=True), numpy.linalg.norm(a, keepdims=True), exact=False)
    same(np.linalg.norm(x.reshape(2, 2, 6)), numpy.linalg.norm(a.reshape(2, 2, 6)), exact=False)


def test_powers_and_chains(library):
    a = values((4, 4), "int64")
    for exponent in (0, 1, 2, 3, 7):
        same(np.linalg.matrix_power(np.array(a), exponent), numpy.linalg.matrix_power(a, exponent))
    chain = [values(shape, "float64", k) for k, shape in enumerate([(3, 9), (9, 2), (2, 8), (8, 4)])]
    same(np.linalg.multi_dot([np.array(c) for c in chain]), numpy.linalg.multi_dot(chain))
    chain[0], chain[-1] = chain[0][0], chain[-1][:, 0]
    same(np.linalg.multi_dot([np.array(c) for c in chain]), numpy.linalg.multi_dot(chain))


def test_random_floats():
    """Not exact: compared within rounding, over sizes around every limit."""
    rng = numpy.random.default_rng(1)
    for m, n, k in [(63, 65, 64), (64, 64, 64), (65, 1, 4000), (1, 257, 300), (257, 100, 33), (1025, 7, 50), (5, 1030, 60)]:
        for dtype in ("float32", "float64", "complex64", "complex128"):
            a, b = rng.standard_normal((m, k)).astype(dtype), rng.standard_normal((k, n)).astype(dtype)
            same(np.array(a) @ np.array(b), a @ b, exact=False)
            same(np.array(a[0]) @ np.array(b[:, 0]), a[0] @ b[:, 0], exact=False)


@pytest.mark.parametrize(
    "call",
    [
        lambda m: m.ones((2, 3)) @ m.ones((2, 3)), lambda m: m.ones((2, 3)).dot(m.ones((4, 5))),
        lambda m: m.ones(3) @ m.ones(4), lambda m: m.ones((2, 3)) @ 3, lambda m: m.inner(m.ones(3), m.ones(4)),
        lambda m: m.tensordot(m.ones((2, 3)), m.ones((2, 3)), axes=1), lambda m: m.trace(m.ones(3)),
        lambda m: m.linalg.matrix_power(m.ones((2, 3)), 2), lambda m: m.linalg.norm(m.ones((2, 3)), 7),
        lambda m: m.ones((2, 2, 2)) @ m.ones((3, 2, 2)),
    ])
def test_errors(call):
    with pytest.raises(Exception) as theirs:
        call(numpy)
    with pytest.raises(type(theirs.value)) as ours:
        call(np)
    assert str(ours.value).strip() == str(theirs.value).strip()


BITS = """
import hashlib, numpy, cunumeric as np
random, digest = numpy.random.default_rng(0), hashlib.sha256()
def add(x):
    digest.update(numpy.ascontiguousarray(numpy.asarray(x)).tobytes())
for dtype in "float32", "float64", "complex128":
    for m, n, k in [(3, 3, 3), (65, 64, 40), (700, 300, 130), (20, 1500, 200), (3000, 1, 100), (1, 3000, 100),
                    (1, 1, 90000), (1100, 1100, 64)]:
        x = np.array(random.standard_normal((m, k)).astype(dtype))
        y = np.array(random.standard_normal((k, n)).astype(dtype))
        for value in (x @ y, y.T @ x.T, x[0] @ y[:, 0], np.linalg.norm(x), np.einsum("ij,jk->ki", x, y)):
            add(value)
    z = np.array(random.standard_normal((40, 9, 8)).astype(dtype))
    add(z @ z[0].T)
    add(np.tensordot(z, z, axes=([0, 2], [0, 2])))
print(digest.hexdigest())
"""


def test_bits_do_not_depend_on_workers_or_ranks():
    def digest(**settings):
        environment = {**os.environ, **settings}
        command = [sys.executable, "-W", "ignore", "-c", BITS]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    first = digest(LEGATE_CPUS="1")
    assert len(first) == 65
    for settings in ({"LEGATE_CPUS": "2"}, {"LEGATE_CPUS": "7"}, {"LEGATE_IMMEDIATE_SIZE": "0"},
                     {"LEGATE_REPLAY_RANKS": "4"}):
        assert digest(**settings) == first, settings
