"""How a program ends where several ranks run it, and what is said once though all ranks come to say it.

All ranks run the same program, so all of them come to its end, or to the same error. What is recorded is waited for
first; then the ranks agree that they are done, and MPI ends. A rank that ends with an error ends the run: the others may
wait for it.
"""

import atexit
import gc
import os
import sys
import traceback
import warnings

import _legate

_status = 0
# The text of the error that ended this rank, where rank 0 may have the same.
_error = ""


def install():
    """Registers what must happen at the end; called at import, before the program can register anything."""
    atexit.register(_end)
    gc.disable()
    _legate.set_collector(_collect)
    _remember_exit()
    _remember_error()
    if _legate.rank() > 0:
        # All ranks warn alike: one of them is heard.
        warnings.showwarning = lambda *args, **kwargs: None


_collections = 0


def _collect():
    """Looks at young objects as a rule, at all of them now and then, like Python's own collector."""
    global _collections
    _collections += 1
    gc.collect(1 if _collections % 64 else 2)


def _remember_exit():
    leave = sys.exit

    def exit(status=None, /):
        global _status
        _status = _code(status)
        leave(status)

    exit.__doc__ = leave.__doc__
    sys.exit = exit


def _remember_error():
    show = sys.excepthook

    def hook(kind, error, trace):
        global _status, _error
        _status = 130 if issubclass(kind, KeyboardInterrupt) else 1
        if _legate.rank() > 0:
            _error = "".join(traceback.format_exception(kind, error, trace))
        else:
            show(kind, error, trace)

    sys.excepthook = hook


def _code(status):
    """The exit code that Python makes of what ``sys.exit`` was given."""
    if status is None:
        return 0
    return status & 0xFF if isinstance(status, int) else 1


def _end():
    status = _status
    if status == 0:
        try:
            _legate.wait()
        except BaseException:
            traceback.print_exc()
            status = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass  # As Python itself does: nobody is left to be told.
    _legate.end(status, _last_words)
    if status != _status:
        os._exit(status)


def _last_words(codes):
    """Tells this rank's error, unless rank 0 ended with one: then all have the same."""
    if _error and not codes[0]:
        sys.stderr.write(f"legate: rank {_legate.rank()} failed:\n{_error}")
        sys.stderr.flush()
