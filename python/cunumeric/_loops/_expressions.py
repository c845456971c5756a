"""Expressions of a loop's body as those of its program.

In: syntax tree nodes and the scope of their names. Out: nested tuples; `NotCompilable` for what programs
cannot say. What a name stands for is decided here: a slot, a constant, a type of elements, NumPy's name.
"""

import ast
import functools
import math
import operator

import numpy

from ._objects import Objects
from ._scope import Clause, NotCompilable, is_known, is_object

BINARY = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide",
    ast.FloorDiv: "floor_divide", ast.Mod: "remainder", ast.Pow: "power", ast.MatMult: "matmul",
    ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or", ast.BitXor: "bitwise_xor",
    ast.LShift: "left_shift", ast.RShift: "right_shift",
}  # fmt: skip
UNARY = {ast.USub: "negative", ast.UAdd: "positive", ast.Invert: "invert", ast.Not: "not"}
COMPARED = {
    ast.Lt: "less", ast.LtE: "less_equal", ast.Eq: "equal", ast.NotEq: "not_equal",
    ast.Gt: "greater", ast.GtE: "greater_equal",
}  # fmt: skip
FOLDED = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "floor_divide": operator.floordiv, "remainder": operator.mod, "power": operator.pow,
}  # fmt: skip
PYTHON_TYPES = {float: "float64", int: "int64", bool: "bool", complex: "complex128"}
NEWAXIS = ("newaxis",)

# What programs cannot say, in the user's words.
WORDS = {
    "JoinedStr": "an f-string", "NamedExpr": "`:=`", "Lambda": "a lambda", "Await": "await", "AsyncFor": "async",
    "ListComp": "a comprehension", "SetComp": "a comprehension", "DictComp": "a comprehension",
    "GeneratorExp": "a generator", "FunctionDef": "a function defined", "ClassDef": "a class defined",
    "Delete": "del", "Set": "a set", "Dict": "a dictionary", "Starred": "`*`", "Is": "`is`", "IsNot": "`is not`",
    "In": "`in`", "NotIn": "`not in`", "ImportFrom": "import",
}  # fmt: skip


def word(node):
    """A node's kind as the user would call it: `break`, an f-string."""
    name = type(node).__name__
    return WORDS.get(name, f"`{name.lower()}`")


class Expressions(Objects):
    """Translates in one scope; `draft` collects what the whole program needs."""

    def __init__(self, scope, draft):
        self.scope, self.draft = scope, draft

    def expression(self, node):
        self.draft.grow()
        translate = getattr(self, "_" + type(node).__name__, None)
        if translate is None:
            raise NotCompilable(f"{word(node)} in line {node.lineno}")
        return translate(node)

    def _Constant(self, node):
        if node.value is None or isinstance(node.value, (int, float, complex, str)):
            return ("const", node.value)
        raise NotCompilable(f"a constant of type {type(node.value).__name__} in line {node.lineno}")

    def _Name(self, node):
        self._check_private(node.id)
        known = self.scope.known(node.id)
        if known is not None and not is_object(known.value):
            return self._value_of(known, node)
        if known is not None and known.place.kind != "name":
            return ("name", self.draft.slot(known.place.key, known.place))
        return ("name", self.scope.slot(node.id))

    def _check_private(self, name):
        if name.startswith("__"):
            raise NotCompilable(Clause(f"{name} has another name in a class"))

    def _Attribute(self, node):
        self._check_private(node.attr)
        base = self.known(node.value)
        if base is None:
            return ("attribute", self.expression(node.value), node.attr)
        if is_object(base.value):
            return self._of_object(base, node)
        known = self._member(base, node.attr)
        if known is None:
            raise NotCompilable(f"{ast.unparse(node)} in line {node.lineno}")
        return self._value_of(known, node)

    def _value_of(self, known, node):
        """A known value where a value is wanted: a type of elements or a constant."""
        value = known.value
        name = dtype_name(value)
        if name is not None:
            self.draft.guard(known)
            return ("dtype", name)
        if value is None or type(value) in (int, float, complex, bool, str):
            self.draft.guard(known)
            return ("const", value)
        if not is_known(value) and known.path is None:
            self.draft.guard(known)
            return ("name", self.draft.slot(known.behind.key, known.behind))
        raise NotCompilable(Clause(f"{ast.unparse(node)} is used as a value in line {node.lineno}"))

    def _BinOp(self, node):
        op = self._operation(BINARY, node)
        return folded(op, self.expression(node.left), self.expression(node.right))

    def _operation(self, table, node, op=None):
        op = op or node.op
        if type(op) not in table:
            raise NotCompilable(f"{word(op)} in line {node.lineno}")
        return table[type(op)]

    def _UnaryOp(self, node):
        op, value = self._operation(UNARY, node), self.expression(node.operand)
        if op == "negative" and value[0] == "const" and type(value[1]) in (int, float):
            return ("const", -value[1])
        return ("unary", op, value)

    def _Compare(self, node):
        inner = node.comparators[:-1]
        if not all(isinstance(value, (ast.Name, ast.Constant)) for value in inner):
            raise NotCompilable(f"a chain of comparisons in line {node.lineno}")
        ops = [self._operation(COMPARED, node, op) for op in node.ops]
        values = list(map(self.expression, [node.left, *node.comparators]))
        parts = [("compare", *each) for each in zip(ops, values, values[1:], strict=False)]
        return functools.reduce(lambda a, b: ("bool", "and", a, b), parts)

    def _BoolOp(self, node):
        word = "and" if isinstance(node.op, ast.And) else "or"
        value, *rest = map(self.expression, node.values)
        for other in rest:
            value = ("bool", word, value, other)
        return value

    def _IfExp(self, node):
        return ("choose", *map(self.expression, (node.test, node.body, node.orelse)))

    def _Tuple(self, node):
        return ("tuple", tuple(map(self.expression, node.elts)))

    def _List(self, node):
        return ("list", tuple(map(self.expression, node.elts)))

    def _Subscript(self, node):
        return ("index", self.expression(node.value), self._items(node.slice))

    def _items(self, node):
        return tuple(map(self._item, node.elts if isinstance(node, ast.Tuple) else [node]))

    def _item(self, node):
        if isinstance(node, ast.Slice):
            return ("slice", *(part and self.expression(part) for part in (node.lower, node.upper, node.step)))
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            return ("ellipsis",)
        value = self.expression(node)
        return NEWAXIS if value == ("const", None) else value


def folded(op, a, b):
    """An operation on two of Python's numbers, done now as Python's compiler does."""
    numbers = a[0] == b[0] == "const" and {type(a[1]), type(b[1])} <= {int, float}
    if numbers and op in FOLDED and not (op == "power" and abs(b[1]) > 64):
        try:
            value = FOLDED[op](a[1], b[1])
        except ArithmeticError:
            value = None
        if type(value) is int and abs(value) < 2**62 or type(value) is float and math.isfinite(value):
            return ("const", value)
    return ("binary", op, a, b)


def dtype_name(value):
    """The name of a type of elements, or None."""
    if isinstance(value, type):
        if value in PYTHON_TYPES:
            return PYTHON_TYPES[value]
        if not issubclass(value, numpy.generic):
            return None
    elif not isinstance(value, numpy.dtype):
        return None
    try:
        dtype = numpy.dtype(value)
    except TypeError:
        return None
    return dtype.name if dtype.kind in "biufc" and dtype.isnative else None
