"""What the names in a piece of code stand for: slots of the loop program, or values known now.

In: a function's code and where its variables are. Out: for a name a slot, or a `Known` value (a module,
a function, a type) with the place at which each entry of the loop checks that it is still the same.
"""

import builtins
from types import BuiltinFunctionType, FunctionType, ModuleType, SimpleNamespace

import numpy

import _legate

from ._entry import Place
from ._source import original


class Clause(str):
    """A reason that says what is wrong with something; other reasons only name what programs cannot say."""


class NotCompilable(Exception):
    """The loop has something that programs cannot say."""

    @property
    def reason(self):
        return self.args[0]


class NotYet(NotCompilable):
    """A value is not there now; another look may find it."""


class Known:
    """A value that the program is built on, and what is checked for it at each entry.

    `path` is NumPy's dotted name of what came from the library, "" for the package itself; `behind` the
    place of a value that programs are not built on, in a module that is checked.
    """

    def __init__(self, value, place, path=None, checked=None, behind=None):
        self.value, self.place, self.path, self.behind = value, place, path, behind
        self.checked = value if checked is None else checked


_KNOWN = (ModuleType, FunctionType, BuiltinFunctionType, type, numpy.dtype, _legate.ufunc)


def is_known(value):
    """Whether a program is built on this value, rather than computing with it."""
    return isinstance(value, _KNOWN)


def is_object(value):
    """Whether a value's attributes are plain ones: a user's class that does nothing of its own about them."""
    kind = type(value)
    return kind is SimpleNamespace or (
        kind.__dictoffset__ != 0
        and kind.__getattribute__ is object.__getattribute__
        and not hasattr(kind, "__getattr__")
        and not isinstance(value, (*_KNOWN, numpy.ndarray, _legate.ndarray, BaseException))
        and kind.__module__.partition(".")[0] not in ("numpy", "cunumeric", "legate")
    )


class Scope:
    """The names of the function whose loop it is."""

    def __init__(self, code, namespace, names, bound, draft):
        self.code, self.namespace, self.draft = code, namespace, draft
        self.names, self.bound = names, bound
        self.locals = {*code.co_varnames, *code.co_cellvars, *code.co_freevars}

    def known(self, name):
        """The value a program can be built on that a name stands for, or None."""
        if name in self.locals:
            return None if name in self.bound else self._known_local(name)
        return self._known_global(name)

    def _known_local(self, name):
        value = self.names.get(name)
        return Known(value, Place("name", name)) if is_known(value) or is_object(value) else None

    def _known_global(self, name):
        if (id(self.namespace), name) in self.draft.rebound:
            return None
        value = found(self.namespace, name)
        return Known(value, self._global(name)) if is_known(value) or is_object(value) else None

    def _global(self, name):
        """A global is read by the function itself where its name cannot mean anything else there."""
        if self.draft.is_plain(self.namespace, name):
            return Place("name", name)
        if name in self.namespace:
            return Place("global", self.namespace, name)
        return Place("global", vars(builtins), name)

    def shared(self, names):
        """Those of some names that one iteration may hand to the next."""
        return self.bound & self.locals & {*names}

    def holds(self, name, kinds):
        """Whether a name's value is now of one of these types."""
        return isinstance(self.value(name), kinds)

    def value(self, name):
        """What a name stands for now, or None."""
        return (self.names if name in self.locals else self.namespace).get(name)

    def slot(self, name):
        """The slot of a name that is read."""
        if name in self.locals:
            return self.draft.slot(("local", name), Place("name", name))
        key = ("global", id(self.namespace), name)
        if key not in self.draft.keys:
            found(self.namespace, name)
        return self.draft.slot(key, self._global(name))

    def target(self, name):
        """The slot of a name that is written."""
        if name not in self.locals or name in self.code.co_freevars:
            raise NotCompilable(Clause(f"{name} belongs to other functions too"))
        slot = self.draft.slot(("local", name), Place("name", name))
        self.draft.own[slot] = name
        return slot


class ModuleScope(Scope):
    """The names of a loop at module level: all of them are globals, which functions called read too."""

    def __init__(self, code, namespace, names, bound, draft):
        super().__init__(code, namespace, names, bound, draft)
        self.locals = frozenset()
        draft.rebound |= {(id(namespace), name) for name in bound}

    def slot(self, name):
        if name not in self.bound:
            return super().slot(name)
        return self.draft.slot(("global", id(self.namespace), name), Place("name", name))

    def target(self, name):
        slot = self.slot(name)
        self.draft.own[slot] = name
        return slot


class InlinedScope(Scope):
    """The names of a user's function whose body stands in the program; every call has its own."""

    def __init__(self, function, place, draft):
        super().__init__(original(function.__code__), function.__globals__, {}, frozenset(), draft)
        self.function, self.place = function, place
        self.slots, self.parameters = {}, {}

    def _known_local(self, name):
        if name in self.parameters:
            return self.parameters[name]
        if name not in self.code.co_freevars:
            return None
        self.draft.check_cell(name)
        value = self._cell(name)
        return Known(value, self._cell_place(name)) if is_known(value) or is_object(value) else None

    def _cell(self, name):
        try:
            return self.function.__closure__[self.code.co_freevars.index(name)].cell_contents
        except ValueError:
            raise NotYet(Clause(f"{name} has no value yet")) from None

    def _cell_place(self, name):
        return Place("cell", self.place, self.code.co_freevars.index(name))

    def slot(self, name):
        if name in self.code.co_freevars:
            self.draft.check_cell(name)
            self._cell(name)
            place = self._cell_place(name)
            return self.draft.slot(place.key, place)
        return super().slot(name) if name not in self.locals else self.target(name)

    def target(self, name):
        if name not in self.locals or name in self.code.co_freevars:
            raise NotCompilable(Clause(f"{name} belongs to other functions too"))
        if name not in self.slots:
            self.slots[name] = self.draft.new_slot()
        return self.slots[name]


def found(namespace, name):
    """The value of a global or built-in name."""
    if name in namespace:
        return namespace[name]
    own = namespace.get("__builtins__", builtins)
    own = own if isinstance(own, dict) else vars(own)
    if name not in own:
        raise NotYet(Clause(f"{name} is not defined"))
    return own[name]
