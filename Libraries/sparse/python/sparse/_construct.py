"""Matrices by their diagonals, as SciPy's functions of these names make them."""

import numpy as np

from . import _structure
from ._csr import csr_array


def diags(diagonals, offsets=0, shape=None, format=None, dtype=None):
    """A matrix from diagonals; a number, or an array of one element, fills its diagonal."""
    if format not in (None, "csr"):
        raise ValueError(f"this library has the format 'csr', not {format!r}")
    if np.isscalar(offsets):
        diagonals, offsets = ([diagonals] if np.ndim(diagonals[0]) == 0 else diagonals), [offsets]
    diagonals = [np.atleast_1d(np.asarray(d)) for d in diagonals]
    if len(diagonals) != len(offsets):
        raise ValueError("Different number of diagonals and offsets.")
    if shape is None:
        extent = len(diagonals[0]) + abs(int(offsets[0]))
        shape = (extent, extent)
    kind = np.dtype(dtype) if dtype is not None else np.result_type(*diagonals)
    data, rows, columns = [], [], []
    for diagonal, offset in zip(diagonals, offsets):
        first = max(0, -offset)
        count = min(shape[0] - first, shape[1] - max(0, offset))
        if count < 0:
            raise ValueError(f"Offset {offset} is out of bounds for a matrix of shape {shape}")
        if len(diagonal) not in (1, count):
            raise ValueError(f"Diagonal length (at offset {offset}: {len(diagonal)}) does not fit {count}")
        data.append(np.broadcast_to(diagonal, count).astype(kind))
        rows.append(np.arange(first, first + count))
        columns.append(rows[-1] + offset)
    parts = _structure.compressed(*(np.concatenate(part) for part in (data, rows, columns)), shape)
    return csr_array(parts, shape=shape)


def eye_array(m, n=None, *, k=0, dtype=float, format=None):
    """Ones on the *k*-th diagonal."""
    return diags([np.ones(1, dtype)], [k], (m, m if n is None else n), format)


def eye(m, n=None, k=0, dtype=float, format=None):
    """Ones on the *k*-th diagonal."""
    return eye_array(m, n, k=k, dtype=dtype, format=format)


def identity(n, dtype="d", format=None):
    """The identity."""
    return eye_array(n, dtype=dtype, format=format)
