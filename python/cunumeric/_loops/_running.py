"""Loops that are running already, taken over at the start of their next iteration.

In: a frame inside of loops that have been compiled. For as long as it takes to get to such a loop's next
iteration the frame is traced; there the native loop runs all iterations but the last, the frame's
variables get their new values and Python's iterator moves on to the last iteration.

The iterator is found on the frame's stack, whose place in memory CPython 3.11 to 3.13 have in common.
That is tried out with frames made for it before it is relied on; elsewhere nothing is taken over.
"""

import builtins
import ctypes
import functools
import opcode
import sys
import weakref
from collections import ChainMap

import _legate_pages

from ._find import FAST
from ._look import drop_copies, stale

MANY, FIRST = 64, 8  # A loop with so many iterations left runs so many of them when its native program is made.
EVENTS = 20_000  # Lines after which the next iteration is not waited for any longer.
_FRAME, _VALUES, _WORD = 24, 72, 8  # Bytes: in a frame object, in the frame it points to, of a pointer.
_FOR_ITER = opcode.opmap["FOR_ITER"]
_EXTENDED = opcode.opmap["EXTENDED_ARG"]
_ITERATOR = type(iter(range(0)))

_trusted = None


@ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
def _dropping(nothing):
    drop_copies()
    return 0


# The last argument is what a weak reference gives to its callback; C does not look at it.
_pending = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.py_object)
_ask = functools.partial(_pending(("Py_AddPendingCall", ctypes.pythonapi)), ctypes.cast(_dropping, ctypes.c_void_p), None)


class _UntilReturn:
    """A variable of the function that traces a frame: it goes when that function is over.

    Only then the frame's copies may be dropped: Python takes the variables' values from them. No instruction of
    Python's may come between, which is where pending calls are made; what a weak reference calls is C.
    """

    __slots__ = ("__weakref__",)
    waits = None

    def __init__(self):
        _UntilReturn.waits = weakref.ref(self, _ask)


class Waiting:
    """Waits in one frame for the next iteration of any of the loops it is in."""

    def __init__(self, frame, entries):
        self.frame, self.left = frame, EVENTS
        self.entries = {entry.start: entry for entry in entries}
        self.outermost = min(entries, key=lambda entry: entry.line)

    def start(self):
        self.frame.f_trace = self.step
        sys.settrace(self.called)

    def called(self, frame, event, argument):
        return None

    def step(self, frame, event, argument):
        """Called by Python in front of each line of the frame."""
        try:
            self.left -= 1
            entry = self.entries.get(frame.f_lineno) if event == "line" else None
            at_start = entry is not None and (entry.is_while or _begins_iteration(frame))
            again = self._take_over(entry) if at_start else event != "line" or self._is_inside(frame.f_lineno)
            if event != "return" and self.left > 0 and again:
                return self.step
        except Exception:
            pass  # The loop goes on as it is.
        self.stop(event)
        until_return = _UntilReturn() if stale and sys.gettrace() is None else None  # noqa: F841
        return None

    def _take_over(self, entry):
        """Says whether there is more to wait for: another loop, or iterations behind one that is Python's."""
        if not entry.is_refused() and take_over(self.frame, entry):
            self.left, entry.refusals = EVENTS, 0
        return entry is not self.outermost or bool(entry.translation.stops) and not entry.is_refused()

    def _is_inside(self, line):
        return line is None or self.outermost.line <= line <= self.outermost.last

    def stop(self, event):
        if self.left <= 0:
            self.outermost.refusals += 1  # Its iterations are too long to wait for.
        if sys.gettrace() == self.called:
            sys.settrace(None)
        self.frame.f_trace = None
        if event != "return" and self.frame.f_code.co_flags & FAST:
            stale.append(self.frame)
        self.frame = None


def _begins_iteration(frame):
    """Whether the frame is about to ask an iterator for its next item."""
    words = frame.f_code.co_code[frame.f_lasti :: 2]
    return next((word for word in words if word != _EXTENDED), None) == _FOR_ITER


def take_over(frame, entry):
    """Runs all iterations but the last of a loop that is about to begin another; says whether it did any."""
    iterator = None if entry.is_while else _iterator(frame, entry.depth)
    if iterator is None and not entry.is_while:
        return False
    names = frame.f_locals
    scope = ChainMap(names, frame.f_globals, vars(builtins))
    if entry.is_made or iterator is None or len(_rest(iterator)) < MANY:
        return _run(iterator, entry, names, scope)
    # Making the native program touches much of the library that running it does not.
    if not _run(iterator, entry, names, scope, FIRST):
        return False
    entry.is_made = True
    _legate_pages.release()
    _run(iterator, entry, names, scope)
    return True


