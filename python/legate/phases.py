"""Phases of a program, marked so that profile, graphs and ``explain`` show them by name.

``with legate.ProfileRange("assemble"): …``, ``with legate.annotate("solve", step=3): …`` and
``@legate.track_provenance`` cost nothing worth telling when nobody records.
"""

import functools
import sys


class ProfileRange:
    """A named phase; phases may stand within each other. Of one object only one may be open at a time."""

    def __init__(self, name):
        if not isinstance(name, str):
            raise TypeError(f"the name of a phase must be a string, not {type(name).__name__}")
        self.name = name

    def __enter__(self):
        self._runtime = _recording()
        if self._runtime:
            self._runtime.begin_phase(self.name)
        return self

    def __exit__(self, *error):
        if self._runtime:
            self._runtime.end_phase()
        return False


class Annotation(ProfileRange):
    """Pairs of names and values for what runs inside: ``with Annotation({"step": "3"}): …``."""

    def __init__(self, pairs):
        super().__init__(", ".join(f"{key}={value}" for key, value in dict(pairs).items()))


def annotate(name=None, **pairs):
    """A phase with a name, with pairs, or with both."""
    words = ([name] if name is not None else []) + [f"{key}={value}" for key, value in pairs.items()]
    if not words:
        raise TypeError("annotate() needs a name or pairs")
    return ProfileRange(", ".join(map(str, words)))


def track_provenance(function=None, *, nested=False):
    """Marks a function's calls as phases under its name; with ``nested`` also those made inside others."""
    if function is None or isinstance(function, bool):
        return functools.partial(track_provenance, nested=bool(function) or nested)

    @functools.wraps(function)
    def tracked(*args, **kwargs):
        if _open and not nested:
            return function(*args, **kwargs)
        _open.append(function)
        try:
            with ProfileRange(function.__qualname__):
                return function(*args, **kwargs)
        finally:
            _open.pop()

    return tracked


_open = []


def _recording():
    """The runtime, where it is loaded and records; otherwise nothing."""
    runtime = sys.modules.get("_legate")
    return runtime if runtime is not None and runtime.is_traced() else None
