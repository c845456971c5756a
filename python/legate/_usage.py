"""The report of ``--mem-usage``: what array memory the run took, when it is over."""

import atexit
import os
import sys


def install():
    """Prints the report at the end of the process, on each rank that is heard."""
    atexit.register(_report)


def _report():
    import _legate

    memory = {name: bytes / 2**20 for name, bytes in _legate.memory().items()}
    rank = os.environ.get("LEGATE_GLOBAL_RANK", "0")
    print(
        f"legate: rank {rank}, system memory: at most {memory['peak']:.1f} MB of {memory['ceiling']:.0f} MB in use, "
        f"at the end {memory['used']:.1f} MB, and {memory['kept']:.1f} MB kept for reuse",
        file=sys.stderr,
    )
