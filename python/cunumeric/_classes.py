"""Classes of NumPy's whose methods take or give arrays: random generators, ``vectorize``."""

import numpy

import _legate


def replacement(path, name, value):
    """The class to show instead of NumPy's; itself where nothing needs to change."""
    if path == "random" and name in ("Generator", "RandomState"):
        return _subclass(value)
    if path == "" and name == "vectorize":
        return _vectorize()
    return value


def wrap_generator(value):
    """A random generator whose methods give our arrays."""
    if type(value) is numpy.random.Generator:
        return _subclass(numpy.random.Generator)(value.bit_generator)
    if type(value) is numpy.random.RandomState:
        result = _subclass(numpy.random.RandomState)()
        result.set_state(value.get_state())
        return result
    return value


_made = {}


def _subclass(base):
    """A subclass of a generator class with converting methods."""
    if base in _made:
        return _made[base]
    members = {"__module__": "cunumeric.random", "__doc__": base.__doc__}
    for name in dir(base):
        method = getattr(base, name)
        if not name.startswith("_") and callable(method):
            members[name] = _method(method, name)
    _made[base] = type(base.__name__, (base,), members)
    return _made[base]


def _method(method, name):
    host = _legate.host_function(method, "random." + name, True)

    def call(self, *args, **kwargs):
        return host(self, *args, **kwargs)

    call.__name__ = name
    call.__doc__ = method.__doc__
    return call


def _vectorize():
    if "vectorize" not in _made:

        class vectorize(numpy.vectorize):
            __doc__ = numpy.vectorize.__doc__

            def __call__(self, *args, **kwargs):
                return _legate.host_function(super().__call__, "vectorize", True)(*args, **kwargs)

        _made["vectorize"] = vectorize
    return _made["vectorize"]
