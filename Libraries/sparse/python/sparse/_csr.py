"""``csr_array`` and ``csr_matrix``: a matrix as three arrays of ``cunumeric``, and what SciPy's classes of these names do.

Products with dense arrays and diagonals are tasks; what makes a new pattern of entries runs on the host (``_structure``).
"""

import numbers

import cunumeric
import numpy as np

from legate.core import as_store, broadcast, get_legate_runtime, load_library

from . import _structure
from ._cut import Cut

library = load_library("sparse", __file__)
_runtime = get_legate_runtime()


def issparse(x):
    """Whether ``x`` is one of this library's matrices."""
    return isinstance(x, _csr)


def isspmatrix_csr(x):
    """Whether ``x`` is a ``csr_matrix`` of this library."""
    return isinstance(x, csr_matrix)


def _is_foreign(x):
    return hasattr(x, "tocsr") and hasattr(x, "nnz") and not issparse(x)


class _csr:
    """What both classes have in common; they differ in ``*``, ``**`` and the shape of sums."""

    format = "csr"
    ndim = 2
    __array_priority__ = 20.0
    __array_ufunc__ = None

    def __init__(self, arg1, shape=None, dtype=None, copy=False):
        if issparse(arg1):
            parts, found = arg1._parts, arg1.shape
        elif _is_foreign(arg1):
            other = arg1.tocsr()
            parts, found = (other.data, other.indices, other.indptr), other.shape
        elif isinstance(arg1, tuple):
            parts, found = _from_tuple(arg1, shape)
        else:
            parts, found = _from_dense(arg1)
        if shape is not None and tuple(shape) != tuple(found):
            raise ValueError(f"a matrix of shape {tuple(found)} has not the shape {tuple(shape)}")
        data, indices, indptr = parts
        if dtype is not None:
            data = data.astype(dtype)
        if data.dtype == np.float16 or data.dtype.kind not in "biufc":
            raise ValueError(f"sparse matrices hold no {data.dtype}")
        self.shape = tuple(int(extent) for extent in found)
        self._parts = (cunumeric.array(data), cunumeric.array(indices), cunumeric.array(indptr)) if copy else tuple(
            cunumeric.asarray(part) for part in (data, indices, indptr))
        self._cut = self._transposed = None

    @classmethod
    def _of(cls, parts, shape):
        return cls(parts, shape=shape)

    # Parts

    data = property(lambda self: self._parts[0])
    indices = property(lambda self: self._parts[1])
    indptr = property(lambda self: self._parts[2])
    dtype = property(lambda self: self.data.dtype)
    nnz = property(lambda self: self.data.size)
    size = nnz

    def getnnz(self, axis=None):
        """The number of entries, of the whole or along an axis."""
        if axis is None:
            return self.nnz
        _, indices, indptr = self._host
        return np.diff(indptr) if axis in (1, -1) else np.bincount(indices, minlength=self.shape[1])

    def count_nonzero(self):
        """Entries that are not zero; waits for them."""
        return int(cunumeric.count_nonzero(self.data))

    @property
    def _host(self):
        return tuple(np.asarray(part) for part in self._parts)

    def __repr__(self):
        return (f"<Compressed Sparse Row sparse {self._word} of dtype '{self.dtype}'\n"
                f"\twith {self.nnz} stored elements and shape {self.shape}>")

    def __len__(self):
        raise TypeError("sparse array length is ambiguous; use getnnz() or shape[0]")

    def __bool__(self):
        if self.shape == (1, 1):
            return self.nnz != 0
        raise ValueError("The truth value of an array with more than one element is ambiguous.")

    # Products

    def __matmul__(self, other):
        if issparse(other) or _is_foreign(other):
            return self._times_sparse(_own(other, type(self)))
        if isinstance(other, numbers.Number):
            raise ValueError("Scalar operands are not allowed, use '*' instead")
        x = cunumeric.asarray(other)
        if x.ndim not in (1, 2) or x.shape[0] != self.shape[1]:
            raise ValueError(f"matmul: dimension mismatch: {self.shape} by {x.shape}")
        return self._times_dense(x)

    def __rmatmul__(self, other):
        if isinstance(other, numbers.Number):
            raise ValueError("Scalar operands are not allowed, use '*' instead")
        if _is_foreign(other):
            return _own(other, type(self)) @ self
        x = cunumeric.asarray(other)
        if x.ndim not in (1, 2) or x.shape[-1] != self.shape[0]:
            raise ValueError(f"matmul: dimension mismatch: {x.shape} by {self.shape}")
        return (self.T @ x.T).T

    def dot(self, other):
        """``self @ other``; with a number, ``self * other``."""
        return self * other if isinstance(other, numbers.Number) else self @ other

    def _times_dense(self, x):
        kind = np.result_type(self.dtype, x.dtype)
        values = self.data if self.dtype == kind else self.data.astype(kind)
        x = x if x.dtype == kind else x.astype(kind)
        y = _runtime.create_store(kind, self.shape[:1] + x.shape[1:])
        if 0 in y.shape:
            return y.array
        launch = _runtime.create_auto_task(library, "product")
        starts, stops, columns, entries = self._add_to(launch, values, x.shape[1:])
        seen, made = launch.add_input(x), launch.add_output(y)
        if x.ndim == 2:
            launch.add_constraint(broadcast(made, (1,)))
        cut = self._ensured_cut()
        if x.ndim == 2:
            launch.add_constraint(broadcast(seen))
        cut.constrain(launch, starts, stops, columns, entries, seen if x.ndim == 1 else None, made)
        launch.execute()
        return y.array

    def _add_to(self, launch, values, extra=()):
        """Adds the matrix's four operands; the rows' bounds are repeated along the further axes of a result."""
        starts, stops = as_store(self.indptr[:-1]), as_store(self.indptr[1:])
        if extra:
            starts, stops = starts.promote(1, extra[0]), stops.promote(1, extra[0])
        return tuple(launch.add_input(store) for store in (starts, stops, self.indices, values))

    def _ensured_cut(self):
        if self._cut is None:
            # Copies: arrays that others look into are spread over ranks no more while they do.
            indices, indptr = (np.frombuffer(part.tobytes(), part.dtype) for part in self._parts[1:])
            self._cut = Cut(indices, indptr, self.shape)
        return self._cut

    def _times_sparse(self, other):
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"matmul: dimension mismatch: {self.shape} by {other.shape}")
        shape = (self.shape[0], other.shape[1])
        return type(self)._of(_structure.multiplied(self._host, other._host, shape), shape)

    # Shape

    def transpose(self, axes=None, copy=False):
        """The transposed matrix, again by rows. Made once, on the host, and kept."""
        if axes not in (None, (1, 0)):
            raise ValueError("Sparse arrays/matrices do not support an 'axes' parameter but swapping dimensions")
        if self._transposed is None:
            data, indices, indptr = self._host
            shape = self.shape[::-1]
            self._transposed = type(self)._of(
                _structure.compressed(data, indices, _structure.expanded_rows(indptr), shape), shape)
        return self._transposed

    T = property(transpose)

    def conj(self, copy=True):
        """The same with conjugate values."""
        return self._with(self.data.conj())

    conjugate = conj

    def diagonal(self, k=0):
        """The *k*-th diagonal as a dense array."""
        rows, columns = self.shape
        if k <= -rows or k >= columns:
            return cunumeric.empty(0, dtype=self.dtype)
        y = _runtime.create_store(self.dtype, (rows,))
        launch = _runtime.create_auto_task(library, "diagonal")
        operands = self._add_to(launch, self.data)
        made = launch.add_output(y)
        launch.add_scalar_arg(int(k))
        self._ensured_cut().constrain(launch, *operands, None, made)
        launch.execute()
        first = max(0, -k)
        return y.array[first:first + min(rows + min(k, 0), columns - max(k, 0))]

    def trace(self, offset=0):
        """The sum of a diagonal."""
        return self.diagonal(offset).sum()

    # Sums

    def _sum(self, axis, dtype):
        if axis not in (None, 0, 1, -1, -2):
            raise ValueError("axis out of range")
        if axis is None:
            return self.data.sum(dtype=dtype)
        kind = np.dtype(dtype) if dtype is not None else np.zeros(1, self.dtype).sum().dtype
        matrix = (self if axis in (1, -1) else self.T).astype(kind)
        return matrix @ cunumeric.ones(matrix.shape[1], dtype=kind)

    def sum(self, axis=None, dtype=None, out=None):
        """The sum of all entries, or along an axis."""
        if out is not None:
            raise NotImplementedError("out of sum")
        return self._sum(axis, dtype)

    def mean(self, axis=None, dtype=None, out=None):
        """The mean of all places, zeros included, or along an axis."""
        count = self.shape[0] * self.shape[1] if axis is None else self.shape[axis]
        kind = dtype or (np.float64 if self.dtype.kind in "biu" else self.dtype)
        return self.sum(axis, kind, out) / count

    # Arithmetic

    def _with(self, data):
        """The same entries with other values."""
        result = type(self)._of((data, self.indices, self.indptr), self.shape)
        result._cut = self._cut
        return result

    def astype(self, dtype, casting="unsafe", copy=True):
        """The matrix with values of another type."""
        if not np.can_cast(self.dtype, dtype, casting):
            raise TypeError(f"Cannot cast from {self.dtype!r} to {np.dtype(dtype)!r} according to the rule '{casting}'")
        return self if self.dtype == dtype and not copy else self._with(self.data.astype(dtype))

    def copy(self):
        """A matrix with arrays of its own."""
        return type(self)(self, copy=True)

    def __neg__(self):
        return self._with(-self.data)

    def __abs__(self):
        return self._with(abs(self.data))

    def power(self, n, dtype=None):
        """Every entry to a power above zero."""
        if not isinstance(n, numbers.Number) or n <= 0:
            raise NotImplementedError("zero and negative powers would fill the matrix")
        return self._with((self.data if dtype is None else self.data.astype(dtype)) ** n)

    def _scaled(self, other):
        return self._with(self.data * other)

    def __truediv__(self, other):
        if isinstance(other, numbers.Number) or getattr(other, "ndim", None) == 0:
            return self._with(self.data / other)
        raise NotImplementedError("division of a sparse matrix by an array")

    def _combined(self, other, sign):
        if isinstance(other, numbers.Number):
            if other == 0:
                return self.copy()
            raise NotImplementedError("adding a nonzero scalar to a sparse array is not supported")
        if not (issparse(other) or _is_foreign(other)):
            dense = cunumeric.asarray(other)
            return self.toarray() + dense if sign > 0 else self.toarray() - dense
        other = _own(other, type(self))
        if other.shape != self.shape:
            raise ValueError(f"inconsistent shapes: {self.shape} and {other.shape}")
        (a, columns, pointers), (b, other_columns, other_pointers) = self._host, other._host
        kind = np.result_type(a, b)
        data = np.concatenate([a.astype(kind), b.astype(kind) if sign > 0 else -b.astype(kind)])
        rows = np.concatenate([_structure.expanded_rows(p) for p in (pointers, other_pointers)])
        parts = _structure.compressed(data, rows, np.concatenate([columns, other_columns]), self.shape)
        return type(self)._of(parts, self.shape)

    def __add__(self, other):
        return self._combined(other, 1)

    __radd__ = __add__

    def __sub__(self, other):
        return self._combined(other, -1)

    def __rsub__(self, other):
        return -self + other

    def multiply(self, other):
        """The product place by place, with a number, a matrix or a dense array."""
        if isinstance(other, numbers.Number) or getattr(other, "ndim", None) == 0:
            return self._scaled(other)
        data, indices, indptr = self._host
        rows = _structure.expanded_rows(indptr)
        if issparse(other) or _is_foreign(other):
            other = _own(other, type(self))
            if other.shape != self.shape:
                raise ValueError(f"inconsistent shapes: {self.shape} and {other.shape}")
            return type(self)._of(_common(self, other, rows), self.shape)
        dense = np.broadcast_to(np.asarray(other), self.shape)
        return type(self)._of((data * dense[rows, indices], indices, indptr), self.shape)

    # Conversion

    def tocsr(self, copy=False):
        """This matrix."""
        return self.copy() if copy else self

    def toarray(self, order=None, out=None):
        """The dense array."""
        data, indices, indptr = self._host
        dense = np.zeros(self.shape, self.dtype, order=order or "C")
        add = np.logical_or if self.dtype == bool else np.add
        add.at(dense, (_structure.expanded_rows(indptr), indices), data)
        return cunumeric.asarray(dense)

    todense = toarray

    def toscipy(self):
        """The same as SciPy's matrix."""
        import scipy.sparse

        return getattr(scipy.sparse, type(self).__name__)(self._host, shape=self.shape)

    def __getitem__(self, index):
        """Through SciPy's own indexing, on the host."""
        result = self.toscipy()[index]
        return type(self)(result) if _is_foreign(result) else result


