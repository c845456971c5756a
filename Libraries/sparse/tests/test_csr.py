"""Matrices against SciPy's: construction, products, arithmetic, errors."""

import operator

import cunumeric
import numpy as np
import pytest
import scipy.sparse as scipy_sparse
import sparse

TYPES = "int8 int32 int64 uint8 uint64 float32 float64 complex64 complex128".split()


def scipy_matrix(rows=300, columns=200, dtype="float64", density=0.05, seed=1):
    random = np.random.default_rng(seed)
    count = int(rows * columns * density)
    values = random.integers(1, 5, count).astype(dtype)
    if np.dtype(dtype).kind == "c":
        values = values + 1j * random.integers(1, 5, count).astype(dtype)
    places = random.integers(0, rows, count), random.integers(0, columns, count)
    return scipy_sparse.coo_array((values.astype(dtype), places), shape=(rows, columns)).tocsr()


def equal(mine, theirs):
    if sparse.issparse(mine):
        mine, theirs = mine.toarray(), theirs.toarray()
    assert mine.dtype == theirs.dtype
    assert np.array_equal(np.asarray(mine), theirs)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("wide", [None, 1, 3])
def test_products_equal_scipy_bit_for_bit(dtype, wide):
    theirs = scipy_matrix(dtype=dtype)
    x = (np.arange(200 * (wide or 1)) % 11).astype(dtype).reshape((200,) if wide is None else (200, wide))
    equal(sparse.csr_array(theirs) @ x, theirs @ x)
    equal(x.T @ sparse.csr_array(theirs.T), x.T @ theirs.T)


def test_types_of_matrix_and_vector_are_promoted():
    theirs = scipy_matrix(dtype="int32")
    equal(sparse.csr_array(theirs) @ np.ones(200, "complex64"), theirs @ np.ones(200, "complex64"))


@pytest.mark.parametrize("offsets", [(-1, 0, 1), (-40, 3), (0,), (700, -700)])
def test_many_tiles_with_and_without_a_halo(offsets):
    n = 150_000
    data = [np.arange(1.0, n + 1 - abs(k)) for k in offsets]
    theirs = scipy_sparse.diags_array(data, offsets=offsets, shape=(n, n)).tocsr()
    x = np.sin(np.arange(float(n)))
    mine = sparse.csr_array(theirs)
    equal(mine @ x, theirs @ x)
    equal(mine @ cunumeric.asarray(x[::-1]), theirs @ x[::-1].copy())
    equal(mine.diagonal(offsets[0]), theirs.diagonal(offsets[0]))


def test_construction():
    theirs = scipy_matrix()
    dense = theirs.toarray()
    coo = theirs.tocoo()
    for arg, shape in [
        (theirs, None), (coo, None), (dense, None), (cunumeric.asarray(dense), None),
        ((theirs.data, theirs.indices, theirs.indptr), theirs.shape),
        ((coo.data, (coo.row, coo.col)), theirs.shape), (sparse.csr_matrix(theirs), None),
    ]:
        mine = sparse.csr_array(arg, shape=shape)
        equal(mine, theirs)
        assert mine.shape == theirs.shape
        assert mine.nnz == theirs.nnz
    equal(sparse.csr_array((4, 3)), scipy_sparse.csr_array((4, 3)))
    equal(sparse.csr_array(([1, 2, 3], ([0, 0, 1], [1, 1, 0]))), scipy_sparse.csr_array(([1, 2, 3], ([0, 0, 1], [1, 1, 0]))))
    equal(sparse.csr_array(theirs, dtype="float32"), theirs.astype("float32"))


@pytest.mark.parametrize("rows, columns", [(1, 1), (1, 9), (9, 1), (0, 5), (5, 0)])
def test_small_and_empty(rows, columns):
    theirs = scipy_sparse.csr_array(np.eye(rows, columns))
    mine = sparse.csr_array(theirs)
    equal(mine @ np.ones(columns), theirs @ np.ones(columns))
    equal(mine @ np.ones((columns, 2)), theirs @ np.ones((columns, 2)))
    equal(mine.T, theirs.T)


@pytest.mark.parametrize("operation", [operator.add, operator.sub, operator.mul])
def test_arithmetic_of_two(operation):
    a, b = scipy_matrix(seed=1), scipy_matrix(dtype="complex64", seed=2)
    equal(operation(sparse.csr_array(a), sparse.csr_array(b)), operation(a, b))


