"""Rows of a table with equal keys to one row each."""

import cunumeric
import numpy as np

from legate.core import Array, Table

from ._columns import as_table, is_number, key_of
from ._counting import placed, unique
from ._launch import reduced

_FUNCTIONS = ("sum", "count", "min", "max", "mean", "count_all")


def group_by(table, keys, aggregates, dropna=False):
    """One row for each distinct key, in the order of keys; a missing key makes a group, the last.

    ``keys`` is the name of an integer column, or several; ``aggregates`` are pairs of a column and one of ``"sum"``,
    ``"count"``, ``"min"``, ``"max"``, ``"mean"`` (``"count_all"`` counts rows and needs no column). The result has the keys
    and a column ``<column>_<function>`` for each pair. Missing values count nowhere; where a group has no other, the
    result is missing. Sums are ``int64``, ``uint64`` or ``float64``, means ``float64``; minima and maxima pass over NaN.
    With ``dropna``, rows with a missing key are left out.
    """
    table = as_table(table)
    keys = [keys] if isinstance(keys, str) else list(keys)
    if not keys:
        raise ValueError("rows are grouped by at least one key")
    pairs = [_checked(table, pair) for pair in aggregates]
    groups = _Groups([key_of(table, name) for name in keys], dropna)
    columns = {name: column for name, column in zip(keys, groups.keys)}
    for column, function in pairs:
        name = function if function == "count_all" else f"{column}_{function}"
        if name in columns:
            raise ValueError(f"two columns of the result would be named {name!r}")
        columns[name] = groups.aggregate(None if function == "count_all" else table[column], column, function)
    return Table.from_arrays(list(columns), list(columns.values()))


def _checked(table, pair):
    try:
        column, function = pair
    except (TypeError, ValueError):
        raise ValueError(f"an aggregate is a pair of a column and a function, not {pair!r}") from None
    if function not in _FUNCTIONS:
        raise ValueError(f"there is no aggregate {function!r}; there are {', '.join(_FUNCTIONS)}")
    if function != "count_all":
        array = table[column]
        if function != "count" and not (is_number(array) and array.data.dtype.kind in "biuf"):
            raise TypeError(f"{function} of column {column!r}: its elements are {array.type}, not real numbers")
    return column, function


class _Groups:
    """The place of every row among the groups, and the groups' keys."""

    def __init__(self, keys, dropna):
        codes = [_codes(array, dropna) for array in keys]
        self.places, self.keys = codes[0][0], [key for _, key in codes]
        if len(codes) > 1:
            self.places, numbers = _combined(codes)
            self.keys = _apart(numbers, self.keys)
        self.count = len(self.keys[0])
        self._counts = {}

    def aggregate(self, column, name, function):
        if function == "count_all":
            return Array("int64", [None, reduced("count", [self.places], self.count, "int64")])
        places = self.places
        if column.null_mask is not None:
            places = cunumeric.where(column.null_mask.array, places, -1)
        if name not in self._counts:
            self._counts[name] = reduced("count", [places], self.count, "int64")
        counts = self._counts[name]
        if function == "count":
            return Array("int64", [None, counts])
        values = column.data.array
        kind = values.dtype
        if kind == bool:
            values = values.astype("uint8")
        result = _FOLDS[function](places, values, counts, self.count)
        if function in ("min", "max") and kind == bool:
            result = result.astype(bool)
        # Every group has a row, and a value, unless some are missing.
        return Array(result.dtype, [None if column.null_mask is None else counts > 0, result])


def _codes(array, dropna):
    """``(places, keys)``: each row's place among the distinct keys; a missing key's is behind them, or -1."""
    values, mask = array.data.array, array.null_mask
    if mask is None or array.null_count == 0:
        found = unique(values)
        return placed(values, found), Array(array.type, [None, found])
    mask = mask.array
    found = unique(values[mask])
    places = cunumeric.where(mask, placed(values, found), -1 if dropna else len(found))
    if dropna:
        return places, Array(array.type, [None, found])
    known = cunumeric.arange(len(found) + 1) < len(found)
    padded = cunumeric.concatenate([found, cunumeric.zeros(1, found.dtype)])
    return places, Array(array.type, [known, padded])


def _combined(codes):
    """Places among the pairs (or more) of keys that occur, and these as one number each."""
    if np.prod([max(1, len(key)) for _, key in codes], dtype=object) >= 2 ** 63:
        raise ValueError("the keys have more than 2**63 combinations")
    numbers = codes[0][0]
    for places, key in codes[1:]:
        numbers = cunumeric.where((numbers < 0) | (places < 0), -1, numbers * len(key) + places)
    distinct = unique(numbers[numbers >= 0])
    return placed(numbers, distinct), distinct


def _apart(numbers, keys):
    """The keys of which each number was made."""
    found = []
    for key in reversed(keys):
        count = max(1, len(key))
        found.append(key.take(numbers % count))
        numbers = numbers // count
    return found[::-1]


def _sum(places, values, counts, count):
    return reduced("add", [places, values], count, {"i": "int64", "u": "uint64", "f": "float64"}[values.dtype.kind])


def _mean(places, values, counts, count):
    return reduced("add", [places, values], count, "float64") / cunumeric.maximum(counts, 1)


def _extreme(task, places, values, counts, count):
    is_lowest = task == "lowest"
    if values.dtype.kind != "f":
        limits = np.iinfo(values.dtype)
        return reduced(task, [places, values], count, values.dtype, limits.max if is_lowest else limits.min)
    result = reduced(task, [places, values], count, values.dtype, np.inf if is_lowest else -np.inf)
    numbers = reduced("count", [cunumeric.where(values != values, -1, places)], count, "int64")
    return cunumeric.where((numbers == 0) & (counts > 0), values.dtype.type(np.nan), result)


_FOLDS = {
    "sum": _sum, "mean": _mean, "min": lambda *a: _extreme("lowest", *a), "max": lambda *a: _extreme("highest", *a),
}
