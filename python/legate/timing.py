"""A clock that waits: ``time()`` returns only after everything issued before it has run.

``start = time(); work(); elapsed = time() - start`` thus measures the work and not its recording.
"""

import sys
from time import perf_counter_ns

_NANOSECONDS = {"s": 1e9, "us": 1e3, "ns": 1.0}


def time(units="us"):
    """Wall time as a float in ``units`` ("s", "us" or "ns"), after all calls before this one."""
    try:
        scale = _NANOSECONDS[units]
    except (KeyError, TypeError):
        raise ValueError(f"units must be one of 's', 'us', 'ns', not {units!r}") from None
    runtime = sys.modules.get("_legate")
    if runtime is not None:
        runtime.wait()
    return perf_counter_ns() / scale
