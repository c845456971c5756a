"""Arrays of structures as Arrow has them: an array for each field, and a mask of their own.

    StructArray   mask, and arrays by name            {x: 3, y: "ab"} _ {x: 7, y: ""}      x 3 . 7, y "ab" "" ""

A store of structures whose fields lie side by side is a ``RecordStore``.
"""

from ._arrays import LogicalArray, as_array
from ._store import _functions
from ._types import StructType


class StructArray(LogicalArray):
    """Structures, field by field: ``StructArray([mask or None], {name: array, …})``."""

    def __init__(self, stores, fields):
        stores = list(stores)
        if len(stores) != 1:
            raise ValueError(f"an array of structures has a mask (or None) of its own, not {len(stores)} stores")
        self._fields = {name: as_array(array) for name, array in dict(fields).items()}
        if not self._fields:
            raise ValueError("a structure has at least one field")
        lengths = sorted({len(array) for array in self._fields.values()})
        if len(lengths) > 1:
            raise ValueError(f"fields of different lengths: {lengths}")
        self._set_mask(stores[0])
        if self._mask is not None and self._mask.shape != self.shape:
            raise ValueError(f"the mask has shape {self._mask.shape}, the elements {self.shape}")
        self.type = StructType({name: array.type for name, array in self._fields.items()})

    shape = property(lambda self: (len(next(iter(self._fields.values()))),), doc="Extents: the number of elements.")
    fields = property(lambda self: dict(self._fields), doc="The fields' arrays, by name.")

    def field(self, name):
        """The array of one field."""
        if name not in self._fields:
            raise KeyError(f"structures have no field {name!r}; they have {', '.join(self._fields)}")
        return self._fields[name]

    def stores(self):
        """The mask or ``None``, and the stores of all fields."""
        return [self._mask, *(store for array in self._fields.values() for store in array.stores())]

    def _values(self):
        columns = [array.to_pylist() for array in self._fields.values()]
        return [dict(zip(self._fields, values)) for values in zip(*columns)]

    def _at(self, indices, mask):
        return StructArray([mask], {name: array.take(indices) for name, array in self._fields.items()})

    def _missing(self, count):
        fields = {name: array._missing(count) for name, array in self._fields.items()}
        return StructArray([_functions["zeros"](count, bool)], fields)
