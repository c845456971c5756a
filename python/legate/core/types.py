"""Element types by name, as in ``legate.core.types``.

    float64, int32, …                         numbers and truth values
    struct_type({"mass": float64, "id": int32})    structures; array_type(float64, 3), binary_type(16): stores of records
    string, binary, list_type(float64)        of arrays only, as null_type, map_type(string, int64), union_type([("x", int64)])
    timestamp("us"), date32(), decimal(18, 2)      of arrays only; they need pyarrow
"""

import numpy as _np

from ._types import (
    PRIMITIVES as _PRIMITIVES, ArrowType, BinaryType, ListType, MapType, NullType, RecordType, ReductionOp, StringType, StructType,
    Type, UnionType, as_type,
)

for _name in _PRIMITIVES:
    globals()["bool_" if _name == "bool" else _name] = as_type(_name)
string = string_type = StringType()
binary = BinaryType()
list_type = ListType
map_type = MapType
union_type = UnionType
null_type = NullType()
Dtype = Type
from_numpy_dtype = as_type


def struct_type(fields, align=True):
    """Structures of some fields: a list of types, whose fields are named ``_0``, ``_1``, …, or types by name.

    With ``align`` they are laid out as C lays them out, without it one field behind the other.
    """
    pairs = list(fields.items()) if hasattr(fields, "items") else [(f"_{k}", kind) for k, kind in enumerate(fields)]
    if not pairs:
        raise ValueError("a structure has at least one field")
    return RecordType(_np.dtype([(name, as_type(kind).to_numpy_dtype()) for name, kind in pairs], align=align))


def array_type(element, count):
    """``count`` elements of one type, as one element of a store."""
    if count < 1:
        raise ValueError(f"an array of a fixed size has at least one element, not {count}")
    return RecordType(_np.dtype([("_0", as_type(element).to_numpy_dtype(), (int(count),))], align=True))


def binary_type(size):
    """``size`` bytes, as one element of a store."""
    if size < 1:
        raise ValueError(f"binary elements have at least one byte, not {size}")
    return RecordType(f"V{int(size)}")


def point_type(axes):
    """Indices along some axes."""
    return array_type("int64", axes)


def rect_type(axes):
    """Boxes: two points, ``lo`` and ``hi``."""
    point = point_type(axes).to_numpy_dtype()
    return RecordType(_np.dtype([("lo", point), ("hi", point)], align=True))


def _arrow(name, *arguments):
    from ._arrow import _pyarrow

    return ArrowType(getattr(_pyarrow(), name)(*arguments))


def timestamp(unit, tz=None):
    """Moments in units (``"s"``, ``"ms"``, ``"us"``, ``"ns"``) since 1970: 64 bits."""
    return _arrow("timestamp", unit, tz)


def duration(unit):
    """Lengths of time in units: 64 bits."""
    return _arrow("duration", unit)


def date32():
    """Days since 1970."""
    return _arrow("date32")


def date64():
    """Days since 1970, in milliseconds."""
    return _arrow("date64")


def time32(unit):
    """Times of a day in ``"s"`` or ``"ms"``: 32 bits."""
    return _arrow("time32", unit)


def time64(unit):
    """Times of a day in ``"us"`` or ``"ns"``: 64 bits."""
    return _arrow("time64", unit)


def decimal(precision, scale=0):
    """Numbers of up to 38 digits, ``scale`` of them behind the point: 128 bits."""
    return _arrow("decimal128", precision, scale)


def interval():
    """Months, days and nanoseconds of the calendar: 128 bits."""
    return _arrow("month_day_nano_interval")
