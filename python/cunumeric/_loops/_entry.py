"""What a loop is given when it is entered: values that the rewritten function reads, and how it reads them.

A `Place` says where a value comes from: a name that the function itself reads, or a path behind one
(another module's attribute, a closure's cell, a function's code). Names are read by the function's own
instructions; paths by a `Reader`, which is a constant of the code and raises nothing.
"""

from ._source import original

GONE = object()  # Stands for everything behind a path that no longer leads anywhere.


class Place:
    """Where a value is found; equal places give one input or one guard."""

    def __init__(self, kind, *parts):
        self.kind, self.parts = kind, parts
        self.key = (kind, *(p.key if isinstance(p, Place) else _identity(p) for p in parts))

    def root(self):
        """The name at the start of the path, or None where it starts at a dictionary of another module."""
        if self.kind == "name":
            return self.parts[0]
        return self.parts[0].root() if isinstance(self.parts[0], Place) else None

    def value(self, names):
        """What is there now, with the function's own names given."""
        get = getattr(self, "_" + self.kind)
        first, *rest = self.parts
        return get(first.value(names) if isinstance(first, Place) else first, *rest, names)

    def _name(self, name, names):
        return names[name]

    def _global(self, namespace, name, names):
        return namespace[name]

    def _attribute(self, value, name, names):
        return getattr(value, name)

    def _cell(self, function, index, names):
        return function.__closure__[index].cell_contents

    def _default(self, function, index, names):
        return function.__defaults__[index]

    def _keyword(self, function, name, names):
        return function.__kwdefaults__[name]

    def _code(self, function, names):
        return original(function.__code__)


def _identity(part):
    return part if isinstance(part, (str, int)) else id(part)


class Reader:
    """Reads what lies behind names: `reader(*values of its names)` gives a tuple."""

    def __init__(self, places):
        self.names = sorted({p.root() for p in places} - {None})
        self.places = places
        self.gone = (GONE,) * len(places)

    def __call__(self, *values):
        names = dict(zip(self.names, values))
        try:
            return tuple([place.value(names) for place in self.places])
        except Exception:
            return self.gone
