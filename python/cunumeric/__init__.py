"""NumPy's whole namespace over Legate's arrays: ``import cunumeric as np``.

Native functions come straight from the extension module. Everything else of NumPy's is made on first
use: functions run through NumPy on the host (with one warning per line that gathers data), constants
and types are NumPy's own, submodules are mirrored.
"""

import atexit as _atexit
import sys as _sys

import numpy as _numpy

from legate import _config

_config.apply()

import _legate_pages  # noqa: E402

# Before the library is loaded, and again when all is: what starting needed of Python, of NumPy and of the library, and
# nothing may need again, need not stay in memory.
_legate_pages.release()

import _legate  # noqa: E402 - it reads what was just set

from . import _array_type, _loops, _mirror, _watch  # noqa: E402
from ._exchange import from_dlpack  # noqa: E402

_array_type.install()
globals().update(
    {name: value for name, value in _legate.functions().items() if "." not in name}
)
ndarray = _legate.ndarray
ufunc = _legate.ufunc
__version__ = _numpy.__version__
__all__ = [name for name in _numpy.__all__ if not name.startswith("_")]


def __getattr__(name):
    value = _mirror.lookup(__name__, _numpy, name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(set(globals()) | set(dir(_numpy)))


_mirror.install()
_watch.install()
_loops.install()
_sys.modules.setdefault("cupynumeric", _sys.modules[__name__])

if _config.shows_usage():
    from legate import _usage

    _usage.install()

# Python's end touches much of itself, too: what the program ran on goes first. Others' functions come before.
_atexit.register(_legate_pages.release)
_legate_pages.release()
