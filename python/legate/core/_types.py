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
        return self._dtype

    @property
    def size(self):
        return self._dtype.itemsize

    @property
    def alignment(self):
        return self._dtype.alignment

    @property
    def code(self):
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


class StringType:
    """Strings of any length: the type of scalars and of arrays, not of stores."""

    name = code = "string"
    variable_size = True
    is_primitive = False

    def to_numpy_dtype(self):
        return np.dtype("O")

    def __eq__(self, other):
        return isinstance(other, StringType)

    def __hash__(self):
        return hash("string")

    def __repr__(self):
        return "string"


class ListType:
    """Lists of any length of elements of one type: the type of arrays, not of stores."""

    code = "list"
    variable_size = True
    is_primitive = False

    def __init__(self, element):
        self.element = as_type(element)
        self.name = f"list<{self.element}>"

    def to_numpy_dtype(self):
        return np.dtype("O")

    def __eq__(self, other):
        return isinstance(other, ListType) and self.element == other.element

    def __hash__(self):
        return hash(("list", self.element))

    def __repr__(self):
        return self.name


PRIMITIVES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
    "float64", "complex64", "complex128",
)
_BY_DTYPE = {np.dtype(name): Type(name) for name in PRIMITIVES}


def as_type(kind):
    """Our type for a type of ours, a NumPy dtype, a name or a Python type."""
    if isinstance(kind, (Type, StringType, ListType)):
        return kind
    try:
        return _BY_DTYPE[np.dtype(kind)]
    except (TypeError, KeyError):
        raise TypeError(
            f"stores hold {', '.join(PRIMITIVES)}; {kind!r} is none of them"
        ) from None
