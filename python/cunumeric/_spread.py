"""What takes the place of NumPy's functions where several ranks run one program: files, text, random numbers.

Each of them does the same as NumPy's own, but no rank holds more of a large array than its part.
"""

import numpy

import _legate

from . import _files, _tables

_FUNCTIONS = {
    name: getattr(module, name)
    for module, names in (
        (_files, "save savez savez_compressed load fromfile"),
        (_tables, "savetxt loadtxt genfromtxt array2string array_repr array_str"),
    )
    for name in names.split()
}

for _name in ("tofile", "dump"):
    _legate.set_method_hook(_name, getattr(_files, _name))


def replacement(path, name):
    """What to show instead of NumPy's function; None where that one will do."""
    if path == "":
        return _FUNCTIONS.get(name)
    return _random(name) if path == "random" else None


def _random(name):
    from . import _draws

    if name in ("seed", "default_rng"):
        return getattr(_draws, name)
    if not _draws.covers(name):
        return None
    value = getattr(numpy.random, name, None)
    if isinstance(value, type) or not callable(value):
        return None
    host = _legate.host_function(value, "random." + name, True)
    draw = _draws.spread(
        lambda generator, *args, **kwargs: value(*args, **kwargs),
        name,
        lambda generator, *args, **kwargs: host(*args, **kwargs),
    )

    def call(*args, **kwargs):
        return draw(numpy.random.mtrand._rand, *args, **kwargs)

    call.__name__ = name
    call.__doc__ = value.__doc__
    return call
