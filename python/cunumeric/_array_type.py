"""The classes of the types ``ndarray`` and ``ufunc``: what ``class X(np.ndarray)``, ``isinstance(x, np.ndarray)``
and ``isinstance(f, np.ufunc)`` mean.

Arrays of types that are not native, and arrays of classes derived from ``ndarray``, are NumPy's own. So
a class derived from ours is derived from ``numpy.ndarray``, its arrays have all that NumPy's machinery
gives them (``__array_finalize__``, views, priorities) and run on the host; and both kinds of arrays are
instances of ``ndarray``, as both kinds of ufuncs are of ``ufunc``.
"""

import types

import numpy

import _legate


class HostKind(type):
    """A type that NumPy's type of the same name is counted to."""

    def __instancecheck__(cls, instance):
        return type.__instancecheck__(cls, instance) or isinstance(instance, getattr(numpy, cls.__name__))

    def __subclasscheck__(cls, subclass):
        return type.__subclasscheck__(cls, subclass) or issubclass(subclass, getattr(numpy, cls.__name__))


class ArrayType(HostKind):
    """The class of ``ndarray``."""

    def __new__(cls, name, bases, members, **keywords):
        bases = tuple(numpy.ndarray if base is _legate.ndarray else base for base in bases)
        return types.new_class(name, bases, keywords, lambda namespace: namespace.update(members))

    def __getitem__(cls, parameters):
        return types.GenericAlias(cls, parameters)


def _new(cls, *arguments, **keywords):
    """``np.ndarray.__new__(cls, ...)``, as classes derived from it call it in their own."""
    if cls is _legate.ndarray:
        return _legate.new_array(arguments, keywords)
    return numpy.ndarray.__new__(cls, *arguments, **keywords)


def _data_interface(array):
    """The array as other libraries take it: one column, which is one store."""
    from legate.core import Store

    return Store(array).__legate_data_interface__


def install():
    """Gives the types their classes, which cannot be named when the types are made."""
    _legate.set_metaclass(_legate.ndarray, ArrayType)
    _legate.set_metaclass(_legate.ufunc, HostKind)
    _legate.ndarray.__new__ = staticmethod(_new)
    for kind in (_legate.ndarray, _legate.scalar):
        kind.__legate_data_interface__ = property(_data_interface)
