"""``bincount``, ``histogram`` and ``unique`` with NumPy's arguments, results and errors."""

import operator

import cunumeric
import numpy as np

from ._launch import array, launch, reduced, unbound
from legate.core import get_legate_runtime

_MERGE_PARTS = 16


def _vector(x, name):
    x = array(x)
    if x.ndim != 1:
        raise ValueError(f"{name} has one axis, not {x.ndim}")
    return x


def _without_bool(x):
    return x.astype("uint8") if x.dtype == bool else x


def _real(x, name):
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} holds real numbers, not {x.dtype}")
    return _without_bool(x)


def bincount(x, weights=None, minlength=0):
    """How often each number from 0 on occurs in ``x``; with ``weights``, their sum for each number.

    NumPy: ``numpy.bincount``, and also for ``uint64``.
    """
    x = _vector(x, "x")
    # An empty list has no type that says anything.
    if x.dtype.kind not in "biu" and x.size:
        raise TypeError(f"bincount counts integers, not {x.dtype}")
    minlength = operator.index(minlength)
    if minlength < 0:
        raise ValueError("'minlength' must not be negative")
    if weights is not None:
        weights = _real(_vector(weights, "weights"), "weights")
        if weights.size != x.size:
            raise ValueError(f"The weights and list don't have the same length: {weights.size} and {x.size}")
    if not x.size:
        return cunumeric.zeros(minlength, "int64")
    x = _without_bool(x)
    low, high = x.min(), x.max()
    if low < 0:
        raise ValueError(f"bincount counts numbers from 0 on; {int(low)} is negative")
    count = max(int(high) + 1, minlength)
    if weights is None:
        return reduced("count", [x], count, "int64")
    return reduced("add", [x.astype("int64"), weights], count, "float64")


def histogram(a, bins=10, range=None, weights=None, density=None):
    """How many elements of ``a`` lie between the edges of each bin, and the edges.

    NumPy: ``numpy.histogram``; ``bins`` is a number or the edges themselves.
    """
    if isinstance(bins, str):
        raise NotImplementedError(f"a rule for bins ({bins!r}); give their number or their edges")
    a = array(a)
    if weights is not None:
        weights = array(weights)
        if weights.shape != a.shape:
            raise ValueError("weights should have the same shape as a.")
        kind = weights.dtype
        if kind == bool:
            raise TypeError("weights are numbers, not bool")
        weights = _real(weights, "weights").ravel().astype("float64")
    a = _real(a, "a").ravel()
    edges = _edges(a, bins, range)
    operands = (a, edges.astype("float64")) if weights is None else (a, weights, edges.astype("float64"))
    task, result = ("binned", "int64") if weights is None else ("weighed", "float64")
    counts = reduced(task, operands, len(edges) - 1, result, scalars=[np.ndim(bins) == 0])
    if density:
        return counts / np.diff(edges) / counts.sum(), cunumeric.asarray(edges)
    return counts if weights is None else counts.astype(kind), cunumeric.asarray(edges)


def _edges(a, bins, range):
    """NumPy's edges follow from the ends of the data alone; so do its errors."""
    ends = np.zeros(0, a.dtype)
    if np.ndim(bins) == 0 and range is None and a.size:
        low, high = a.min(), a.max()
        ends = np.array([low, high], a.dtype)
    return np.histogram_bin_edges(ends, bins if np.ndim(bins) == 0 else np.asarray(bins), range)


def unique(x):
    """The distinct integers of an array, in order."""
    x = array(x)
    if x.dtype.kind not in "iu":
        raise TypeError(f"unique finds distinct integers, not {x.dtype}")
    if not x.size:
        return cunumeric.zeros(0, x.dtype)
    found = unbound("distinct", [x.ravel()], x.dtype)
    return unbound("merged", [cunumeric.zeros(_MERGE_PARTS, "int8"), found], x.dtype)


def placed(x, distinct):
    """Where each element stands among sorted distinct ones: -1 where it does not."""
    places = get_legate_runtime().create_store("int64", x.shape)
    launch("placed", [x, distinct], [places])
    return places.array
