"""Rows, columns and values on the host: everything that makes a new pattern of entries.

In: NumPy arrays. Out: ``(data, indices, indptr)`` as NumPy arrays, columns in order within each row, no column twice.
"""

import numpy as np


def index_type(shape, count):
    """SciPy's choice: 32 bits where they hold every column and every place."""
    return np.int32 if max(*shape, count, 0) <= np.iinfo(np.int32).max else np.int64


def compressed(data, rows, columns, shape):
    """Entries in any order; those at one place are added."""
    data, rows, columns = np.asarray(data), np.asarray(rows), np.asarray(columns)
    if not (data.ndim == rows.ndim == columns.ndim == 1 and len(data) == len(rows) == len(columns)):
        raise ValueError("row, column, and data array must all be the same length")
    for name, index, extent in (("row", rows, shape[0]), ("column", columns, shape[1])):
        if len(index) and (index.min() < 0 or index.max() >= extent):
            raise ValueError(f"a {name} index lies outside of a matrix of shape {shape}")
    order = np.lexsort((columns, rows))
    data, rows, columns = data[order], rows[order], columns[order]
    first = np.ones(len(data), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    if not first.all():
        add = np.logical_or if data.dtype == bool else np.add
        data = add.reduceat(data, np.flatnonzero(first), dtype=data.dtype)
        rows, columns = rows[first], columns[first]
    kind = index_type(shape, len(data))
    indptr = np.zeros(shape[0] + 1, kind)
    np.cumsum(np.bincount(rows, minlength=shape[0]), out=indptr[1:])
    return data, columns.astype(kind), indptr


def expanded_rows(indptr):
    """The row of every entry."""
    return np.repeat(np.arange(len(indptr) - 1, dtype=indptr.dtype), np.diff(indptr))


def multiplied(a, b, shape):
    """The product of two matrices: every entry of ``a`` meets the row of ``b`` that its column names."""
    (data, indices, indptr), (other_data, other_indices, other_indptr) = a, b
    counts = np.diff(other_indptr)[indices]
    ends = np.cumsum(counts)
    places = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
    places += np.repeat(other_indptr[:-1][indices], counts)
    rows = np.repeat(expanded_rows(indptr), counts)
    return compressed(np.repeat(data, counts) * other_data[places], rows, other_indices[places], shape)


def checked(data, indices, indptr, shape):
    """Raises what SciPy raises for arrays that are no matrix."""
    if data.ndim != 1 or indices.ndim != 1 or indptr.ndim != 1:
        raise ValueError("data, indices, and indptr should be 1-D")
    if len(indptr) != shape[0] + 1:
        raise ValueError(f"index pointer size {len(indptr)} should be {shape[0] + 1}")
    if indptr[0] != 0:
        raise ValueError("index pointer should start with 0")
    if len(indices) != len(data):
        raise ValueError("indices and data should have the same size")
    if indptr[-1] > len(indices):
        raise ValueError("Last value of index pointer should be less than the size of index and data arrays")
    if (np.diff(indptr) < 0).any():
        raise ValueError("index pointer values must form a non-decreasing sequence")
    count = int(indptr[-1])
    if count and (indices[:count].min() < 0 or indices[:count].max() >= shape[1]):
        raise ValueError(f"a column index lies outside of a matrix of shape {shape}")
