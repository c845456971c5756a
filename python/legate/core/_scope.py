"""What holds for a part of a program: machine, provenance, priority, how exceptions appear."""

import enum
import functools

import _legate

_stack = []


class ExceptionMode(enum.Enum):
    """When an exception of a task that may raise appears."""

    IMMEDIATE = 0
    DEFERRED = 1
    IGNORED = 2


class Scope:
    """Settings for the launches inside a ``with`` block; nested scopes inherit what they do not set.

    ``priority``: of the tiles that may begin, those of the highest priority do; launches outside of any scope have 0.
    """

    def __init__(self, priority=None, exception_mode=None, provenance=None, machine=None, parallel_policy=None):
        outer = _stack[-1] if _stack else None

        def inherited(value, name):
            return value if value is not None or outer is None else getattr(outer, name)

        self.priority = inherited(priority, "priority")
        self.exception_mode = inherited(exception_mode, "exception_mode")
        self.provenance = inherited(provenance, "provenance")
        self.parallel_policy = inherited(parallel_policy, "parallel_policy")
        self._machine = machine

    def __enter__(self):
        if self._machine is not None:
            self._machine.__enter__()
        _stack.append(self)
        self._outer_priority = _legate.core_priority(self.priority or 0)
        return self

    def __exit__(self, *error):
        _legate.core_priority(self._outer_priority)
        _stack.pop()
        if self._machine is not None:
            self._machine.__exit__(*error)


def current(name, default=None):
    value = getattr(_stack[-1], name) if _stack else None
    return default if value is None else value


class Annotation:
    """Key and value pairs for the launches inside a ``with`` block."""

    active = []

    def __init__(self, pairs):
        self._pairs = dict(pairs)

    def __enter__(self):
        Annotation.active.append(self._pairs)
        return self

    def __exit__(self, *error):
        Annotation.active.pop()


def track_provenance(func=None, *, nested=False):
    """Launches of the decorated function carry the line of its caller.

    The runtime finds the line of the program by itself; the decorator is accepted for programs that have it.
    """
    if func is None or not callable(func):
        return functools.partial(track_provenance, nested=nested)
    return func