def _run(iterator, entry, names, scope, most=None):
    """Runs all but the last of the iterations that are left, or of the first `most` of them; a `while` has no iterator."""
    items, done = None, 0
    if iterator is not None:
        items, done = _rest(iterator)[:most], _done(iterator)
        if len(items) < 2:
            return False
    values, found = entry.values(scope), None
    try:
        found = entry.run(items, values)
        _let_signals_in()
    finally:
        # An interrupt of the native run comes when iterator and variables are of one iteration.
        if found is not None:
            if iterator is not None:
                iterator.__setstate__(done + len(items) - len(found[0]))
            _assign(entry.translation.carried, found[1:], names, scope)
    if found is None:
        entry.refusals += 1
        return False
    return True


def _let_signals_in():
    """Python looks for signals when a function begins."""


def _assign(targets, carried, names, scope):
    """Gives a frame's variables, and attributes of what they hold, their new values."""
    names.update({place.parts[0]: value for place, value in zip(targets, carried, strict=True) if place.kind == "name"})
    for place, value in zip(targets, carried, strict=True):
        if place.kind != "name":
            setattr(_object(place.parts[0], scope), place.parts[1], value)


def _object(place, names):
    """What an attribute is of."""
    return names[place.parts[0]] if place.kind == "name" else getattr(_object(place.parts[0], names), place.parts[1])


def _rest(iterator):
    """The items that an iterator over a range has not given yet."""
    _, (whole,), *_ = iterator.__reduce__()
    return whole[_done(iterator) :]


def _done(iterator):
    """How many items are behind it."""
    _, _, *state = iterator.__reduce__()
    return state[0] if state and state[0] else 0


def wait(frame, entries):
    """Takes over the loops of these entries that the frame is in; says whether there are any."""
    line = _line(frame)
    inside = [e for e in entries if e.line <= line <= e.last and not e.is_refused()]
    inside = [e for e in inside if _is_found(frame.f_code, e)]
    if not inside or not trusted():
        return False
    Waiting(frame, inside).start()
    return True


def _line(frame):
    """Where a frame is; the jump back to a loop's head may have no line of its own."""
    if frame.f_lineno is not None:
        return frame.f_lineno
    lines = [line for start, _, line in frame.f_code.co_lines() if start <= frame.f_lasti and line is not None]
    return lines[-1] if lines else frame.f_code.co_firstlineno


def _is_found(code, entry):
    """Whether the start of an iteration can be told from anything else."""
    if entry.is_while:
        return entry.start is not None
    return entry.depth is not None and _only_loop_of_line(code, entry.line)


def _only_loop_of_line(code, line):
    starts = [start // 2 for start, end, at in code.co_lines() if at == line for start in range(start, end, 2)]
    words = code.co_code[::2]
    return sum(words[k] == _FOR_ITER for k in starts) == 1


def _slot(frame, depth):
    """The address of a place on a frame's stack."""
    code = frame.f_code
    shared = [name for name in code.co_cellvars if name not in code.co_varnames]
    count = len(code.co_varnames) + len(shared) + len(code.co_freevars)
    inner = ctypes.c_void_p.from_address(id(frame) + _FRAME).value
    return inner + _VALUES + _WORD * (count + depth)


def _holds(frame, depth, value):
    return ctypes.c_void_p.from_address(_slot(frame, depth)).value == id(value)


def _iterator(frame, depth):
    value = ctypes.cast(ctypes.c_void_p.from_address(_slot(frame, depth)).value, ctypes.py_object).value
    return value if type(value) is _ITERATOR else None


def trusted():
    """Whether frames look in memory as expected; tried out once."""
    global _trusted
    if _trusted is None:
        known = sys.implementation.name == "cpython" and sys.version_info[:2] in ((3, 11), (3, 12), (3, 13))
        ordinary = ctypes.sizeof(ctypes.c_void_p) == _WORD and not hasattr(sys, "gettotalrefcount")
        _trusted = known and ordinary and getattr(sys, "_is_gil_enabled", lambda: True)() and _tried()
    return _trusted


def _tried():
    module = {"holds": _holds, "frame": sys._getframe, "items": iter(range(2)), "found": []}
    exec("for k in items:\n    found.append(holds(frame(), 0, items))\n", module)
    return all([*module["found"], *_try(1, 2)])


def _try(first, *rest, word=None, **words):
    """A function with variables of all kinds, and loops in a `with` in a loop."""
    shared = 0

    def inner():
        return shared, first, rest

    outer, middle = iter(range(1)), iter(range(1))
    found = []
    for _ in outer:
        with memoryview(b""):
            for _ in middle:
                frame = sys._getframe()
                found += [_holds(frame, 0, outer), _holds(frame, 2, middle), not _holds(frame, 1, outer)]
    del frame  # One that holds itself would keep the program's frames, and all that they hold.
    return found
