"""Arrays in which each element is of one of several types, as Arrow has them, and arrays of nothing.

    UnionArray   codes, and places in the members     3 "ab" 7     codes 0 1 0, places 0 0 1, members 3 7 and "ab"
    NullArray    nothing: all elements are missing    _ _ _

Without places (Arrow's sparse unions) element *i* is the member's element *i*. A union has no mask; its members have.
"""

import numpy as np

from ._arrays import LogicalArray, as_array
from ._store import _functions, as_store
from ._types import NullType, UnionType


class UnionArray(LogicalArray):
    """Elements of several types: ``UnionArray([codes, places or None], [(name, array), …], codes=None)``."""

    _mask = None

    def __init__(self, stores, fields, codes=None):
        self._codes, places = stores
        self._codes = as_store(self._codes)
        self._places = None if places is None else as_store(places)
        self._fields = [(name, as_array(array)) for name, array in fields]
        self.type = UnionType([(name, array.type) for name, array in self._fields], codes)
        self._check()

    def _check(self):
        if len(self.type.codes) != len(self._fields):
            raise ValueError(f"{len(self.type.codes)} codes for {len(self._fields)} members")
        if self._codes.dtype != np.int8 or self._codes.ndim != 1:
            raise TypeError(f"codes are int8, one for each element, not {self._codes.dtype} of shape {self._codes.shape}")
        if self._places is None:
            if any(len(array) != len(self) for _, array in self._fields):
                raise ValueError(f"members of a union without places have its length: {len(self)}")
        elif self._places.dtype != np.int32 or self._places.shape != self.shape:
            raise TypeError(f"places are int32, one for each element, not {self._places.dtype} of shape {self._places.shape}")

    shape = property(lambda self: self._codes.shape, doc="Extents: the number of elements.")
    codes = property(lambda self: self._codes, doc="The store of codes: which member each element is of.")
    places = property(lambda self: self._places, doc="The store of places in the members; ``None`` where they are the elements' own.")
    fields = property(lambda self: list(self._fields), doc="The members: names and arrays.")

    def stores(self):
        """``[codes, places or None]``, and the stores of all members."""
        return [self._codes, self._places, *(store for _, array in self._fields for store in array.stores())]

    def _values(self):
        codes = self._codes.to_numpy().tolist()
        places = range(len(self)) if self._places is None else self._places.to_numpy().tolist()
        members = dict(zip(self.type.codes, [array.to_pylist() for _, array in self._fields]))
        return [members[code][place] for code, place in zip(codes, places)]

    def _at(self, indices, mask):
        if mask is not None:
            raise TypeError("a union has no mask, so that none of its elements can be missing")
        codes = self._codes.array[indices]
        if self._places is None:
            fields = [(name, array.take(indices)) for name, array in self._fields]
            return UnionArray([codes, None], fields, self.type.codes)
        return self._gathered(codes, self._places.array[indices])

    def _gathered(self, codes, places):
        """Members with the elements that are named and no others, in order: Arrow wants places that never go back."""
        fields, at = [], _functions["zeros"](codes.size, "int32")
        for code, (name, array) in zip(self.type.codes, self._fields):
            own = codes == code
            fields.append((name, array.take(places[own])))
            at = _functions["where"](own, own.astype("int32").cumsum().astype("int32") - 1, at).astype("int32")
        return UnionArray([codes, at], fields, self.type.codes)

    def _missing(self, count):
        raise TypeError("a union has no mask, so that none of its elements can be missing")


class NullArray(LogicalArray):
    """So many elements, all of which are missing."""

    type = NullType()
    _mask = None
    nullable = property(lambda self: True, doc="Whether elements may be missing: they are.")

    def __init__(self, count):
        if count < 0:
            raise ValueError(f"an array has no {count} elements")
        self.shape = (int(count),)

    @property
    def null_count(self):
        """Elements that are missing: all."""
        return len(self)

    def stores(self):
        """None."""
        return []

    def _values(self):
        return [None] * len(self)

    def _at(self, indices, mask):
        # An index out of range is an error here, too.
        return NullArray(_functions["zeros"](len(self), bool)[indices].size)

    def _missing(self, count):
        return NullArray(count)
