"""Classes of NumPy's whose methods take or give arrays: random generators, ``vectorize``."""

import numpy

import _legate


def replacement(path, name, value):
    """The class to show instead of NumPy's; itself where nothing needs to change."""
    if path == "random" and name in ("Generator", "RandomState"):
        return _subclass(value)
    if path == "random" and _legate.rank_count() > 1 and name in _SEEDED:
        return _seeded(value)
    if path == "" and name == "vectorize":
        return _vectorize()
    return value


def wrap_generator(value):
    """A random generator whose methods give our arrays."""
    if type(value) is numpy.random.Generator:
        return _subclass(numpy.random.Generator)(value.bit_generator)
    if type(value) is numpy.random.RandomState:
        result = _subclass(numpy.random.RandomState)(0)
        result.set_state(value.get_state())
        return result
    return value


def default_rng(host):
    """NumPy's function of that name, which makes most generators here; ``host`` is what makes the others."""
    generator = _subclass(numpy.random.Generator)

    def default_rng(seed=None):
        if seed is None or type(seed) is int:
            return generator(numpy.random.PCG64(seed))
        return host(seed)

    default_rng.__doc__ = host.__doc__
    return default_rng


_made = {}
_SEEDED = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64", "SeedSequence")


def _seeded(base):
    """The same class, with the same entropy on all ranks."""
    if base not in _made:
        from . import _draws

        _made[base] = _draws.seeded(base)
    return _made[base]


def _subclass(base):
    """A subclass of a generator class with converting methods."""
    if base in _made:
        return _made[base]
    members = {"__module__": "cunumeric.random", "__doc__": base.__doc__}
    for name in dir(base):
        method = getattr(base, name)
        if not name.startswith("_") and callable(method):
            members[name] = _method(method, name, base is numpy.random.Generator)
    if base is numpy.random.RandomState and _legate.rank_count() > 1:
        members["__init__"] = _shared_start
    _made[base] = type(base.__name__, (base,), members)
    return _made[base]


def _shared_start(self, seed=None):
    if seed is None:
        from . import _draws

        seed = _draws.random.SeedSequence(_draws.entropy()).generate_state(8)
    numpy.random.RandomState.__init__(self, seed)


def _method(method, name, is_modern):
    drawing = method
    if is_modern and _legate.rank_count() == 1:
        from . import _draw_parts

        drawing = _draw_parts.in_parts(method, name)
    host = _legate.host_function(drawing, "random." + name, True)
    if _legate.rank_count() > 1:
        from . import _draws

        if _draws.covers(name):
            host = _draws.spread(method, name, host)

    def call(self, *args, **kwargs):
        return host(self, *args, **kwargs)

    if is_modern:
        from . import _pcg64

        call = _pcg64.replacement(name, call, method) or call
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
