"""What a run shows of itself: an answer to SIGUSR1, and an end to its trace and its line of progress."""

import _signal
import atexit
import os

import _legate


def install():
    """Called once, when the package is loaded."""
    if _legate.is_traced() or os.environ.get("LEGATE_SHOW_PROGRESS") == "1":
        atexit.register(_legate.end_trace)
    try:
        # A program's own handler stays, and so does a signal that the parent had ignored.
        if _signal.getsignal(_signal.SIGUSR1) == _signal.SIG_DFL:
            _signal.signal(_signal.SIGUSR1, _answer)
            _legate.answer_signal(_signal.SIGUSR1)
    except ValueError:
        pass  # Not the main thread: signals belong to others.


def _answer(number, frame):
    place = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "its end"
    os.write(2, _legate.state(place).encode("utf-8", "replace"))
