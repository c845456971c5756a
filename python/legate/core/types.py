"""Element types by name, as in ``legate.core.types``."""

from ._types import PRIMITIVES as _PRIMITIVES, ReductionOp, StringType, Type, as_type

for _name in _PRIMITIVES:
    globals()["bool_" if _name == "bool" else _name] = as_type(_name)
string = StringType()
Dtype = Type
from_numpy_dtype = as_type
