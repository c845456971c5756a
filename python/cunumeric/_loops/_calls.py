"""Calls in a loop's body: Python's own functions, NumPy's, methods of arrays, and the user's, inlined.

In: a node. Out: ("call" ...), ("method" ...), or ("block" ...) with the body of a user's function. What
a chain of names (np.linalg.norm) leads to is found here too.
"""

import ast
import builtins
import sys
from types import FunctionType, ModuleType

import numpy

import _legate

from ._entry import Place
from ._scope import Clause, InlinedScope, Known, NotCompilable, NotYet, is_known, is_object
from ._source import Unreadable, original, read

PYTHON = frozenset("range len min max abs int float".split())
DEPTH = 4  # Of calls inlined inside of calls.
_UNIFORM = 0x04 | 0x08 | 0x20 | 0x80 | 0x200  # *args, **kwargs, generators, coroutines.

_CONTAINERS = (list, dict, set, str, bytes)

_names = {}  # Identity of a native function -> (it, its dotted name).
_natives = {}


class Calls:
    def known(self, node):
        """The value that a name or a chain of them leads to, where programs are built on it."""
        if isinstance(node, ast.Name):
            return self.scope.known(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        base = self.known(node.value)
        return self._member(base, node.attr) if base is not None else None

    def _member(self, base, name):
        if isinstance(base.value, ModuleType):
            return library_member(base, name) if is_library(base.value) else module_member(base, name)
        if is_object(base.value):
            return self.known_member(base, name)
        if isinstance(base.value, _legate.ufunc) and dotted_name(base):
            return Known(getattr(base.value, name, None), base.place, f"{dotted_name(base)}.{name}", base.checked)
        return None

    def _Call(self, node):
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise NotCompilable(f"a call with * in line {node.lineno}")
        known, owner = self._callee(node.func)
        if known is None:
            return self._method(node)
        if isinstance(known.value, FunctionType):
            return self.inlined(node, known, owner)
        name = called_name(known)
        if name is None:
            raise NotCompilable(f"{ast.unparse(node.func)} in line {node.lineno}")
        self.draft.guard(known)
        return ("call", name, *self._arguments(node))

    def _method(self, node):
        if not isinstance(node.func, ast.Attribute):
            raise NotCompilable(f"a call of {ast.unparse(node.func)} in line {node.lineno}")
        base = self.expression(node.func.value)
        if isinstance(node.func.value, ast.Name) and self.scope.holds(node.func.value.id, _CONTAINERS):
            raise NotCompilable(f"{ast.unparse(node.func)} in line {node.lineno}")
        args, kwargs = self._arguments(node)
        if node.func.attr == "astype" and args:
            args = (as_dtype(args[0]), *args[1:])
        return ("method", base, node.func.attr, args, kwargs)

    def _arguments(self, node):
        args = tuple(map(self.expression, node.args))
        return args, tuple((k.arg, self._keyword(k)) for k in node.keywords)

    def _keyword(self, keyword):
        value = self.expression(keyword.value)
        return as_dtype(value) if keyword.arg == "dtype" else value

    def _callee(self, node):
        """The function that is called, and the object that it is a method of."""
        base = self.known(node.value) if isinstance(node, ast.Attribute) else None
        if base is not None and is_object(base.value):
            method = self.method_of(base, node.attr)
            if method is not None:
                return method
        return self.known(node), None

    def inlined(self, node, known, owner=None):
        """A user's function: its parameters get their values, then its body follows."""
        function = known.value
        code = original(function.__code__)
        if code.co_flags & _UNIFORM or code in self.draft.inlined or len(self.draft.inlined) >= DEPTH:
            raise NotCompilable(Clause(f"the call of {function.__name__} in line {node.lineno} cannot be inlined"))
        try:
            body = read(code).node
        except Unreadable as error:
            raise NotCompilable(Clause(f"{function.__name__}: {error}")) from None
        place = self._check_function(function, known)
        scope = InlinedScope(function, place, self.draft)
        inner = type(self)(scope, self.draft)
        start = self._bind(node, function, code, scope, bound_names(body), owner)
        self.draft.inlined.append(code)
        try:
            statements, value = inner.function(body)
        finally:
            self.draft.inlined.pop()
        return ("block", (*start, *statements), value)

    def _check_function(self, function, known):
        """A function made anew by each call of another is known by its code; others are the same object."""
        if known.place.kind == "code" or "<locals>" in function.__qualname__:
            place = Place("code", known.place)
            self.draft.guard(Known(original(function.__code__), place))
        else:
            self.draft.guard(known)
        return known.place

    def _bind(self, node, function, code, scope, bound, owner):
        """Assignments of a call's arguments to the parameters, in the order of evaluation."""
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if owner is not None:
            if not names or names[0] in bound:
                raise NotCompilable(f"the arguments in line {node.lineno}")
            scope.parameters[names[0]] = owner
        given = _matched(node, code, 0 if owner is None else 1)
        statements = []
        for name, value in given.items():
            known = self.known(value) if isinstance(value, (ast.Name, ast.Attribute)) else None
            if known is not None and _is_passed_on(known.value) and name not in bound:
                scope.parameters[name] = known
            else:
                statements.append((name, self.expression(value)))
        for name in names:
            if name not in given and name not in scope.parameters:
                statements.append((name, self._default(function, code, scope, name)))
        return [("assign", ("name", scope.target(name)), value) for name, value in statements]

    def _default(self, function, code, scope, name):
        index = code.co_varnames.index(name) - code.co_argcount + len(function.__defaults__ or ())
        if name in (function.__kwdefaults__ or ()):
            value, place = function.__kwdefaults__[name], Place("keyword", scope.place, name)
        elif 0 <= index < len(function.__defaults__ or ()):
            value, place = function.__defaults__[index], Place("default", scope.place, index)
        else:
            raise NotCompilable(Clause(f"{function.__name__} is called without {name}"))
        if is_known(value):
            raise NotCompilable(f"the default value of {name}")
        return ("name", self.draft.slot(place.key, place))


def _matched(node, code, first):
    """The arguments of a call by the names of the parameters, `first` of which are taken already."""
    positional = code.co_varnames[first : code.co_argcount]
    named = code.co_varnames[max(first, code.co_posonlyargcount) : code.co_argcount + code.co_kwonlyargcount]
    given = dict(zip(positional, node.args, strict=False))
    words = {k.arg: k.value for k in node.keywords}
    if len(node.args) > len(positional) or given.keys() & words.keys() or not words.keys() <= set(named):
        raise NotCompilable(f"the arguments in line {node.lineno}")
    return given | words


def _is_passed_on(value):
    """Whether a parameter stands for the argument itself."""
    return value is not OUTSIDE and (is_known(value) or is_object(value))


def bound_names(function):
    from ._flow import bound_in

    return bound_in(function.body)


def as_dtype(value):
    """A type of elements written as text."""
    if value[0] != "const" or not isinstance(value[1], str):
        return value
    try:
        dtype = numpy.dtype(value[1])
    except TypeError:
        return value
    return ("dtype", dtype.name) if dtype.kind in "biufc" and dtype.isnative else value


def is_library(module):
    name = module.__name__
    return name.partition(".")[0] in ("cunumeric", "cupynumeric") and sys.modules.get(name) is module


def library_member(base, name):
    """`np.name`, where the base is the package or one of its modules."""
    try:
        value = getattr(base.value, name)
    except AttributeError:
        raise NotCompilable(Clause(f"NumPy has no {name}")) from None
    path = f"{dotted_name(base)}.{name}" if dotted_name(base) else name
    return Known(value, base.place, path, base.checked)


def module_member(base, name):
    """A name of any other module: a value programs are built on, a constant, or an input."""
    if base.value is numpy or base.value.__name__.startswith("numpy."):
        raise NotYet(Clause(f"{base.value.__name__}.{name} is NumPy's own"))
    value = vars(base.value).get(name)
    place = Place("attribute", base.place, name)
    if is_known(value):
        return Known(value, place)
    if name not in vars(base.value):
        raise NotCompilable(Clause(f"{base.value.__name__} has no {name}"))
    constant = base.value.__name__ == "math"
    return Known(value if constant else OUTSIDE, base.place, None, base.checked, place)


OUTSIDE = object()  # Stands for a value that is read at each entry.


def dotted_name(known):
    """NumPy's name of a value of the library: "" for the package; None for anything else."""
    if known.path is not None:
        return known.path
    if isinstance(known.value, ModuleType) and is_library(known.value):
        return known.value.__name__.partition(".")[2]
    entry = _tables()[1].get(id(known.value))
    return entry[1] if entry else None


def called_name(known):
    """The name under which programs call a function, or None."""
    value, path = known.value, dotted_name(known)
    if path is not None:
        return f"np.{path}" if is_native(path, value) else None
    if getattr(builtins, getattr(value, "__name__", ""), None) is value and value.__name__ in PYTHON:
        return value.__name__
    if getattr(value, "__module__", None) == "math" and not isinstance(value, type):
        return f"math.{value.__name__}"
    return f"np.{value.__name__}" if isinstance(value, type) and issubclass(value, numpy.generic) else None


def is_native(path, value):
    """Whether this is the library's own function (not one that runs in NumPy), or a type of elements."""
    natives = _tables()[0]
    if path in natives:
        return natives[path] is value
    whole, _, method = path.rpartition(".")
    if isinstance(natives.get(whole), _legate.ufunc):
        return method in ("reduce", "accumulate", "outer", "reduceat", "at")
    return isinstance(value, type) and issubclass(value, numpy.generic)


def _tables():
    """The library's functions by name, and their names by identity."""
    if not _natives:
        _natives.update(_legate.functions())
        for name, value in _natives.items():
            if id(value) not in _names or getattr(value, "__name__", "") == name:
                _names[id(value)] = (value, name)
    return _natives, _names