def test_arithmetic():
    a = scipy_matrix()
    mine = sparse.csr_array(a)
    equal(mine * 3, a * 3)
    equal(2.5 * mine, 2.5 * a)
    equal(mine / 4, a / 4)
    equal(-mine, -a)
    equal(abs(-mine), a)
    equal(mine**2, a**2)
    equal(mine @ mine.T, a @ a.T)
    equal(mine.multiply(np.arange(200)), scipy_sparse.csr_array(a.multiply(np.arange(200))))
    equal(mine.astype("int16"), a.astype("int16"))
    equal(mine.conj(), a.conj())
    assert np.array_equal(mine + np.ones(a.shape), a + np.ones(a.shape))


def test_matrix_multiplies_by_star():
    a = scipy_matrix(60, 60)
    mine, theirs = sparse.csr_matrix(a), scipy_sparse.csr_matrix(a)
    equal(mine * mine, theirs * theirs)
    equal(mine**3, theirs**3)
    equal(mine * np.ones(60), theirs * np.ones(60))


@pytest.mark.parametrize("dtype", ["int8", "float32", "complex128"])
def test_sums(dtype):
    a = scipy_matrix(dtype=dtype)
    mine = sparse.csr_array(a)
    for axis in (None, 0, 1, -1):
        assert np.allclose(mine.sum(axis), a.sum(axis), rtol=1e-6)
        assert np.allclose(mine.mean(axis), a.mean(axis), rtol=1e-6)
    assert np.asarray(mine.sum(0)).dtype == a.sum(0).dtype
    assert np.allclose(mine.trace(), a.trace())
    assert np.array_equal(mine.getnnz(0), np.bincount(a.indices, minlength=200))


@pytest.mark.parametrize("k", [-400, -300, -299, -5, 0, 7, 199, 200])
def test_diagonals(k):
    a = scipy_matrix()
    equal(sparse.csr_array(a).diagonal(k), a.diagonal(k))


def test_back_to_scipy():
    a = scipy_matrix()
    assert (sparse.csr_array(a).toscipy() != a).nnz == 0
    assert isinstance(sparse.csr_matrix(a).toscipy(), scipy_sparse.csr_matrix)
    equal(sparse.csr_array(a)[10:20], a[10:20])


def test_made_by_diagonals():
    for arguments in [([1.0, 2.0, 3.0], 0), ([[1, 2], [3, 4, 5]], [-1, 0])]:
        assert np.array_equal(sparse.diags(*arguments).toarray(), scipy_sparse.diags(*arguments).toarray())
    equal(sparse.eye_array(4, 6, k=2), scipy_sparse.eye_array(4, 6, k=2, format="csr"))
    equal(sparse.identity(5), scipy_sparse.identity(5, format="csr"))


@pytest.mark.parametrize("make, error, words", [
    (lambda: sparse.csr_array(([1], [0], [0, 5])), ValueError, "Last value of index pointer"),
    (lambda: sparse.csr_array(([1], [0], [1, 1]), shape=(1, 1)), ValueError, "start with 0"),
    (lambda: sparse.csr_array(([1], [3], [0, 1]), shape=(1, 2)), ValueError, "column index"),
    (lambda: sparse.csr_array(([1, 2], [0, 0], [0, 2, 1]), shape=(2, 2)), ValueError, "non-decreasing"),
    (lambda: sparse.csr_array(([1], ([5], [0])), shape=(2, 2)), ValueError, "row index"),
    (lambda: sparse.csr_array(np.ones(3)), ValueError, "2 axes"),
    (lambda: sparse.csr_array(np.ones((2, 2), "float16")), ValueError, "float16"),
    (lambda: sparse.eye(3) @ np.ones(4), ValueError, "dimension mismatch"),
    (lambda: sparse.eye(3) @ sparse.eye(4), ValueError, "dimension mismatch"),
    (lambda: sparse.eye(3) + sparse.eye(4), ValueError, "inconsistent shapes"),
    (lambda: sparse.eye(3) @ 2, ValueError, "Scalar operands"),
    (lambda: sparse.eye(3) + 1, NotImplementedError, "nonzero scalar"),
    (lambda: bool(sparse.eye(3)), ValueError, "ambiguous"),
    (lambda: sparse.eye(3).sum(2), ValueError, "axis out of range"),
])
def test_errors(make, error, words):
    with pytest.raises(error, match=words):
        make()
