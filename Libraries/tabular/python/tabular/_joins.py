"""Rows of two tables with equal keys, side by side."""

import cunumeric
import numpy as np

from legate.core import Array, Table

from ._columns import as_table, key_of
from ._counting import placed, unique
from ._launch import unbound


_TYPES = (
    "inner", "left outer", "right outer", "full outer", "left semi", "right semi", "left anti", "right anti",
)


def join(left, right, on=None, left_on=None, right_on=None, suffix="_right", join_type="inner"):
    """Rows of two tables side by side: one for each pair of rows with equal keys.

    ``join_type``, as pyarrow names them: ``"inner"``; ``"left outer"``, ``"right outer"``, ``"full outer"`` (the rows of that side
    without a partner, too, with missing values for the other); ``"left semi"``, ``"left anti"`` (the left rows that have a
    partner, or have none, once each and alone) and the same of the right.

    Keys are columns of integers or times: ``on`` names one or several of both tables, ``left_on`` and ``right_on`` where names
    differ. A missing key equals nothing. Columns of the right table whose name the left one has get ``suffix``; where both keys
    have one name there is one column. Rows are in the order of the left ones, then of the right ones; right rows without a
    partner are the last.
    """
    if join_type not in _TYPES:
        raise ValueError(f"there is no join {join_type!r}; there are {', '.join(_TYPES)}")
    left, right = as_table(left), as_table(right)
    left_names, right_names = _names(on, left_on, right_on)
    side, _, kind = join_type.partition(" ")
    if kind in ("semi", "anti") and side == "right":
        return join(right, left, left_on=right_names, right_on=left_names, join_type=f"left {kind}")
    names = {} if kind in ("semi", "anti") else _result_names(left, right, left_names, right_names, suffix)
    left_rows, right_rows = _matched(left, right, left_names, right_names)
    if kind in ("semi", "anti"):
        has = _has_partner(left_rows, len(left))
        rows = cunumeric.flatnonzero(has if kind == "semi" else ~has)
        return Table.from_arrays(left.names, [column.take(rows) for column in left.columns])
    if kind == "outer":
        left_rows, right_rows = _with_partnerless(left_rows, right_rows, len(left), len(right), side)
    return _side_by_side(left, right, left_rows, right_rows, names, left_names, right_names, kind == "outer")


def _matched(left, right, left_names, right_names):
    """The rows of both tables that make each row of the inner join."""
    mine = [key_of(left, name) for name in left_names]
    others = [key_of(right, name) for name in right_names]
    own, own_rows = _present(mine)
    other, other_rows = _present(others)
    a, b = _comparable(own, other, left_names)
    order = cunumeric.argsort(b, kind="stable")
    rows = order if other_rows is None else other_rows[order]
    left_rows, right_rows = unbound("matched", [a, b[order], rows.astype("int64")], "int64", "int64")
    left_rows, right_rows = cunumeric.asarray(left_rows), cunumeric.asarray(right_rows)
    return left_rows if own_rows is None else own_rows[left_rows], right_rows


def _has_partner(rows, count):
    has = cunumeric.zeros(count, bool)
    has[rows] = True
    return has


def _with_partnerless(left_rows, right_rows, left_count, right_count, side):
    """The rows of an outer join; -1 where the other side has none."""
    if side in ("left", "full"):
        alone = cunumeric.flatnonzero(~_has_partner(left_rows, left_count))
        both = cunumeric.concatenate([left_rows, alone])
        order = cunumeric.argsort(both, kind="stable")
        partners = cunumeric.concatenate([right_rows, cunumeric.full(len(alone), -1)])
        found = both[order], partners[order]
    else:
        found = left_rows, right_rows
    if side in ("right", "full"):
        alone = cunumeric.flatnonzero(~_has_partner(right_rows, right_count))
        found = (
            cunumeric.concatenate([found[0], cunumeric.full(len(alone), -1)]), cunumeric.concatenate([found[1], alone]))
    return found


def _side_by_side(left, right, left_rows, right_rows, names, left_names, right_names, is_outer):
    """The columns of both tables at some rows."""
    if not is_outer:
        columns = [left[name].take(left_rows) for name in left.names] + [right[name].take(right_rows) for name in names]
        return Table.from_arrays(left.names + list(names.values()), columns)
    has_left, has_right = left_rows >= 0, right_rows >= 0
    columns = [left[name].take(left_rows, has_left) for name in left.names]
    for mine, other in zip(left_names, right_names):
        if mine == other:
            # One column for both keys: a row without a left partner has the right one's.
            place = left.names.index(mine)
            columns[place] = _either(columns[place], right[other].take(right_rows, has_right))
    columns += [right[name].take(right_rows, has_right) for name in names]
    return Table.from_arrays(left.names + list(names.values()), columns)


def _either(first, second):
    """The elements of the first array, of the second where they are missing."""
    mask, other = first.null_mask.array, second.null_mask.array
    kind = np.result_type(first.data.dtype, second.data.dtype)
    data = cunumeric.where(mask, first.data.array.astype(kind), second.data.array.astype(kind))
    return Array(first.type if kind == first.data.dtype else kind, [mask | other, data])


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
