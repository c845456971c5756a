"""What holds for a part of a program: machine, provenance, priority, how exceptions appear."""

import enum

import _legate

from ..phases import Annotation, ProfileRange, track_provenance  # noqa: F401

_stack = []


class ExceptionMode(enum.Enum):
    """When an exception of a task that may raise appears."""

    IMMEDIATE = 0
    DEFERRED = 1
    IGNORED = 2


class Scope:
    """Settings for the launches inside a ``with`` block; nested scopes inherit what they do not set.

    ``priority``: of the tiles that may begin, those of the highest priority do; launches outside of any scope have 0.
    ``exception_mode``: see ``ExceptionMode``. ``machine``: the part of the machine that launches use. ``provenance``: a name under
    which profiles, graphs and ``legate explain`` show them. ``parallel_policy`` is kept and changes nothing: tiles follow from
    shapes alone.
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
        self._phase = None if provenance is None else ProfileRange(str(provenance))

    def __enter__(self):
        if self._machine is not None:
            self._machine.__enter__()
        if self._phase is not None:
            self._phase.__enter__()
        _stack.append(self)
        self._outer = _legate.core_scope(self.priority or 0, self.exception_mode is ExceptionMode.IGNORED)
        return self

    def __exit__(self, *error):
        _legate.core_scope(*self._outer)
        _stack.pop()
        if self._phase is not None:
            self._phase.__exit__(*error)
        if self._machine is not None:
            self._machine.__exit__(*error)


def waits_for_errors():
    """Whether a launch of a task that may raise waits, so that the exception appears at its line."""
    return not _stack or _stack[-1].exception_mode in (None, ExceptionMode.IMMEDIATE)
