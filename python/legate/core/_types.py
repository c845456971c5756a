"""Element types and kinds of reductions."""

import enum
import numpy as np


class ReductionOp(enum.Enum):
    """How contributions to one element are brought together."""

    ADD = "add"
    MUL = "multiply"
    MAX = "maximum"
    MIN = "minimum"
    OR = "or"
    AND = "and"
    XOR = "xor"


_REDUCTIONS = {"mul": "multiply", "max": "maximum", "min": "minimum"}


def reduction_name(kind):
    """The core's name of a reduction given as ``ReductionOp`` or by name."""
    if isinstance(kind, ReductionOp):
        return kind.value
    if isinstance(kind, str):
        return _REDUCTIONS.get(kind.lower(), kind.lower())
    raise TypeError(f"a reduction is a ReductionOp or its name, not {kind!r}")


class Type:
    """The type of a store's elements. Equal to NumPy's dtype of the same elements."""

    def __init__(self, dtype, name=None):
        self._dtype = np.dtype(dtype)
        self.name = name or self._dtype.name

    def to_numpy_dtype(self):
        """NumPy's dtype of the same elements."""
        return self._dtype

    @property
    def size(self):
        """Bytes of an element."""
        return self._dtype.itemsize

    @property
    def alignment(self):
        """What the address of an element is a multiple of."""
        return self._dtype.alignment

    @property
    def code(self):
        """The name."""
        return self.name

    variable_size = False
    is_primitive = True

    def __eq__(self, other):
        try:
            return self._dtype == (other._dtype if isinstance(other, Type) else np.dtype(other))
        except TypeError:
            return False

    def __hash__(self):
        return hash(self._dtype)

    def __repr__(self):
        return self.name


class RecordType(Type):
    """Elements that are more than one number: structures, arrays of a fixed size, bytes and texts of a fixed width.

    A store of them is a store of *words*, as wide as the record's alignment, with one axis more. ``types.struct_type``,
    ``types.array_type`` and ``types.binary_type`` make such types; NumPy's dtypes of these kinds are taken as they are.
    """

    is_primitive = False

    def __init__(self, dtype, name=None):
        dtype = np.dtype(dtype)
        if dtype.subdtype is not None:
            dtype = np.dtype([("_0", *dtype.subdtype)])
        if dtype.hasobject or not dtype.itemsize:
            raise TypeError(f"records hold numbers, truth values and texts of a fixed width, not {dtype}")
        super().__init__(dtype, name or _record_name(dtype))
        alignment = dtype.alignment if dtype.isalignedstruct or dtype.kind == "U" else 1
        if dtype.kind == "V" and dtype.fields is None and dtype.itemsize % 8 == 0:
            alignment = 8
        self.word = np.dtype(f"uint{8 * min(alignment, 8)}")
        self.word_count = dtype.itemsize // self.word.itemsize

    @property
    def alignment(self):
        """What the address of an element is a multiple of."""
        return self.word.itemsize

    @property
    def fields(self):
        """Names and types of a structure's fields, in the order of memory; none of other records."""
        dtype = self._dtype
        return {name: as_type(dtype.fields[name][0]) for name in dtype.names or ()}

    @property
    def offsets(self):
        """Where each field begins, in bytes."""
        return tuple(self._dtype.fields[name][1] for name in self._dtype.names or ())


def _record_name(dtype):
    if dtype.subdtype is not None:
        element, extents = dtype.subdtype
        return _record_name(element) + "".join(f"[{extent}]" for extent in extents)
    if dtype.fields is None:
        kinds = {"S": "bytes", "U": "text", "V": "binary"}
        return f"{kinds[dtype.kind]}({dtype.itemsize})" if dtype.kind in kinds else dtype.name
    return "{" + ", ".join(f"{name}: {_record_name(dtype.fields[name][0])}" for name in dtype.names) + "}"


class ArrowType:
    """Times, durations and decimals: the types of arrays that Arrow has, over stores of plain elements.

    ``types.timestamp`` and its kin make them. ``storage`` is the type of the store.
    """

    variable_size = False
    is_primitive = False

    def __init__(self, arrow):
        self.arrow = arrow
        self.name = self.code = str(arrow)
        bits = arrow.bit_width
        self.storage = as_type(f"int{bits}") if bits <= 64 else RecordType(f"V{bits // 8}")

    @property
    def size(self):
        """Bytes of an element."""
        return self.storage.size

    def to_numpy_dtype(self):
        """NumPy's dtype of a store's elements."""
        return self.storage.to_numpy_dtype()

    def __eq__(self, other):
        return isinstance(other, ArrowType) and self.arrow == other.arrow

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return self.name


class ArraysOnly:
    """Types of elements that only arrays have: each lies in several stores."""

    variable_size = False
    is_primitive = False

    def to_numpy_dtype(self):
        """NumPy has none: Python objects."""
        return np.dtype("O")

    def _parts(self):
        return ()

    def __eq__(self, other):
        return type(self) is type(other) and self._parts() == other._parts()

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return self.name


class NullType(ArraysOnly):
    """No value at all: every element is missing."""

    name = code = "null"


class StructType(ArraysOnly):
    """Structures of arrays: the type of ``StructArray``, whose fields lie in arrays of their own."""

    code = "struct"

    def __init__(self, fields):
        self.fields = {name: as_type(kind) for name, kind in dict(fields).items()}
        self.name = "struct<" + ", ".join(f"{name}: {kind}" for name, kind in self.fields.items()) + ">"

    def _parts(self):
        return list(self.fields.items())


class UnionType(ArraysOnly):
    """One of several types for each element: the type of ``UnionArray``. Elements name theirs by a code."""

    code = "union"

    def __init__(self, fields, codes=None):
        self.fields = [(name, as_type(kind)) for name, kind in fields]
        self.codes = tuple(range(len(self.fields)) if codes is None else codes)
        self.name = "union<" + ", ".join(f"{name}: {kind}" for name, kind in self.fields) + ">"

    def _parts(self):
        return self.fields, self.codes


class StringType(ArraysOnly):
    """Strings of any length: the type of scalars and of arrays, not of stores."""

    name = code = "string"
    variable_size = True


class BinaryType(ArraysOnly):
    """Bytes of any length: the type of arrays, not of stores."""

    name = code = "binary"
    variable_size = True


class ListType(ArraysOnly):
    """Lists of any length of elements of one type: the type of arrays, not of stores."""

    code = "list"
    variable_size = True

    def __init__(self, element):
        self.element = as_type(element)
        self.name = f"list<{self.element}>"

    def _parts(self):
        return self.element


class MapType(ArraysOnly):
    """Lists of pairs of a key and a value: the type of ``MapArray``."""

    code = "map"
    variable_size = True

    def __init__(self, key, value):
        self.key, self.value = as_type(key), as_type(value)
        self.name = f"map<{self.key}, {self.value}>"

    def _parts(self):
        return self.key, self.value


PRIMITIVES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
    "float64", "complex64", "complex128",
)
_BY_DTYPE = {np.dtype(name): Type(name) for name in PRIMITIVES}


_OURS = (Type, ArraysOnly, ArrowType)


def as_type(kind):
    """Our type for a type of ours, a NumPy dtype, a name or a Python type."""
    if isinstance(kind, _OURS):
        return kind
    try:
        dtype = np.dtype(kind)
        known = _BY_DTYPE.get(dtype)
        if known is not None:
            return known
        if dtype.kind in "VSU" and dtype.itemsize:
            return RecordType(dtype)
    except TypeError:
        pass
    raise TypeError(f"stores hold {', '.join(PRIMITIVES)} and records of such; {kind!r} is none of them")
