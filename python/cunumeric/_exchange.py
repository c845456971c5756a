"""Arrays over the memory of other libraries, through DLPack."""

import numpy

import _legate


def from_dlpack(x, /, *, device=None, copy=None):
    """An array over the memory of anything with ``__dlpack__``, as ``numpy.from_dlpack``; of ours a view.

    Copied is what does not lie row by row.
    """
    if type(x) is _legate.ndarray and device in (None, "cpu"):
        return x.copy() if copy else x[...]
    theirs = numpy.from_dlpack(x, device=device, copy=copy)
    ours = _legate.core_borrow(theirs)
    return _legate.functions()["asarray"](theirs) if ours is None else ours
