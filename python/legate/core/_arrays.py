"""Arrays as Arrow has them, over stores: elements of one type, each with an optional validity mask.

    Array         mask, elements                      3 1 _ 7          also times, decimals, bytes of a fixed width
    StringArray   mask, offsets, characters           "ab" "" "c"      see ``_ranges``
    ListArray     mask, offsets, and an array         [3 1] [] [7]
    StructArray   mask, and an array for each field   {x: 3, y: "ab"}  see ``_structs``

Masks are stores of truth values, true where an element is there.
"""

import datetime
import decimal

import numpy as np

from . import _arrow
from ._store import Store, _functions, as_store
from ._types import ArrowType, as_type


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

    def take(self, indices, valid=None):
        """The elements at some indices, as an array of its own; missing where ``valid`` is false, whatever index is there.

        Strings, bytes and lists wait for their lengths.
        """
        indices = as_store(indices).array
        if valid is not None:
            valid = as_store(valid).array
            if not len(self):
                return self._missing(len(valid))
            indices = _functions["where"](valid, indices, 0)
        mask = None if self._mask is None else self._mask.array[indices]
        if valid is not None:
            mask = valid if mask is None else mask & valid
        return self._at(indices, mask)

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
        if self._data.type != getattr(self.type, "storage", self.type):
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

    def to_pylist(self):
        """The elements as Python objects, ``None`` where one is missing; waits for them."""
        return self.to_arrow().to_pylist() if isinstance(self.type, ArrowType) else super().to_pylist()

    def _at(self, indices, mask):
        return Array(self.type, [mask, self._data._made(self._data.array[indices])])

    def _missing(self, count):
        data = self._data._made(_functions["zeros"]((count, *self._data._inner), self._data.array.dtype))
        return Array(self.type, [_functions["zeros"](count, bool), data])


_ARROWS_OWN = (str, bytes, list, dict, datetime.date, datetime.time, datetime.timedelta, decimal.Decimal)


def as_array(value):
    """An array of ours of one of ours, of a store, of anything with Arrow's interface, or of what NumPy can read.

    Lists with strings, bytes, lists, dictionaries, times, decimals or ``None`` among their elements, and NumPy's times, are read as
    Arrow reads them.
    """
    if isinstance(value, LogicalArray):
        return value
    is_arrows = isinstance(value, (list, tuple)) and any(v is None or isinstance(v, _ARROWS_OWN) for v in value)
    is_arrows = is_arrows or isinstance(value, np.ndarray) and value.dtype.kind in "mM"
    if is_arrows or hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__"):
        return LogicalArray.from_arrow(value)
    store = value if isinstance(value, Store) else as_store(value)
    return Array(store.type, [None, store])
