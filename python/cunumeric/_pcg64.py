"""Draws from NumPy's default bit generator by native code: NumPy's numbers, bit for bit.

The native code reads and writes the state of a ``PCG64`` object where NumPy keeps it, so its draws and NumPy's may follow
one another in any order, and ``bit_generator.state`` is always true. How the state lies in memory, and which draws make a
number, is NumPy's to change: before the first use both are compared, and where they differ, NumPy draws.

What is drawn natively are float64 and int64 numbers of one distribution and a given size; everything else is NumPy's.
"""

import numpy
from numpy.random import PCG64, Generator

import _legate

_WHOLE = (1 << 63) - 1
_INT64 = (numpy.int64, int)


def replacement(name, method, plain):
    """The method of that name, drawing natively where it can and else by ``method``; None where it never can.

    A single number needs no conversion: ``plain``, NumPy's own method, gives it.
    """
    make = _METHODS.get(name)
    return make(method, plain) if make and _agrees() else None


def _is_plain(size):
    if type(size) is int:
        return size >= 0
    return type(size) is tuple and all(type(extent) is int and extent >= 0 for extent in size)


def _is_number(value):
    return type(value) is float or type(value) is int and -_WHOLE <= value <= _WHOLE


def _standard(draw):
    """Makes a method without parameters, of float64."""

    def make(method, plain):
        def standard(self, size=None, dtype=numpy.float64, out=None):
            if size is None and out is None:
                return plain(self, None, dtype)
            bits = self.bit_generator
            if dtype is numpy.float64 and out is None and _is_plain(size) and type(bits) is PCG64:
                with bits.lock:
                    return draw(bits.capsule, size)
            return method(self, size, dtype, out)

        return standard

    return make


def _uniform(method, plain):
    def uniform(self, low=0.0, high=1.0, size=None):
        if size is None and _is_number(low) and _is_number(high):
            return plain(self, low, high)
        bits = self.bit_generator
        if _is_plain(size) and _is_number(low) and _is_number(high) and type(bits) is PCG64:
            width = float(high) - float(low)
            if 0 < width < numpy.inf:
                with bits.lock:
                    return _legate.draw_uniform(bits.capsule, size, low, width)
        return method(self, low, high, size)

    return uniform


def _normal(method, plain):
    def normal(self, loc=0.0, scale=1.0, size=None):
        if size is None and _is_number(loc) and _is_number(scale):
            return plain(self, loc, scale)
        bits = self.bit_generator
        if _is_plain(size) and _is_number(loc) and _is_number(scale) and scale > 0 and type(bits) is PCG64:
            with bits.lock:
                return _legate.draw_normal(bits.capsule, size, loc, scale)
        return method(self, loc, scale, size)

    return normal


def _integers(method, plain):
    def integers(self, low, high=None, size=None, dtype=numpy.int64, endpoint=False):
        if size is None and type(low) is int and (high is None or type(high) is int):
            return plain(self, low, high, None, dtype, endpoint)
        if dtype in _INT64 and _is_plain(size) and type(low) is int and type(endpoint) is bool:
            first, last = (0, low) if high is None else (low, high)
            bits = self.bit_generator
            if type(bits) is PCG64 and type(last) is int:
                last = last if endpoint else last - 1
                if -_WHOLE - 1 <= first <= last <= _WHOLE:
                    with bits.lock:
                        return _legate.draw_integers(bits.capsule, size, first, last)
        return method(self, low, high, size, dtype, endpoint)

    return integers


def _choice(method, plain):
    def choice(self, a, size=None, replace=True, p=None, axis=0, shuffle=True):
        if replace is True and p is None and _is_plain(size):
            if type(a) is int and a > 0:
                return self.integers(0, a, size)
            if type(a) is _legate.ndarray and a.ndim == 1 and a.size > 0 and axis == 0:
                return a[self.integers(0, a.size, size)]
        return method(self, a, size, replace, p, axis, shuffle)

    return choice


_METHODS = {
    "random": _standard(_legate.draw_uniform),
    "uniform": _uniform,
    "standard_normal": _standard(_legate.draw_normal),
    "normal": _normal,
    "integers": _integers,
    "choice": _choice,
}

_agreement = None


def _agrees():
    global _agreement
    if _agreement is None:
        _agreement = _legate.rank_count() == 1 and all(_agrees_from(half) for half in (0, 1))
    return _agreement


def _agrees_from(half):
    """Whether native numbers are NumPy's, from a state with or without half a draw left over."""
    bits, generator = PCG64(half), Generator(PCG64(half))
    state = dict(bits.state, has_uint32=half, uinteger=half * 0x9E3779B9)
    bits.state = generator.bit_generator.state = state
    capsule = bits.capsule
    for ours, theirs in (
        (_legate.draw_uniform(capsule, 5), generator.random(5)),
        (_legate.draw_integers(capsule, 9, 0, 99), generator.integers(0, 100, 9)),
        (_legate.draw_integers(capsule, 3, 0, 1 << 40), generator.integers(0, (1 << 40) + 1, 3)),
        (_legate.draw_normal(capsule, 1500), generator.standard_normal(1500)),
        (_legate.draw_normal(capsule, 3, 1.0, 0.3), generator.normal(1.0, 0.3, 3)),
        (_legate.draw_uniform(capsule, 3, 1.0, 0.5), generator.uniform(1.0, 1.5, 3)),
    ):
        if memoryview(ours).tobytes() != theirs.tobytes():
            return False
    return bits.state == generator.bit_generator.state
