"""Arrays of maps as Arrow has them: lists of pairs of a key and a value.

    MapArray   mask, offsets, and an array of keys and values     {a: 1, b: 2} {} _      offsets 0 2 2 2
"""

from ._ranges import ListArray
from ._structs import StructArray
from ._types import MapType


class MapArray(ListArray):
    """Maps: ``MapArray([mask or None, offsets], keys, values)``. Keys are all there."""

    def __init__(self, stores, keys, values):
        super().__init__(stores, StructArray([None], {"key": keys, "value": values}))
        if self.keys.nullable:
            raise ValueError("the keys of a map are all there")
        self.type = MapType(self.keys.type, self.items.type)

    keys = property(lambda self: self.values.field("key"), doc="The array of all keys, one map's behind the other's.")
    items = property(lambda self: self.values.field("value"), doc="The array of all values, as the keys.")

    def _values(self):
        return [[(pair["key"], pair["value"]) for pair in pairs] for pairs in super()._values()]

    def _of(self, stores, values):
        return MapArray(stores, values.field("key"), values.field("value"))
