"""Runs the statements of a random program under NumPy and knows their accuracy.

Most results must agree exactly with NumPy's. Some cannot (`sin`, a sum, a
matrix product): their arrays carry an absolute error bound, kept per owner of
the memory, so that views share it. A statement marked `smooth` may take such
arrays as operands and hands the bound on; every other statement must not read
them, because a rounding error could flip a comparison or an index.
"""

import re
from dataclasses import dataclass

import numpy

NAME = re.compile(r"\bv\d+\b")
# NumPy 2 copies overlapping views of one axis in place, which goes wrong when their steps differ
# (`a[::3] = a[5:9]`); the meaning is that of a right side read first.
VIEW_ASSIGNMENT = re.compile(r"^(v\d+\[[^;]*\]) = (v\d+(?:\[[^;]*\]|\.T)?)$")

# NumPy reads a mask while it writes what the mask may be a view of.
MASK_ASSIGNMENT = re.compile(r"^(v\d+)\[(v\d+)\](?= [^ ]*= )")


class Unsuitable(Exception):
    """The statement's outcome is not comparable; leave it out of the program."""


@dataclass
class Statement:
    """One line of a program and what is known about its accuracy.

    `target` is the variable it binds, `mutates` the one whose memory it
    writes. `ulps` bounds the rounding differences of an inexact operation,
    relative to the largest result; `error` computes a bound from the operands
    instead. `gain` says how operand errors grow: "linear", "product", "sum".
    """

    source: str
    target: str = None
    mutates: str = None
    ulps: float = 0.0
    smooth: bool = False
    error: object = None
    gain: str = "linear"

    def __post_init__(self):
        # The old value of a name that is bound anew is no operand.
        read = self.source.partition("=")[2] if self.target else self.source
        self.names = sorted(set(NAME.findall(read)))
        self.code = compile(self.source, self.source, "exec")
        found = VIEW_ASSIGNMENT.match(self.source)
        reference = f"{found[1]} = copied({found[2]})" if found else self.source
        reference = MASK_ASSIGNMENT.sub(r"\1[copied(\2)]", reference)
        self.reference_code = compile(reference, self.source, "exec")


def root(value):
    """The array that owns the memory of `value`."""
    while isinstance(value, numpy.ndarray) and isinstance(value.base, numpy.ndarray):
        value = value.base
    return value


def copied(value):
    """A copy of an array; scalars stay scalars, which are stored by other rules than arrays."""
    return numpy.copy(value) if isinstance(value, numpy.ndarray) else value


def is_numeric(value):
    return isinstance(value, (numpy.ndarray, numpy.generic))


def is_inexact(value):
    return is_numeric(value) and value.dtype.kind in "fc"


def magnitude(value):
    """The largest finite absolute value."""
    if not is_numeric(value) or value.size == 0 or value.dtype.kind not in "biufc":
        return 0.0
    wide = numpy.abs(numpy.asarray(value).astype("D" if value.dtype.kind == "c" else "d"))
    wide = wide[numpy.isfinite(wide)]
    return float(wide.max()) if wide.size else 0.0


def epsilon(value):
    return float(numpy.finfo(value.dtype).eps) if is_inexact(value) else 0.0


def public_type(exception):
    """The nearest exception type that a program can name."""
    for kind in type(exception).__mro__:
        if kind.__module__ in ("builtins", "numpy.exceptions", "numpy.linalg"):
            return kind.__name__
    return type(exception).__name__


def execute(code, environment):
    """Runs one statement; returns the exception it raised, or None."""
    try:
        exec(code, environment)
    except Exception as exception:  # any difference in kind is a finding
        return exception
    return None


