"""Element types by name, as in ``legate.core.types``."""

from ._types import PRIMITIVES as _PRIMITIVES, ListType, ReductionOp, StringType, Type, as_type

for _name in _PRIMITIVES:
    globals()["bool_" if _name == "bool" else _name] = as_type(_name)
string = string_type = StringType()
list_type = ListType
Dtype = Type
from_numpy_dtype = as_type
