"""Rows of two tables with equal keys, side by side."""

import cunumeric
import numpy as np

from legate.core import Table

from ._columns import as_table, key_of
from ._counting import placed, unique
from ._launch import unbound


def join(left, right, on=None, left_on=None, right_on=None, suffix="_right"):
    """The inner join: one row for each pair of rows with equal keys, in the order of the left rows, then of the right ones.

    Keys are integer columns: ``on`` names one or several of both tables, ``left_on`` and ``right_on`` where names differ.
    A missing key equals nothing. Columns of the right table whose name the left one has get ``suffix``; its keys are left
    out where both have one name.
    """
    left, right = as_table(left), as_table(right)
    left_names, right_names = _names(on, left_on, right_on)
    names = _result_names(left, right, left_names, right_names, suffix)
    mine = [key_of(left, name) for name in left_names]
    others = [key_of(right, name) for name in right_names]
    own, own_rows = _present(mine)
    other, other_rows = _present(others)
    a, b = _comparable(own, other, left_names)
    order = cunumeric.argsort(b, kind="stable")
    rows = order if other_rows is None else other_rows[order]
    left_rows, right_rows = unbound("matched", [a, b[order], rows.astype("int64")], "int64", "int64")
    if own_rows is not None:
        left_rows = own_rows[left_rows]
    columns = [left[name].take(left_rows) for name in left.names]
    columns += [right[name].take(right_rows) for name in names]
    return Table.from_arrays(left.names + list(names.values()), columns)


def _names(on, left_on, right_on):
    if on is not None and (left_on is not None or right_on is not None):
        raise ValueError("give on, or left_on and right_on")
    if on is not None:
        left_on = right_on = on
    if left_on is None or right_on is None:
        raise ValueError("a join needs keys: on, or left_on and right_on")
    lists = [[names] if isinstance(names, str) else list(names) for names in (left_on, right_on)]
    if len(lists[0]) != len(lists[1]) or not lists[0]:
        raise ValueError(f"{len(lists[0])} keys on the left, {len(lists[1])} on the right")
    return lists


def _result_names(left, right, left_names, right_names, suffix):
    """The right table's columns that the result has, with their names there."""
    shared = {r for l, r in zip(left_names, right_names) if l == r}
    names = {}
    for name in right.names:
        if name in shared:
            continue
        names[name] = name + suffix if name in left.names else name
        if names[name] in left.names or list(names.values()).count(names[name]) > 1:
            raise ValueError(f"two columns of the result would be named {names[name]!r}: give another suffix")
    return names


def _present(keys):
    """Keys of rows where none is missing, and which rows these are; ``None`` for all."""
    masks = [key.null_mask.array for key in keys if key.null_mask is not None]
    values = [key.data.array for key in keys]
    if not masks:
        return values, None
    mask = masks[0]
    for other in masks[1:]:
        mask = mask & other
    return [value[mask] for value in values], cunumeric.flatnonzero(mask)


def _comparable(own, other, names):
    """One number for each row of both sides, equal where all keys are."""
    pairs = []
    for a, b, name in zip(own, other, names):
        kind = np.result_type(a.dtype, b.dtype)
        if kind.kind not in "iu":
            raise TypeError(f"key {name!r}: {a.dtype} and {b.dtype} have no integer type in common")
        pairs.append((a.astype(kind), b.astype(kind)))
    if len(pairs) == 1:
        return pairs[0]
    a = b = 0
    combinations = 1
    for mine, theirs in pairs:
        distinct = unique(cunumeric.concatenate([mine, theirs]))
        combinations *= max(1, len(distinct))
        if combinations >= 2 ** 63:
            raise ValueError("the keys have more than 2**63 combinations")
        a, b = a * len(distinct) + placed(mine, distinct), b * len(distinct) + placed(theirs, distinct)
    return a, b