class Reference:
    """The state of a program under NumPy."""

    LIMITS = {2: 1e3, 4: 1e15, 8: 1e60, 16: 1e60}

    def __init__(self):
        self.environment = {"np": numpy, "copied": copied}
        self.bounds = {}  # id of the owner -> (owner, absolute error)

    def error(self, value):
        owner = root(value)
        return self.bounds[id(owner)][1] if id(owner) in self.bounds else None

    def is_exact(self, value):
        return self.error(value) is None

    def run(self, statement):
        """Runs a statement; returns the name of its exception type, or None.

        Throws `Unsuitable` when the outcome cannot be compared; the state is
        then as it was before.
        """
        changed = root(self.environment.get(statement.mutates))
        saved = changed.copy(order="K") if isinstance(changed, numpy.ndarray) else None
        bound = self.environment.get(statement.target)
        try:
            return self._run(statement)
        except Unsuitable:
            if saved is not None and changed.flags.writeable:
                changed[...] = saved
            if statement.target and bound is None:
                self.environment.pop(statement.target, None)
            elif statement.target:
                self.environment[statement.target] = bound
            raise

    def _run(self, statement):
        if any(n not in self.environment and n != statement.target for n in statement.names):
            raise Unsuitable
        before = [self.environment[name] for name in statement.names if name in self.environment]
        inexact = [value for value in before if not self.is_exact(value)]
        if inexact and not statement.smooth:
            raise Unsuitable
        incoming = sum(self.error(value) for value in inexact)
        if inexact and statement.gain == "product":
            for value in before:
                incoming *= max(1.0, magnitude(value))
        if inexact and statement.gain == "sum":
            incoming *= max(value.size for value in before if is_numeric(value))
        own = None
        if statement.error:
            own = statement.error(*[value for value in before if is_numeric(value)])
        exception = execute(statement.reference_code, self.environment)
        if exception is not None:
            if isinstance(exception, (MemoryError, SyntaxError, NameError)):
                raise Unsuitable
            return public_type(exception)
        name = statement.target or statement.mutates
        if name:
            self._bind(self.environment[name], statement, inexact, incoming, own)
        return None

    def _bind(self, result, statement, inexact, incoming, own):
        """Records the error bound of a statement's result."""
        if statement.target and not is_numeric(result):
            if inexact:
                raise Unsuitable
            return
        if not (inexact or statement.ulps or own is not None):
            return
        if not is_inexact(result):
            if inexact:
                raise Unsuitable
            return
        largest = magnitude(result)
        bound = incoming + statement.ulps * epsilon(result) * largest
        bound += own or 0.0
        if inexact or own is not None:
            bound += 2 * epsilon(result) * largest
        if inexact and not numpy.isfinite(result).all():
            raise Unsuitable
        if largest > self.LIMITS[min(result.dtype.itemsize, 16)] or not numpy.isfinite(bound):
            raise Unsuitable
        owner = root(result)
        if id(owner) in self.bounds:
            bound = max(bound, self.bounds[id(owner)][1])
        self.bounds[id(owner)] = (owner, bound)


def difference(expected, actual, bound, array_type):
    """Describes how `actual` differs from NumPy's value, or returns None."""
    if isinstance(expected, (tuple, list)):
        if type(actual) is not type(expected) or len(actual) != len(expected):
            return f"{type(expected).__name__} expected, got {actual!r}"
        for one, other in zip(expected, actual):
            found = difference(one, other, bound, array_type)
            if found:
                return found
        return None
    if type(expected) is complex and getattr(actual, "ndim", None) == 0:
        # Python's complex with a NumPy scalar that is also a Python float.
        expected = numpy.complex128(expected)
    if not is_numeric(expected):
        same = type(actual) is type(expected) and (
            actual == expected or (actual != actual and expected != expected)
        )
        return None if same else f"{expected!r} expected, got {actual!r}"
    if getattr(expected, "ndim", 0) > 0 and not isinstance(actual, array_type):
        return f"an array expected, got {type(actual)}"
    try:
        actual = numpy.asarray(actual)
    except Exception as exception:
        return f"reading it raised {type(exception).__name__}: {exception}"
    if actual.dtype != expected.dtype:
        return f"dtype {expected.dtype} expected, got {actual.dtype}"
    if actual.shape != expected.shape:
        return f"shape {expected.shape} expected, got {actual.shape}"
    return value_difference(numpy.asarray(expected), actual, bound)


def value_difference(expected, actual, bound):
    same = expected == actual
    if expected.dtype.kind == "f":
        same |= numpy.isnan(expected) & numpy.isnan(actual)
    elif expected.dtype.kind == "c":
        for part in (numpy.real, numpy.imag):
            one, other = part(expected), part(actual)
            equal = (one == other) | (numpy.isnan(one) & numpy.isnan(other))
            same = equal if part is numpy.real else same & equal
        if bound is not None:
            same |= ~numpy.isfinite(expected) & ~numpy.isfinite(actual)
    if bound:
        wide = "D" if expected.dtype.kind == "c" else "d"
        with numpy.errstate(all="ignore"):
            same |= numpy.abs(expected.astype(wide) - actual.astype(wide)) <= bound
    if same.all():
        return None
    where = tuple(int(axis[0]) for axis in numpy.nonzero(~numpy.atleast_1d(same)))
    one, other = numpy.atleast_1d(expected)[where], numpy.atleast_1d(actual)[where]
    count = int((~same).sum())
    allowed = f", {bound:.3g} allowed" if bound else ""
    found = f"at {where}: {one!r} expected, got {other!r}{allowed}"
    return f"{count} of {same.size} values differ; {found}"