class csr_array(_csr):
    """A sparse array by compressed rows: ``*`` multiplies place by place."""

    _word = "array"

    def __mul__(self, other):
        return self.multiply(other)

    __rmul__ = __mul__

    def __pow__(self, n):
        return self.power(n)


class csr_matrix(_csr):
    """A sparse matrix by compressed rows: ``*`` is the product of matrices."""

    _word = "matrix"

    def __mul__(self, other):
        is_number = isinstance(other, numbers.Number) or getattr(other, "ndim", None) == 0
        return self._scaled(other) if is_number else self @ other

    def __rmul__(self, other):
        return self * other if isinstance(other, numbers.Number) else other @ self

    def __pow__(self, n):
        if self.shape[0] != self.shape[1]:
            raise TypeError("matrix is not square")
        if not isinstance(n, int) or n < 0:
            raise ValueError("exponent must be >= 0")
        from ._construct import identity

        result = csr_matrix(identity(self.shape[0], self.dtype))
        for _ in range(n):
            result = result @ self
        return result

    def sum(self, axis=None, dtype=None, out=None):
        """The sum of all entries, or along an axis: then with two axes."""
        result = super().sum(axis, dtype, out)
        return result if axis is None else result[:, None] if axis in (1, -1) else result[None, :]


def _own(other, kind):
    return other if issparse(other) else kind(other)


