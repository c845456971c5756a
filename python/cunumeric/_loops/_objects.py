"""Attributes and methods of the user's objects (`self.u`, `self.step(x)`) in a loop's body.

In: the object that a name stands for now, and an attribute's name. Out: a slot for a value, a `Known`
where programs are built on it, an inlined method or property. Each entry checks that the object has the
same type; attributes that the loop binds are given back like variables.
"""

import ast
from types import FunctionType, SimpleNamespace

from ._calls import OUTSIDE, Calls
from ._entry import Place
from ._scope import Clause, Known, NotCompilable, NotYet, is_known, is_object

_NOTHING = object()


class Objects(Calls):
    def known_member(self, base, name):
        """An attribute that programs are built on, or None."""
        if _property(base.value, name) is not None or self._is_made_here(base, name):
            return None
        value = _plain(base.value, name)
        if not is_known(value) and not is_object(value):
            return None
        self._check_type(base)
        return Known(value, Place("attribute", base.place, name))

    def method_of(self, base, name):
        """`(the function, the object or None)` behind a method of the object's class, or None."""
        if name in vars(base.value):
            return None
        method = _in_class(type(base.value), name)
        function = method.__func__ if isinstance(method, staticmethod) else method
        if not isinstance(function, FunctionType):
            return None
        self._check_type(base)
        # Read from the object, so that an attribute of its own that hides the method is seen.
        place = Place("attribute", base.place, name)
        if isinstance(method, staticmethod):
            return Known(function, place), None
        return Known(function, Place("attribute", place, "__func__")), base

    def _of_object(self, base, node):
        """The value of an object's attribute."""
        getter = _property(base.value, node.attr)
        if getter is not None:
            self._check_type(base)
            place = Place("attribute", Place("attribute", Place("type", base.place), node.attr), "fget")
            call = ast.copy_location(ast.Call(node, [], []), node)
            return self.inlined(call, Known(getter, place), base)
        self._check_type(base)
        if self._is_made_here(base, node.attr):
            return ("name", self.draft.member(base.place, node.attr))
        value = _plain(base.value, node.attr)
        if is_known(value):
            return self._value_of(Known(value, Place("attribute", base.place, node.attr)), node)
        return ("name", self.draft.member(base.place, node.attr))

    def _is_made_here(self, base, name):
        """Whether only the loop gives the object this attribute."""
        return name in self.draft.stored and name not in vars(base.value)

    def target_member(self, node):
        """The slot of an attribute that is bound."""
        base = self.known(node.value)
        if base is None or base.value is OUTSIDE or not is_object(base.value):
            raise NotCompilable(f"an assignment to {ast.unparse(node)} in line {node.lineno}")
        self._check_private(node.attr)
        kind = type(base.value)
        plain = kind is SimpleNamespace or kind.__setattr__ is object.__setattr__
        if not plain or hasattr(_in_class(kind, node.attr), "__set__"):
            raise NotCompilable(Clause(f"the class of {ast.unparse(node)} assigns its attributes itself"))
        self._check_type(base)
        return ("name", self.draft.stored_member(base.place, node.attr))

    def _check_type(self, base):
        self.draft.guard(Known(type(base.value), Place("type", base.place)))


def _in_class(kind, name):
    """What a class or those above it have under a name, as it stands there."""
    return next((vars(c)[name] for c in kind.__mro__ if name in vars(c)), _NOTHING)


def _property(value, name):
    """The function that a property calls, or None."""
    found = _in_class(type(value), name)
    return found.fget if isinstance(found, property) and isinstance(found.fget, FunctionType) else None


def _plain(value, name):
    """The value of a plain attribute."""
    found = _in_class(type(value), name)
    if hasattr(found, "__set__") or hasattr(found, "__delete__"):
        raise NotCompilable(Clause(f"{name} is not a plain attribute"))
    if name in vars(value):
        return vars(value)[name]
    if found is _NOTHING:
        raise NotYet(Clause(f"there is no {name} yet"))
    if hasattr(found, "__get__"):
        raise NotCompilable(Clause(f"{name} is not a plain attribute"))
    return found
