"""Arrays whose elements are ranges of something else: strings, bytes, lists.

    StringArray   mask, offsets, characters           "ab" "" "c"      offsets 0 2 2 3, characters a b c
    BinaryArray   mask, offsets, data                 the same, of bytes
    ListArray     mask, offsets, and an array         [3 1] [] [7]     offsets 0 2 2 3, values 3 1 7

Element *i* is what lies in ``offsets[i] .. offsets[i + 1]`` of the rest; offsets are 32 or 64 bits and need not begin with zero.
"""

import numpy as np

from ._arrays import Array, LogicalArray
from ._store import _functions, as_store
from ._types import BinaryType, ListType, StringType


class _Ranges(LogicalArray):
    """Arrays whose elements are ranges of something else."""

    def _set_ranges(self, stores):
        self._set_mask(stores[0])
        self._offsets = as_store(stores[1])
        if self._offsets.dtype not in (np.int32, np.int64) or self._offsets.ndim != 1 or not self._offsets.size:
            raise ValueError(
                f"offsets are int32 or int64, one more than elements, not {self._offsets.dtype} of shape {self._offsets.shape}")
        if self._mask is not None and self._mask.shape != self.shape:
            raise ValueError(f"the mask has shape {self._mask.shape}, the elements {self.shape}")

    offsets = property(lambda self: self._offsets, doc="The store of offsets, one more than there are elements.")
    shape = property(lambda self: (self._offsets.size - 1,), doc="Extents: the number of elements.")

    def _taken(self, indices):
        """Offsets of the elements at some indices, and where what they hold lies."""
        offsets = self._offsets.array
        starts = offsets[:-1][indices].astype("int64")
        lengths = offsets[1:][indices] - starts
        ends = lengths.cumsum()
        total = int(ends[-1]) if ends.size else 0
        kind = self._offsets.dtype if total <= np.iinfo(self._offsets.dtype).max else np.dtype("int64")
        inside = _functions["arange"](total) + _functions["repeat"](starts - (ends - lengths), lengths)
        return _functions["concatenate"]([_functions["zeros"](1, kind), ends.astype(kind)]), inside


class _Bytes(_Ranges):
    """Ranges of bytes."""

    def __init__(self, stores):
        stores = list(stores)
        if len(stores) != 3:
            raise ValueError(
                f"an array of {self._words[0]} has a mask (or None), offsets and {self._words[1]}, not {len(stores)} stores")
        self._set_ranges(stores)
        self._data = as_store(stores[2])
        if self._data.dtype != np.uint8:
            raise TypeError(f"{self._words[1]} are uint8, not {self._data.dtype}")

    def _pieces(self):
        offsets, data = self._offsets.to_numpy().tolist(), self._data.to_numpy().tobytes()
        return [data[a:b] for a, b in zip(offsets, offsets[1:])]

    def _at(self, indices, mask):
        offsets, inside = self._taken(indices)
        return type(self)([mask, offsets, self._data.array[inside]])

    def _missing(self, count):
        zeros = _functions["zeros"]
        return type(self)([zeros(count, bool), zeros(count + 1, self._offsets.dtype), zeros(0, "uint8")])


class StringArray(_Bytes):
    """Strings in UTF-8: ``StringArray([mask or None, offsets, characters])``."""

    type = StringType()
    _words = ("strings", "characters")

    def stores(self):
        """``[mask or None, offsets, characters]``"""
        return [self._mask, self._offsets, self._data]

    characters = property(lambda self: self._data, doc="The store of all strings, one behind the other, in UTF-8.")

    def _values(self):
        return [piece.decode() for piece in self._pieces()]


class BinaryArray(_Bytes):
    """Bytes of any length: ``BinaryArray([mask or None, offsets, data])``."""

    type = BinaryType()
    _words = ("bytes", "data")

    def stores(self):
        """``[mask or None, offsets, data]``"""
        return [self._mask, self._offsets, self._data]

    data = property(lambda self: self._data, doc="The store of all bytes, one element's behind the other's.")

    def _values(self):
        return self._pieces()


class ListArray(_Ranges):
    """Lists of the elements of another array: ``ListArray([mask or None, offsets], values)``."""

    def __init__(self, stores, values):
        stores = list(stores)
        if len(stores) != 2:
            raise ValueError(f"an array of lists has a mask (or None) and offsets, not {len(stores)} stores")
        if not isinstance(values, LogicalArray):
            values = Array(as_store(values).type, [None, values])
        self._set_ranges(stores)
        self.values = values
        self.type = ListType(values.type)

    def stores(self):
        """``[mask or None, offsets, ...]``, and the stores of the array of values."""
        return [self._mask, self._offsets, *self.values.stores()]

    def _values(self):
        offsets, values = self._offsets.to_numpy().tolist(), self.values.to_pylist()
        return [values[a:b] for a, b in zip(offsets, offsets[1:])]

    def _at(self, indices, mask):
        offsets, inside = self._taken(indices)
        return self._of([mask, offsets], self.values.take(inside))

    def _missing(self, count):
        return self._of([_functions["zeros"](count, bool), _functions["zeros"](count + 1, self._offsets.dtype)], self.values)

    def _of(self, stores, values):
        return ListArray(stores, values)
