"""Python's own messages appear once: loaded by ranks other than 0, before the program.

All ranks run the same program, so an uncaught exception and a warning appear in all of them. Rank 0
shows them. A rank that fails alone must still be heard: it waits a moment, in which the launcher
ends it if rank 0 failed too, and then shows its traceback with its number.
"""

import os
import sys
import time
import warnings

WAIT_SECONDS = 2


def _forget_this_folder():
    """Programs that this one starts are no ranks; and a `sitecustomize` behind this one still runs."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != here]
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join(f for f in folders if os.path.abspath(f) != here)
    own = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # noqa: F401
    except ModuleNotFoundError as missing:
        if missing.name != "sitecustomize":
            raise
        sys.modules["sitecustomize"] = own


def _show_late(kind, value, traceback):
    time.sleep(WAIT_SECONDS)
    print(f"legate: rank {os.environ.get('LEGATE_GLOBAL_RANK')} failed:", file=sys.stderr)
    sys.__excepthook__(kind, value, traceback)


def _show_nothing(message, category, filename, lineno, file=None, line=None):
    """Takes the place of `warnings.showwarning`; filters and recording work as ever."""


sys.excepthook = _show_late
warnings.showwarning = _show_nothing
_forget_this_folder()
