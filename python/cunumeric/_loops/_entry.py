"""What a loop is given when it is entered: values that the rewritten function reads, and how it reads them.

A `Place` says where a value comes from: a name that the function itself reads, or a path behind one
(an object's or a module's attribute, a closure's cell, a function's code). Names are read by the
function's own instructions; paths by a reader, a function made for the loop, which raises nothing.
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

    def attributes(self):
        """The names of the attributes on the path."""
        own = {self.parts[1]} if self.kind == "attribute" else set()
        return own | (self.parts[0].attributes() if isinstance(self.parts[0], Place) else set())

    def is_target(self):
        """Whether the function itself can assign to it: a name, or attributes behind one."""
        return self.kind == "name" or self.kind == "attribute" and self.parts[0].is_target()

    def text(self, names, namespaces):
        """The expression that reads it; `names` gives the words for the function's names."""
        first, *rest = self.parts
        if self.kind == "name":
            return names[first]
        if self.kind == "global":
            namespaces.append(first)
            return f"namespaces[{len(namespaces) - 1}][{rest[0]!r}]"
        return _TEXTS[self.kind].format(first.text(names, namespaces), *rest)


_TEXTS = {
    "attribute": "{0}.{1}",
    "type": "type({0})",
    "cell": "{0}.__closure__[{1}].cell_contents",
    "default": "{0}.__defaults__[{1}]",
    "keyword": "{0}.__kwdefaults__[{1!r}]",
    "code": "original({0}.__code__)",
}


def _identity(part):
    return part if isinstance(part, (str, int)) else id(part)


class Reader:
    """`read(*values of its names)` gives a tuple of what lies at places behind these names."""

    def __init__(self, places):
        self.names = sorted({p.root() for p in places} - {None})
        words = {name: f"value{k}" for k, name in enumerate(self.names)}
        namespaces = []
        texts = [place.text(words, namespaces) for place in places]
        source = _READER.format(", ".join(words.values()), "".join(f"{text}, " for text in texts))
        names = {"namespaces": namespaces, "gone": (GONE,) * len(places), "original": original}
        exec(compile(source, __file__, "exec"), names)
        self.read = names["read"]


_READER = """
def read({}):
    try:
        return ({})
    except Exception:
        return gone
"""
