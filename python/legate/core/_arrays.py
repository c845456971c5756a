"""Arrays as Arrow has them, over stores: elements of one type, strings, lists; each with an optional validity mask.

    Array         mask, elements                      3 1 _ 7
    StringArray   mask, offsets, characters           "ab" "" "c"      offsets 0 2 2 3, characters a b c
    ListArray     mask, offsets, and an array         [3 1] [] [7]     offsets 0 2 2 3, values 3 1 7

Masks are stores of truth values, true where an element is there. Element *i* of a string or list array is what lies in
``offsets[i] .. offsets[i + 1]`` of the rest; offsets are 32 or 64 bits and need not begin with zero.
"""

import numpy as np

from . import _arrow
from ._store import Store, _functions, as_store
from ._types import ListType, StringType, as_type


class Field:
    """The name and type of a column."""

    def __init__(self, name, dtype, nullable=False):
        self.name, self.type, self.nullable = name, as_type(dtype), nullable

    @property
    def dtype(self):
        """The type, as newer programs call it."""
        return self.type

    def __eq__(self, other):
        return isinstance(other, Field) and (self.name, self.type, self.nullable) == (
            other.name, other.type, other.nullable)

    def __hash__(self):
        return hash((self.name, self.nullable))

    def __repr__(self):
        return f"Field({self.name!r})"


class LogicalArray:
    """What all arrays have in common: a type, a length, a mask, and Arrow's interface."""

    def _set_mask(self, mask):
        self._mask = None if mask is None else as_store(mask)
        if self._mask is not None and self._mask.dtype != bool:
            raise TypeError(f"a mask holds truth values, not {self._mask.dtype}")

    null_mask = property(
        lambda self: self._mask,
        doc='The store of truth values, true where an element is there; ``None`` where all are.')
    nullable = property(lambda self: self._mask is not None, doc="Whether elements may be missing.")
    ndim = property(lambda self: len(self.shape), doc="Axes.")

    @property
    def size(self):
        """Elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    def __len__(self):
        return self.shape[0]

    @property
    def null_count(self):
        """Elements that the mask says are missing; waits for the mask."""
        return 0 if self._mask is None else self.size - int(self._mask.array.sum())

    def to_pylist(self):
        """The elements as Python objects, ``None`` where one is missing; waits for them."""
        values = self._values()
        if self._mask is None:
            return values
        return [v if valid else None for v, valid in zip(values, self._mask.to_numpy().tolist())]

    def _mask_at(self, indices):
        return None if self._mask is None else self._mask.array[indices]

    def __repr__(self):
        return f"{type(self).__name__}(shape={self.shape}, type={self.type}, nullable={self.nullable})"

    @property
    def __legate_data_interface__(self):
        return {"version": 1, "data": {Field("array", self.type, self.nullable): self}}

    # Arrow

    def to_arrow(self):
        """The same as pyarrow's array, over the stores' own memory; truth values and masks become bits and are copied."""
        return _arrow.exported(self)

    def __arrow_array__(self, type=None):
        array = self.to_arrow()
        return array if type is None else array.cast(type)

    def __arrow_c_schema__(self):
        return _arrow.type_of(self.type).__arrow_c_schema__()

    def __arrow_c_array__(self, requested_schema=None):
        return self.to_arrow().__arrow_c_array__(requested_schema)

    @staticmethod
    def from_arrow(source):
        """An array over the memory of anything with Arrow's C data interface, which must not be written.

        Copied are truth values and masks, which are bits there, and what comes in several chunks.
        """
        return _arrow.imported(source)


class Array(LogicalArray):
    """Elements of one type with an optional validity mask: ``Array(type, [mask or None, store])``."""

    def __init__(self, dtype, stores):
        stores = list(stores)
        if len(stores) != 2:
            raise ValueError(f"an array has a mask (or None) and one store, not {len(stores)} stores")
        self.type = as_type(dtype)
        self._set_mask(stores[0])
        self._data = as_store(stores[1])
        if self._data.type != self.type:
            raise TypeError(f"an array of {self.type} over a store of {self._data.type}")
        if self._mask is not None and self._mask.shape != self._data.shape:
            raise ValueError(f"the mask has shape {self._mask.shape}, the elements {self._data.shape}")

    def stores(self):
        """``[mask or None, elements]``"""
        return [self._mask, self._data]

    data = property(lambda self: self._data, doc="The store of the elements.")
    shape = property(lambda self: self._data.shape, doc="Extents.")

    def _values(self):
        return self._data.to_numpy().tolist()

    def take(self, indices):
        """The elements at some indices, as an array of its own."""
        indices = as_store(indices).array
        return Array(self.type, [self._mask_at(indices), self._data.array[indices]])


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


class StringArray(_Ranges):
    """Strings in UTF-8: ``StringArray([mask or None, offsets, characters])``."""

    type = StringType()

    def __init__(self, stores):
        stores = list(stores)
        if len(stores) != 3:
            raise ValueError(f"an array of strings has a mask (or None), offsets and characters, not {len(stores)} stores")
        self._set_ranges(stores)
        self._characters = as_store(stores[2])
        if self._characters.dtype != np.uint8:
            raise TypeError(f"characters are uint8, not {self._characters.dtype}")

    def stores(self):
        """``[mask or None, offsets, characters]``"""
        return [self._mask, self._offsets, self._characters]

    characters = property(lambda self: self._characters, doc="The store of all strings, one behind the other, in UTF-8.")

    def _values(self):
        offsets, text = self._offsets.to_numpy().tolist(), self._characters.to_numpy().tobytes()
        return [text[a:b].decode() for a, b in zip(offsets, offsets[1:])]

    def take(self, indices):
        """The strings at some indices, as an array of its own; waits for the lengths."""
        indices = as_store(indices).array
        offsets, inside = self._taken(indices)
        return StringArray([self._mask_at(indices), offsets, self._characters.array[inside]])


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

    def take(self, indices):
        """The lists at some indices, as an array of its own; waits for the lengths."""
        indices = as_store(indices).array
        offsets, inside = self._taken(indices)
        return ListArray([self._mask_at(indices), offsets], self.values.take(inside))


def as_array(value):
    """An array of ours of one of ours, of a store, of anything with Arrow's interface, or of what NumPy can read.

    Lists with strings, lists or ``None`` among their elements are read as Arrow reads them.
    """
    if isinstance(value, LogicalArray):
        return value
    is_arrows = isinstance(value, (list, tuple)) and any(v is None or isinstance(v, (str, list)) for v in value)
    if is_arrows or hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__"):
        return LogicalArray.from_arrow(value)
    store = value if type(value) is Store else as_store(value)
    return Array(store.type, [None, store])