def _common(a, b, rows):
    """Entries at places that both have, multiplied."""
    (data, indices, _), (other, other_indices, other_indptr) = (m.T.T._host for m in (a, b))
    rows = _structure.expanded_rows(a.T.T._host[2])
    keys = rows.astype(np.int64) * a.shape[1] + indices
    other_keys = _structure.expanded_rows(other_indptr).astype(np.int64) * a.shape[1] + other_indices
    _, mine, theirs = np.intersect1d(keys, other_keys, assume_unique=True, return_indices=True)
    return _structure.compressed(data[mine] * other[theirs], rows[mine], indices[mine], a.shape)


def _from_tuple(arg, shape):
    if len(arg) == 2 and all(isinstance(n, (int, np.integer)) for n in arg):
        kind = _structure.index_type(arg, 0)
        return (np.zeros(0), np.zeros(0, kind), np.zeros(arg[0] + 1, kind)), arg
    if len(arg) == 2:
        data, (rows, columns) = np.asarray(arg[0]), (np.asarray(part) for part in arg[1])
        if shape is None:
            if not len(rows):
                raise ValueError("cannot infer dimensions from zero sized index arrays")
            shape = (int(rows.max()) + 1, int(columns.max()) + 1)
        return _structure.compressed(data, rows, columns, shape), shape
    if len(arg) == 3:
        data, indices, indptr = arg
        host = tuple(np.asarray(part) for part in (indices, indptr))
        if shape is None:
            shape = (len(host[1]) - 1, int(host[0].max()) + 1 if len(host[0]) else 0)
        _structure.checked(cunumeric.asarray(data), *host, shape)
        kind = _structure.index_type(shape, len(host[0]))
        indices, indptr = (p if p.dtype == kind else p.astype(kind) for p in (
            cunumeric.asarray(indices), cunumeric.asarray(indptr)))
        count = int(host[1][-1])
        return (cunumeric.asarray(data)[:count], indices[:count], indptr), shape
    raise ValueError(f"unrecognized csr_array constructor input: a tuple of {len(arg)}")


def _from_dense(arg):
    dense = np.asarray(arg)
    if dense.ndim != 2:
        raise ValueError(f"a sparse matrix has 2 axes, not {dense.ndim}")
    rows, columns = np.nonzero(dense)
    return _structure.compressed(dense[rows, columns], rows, columns, dense.shape), dense.shape
